"""The hotline of the demo: a real `hotline serve` in a process of its own, and what can be done to it from outside."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import socket
import sys
from pathlib import Path

import httpx
from ruamel.yaml import YAML

from config.clock import Clock
from config.database import Database
from config.errors import HotlineError
from config.events import EventBus
from config.settings import default_hotline_file
from console.identity.passwords import generate, hash_password
from console.identity.users import Role, User
from console.store.sql_users import SqlUsers
from hotline.sql_migrate import upgrade

ADDRESS = "127.0.0.1"
START_SECONDS = 90.0


#: Handed out already: a port found free stays so until whoever it was found for has taken it.
_given: set[int] = set()


def free_port() -> int:
    """A port of the loopback address that nobody uses now, by UDP or TCP, and that was not handed out before. It is
    below those that the system gives to whoever asks for any, so that nobody is given it in the meantime."""
    while True:
        port = random.randrange(10_000, 20_000)
        if port not in _given and not any(_is_taken(port, kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)):
            _given.add(port)
            return port


def _is_taken(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return True
    return False


class House:
    """A `hotline serve` below `folder`, with a database of its own. `agents` are the agents' stations by name;
    `settings` are environment variables besides those that the house needs."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        trunk_port: int,
        agents: dict[str, str],
        settings: dict[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.sip_port = free_port()
        self.console_port = free_port()
        self.database_path = folder / "hotline.db"
        self.log_path = folder / "hotline.log"
        self.passwords = {name: generate() for name in ("admin", *agents)}
        self._clock = clock
        self._file = folder / "hotline.yaml"
        self._trunk_port = trunk_port
        self._agents = agents
        self._settings = settings or {}
        self._process: asyncio.subprocess.Process | None = None
        self._api: httpx.AsyncClient | None = None

    @property
    def console_address(self) -> str:
        """Where the console is."""
        return f"http://{ADDRESS}:{self.console_port}"

    def number(self, dialled: str) -> str:
        """The SIP URI of one of the hotline's numbers."""
        return f"sip:{dialled}@{ADDRESS}:{self.sip_port}"

    async def furnish(self, contacts: dict[str, str]) -> None:
        """Write the hotline file, and the accounts and contacts (`number -> tier`) into the database."""
        write_hotline_file(self._file, self._agents, default_hotline_file())
        database = Database(f"sqlite+aiosqlite:///{self.database_path}", EventBus(), self._clock)
        try:
            await upgrade(database)
            users = SqlUsers(database)
            for name, password in self.passwords.items():
                agent = name if name in self._agents else None
                role = Role.AGENT if agent else Role.ADMIN
                await users.save(User(name, name.capitalize(), role, agent), hash_password(password))
            await _add_contacts(database, self._clock, contacts)
        finally:
            await database.close()

    async def start(self) -> None:
        """Start the process; returns once it takes calls."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
        environment |= {
            "HOTLINE_DATA_FOLDER": str(self.folder),
            "HOTLINE_HOTLINE_FILE": str(self._file),
            "HOTLINE_SIP_ADDRESS": ADDRESS,
            "HOTLINE_SIP_PORT": str(self.sip_port),
            "HOTLINE_CONSOLE_PORT": str(self.console_port),
            "HOTLINE_TRUNK_HOST": ADDRESS,
            "HOTLINE_TRUNK_PORT": str(self._trunk_port),
            "HOTLINE_MODELS_FOLDER": os.environ.get("HOTLINE_MODELS_FOLDER", str(self.folder / "models")),
            "HOTLINE_LOG_FORMAT": "json",
            "HOTLINE_DRAIN_LIMIT": "0",  # who stops the house does not wait for its callers
        } | self._settings
        log = self.log_path.open("ab")
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "hotline", "serve", stdout=log, stderr=log, env=environment
            )
        finally:
            log.close()
        await self._ready()

    async def _ready(self) -> None:
        assert self._process is not None
        async with asyncio.timeout(START_SECONDS):
            while b"hotline_started" not in self._new_log():
                if self._process.returncode is not None:
                    raise HotlineError(
                        f"the hotline ended with {self._process.returncode}: {_last_line(self.log_path)}",
                        where=str(self.log_path),
                        remedy="read the end of that log",
                    )
                await self._clock.sleep(0.1)
        token = await self._sign_in()
        headers = {"Authorization": f"Bearer {token}"}
        self._api = httpx.AsyncClient(base_url=f"{self.console_address}/api/v1", headers=headers, timeout=20)

    async def _sign_in(self) -> str:
        async with httpx.AsyncClient(base_url=self.console_address, timeout=20) as client:
            credentials = {"user": "admin", "password": self.passwords["admin"]}
            answer = await client.post("/api/v1/sessions", json=credentials)
        answer.raise_for_status()
        return str(answer.json()["token"])

    def _new_log(self) -> bytes:
        """The log of the present process: what follows the last mark."""
        return self.log_path.read_bytes()[self._mark :]

    _mark = 0

    def ears_were_strained(self) -> bool:
        """Whether the hotline had too little of the machine to hear everybody: it then asks for keys."""
        return b'"ears_strained"' in self._new_log()

    async def kill(self) -> None:
        """SIGKILL: no goodbye, no clean-up. The processes that it watched die with it (`hotline.workers.lifeline`)."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()
        self._mark = self.log_path.stat().st_size
        await self._close_api()

    async def stop(self) -> None:
        """SIGTERM, and wait."""
        await self._close_api()
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            try:
                async with asyncio.timeout(30):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()

    async def _close_api(self) -> None:
        if self._api is not None:
            await self._api.aclose()
            self._api = None

    async def get(self, path: str) -> object:
        """Ask the hotline's API."""
        assert self._api is not None
        answer = await self._api.get(path)
        answer.raise_for_status()
        return answer.json()

    async def post(self, path: str, body: dict[str, object] | None = None) -> object:
        """Ask the hotline's API to do something."""
        assert self._api is not None
        answer = await self._api.post(path, json=body or {})
        answer.raise_for_status()
        return answer.json() if answer.content else None

    async def set_state(self, agent: str, state: str, reason: str = "") -> None:
        """Move an agent; who is signed out is signed in first."""
        seen = await self.get(f"/agents/{agent}")
        if isinstance(seen, dict) and seen["state"] == "signed-out":
            await self.post(f"/agents/{agent}/state", {"state": "signed-in"})
        await self.post(f"/agents/{agent}/state", {"state": state, "reason": reason})


def write_hotline_file(path: Path, agents: dict[str, str], original: Path) -> None:
    """The original hotline file with the demo's phones, and times that fit a story of a few minutes."""
    yaml = YAML()
    data = yaml.load(original.read_text(encoding="utf-8"))
    data["hotline"]["name"] = "Demo hotline"
    for name, station in agents.items():
        data["agents"][name]["station"] = station
        data["agents"][name]["wrap_up"] = 2
    # One agent who speaks every language and can serve whatever the shared fault led to; nothing else.
    data["agents"]["dee"] |= {"languages": ["en", "zh", "ko"], "skills": {"account": 2, "safety": 3}}
    for queue in data["queues"].values():
        queue.pop("hours", None)
        queue["service_seconds"] = 90
    data["callbacks"] |= {
        "offer_above_wait": 60,
        "earliest_after": 20,
        "window": 600,
        "start_increment": 60,
        "renegotiate_before": 60,
        "service_seconds": 30,
        "quiet_from": "00:00",
        "quiet_until": "00:00",
        "ring_seconds": 20,
    }
    with path.open("w", encoding="utf-8") as out:
        yaml.dump(data, out)


async def _add_contacts(database: Database, clock: Clock, contacts: dict[str, str]) -> None:
    from callbacks.rules import BookRules
    from callbacks.service import PromiseBook
    from callbacks.store.sql_book import SqlBook
    from config.hotline_yaml import read_hotline_file

    file, _ = read_hotline_file(default_hotline_file())
    book = PromiseBook(SqlBook(database), clock, BookRules.of(file))
    for number, tier in contacts.items():
        await book.contact_by_number(number, tier)


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return re.sub(r"\s+", " ", lines[-1]) if lines else "it said nothing"
