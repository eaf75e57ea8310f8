"""A hotline over a real database on virtual time, and a caller who answers by rote: for what a call costs.

Prompts and rings take no time, and talk next to none; everything between them is the product's. Telephones, ears and
their processes are left out: the other benches have them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from callbacks.calls.records import CallRecords
from callbacks.model import PromiseKind, PromiseState
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.sql_book import SqlBook
from callbacks.store.sql_calls import SqlCalls
from callbacks.store.sql_dialled import SqlDialledDays
from config.clock import VirtualClock
from config.database import Database
from config.events import EventBus
from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from config.urgency import Urgency
from hotline.engine import Engine
from hotline.walk.notes import Note, Noted
from hotline.walk.telephone import ShownPrompts, WalkTelephone
from ivr import messages as wire
from ivr.desk import Stage
from ivr.flow.catalogue import STEPS
from ivr.promising import Promising
from ivr.services import Edition, Services
from ivr.understanding.understander import Understander
from routing.agents import AgentState
from routing.changes import WorkClaimed
from routing.floor import Floor
from routing.service import FloorService
from routing.sql_receipts import SqlReceipts
from routing.work import Needs, Work, WorkKind

#: A Monday noon in Seoul: everything is open.
BEGINS = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
#: Seconds; after half past four in the afternoon the next noon is gone to.
_DAY, _LATE = 86_400, 4.5 * 3600
_NUMBER = "1001"
_YES = "1"
_PATIENCE = 60.0
#: Seconds between two looks at what the database has not finished yet.
_BEAT = 0.02
_BEATS = round(_PATIENCE / _BEAT)
#: Real seconds for which a conversation lasts, so that its beginning is written before its end.
_TALK = 0.2


@dataclass(frozen=True, slots=True)
class Conduct:
    """What a caller does when the hotline listens: each of `answers` in turn, keys where it is all digits and speech
    where it is not, and yes to everything after them. Yes to a callback too, where one is offered."""

    answers: tuple[str, ...]


SPOKEN = Conduct(("I was charged twice",))
PROMISED = SPOKEN  # where nobody is there
KEYED = Conduct(("2", "4"))
#: The third yes is to the wait, and no to the callback offered beside it.
PATIENT = Conduct(("I was charged twice", "1", "2", "2", "2"))


class RoteTelephone(WalkTelephone):
    """A caller and agents' phones; the agent hangs up as soon as they are connected if `talks_briefly`."""

    def __init__(self, clock: VirtualClock, stations: Callable[[str], str | None]) -> None:
        super().__init__(clock, self._noted, stations)
        self.talked_with: list[str] = []
        self.is_over = asyncio.Event()
        self.is_queued = asyncio.Event()
        self._answers: deque[str] = deque()

    def comes(self, caller: str, conduct: Conduct) -> None:
        """Somebody rings."""
        self._answers = deque(conduct.answers)
        self.is_over.clear()
        self.is_queued.clear()
        self.call(caller, _NUMBER)

    def listens(self, command: wire.EarsCommand) -> None:
        super().listens(command)
        if self.is_heard and isinstance(command, wire.Listen):
            asyncio.get_running_loop().call_soon(self._answer, command)

    def _answer(self, command: wire.Listen) -> None:
        if self._call is None or self._call.listen is not command:
            return
        answer = self._answers.popleft() if self._answers else _YES
        self.press(answer) if answer.isdigit() else self.say(answer)

    def _noted(self, note: Note) -> None:
        loop = asyncio.get_running_loop()
        match note.what:
            case Noted.CONNECTED:
                self.talked_with.append(note.who)
                loop.call_later(_TALK, self.agent_hangs_up)
            case Noted.RINGS:
                loop.call_soon(self.pick_up)
            case Noted.MUSIC:
                self.is_queued.set()
            case Noted.OVER:
                self.is_over.set()
            case _:
                pass


