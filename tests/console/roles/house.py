"""The console as a running hotline has it, over stores in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

import httpx
from fastapi import FastAPI

from callbacks.model import PromiseState
from callbacks.ports import OPEN_STATES
from callbacks.privacy.retention import Privacy
from callbacks.status.public_status import PublicStatus
from callbacks.status.status_codes import StatusCodes
from callbacks.store.memory_book import MemoryBook
from callbacks.store.memory_calls import MemoryCalls
from callbacks.store.memory_lookback import MemoryLookback
from config.versions import MemoryVersions
from console.app import build_console
from console.book.ground import BookParts
from console.identity.accounts import Accounts
from console.identity.cookies import COOKIE
from console.identity.scopes import Scope
from console.identity.users import User
from console.rooms import Room
from console.sample.memory_conversations import MemoryConversations
from console.store.memory_answers import MemoryAnswers
from console.store.memory_audit import MemoryAudit
from console.store.memory_tokens import MemoryTokens
from console.store.memory_users import MemoryUsers
from console.web.health import Part, build_health
from console.web.scraping import build_scraping
from console.web.server import ConsoleServer
from hotline.console_rooms import rooms
from hotline.recording_folder import RecordingFolder
from hotline.workshop import Workshop
from ivr.services import Edition
from ivr.understanding.understander import Understander
from prompts.prompt_library import PromptLibrary
from routing.floor import Floor
from routing.memory_receipts import MemoryReceipts
from routing.service import FloorService
from tests.console.people import PASSWORD, PEOPLE, kept_password
from tests.console.sample_api import QuickFiles, SampleApi, sample_api, sample_file
from tests.console.sample_casedesk import sample_casedesk

SECRET = "a secret"


@dataclass
class RoleHouse:
    """`browser` keeps no cookies of its own accord: each question says who asks."""

    app: FastAPI
    rooms: tuple[Room, ...]
    sample: SampleApi
    accounts: Accounts
    browser: httpx.AsyncClient
    #: What `@case` and the like stand for.
    names: dict[str, str]
    sessions: dict[str, str] = field(default_factory=dict)
    tokens: dict[frozenset[Scope], str] = field(default_factory=dict)

    async def session_of(self, person: User) -> str:
        """The token of a session of the person; checking a password takes long on purpose."""
        if person.id not in self.sessions:
            answer = await self.browser.post("/api/v1/sessions", json={"user": person.id, "password": PASSWORD})
            self.sessions[person.id] = answer.json()["token"]
        return self.sessions[person.id]

    async def admins_token(self, *scopes: Scope) -> str:
        """A token of the API in the name of the admin."""
        wanted = frozenset(scopes)
        if wanted not in self.tokens:
            made = await self.accounts.tokens.make(PEOPLE[2], "a program", wanted, timedelta(days=1))
            self.tokens[wanted] = made[1]
        return self.tokens[wanted]

    @asynccontextmanager
    async def served(self, token: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """A browser of the console as a server, which NiceGUI's pages need; with the cookie of this session."""
        server = ConsoleServer(self.app, "127.0.0.1", 0)
        await server.start()
        try:
            cookie = {"Cookie": f"{COOKIE}={token}"} if token else {}
            async with httpx.AsyncClient(base_url=server.address, headers=cookie) as browser:
                yield browser
        finally:
            await server.stop()


@asynccontextmanager
async def role_house(folder: Path) -> AsyncIterator[RoleHouse]:
    """Recordings lie in `folder`."""
    async with sample_api(folder) as sample:
        house, users, file = sample.house, MemoryUsers(), sample_file()
        for person in PEOPLE:
            await users.save(person, kept_password())
        accounts = Accounts.over(users, MemoryTokens(), MemoryAudit(), sample.clock, SECRET)
        records, answers = house.records, MemoryAnswers()
        privacy = Privacy(records.book, records.calls, RecordingFolder(folder))
        files = QuickFiles(MemoryVersions(sample.bus, sample.clock))
        edition = Edition("1", file, PromptLibrary(file, overrides=folder), understander())
        workshop = Workshop(lambda: edition, files, records.book.problems, folder, sample.clock, accounts.audit)
        built = rooms(
            records,
            PublicStatus(records.book, StatusCodes(SECRET)),
            sample.clock,
            house.site,
            FloorService(Floor(file, "1"), MemoryReceipts(sample.bus), sample.clock),
            MemoryLookback(MemoryBook(sample.bus), MemoryCalls(sample.bus)),
            lambda: file,
            accounts,
            house,
            answers,
            sample_casedesk(sample.clock, sample.bus, sample.desk.floor),
            BookParts(records.book, records.calls, privacy, lambda: file, accounts.audit),
            workshop.rooms,
        )
        watched = Room(routers=(build_health(AllWell(), "1"), build_scraping(no_metrics, ())))
        app = build_console(
            sample.desk,
            MemoryConversations(sample.desk.floor),
            users,
            sample.bus,
            sample.clock,
            SECRET,
            house.site,
            (*built, watched),
            records.book,
            accounts.audit,
            accounts.tokens,
            answers,
        )
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://console") as browser:
            yield RoleHouse(app, built, sample, accounts, browser, await _names(sample))
        await workshop.close()


class AllWell:
    """A `Readiness` of nothing."""

    async def look(self) -> tuple[Part, ...]:
        return ()


async def no_metrics(accepts: str) -> tuple[bytes, str]:
    return b"", accepts


@cache
def understander() -> Understander:
    """Made once, for it learns."""
    return Understander(sample_file())


async def _names(sample: SampleApi) -> dict[str, str]:
    async with sample.book.store.reading() as reader:
        promises = await reader.promises(contact=sample.smoke.contact, states=frozenset(PromiseState))
        others = [promise for promise in await reader.promises(states=OPEN_STATES) if promise.owner is None]
    problems = await sample.book.problems()
    return {
        "@case": sample.smoke.id,
        "@contact": sample.smoke.contact,
        "@problem": problems[0].id,
        "@mine": next(promise.id for promise in promises if promise.owner == "minji"),
        "@team": others[0].id,
    }
