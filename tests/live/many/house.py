"""A hotline on three machines: nodes, proxy, database, broker, recogniser, trunk and telephones."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from ruamel.yaml import YAML

from config.clock import SystemClock
from config.database import Database
from config.events import EventBus
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from console.identity.passwords import hash_password
from console.identity.users import Role, User
from console.store.sql_users import SqlUsers
from hotline.demo.carrier import Carrier
from hotline.demo.peer import SpeakingPhone
from hotline.sql_migrate import upgrade
from tests.console.people import PASSWORD
from tests.live.many.front import Front, running_front
from tests.live.many.ground import Ground, Ports
from tests.live.many.node import Node
from tests.live.many.subscriber import Subscriber, listening
from tests.live.watched_house import until
from tests.servers import Mosquitto, Postgres
from tests.speech.vosk_server import VoskServer

AGENTS = ("ana", "bo", "cho", "dee")
#: A call of few words: what is owed, what happened, then a person.
_FLOW = {
    "start": "greet",
    "steps": {
        "greet": {"kind": "greet", "next": "meet"},
        "meet": {"kind": "meet", "next": "ask-problem", "otherwise": "queue"},
        "ask-problem": {"kind": "ask-problem", "next": "queue", "otherwise": "goodbye", "attempts": 3},
        "queue": {"kind": "queue", "next": "goodbye", "otherwise": "goodbye"},
        "goodbye": {"kind": "goodbye"},
    },
}


class House:
    """`open` it before use. Every caller is heard to want a refund, in English; `dee` serves nothing but legal matters,
    all others everything else."""

    def __init__(self, folder: Path, ground: Ground) -> None:
        self.ground = ground
        self.clock = SystemClock()
        self.nodes: list[Node] = []
        self.agents = {name: SpeakingPhone(name, ground.street, auto_answer_after=0.3) for name in AGENTS}
        self.carrier = Carrier(ground.street)
        self.file_path = folder / "hotline.yaml"
        #: How often each caller's telephone rang.
        self.rings: Counter[str] = Counter()
        self.front: Front
        self.postgres: Postgres
        self.broker: Mosquitto
        self.subscriber: Subscriber
        self.database: Database
        self._folder = folder
        self._recogniser = VoskServer(said="I want my money back", host=ground.street)
        self._until_closed = AsyncExitStack()

    async def open(self) -> None:
        """Everything runs, and every node takes calls."""
        closed = self._until_closed
        self._start_servers()
        self.subscriber = await closed.enter_async_context(listening(self.ground.street, self.broker.port))
        await closed.enter_async_context(self._recogniser)
        await self.carrier.start()
        closed.callback(self.carrier.stop)
        for phone in self.agents.values():
            await self._install(phone)
        self._write_file()
        await self._furnish()
        closed.push_async_callback(self.database.close)
        ports = [self.ground.ports(number) for number in range(len(self.ground.machines))]
        machines = [(address, had.sip) for address, had in zip(self.ground.machines, ports, strict=True)]
        trunk = (self.ground.street, self.carrier.port)
        front = running_front(self._folder / "front", self.ground.proxy, machines, trunk, self.ground.street)
        self.front = await closed.enter_async_context(front)
        self.nodes = [self._node(number, had) for number, had in enumerate(ports)]
        for node in self.nodes:
            closed.push_async_callback(node.kill)
            await node.start()
        await asyncio.gather(*(node.ready() for node in self.nodes))
        await until(lambda: all(node.has_logged("floor_joined") for node in self.nodes), 20)

    async def close(self) -> None:
        await self._until_closed.aclose()

    # --- people ------------------------------------------------------------------------------------------------------

    async def caller(self, number: str) -> SpeakingPhone:
        """A telephone with a number of the public network."""

        def told(line: str) -> None:
            self.rings[number] += line == f"{number} rings"

        phone = SpeakingPhone(number, self.ground.street, on_line=told)
        await self._install(phone)
        self.carrier.phones[number] = (phone.address, phone.port)
        return phone

    def node_of(self, phone: SpeakingPhone) -> Node:
        """Where the phone's call is: its audio says so."""
        assert phone.audio.remote is not None
        (found,) = [node for node in self.nodes if node.address == phone.audio.remote[0]]
        return found

    async def _install(self, phone: SpeakingPhone) -> None:
        await phone.start()
        self._until_closed.push_async_callback(phone.stop)

    # --- who leads ---------------------------------------------------------------------------------------------------

    @property
    def living(self) -> list[Node]:
        return [node for node in self.nodes if node.is_alive]

    @property
    def leader(self) -> Node:
        """Whoever of the living says last that it leads."""
        told = [(str(line["at"]), node) for node in self.living for line in node.log() if _is_of_lead(line)]
        return max(told, key=lambda each: each[0])[1]

    # --- furniture ---------------------------------------------------------------------------------------------------

    def _start_servers(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))  # short: a socket's path has at most 107 characters
        self._until_closed.callback(shutil.rmtree, folder, ignore_errors=True)
        self.postgres = Postgres(folder, self.ground.street, self.ground.around)
        self.postgres.start()
        self._until_closed.callback(self.postgres.stop)
        (self._folder / "broker").mkdir()
        self.broker = Mosquitto(self._folder / "broker", self.ground.street, is_lasting=True)
        self.broker.start()
        self._until_closed.callback(self.broker.kill)

    async def _furnish(self) -> None:
        self.database = Database(self.postgres.url, EventBus(), self.clock)
        await upgrade(self.database)
        users = SqlUsers(self.database)
        await users.save(User("admin", "Ada Admin", Role.ADMIN), hash_password(PASSWORD))

    def _node(self, number: int, ports: Ports) -> Node:
        name, address = f"node{number + 1}", self.ground.machines[number]
        settings = {
            "NODE": name,
            "DATA_FOLDER": str(self._folder / name),
            "HOTLINE_FILE": str(self.file_path),
            "DATABASE_URL": self.postgres.url,
            "MQTT_URL": f"mqtt://{self.ground.street}:{self.broker.port}",
            "SIP_ADDRESS": address,
            "SIP_PORT": str(ports.sip),
            "RTP_FIRST": str(ports.audio[0]),
            "RTP_LAST": str(ports.audio[1]),
            "TRUNK_HOST": self.front.address,
            "TRUNK_PORT": str(self.front.port),
            "CONSOLE_ADDRESS": address,
            "CONSOLE_PORT": str(ports.console),
            "CONSOLE_SECRET": "a secret that all machines share",
            "DRAIN_LIMIT": "0",
            "SECOND_HEARING": "false",
            "EARS_REMOTE_URL": json.dumps(dict.fromkeys(("en", "zh", "ko"), self._recogniser.url)),
            "LOG_FORMAT": "json",
        }
        environment = {f"HOTLINE_{key}": value for key, value in settings.items()}
        return Node(name, address, self._folder, self.ground.on(number), environment)

    def _write_file(self) -> None:
        yaml = YAML()
        data = yaml.load(default_hotline_file().read_text(encoding="utf-8"))
        for name, phone in self.agents.items():
            data["agents"][name] |= {"station": phone.uri, "wrap_up": 1}
        data["agents"]["dee"]["skills"] = {"legal": 3}
        data["listening"] |= {"pause": 0.3, "no_input": 12}
        data["callbacks"] |= {
            "quiet_from": "00:00",
            "quiet_until": "00:00",
            "ring_seconds": 30,
            "offer_above_wait": 3600,
        }
        data["flow"] = _FLOW
        with self.file_path.open("w", encoding="utf-8") as out:
            yaml.dump(data, out)
        self.file, _ = read_hotline_file(self.file_path)


def _is_of_lead(line: dict[str, object]) -> bool:
    return line["event"] == "floor_led"


@asynccontextmanager
async def opened_house(folder: Path, ground: Ground) -> AsyncIterator[House]:
    """One for the length of the block."""
    house = House(folder, ground)
    try:
        await house.open()
        yield house
    finally:
        await house.close()