class CallsHouse:
    """One hotline with one caller at a time."""

    def __init__(self, database: Database, events: EventBus, clock: VirtualClock) -> None:
        file, _ = read_hotline_file(default_hotline_file(), STEPS)
        self.file: HotlineFile = file
        self.clock = clock
        stations = {agent.station: name for name, agent in file.agents.items()}
        self.telephone = RoteTelephone(clock, stations.get)
        edition = Edition("1", file, ShownPrompts(file), Understander(file))
        book = PromiseBook(SqlBook(database), clock, BookRules.of(file))
        self.floor = FloorService(Floor(file, "1"), SqlReceipts(database), clock)
        services = Services(
            clock=clock,
            events=events,
            edge=self.telephone,
            ears=self.telephone.ears,
            book=book,
            calls=CallRecords(SqlCalls(database), clock),
            floor=self.floor,
            promising=Promising(book, self.floor, clock, lambda: file),
            edition=lambda: edition,
            recordings=None,
            caller_number="1000",
            dialled=SqlDialledDays(database),
        )
        self.book = book
        self._engine = Engine(services)
        self._count = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """For the length of the block."""
        await self._engine.recover()
        await self._engine.start()
        running = [asyncio.ensure_future(duty()) for duty in (self.floor.run, *self._engine.duties())]
        try:
            yield
        finally:
            for job in running:
                job.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await self._engine.stop()

    async def on_shift(self) -> None:
        """All agents are ready."""
        desk = self._engine.desk
        for agent in self.file.agents:
            if (await desk.agent(agent)).state == AgentState.SIGNED_OUT:
                await desk.sign_in(agent)
            await desk.ready(agent)

    async def all_busy(self) -> None:
        """Every agent has a call that began elsewhere and does not end."""
        await self.on_shift()
        needs, tier = Needs("general", "en"), self.file.default_tier
        for agent in self.file.agents:
            work = Work(f"elsewhere-{agent}", WorkKind.CALL, needs, tier, Urgency.SERVICE, self.clock.now())
            await self.floor.feed(WorkClaimed(agent, work))

    async def off_shift(self) -> None:
        """All agents are gone."""
        for agent in self.file.agents:
            await self._engine.desk.sign_out(agent)

    async def serves(self, conduct: Conduct) -> None:
        """One call by somebody new, to the end of the agent's wrap-up if there was a conversation."""
        await self._rings(conduct)
        await asyncio.wait_for(self.telephone.is_over.wait(), _PATIENCE)
        await self._wrap_up()

    async def waits(self, conduct: Conduct, seconds: int) -> None:
        """One call by somebody new who hears music for so long and then hangs up."""
        await self._rings(conduct)
        await asyncio.wait_for(self.telephone.is_queued.wait(), _PATIENCE)
        await self.clock.advance(seconds)
        self.telephone.hang_up()
        await self._at_rest()

    async def rests(self, seconds: int) -> None:
        """Nothing happens for so long."""
        await self.clock.advance(seconds)

    async def owes(self) -> None:
        """A callback is promised while nobody is there; then everybody is, and it is about to fall due."""
        await self.off_shift()
        if (gone := (self.clock.now() - BEGINS).total_seconds() % _DAY) > _LATE:
            await self.clock.leap(_DAY - gone)
        await self.serves(PROMISED)
        await self.on_shift()
        async with self.book.store.reading() as reader:
            owed = [one for one in await reader.promises() if one.state is PromiseState.OWED]
        (promise,) = [one for one in owed if one.kind is PromiseKind.CALLBACK]
        assert promise.opens is not None
        await self.clock.advance((promise.opens - self.clock.now()).total_seconds() - 1)

    async def keeps(self) -> None:
        """What is owed falls due, and is kept."""
        self.telephone.is_over.clear()
        for _ in range(_BEATS):
            if self.telephone.is_over.is_set():
                break
            await asyncio.sleep(_BEAT)
            await self.clock.advance(1.0)
        else:
            raise TimeoutError("a promise is not kept")
        await self._wrap_up()

    async def _rings(self, conduct: Conduct) -> None:
        self._count += 1
        self.telephone.comes(f"+82105{self._count:07}", conduct)

    async def _wrap_up(self) -> None:
        """What the hotline still writes of the call is written before the agent's note."""
        await self._at_rest()
        dispatcher = self._engine.switchboard.dispatcher
        for agent in self.telephone.talked_with:
            await _until(partial(self._is_at_end, agent))
            if dispatcher.engagement(agent) is not None:
                await self._engine.desk.finish(agent, None, False, "told them what to do")
        self.telephone.talked_with.clear()
        await self._at_rest()

    def _is_at_end(self, agent: str) -> bool:
        held = self._engine.switchboard.dispatcher.engagement(agent)
        return held is None or held.stage is Stage.WRAP_UP

    async def _at_rest(self) -> None:
        """Nobody is on a call, and everything of it is written."""
        await _until(lambda: not self._engine.switchboard.sessions)
        await self.clock.settle()


async def _until(is_so: Callable[[], bool]) -> None:
    """The database works in threads and processes of its own, in real time. Raises `TimeoutError`."""
    for _ in range(_BEATS):
        if is_so():
            return
        await asyncio.sleep(_BEAT)
    raise TimeoutError("a call does not end")
