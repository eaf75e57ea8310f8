"""The hotline that the three days are lived in: a process of its own, with a database, SIP and the console."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import httpx
from ruamel.yaml import YAML

from callbacks.model import Promise
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.sql_book import SqlBook
from config.clock import SystemClock
from config.database import Database
from config.events import EventBus
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from console.identity.passwords import hash_password
from console.identity.users import Role, User
from console.store.sql_users import SqlUsers
from hotline.demo.house import ADDRESS
from hotline.sql_migrate import upgrade
from tests.callbacks.promised import promise_callback
from tests.console.people import PASSWORD
from tests.live.days.phones import Phone, Phones
from tests.ports import free_port

_ROOT = Path(__file__).resolve().parents[3]
_FIRST_PASSWORD = re.compile(r"first sign-in: user admin, password (\S+)")

#: A call without a word: a person.
STRAIGHT = {
    "start": "greet",
    "steps": {
        "greet": {"kind": "greet", "next": "queue"},
        "queue": {"kind": "queue", "next": "goodbye", "otherwise": "goodbye"},
        "goodbye": {"kind": "goodbye"},
    },
}
#: A call of few words: what happened, then a person.
ASKING = {
    "start": "greet",
    "steps": {
        "greet": {"kind": "greet", "next": "ask-problem"},
        "ask-problem": {"kind": "ask-problem", "next": "open-case", "otherwise": "queue", "attempts": 1},
        "open-case": {"kind": "open-case", "next": "queue", "otherwise": "queue"},
        "queue": {"kind": "queue", "next": "goodbye", "otherwise": "goodbye"},
        "goodbye": {"kind": "goodbye"},
    },
}


class DayHouse:
    """Made anew below `folder`. `agents` are the agents who have a phone; all others are not there."""

    def __init__(
        self, folder: Path, phones: Phones, agents: Mapping[str, Phone], flow: Mapping[str, object] = ASKING
    ) -> None:
        self.folder = folder
        self.file_path = folder / "hotline.yaml"
        self.address = ""
        self.first_password = ""
        self._agents = agents
        self._sip_port, self._console_port = free_port(ADDRESS), free_port(ADDRESS)
        self._trunk_port = phones.trunk_port
        self._process: subprocess.Popen[str] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self._write_file(flow)

    @property
    def number(self) -> str:
        """What English callers dial."""
        return f"sip:1001@{ADDRESS}:{self._sip_port}"

    # --- life ------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Returns once it takes calls."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")} | {
            "HOTLINE_DATA_FOLDER": str(self.folder),
            "HOTLINE_HOTLINE_FILE": str(self.file_path),
            "HOTLINE_SIP_ADDRESS": ADDRESS,
            "HOTLINE_SIP_PORT": str(self._sip_port),
            "HOTLINE_CONSOLE_PORT": str(self._console_port),
            "HOTLINE_TRUNK_HOST": ADDRESS,
            "HOTLINE_TRUNK_PORT": str(self._trunk_port),
            "HOTLINE_LOG_FORMAT": "json",
        }
        with self.log_path.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.live.days.house_program"],
                cwd=_ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        told = ""
        while (line := self._process.stdout.readline()).strip():
            told += line
        if "console: " not in told:
            self.kill()
            raise AssertionError(f"the hotline did not start: {self.log_path.read_text('utf-8')[-2000:]}")
        self.address = re.findall(r"console: (\S+)", told)[0]
        first = _FIRST_PASSWORD.search(told)
        self.first_password = first[1] if first else ""

    @property
    def log_path(self) -> Path:
        """What it logs."""
        return self.folder / "hotline.log"

    def kill(self) -> None:
        """SIGKILL: no goodbye."""
        assert self._process is not None
        self._process.kill()
        self._close()

    def stop(self) -> None:
        """As an orderly end."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._close()

    def _close(self) -> None:
        assert self._process is not None
        self._process.wait(30)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def caller_says(self, text: str) -> None:
        """Whoever is on the line says this as soon as the hotline listens."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()

    def sign_in(self, user: str) -> str:
        """The token of a session, as a program gets it."""
        answer = httpx.post(f"{self.address}/api/v1/sessions", json={"user": user, "password": PASSWORD}, timeout=20)
        answer.raise_for_status()
        return str(answer.json()["token"])

    def api(self, token: str) -> httpx.Client:
        """The API, for a program that has this token."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=f"{self.address}/api/v1", headers=headers, timeout=20)

    # --- what is there before the day begins -----------------------------------------------------------------------

    def furnish(self, *people: User) -> None:
        """The tables, and who may sign in with the password of all tests."""

        async def furnish() -> None:
            async with self._database() as database:
                await upgrade(database)
                users = SqlUsers(database)
                for person in people:
                    await users.save(person, hash_password(PASSWORD))

        asyncio.run(furnish())

    def owes(self, number: str, *, within: float) -> Promise:
        """A callback was promised about a refund, due from now on for so many seconds."""

        async def owe() -> Promise:
            async with self._database() as database:
                clock, rules = SystemClock(), BookRules.of(read_hotline_file(self.file_path)[0])
                book = PromiseBook(SqlBook(database), clock, rules)
                contact = await book.contact_by_number(number, "standard")
                opens = clock.now() + timedelta(seconds=1)
                return await promise_callback(book, contact, "refund", rules.urgencies["refund"], opens, within)

        return asyncio.run(owe())

    def _database(self) -> _Opened:
        return _Opened(self.folder / "hotline.db")

    def _write_file(self, flow: Mapping[str, object]) -> None:
        """The default hotline file with our phones, a short call flow, and short times; agents come first in it."""
        yaml = YAML()
        data = yaml.load(default_hotline_file().read_text(encoding="utf-8"))
        for name in data["agents"]:
            if name in self._agents:
                data["agents"][name]["station"] = self._agents[name].uri
        data["listening"] |= {"pause": 0.2, "no_input": 3}
        data["callbacks"] |= {
            "quiet_from": "00:00",
            "quiet_until": "00:00",
            "ring_seconds": 10,
            "offer_above_wait": 3600,
        }
        data["flow"] = flow
        data.move_to_end("agents", last=False)
        with self.file_path.open("w", encoding="utf-8") as out:
            yaml.dump(data, out)


class _Opened:
    def __init__(self, path: Path) -> None:
        self._database = Database(f"sqlite+aiosqlite:///{path}", EventBus(), SystemClock())

    async def __aenter__(self) -> Database:
        return self._database

    async def __aexit__(self, *_: object) -> None:
        await self._database.close()


AGENT = User("ana", "Ana Reyes", Role.AGENT, "ana")
SUPERVISOR = User("sam", "Sam Oh", Role.SUPERVISOR)
ADMIN = User("root", "Ada", Role.ADMIN)
