"""The API over a book in memory: a few contacts, cases, promises and calls, the same in every run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path

import httpx
from fastapi import FastAPI

from callbacks.calls.records import CallRecords, Speaker
from callbacks.model import Case, PromiseKind, Wish
from callbacks.privacy.retention import Privacy
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.memory_book import MemoryBook
from callbacks.store.memory_call_list import MemoryCallList
from callbacks.store.memory_calls import MemoryCalls
from config.clock import VirtualClock
from config.event_log import MemoryEventLog
from config.events import EventBus
from config.faults import Fault, HotlineFileFaults
from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from config.urgency import Urgency
from config.versions import MemoryVersions, Version, roll_back
from console.api import book_routers
from console.api.house import ApiHouse
from console.app import build_console
from console.book.ground import BookParts
from console.book.records import Records
from console.book.service import BookService
from console.identity.sign_in import SignIn
from console.ports import Site
from console.public.complaint_form import build_complaint_form
from console.public.complaints import Complaint, Complaints
from console.rooms import Room
from console.sample.memory_conversations import MemoryConversations
from console.sample.memory_desk import MemoryDesk
from console.sample.morning import sample_floor
from console.store.memory_answers import MemoryAnswers
from console.store.memory_users import MemoryUsers
from console.workshop.file_service import FileService
from hotline.recording_folder import RecordingFolder
from ivr.flow.catalogue import STEPS
from ivr.promising import Promising
from ivr.understanding.understanding import Understanding
from routing.events import AgentStateChanged, WorkEnqueued, WorkLeftFloor, WorkOffered, WorkTaken
from routing.floor import Floor
from routing.memory_receipts import MemoryReceipts
from routing.service import FloorService
from tests.callbacks.samples import NOON
from tests.console.people import PEOPLE, kept_password

TEXT = default_hotline_file().read_text(encoding="utf-8")
#: Whose numbers are known: a VIP who speaks Korean, and somebody who rang once.
VIP, JOAN = "+821012345678", "+442071838750"


@cache
def sample_file() -> HotlineFile:
    """The packaged hotline file, with an agent `minji` who can do all that `ana` can."""
    file, _ = read_hotline_file(TEXT, STEPS)
    return file.model_copy(update={"agents": {**file.agents, "minji": file.agents["ana"]}})


class QuickFiles:
    """`FileVersions` that finds one fault only, but at once: a text in which no hotline is described."""

    def __init__(self, versions: MemoryVersions) -> None:
        self._versions = versions

    async def current(self) -> tuple[str, str]:
        version = await self._versions.current()
        return (str(version.number), version.text) if version else ("", "")

    async def check(self, text: str) -> tuple[Fault, ...]:
        return () if "hotline:" in text else (Fault("hotline.yaml", 1, "`hotline` is missing", "describe the hotline"),)

    async def history(self) -> tuple[Version, ...]:
        return await self._versions.history()

    async def get(self, number: int) -> Version:
        return await self._versions.get(number)

    async def publish(self, text: str, *, author: str, reason: str, base: int | None) -> Version:
        if faults := await self.check(text):
            raise HotlineFileFaults(faults)
        return await self._versions.publish(text, author=author, reason=reason, base=base)

    async def roll_back(self, number: int, *, author: str, reason: str) -> Version:
        return await roll_back(self._versions, number, author=author, reason=reason)


@dataclass
class SampleApi:
    """A console with a book behind it. `smoke` is an open case of the VIP about safety, with a call behind it."""

    app: FastAPI
    house: ApiHouse
    clock: VirtualClock
    bus: EventBus
    desk: MemoryDesk
    browser: httpx.AsyncClient
    smoke: Case
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def book(self) -> PromiseBook:
        """The book."""
        return self.house.records.book

    async def token(self, user: str) -> str:
        """The token of somebody who signed in: without the password, which takes long to check on purpose."""
        if user not in self.tokens:
            sign_in: SignIn = self.app.state.sign_in
            self.tokens[user] = await sign_in._open(user, "")
        return self.tokens[user]

    async def ask(
        self,
        user: str,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """What somebody who signed in is answered."""
        known = {"Authorization": f"Bearer {await self.token(user)}", **(headers or {})}
        return await self.browser.request(method, f"/api/v1{path}", json=body, headers=known)


@asynccontextmanager
async def sample_api(folder: Path) -> AsyncIterator[SampleApi]:
    """It runs on a clock of its own, that begins at `NOON`; recordings lie in `folder`."""
    clock, bus = VirtualClock(NOON), EventBus()
    names = count(1)
    store, kept, log = MemoryBook(bus), MemoryCalls(bus), MemoryEventLog(bus)
    file = sample_file()
    book = PromiseBook(
        store,
        clock,
        BookRules.of(file),
        make_id=lambda: f"id-{next(names)}",
        make_reference=lambda: f"{next(names):06}",
    )
    calls = CallRecords(kept, clock)
    floor = FloorService(Floor(file, "1"), MemoryReceipts(bus), clock)
    promising = Promising(book, floor, clock, lambda: file)
    versions = MemoryVersions(bus, clock)
    await versions.publish(TEXT, author="hotline", reason="read from hotline.yaml", base=None)
    files = QuickFiles(versions)
    complaints = Complaints(book, promising, _read, lambda: file)
    site = Site.of(file)
    house = ApiHouse(
        records=Records(book, calls, folder),
        service=BookService(BookParts(book, calls, Privacy(book, calls, RecordingFolder(folder)), lambda: file)),
        found=MemoryCallList(kept),
        log=log,
        windows=promising,
        complaints=complaints,
        files=FileService(files),
        events=bus,
        clock=clock,
        site=lambda: site,
        site_name=lambda: "seoul",
    )
    smoke = await _seed(house, bus, folder)
    users, answers = MemoryUsers(), MemoryAnswers()
    for person in PEOPLE:
        await users.save(person, kept_password())
    desk = MemoryDesk(clock, bus, sample_floor(NOON))
    rooms = (Room(routers=(*book_routers(house), build_complaint_form(complaints, answers, clock, lambda: site))),)
    app = build_console(
        desk,
        MemoryConversations(desk.floor),
        users,
        bus,
        clock,
        "a secret",
        lambda: site,
        rooms,
        book,
        answers=answers,
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://console") as browser:
        yield SampleApi(app, house, clock, bus, desk, browser, smoke)


def _read(text: str, _language: str, _now: datetime) -> Understanding:
    """Who writes of smoke is in danger; all others want their money."""
    if "smoke" in text:
        return Understanding("safety", Urgency.SAFETY, Wish.NONE, 0.9)
    return Understanding("refund", Urgency.MONEY, Wish.REFUND, 0.9)


async def _seed(house: ApiHouse, bus: EventBus, folder: Path) -> Case:
    book, calls, clock = house.records.book, house.records.calls, house.clock
    vip = await book.contact_by_number(VIP, "vip")
    vip = await book.save_contact(replace(vip, name="Lee Ji-won", language="en", mail="lee@example.org"))
    await book.contact_by_number(JOAN, "standard")
    smoke = await book.open_case(
        contact=vip.id,
        category="safety",
        urgency=Urgency.SAFETY,
        wish=Wish.NONE,
        language="en",
        summary="it smells of smoke",
    )
    await house.complaints.take(Complaint("I want my money back", "en", number=JOAN))
    window = await house.windows.window(book.needs_about(smoke, vip), vip.number)
    await book.make(
        kind=PromiseKind.CALLBACK,
        contact=vip.id,
        case=smoke.id,
        problem=None,
        tier="vip",
        urgency=smoke.urgency,
        language="en",
        queue=book.needs_about(smoke, vip).queue,
        skills=(),
        opens=window.opens,
        due=window.due,
        owner="minji",
    )
    await book.open_problem(title="The fuse melts", category="delivery", product=None, workaround="Unplug it")
    await book.propose_problem("late parcels", "refund", None, cases=9, expected=1.5)
    await calls.begin("call-1", contact=vip.id, dialled="1000", tier="vip", queue="urgent", case=smoke.id,
                      agent="minji", recording="call-1.wav", answered_at=clock.now(), bridged_at=clock.now(),
                      category="safety", urgency="safety", language="en")  # fmt: skip
    await calls.line("call-1", Speaker.CALLER, "it smells of smoke", 0.9, "vosk")
    (folder / "call-1.wav").write_bytes(b"RIFF")
    await calls.finish("call-1", "them", codec="PCMA", jitter=3.5)
    await calls.begin("call-2", contact=vip.id, dialled="1000", tier="vip", recording="../call-2.wav")
    await _tell_the_floor(bus, clock.now())
    return smoke


async def _tell_the_floor(bus: EventBus, now: datetime) -> None:
    """What the floor told of `call-1`: a minute in the queue, five at the telephone, the caller hung up."""
    began = now - timedelta(minutes=6)
    taken, left = began + timedelta(seconds=60), began + timedelta(seconds=360)
    await bus.publish(AgentStateChanged(subject="minji", at=began, state="paused", reason="signed in"))
    await bus.publish(AgentStateChanged(subject="minji", at=began, state="ready", reason=""))
    await bus.publish(WorkEnqueued(subject="call-1", at=began, kind="call", queue="urgent", language="en", tier="vip",
                                   urgency="safety"))  # fmt: skip
    offered = taken - timedelta(seconds=4)
    await bus.publish(WorkOffered(subject="call-1", at=offered, agent="minji", score=1.0, waited=56.0, why="safety"))
    await bus.publish(WorkTaken(subject="call-1", at=taken, agent="minji", waited=60.0))
    await bus.publish(WorkLeftFloor(subject="call-1", at=left, agent="minji", why=""))
