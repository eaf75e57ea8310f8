"""A stage on which journeys are played as timed scripts.

    await mia.rings(at=0)
    await mia.hears("greeting", "ask-problem", by=3)
    await mia.says("the charger is smoking", at=4)
    await mia.presses("1", at=9)

The hotline on it is the real one over stores in memory; telephones, ears and the time are scripted. Seconds count from
the stage's beginning, Monday noon in Seoul.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from callbacks.calls.records import CallRecord, CallRecords
from callbacks.entries import AttemptEnded
from callbacks.model import AttemptOutcome, Contact, Promise, PromiseState
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.memory_calls import MemoryCalls
from callbacks.store.memory_dialled import MemoryDialledDays
from config.clock import VirtualClock
from config.events import Event, EventBus
from config.hotline_file import HotlineFile
from ivr.keeper import PromiseKeeper
from ivr.live_casedesk import LiveCaseDesk
from ivr.live_conversations import LiveConversations
from ivr.live_desk import LiveDesk
from ivr.messages import EdgeCommand, Tap
from ivr.own_calls import OwnCalls
from ivr.promising import Promising
from ivr.renegotiating import Renegotiating
from ivr.services import Edition, Services
from ivr.solved_cases import LikeSolved
from ivr.speech.scripted_ears import ScriptedEars
from ivr.switchboard import Switchboard
from ivr.understanding.understander import Understander
from routing.agents import AgentState
from routing.events import WorkLeftFloor
from routing.floor import Floor
from routing.memory_receipts import MemoryReceipts
from routing.service import FloorService
from tests.callbacks.promised import promise_callback
from tests.journeys.people import AgentPhone, Caller
from tests.journeys.world import HeldBook, TellingPrompts, WorldEdge

C_ = TypeVar("C_", bound=EdgeCommand)

MONDAY_NOON_IN_SEOUL = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stores:
    """What outlives a run of the hotline."""

    events: EventBus
    book: HeldBook
    calls: MemoryCalls
    receipts: MemoryReceipts
    dialled: MemoryDialledDays

    @classmethod
    def empty(cls) -> Stores:
        """Nothing written yet."""
        events = EventBus()
        return cls(events, HeldBook(events), MemoryCalls(events), MemoryReceipts(events), MemoryDialledDays(events))

    def as_left_by_a_crash(self) -> Stores:
        """What is committed by now; what a dying process still writes goes nowhere."""
        book = HeldBook(self.events)
        book.pages = self.book.pages.copy()
        return Stores(self.events, book, self.calls.copy(), self.receipts, self.dialled)


class JourneyStage:
    """One run of the hotline, and the people around it."""

    def __init__(
        self,
        file: HotlineFile,
        understander: Understander,
        clock: VirtualClock | None = None,
        stores: Stores | None = None,
        languages: Iterable[str] = ("en", "zh", "ko"),
        recordings: Path | None = None,
    ) -> None:
        self.file = file
        self.clock = clock or VirtualClock(MONDAY_NOON_IN_SEOUL)
        self.stores = stores or Stores.empty()
        self.edge = WorldEdge(self.clock)
        self.ears = ScriptedEars(self.clock, frozenset(languages))
        self.book = PromiseBook(self.stores.book, self.clock, BookRules.of(file))
        self.calls = CallRecords(self.stores.calls, self.clock)
        self.floor = FloorService(Floor(file, "1"), self.stores.receipts, self.clock)
        self.events: list[Event] = []
        edition = Edition("1", file, TellingPrompts(file), understander)
        self.services = Services(
            clock=self.clock,
            events=self.stores.events,
            edge=self.edge,
            ears=self.ears,
            book=self.book,
            calls=self.calls,
            floor=self.floor,
            promising=Promising(self.book, self.floor, self.clock, lambda: file),
            edition=lambda: edition,
            recordings=recordings,
            caller_number="1000",
            dialled=self.stores.dialled,
        )
        self.switchboard = Switchboard(self.services)
        self.own_calls = OwnCalls(self.services, self.switchboard)
        self.keeper = PromiseKeeper(self.book, self.floor, self.clock, self.own_calls.take, self.switchboard.ceiling)
        self.renegotiating = Renegotiating(self.services, self.switchboard)
        self.desk = LiveDesk(self.services, self.switchboard.dispatcher, self.keeper)
        self.conversations = LiveConversations(self.services, self.switchboard.dispatcher, self.switchboard.lines)
        self.solved = LikeSolved(self.book, self.stores.events, self.clock)
        self.cases = LiveCaseDesk(self.services, self.switchboard.dispatcher, self.solved)
        self._understander = understander
        self._running: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """The curtain rises."""
        self.stores.events.subscribe(self.events.append)
        await self.keeper.recover()
        await self.switchboard.start()
        self.own_calls.begin()
        self._running = [self._run(self.floor.run()), self._run(self.keeper.run()), self._run(self.renegotiating.run())]
        await self.settle()

    async def close(self) -> None:
        """The hotline is stopped."""
        await self.solved.stop()
        await self.own_calls.stop()
        await self.switchboard.stop()
        await self._end_running()

    async def crash(self, *, edge_survives: bool = False) -> JourneyStage:
        """The process dies in the middle of what it does; another one begins with what was committed. The telephones
        die with it unless their process survives."""
        stores = self.stores.as_left_by_a_crash()
        reborn = JourneyStage(self.file, self._understander, self.clock, stores)
        if edge_survives:
            reborn.edge.outlive(self.edge)
        await self.close()
        await reborn.open()
        return reborn

    # --- time -------------------------------------------------------------------------------------------------------

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return self.clock.monotonic()

    async def at(self, seconds: float) -> None:
        """Let the time pass until then."""
        assert seconds >= self.seconds, f"the script goes back from {self.seconds} to {seconds}"
        await self.clock.advance(seconds - self.seconds)

    async def at_moment(self, moment: datetime) -> None:
        """Let the time pass until a moment of the calendar."""
        await self.at(self.seconds + (moment - self.clock.now()).total_seconds())

    async def settle(self) -> None:
        """Let everything happen that happens now."""
        await self.clock.settle()

    # --- people -----------------------------------------------------------------------------------------------------

    def caller(self, number: str) -> Caller:
        """Someone with a telephone of this number."""
        return Caller(self, number)

    def agent(self, name: str) -> AgentPhone:
        """The phone of an agent of the hotline file."""
        return AgentPhone(self, name)

    async def on_shift(self, *names: str) -> tuple[AgentPhone, ...]:
        """These agents are ready."""
        for name in names:
            await self.desk.sign_in(name)
            await self.desk.ready(name)
        await self.settle()
        return tuple(self.agent(name) for name in names)

    async def owes(
        self, caller: Caller, category: str = "refund", *, opens: float = 60, window: float = 7200
    ) -> Promise:
        """A callback promised to the caller, for the window that opens so many seconds from now."""
        contact = await self.known(caller.number, self.file.default_tier)
        urgency = self.file.categories[category].urgency
        begins = self.clock.now() + timedelta(seconds=opens)
        return await promise_callback(self.book, contact, category, urgency, begins, window)

    async def known(self, number: str, tier: str) -> Contact:
        """A contact whom the book knows already."""
        contact = await self.book.contact_by_number(number, tier)
        assert contact.tier == tier
        return contact

    async def has_other_numbers(self, caller: Caller, *numbers: str) -> None:
        """The book knows further numbers of the caller."""
        contact = await self.book.contact_by_number(caller.number, self.file.default_tier)
        async with self.stores.book.unit_of_work() as unit:
            await unit.save_contact(replace(contact, other_numbers=numbers))

    # --- what came of it --------------------------------------------------------------------------------------------

    def call_of(self, caller: Caller) -> str:
        """The id of the call that the caller is on."""
        return next(call for call, session in self.switchboard.sessions.items() if session.leg == caller.leg)

    def is_heard(self, caller: Caller) -> bool:
        """Whether the ears are given what the caller says."""
        taps = [command.on for command in self.edge.sent if isinstance(command, Tap) and command.leg == caller.leg]
        return bool(taps) and taps[-1]

    def state_of(self, agent: str) -> AgentState:
        """What the agent does."""
        return next(one.state for one in self.floor.agents() if one.id == agent)

    def sent(self, kind: type[C_]) -> list[C_]:
        """The commands of one kind that the edge was given."""
        return [command for command in self.edge.sent if isinstance(command, kind)]

    def told(self, kind: type[Event]) -> list[Event]:
        """The events of one kind that were published."""
        return [event for event in self.events if isinstance(event, kind)]

    def why_gone(self, work: str) -> list[str]:
        """Why the work left the floor, each time that it did."""
        return [event.why for event in self.events if isinstance(event, WorkLeftFloor) and event.subject == work]

    async def only_promise(self) -> Promise:
        """The one promise in the book, whatever became of it."""
        (promise,) = self.stores.book.pages.promises.values()
        return promise

    async def promise_state(self) -> PromiseState:
        """The state of the one promise in the book."""
        return (await self.only_promise()).state

    async def record_of(self, caller: Caller) -> CallRecord:
        """The record of the caller's last call."""
        contact = await self.book.contact_by_number(caller.number, self.file.default_tier)
        return (await self.calls.of_contact(contact.id))[0]

    async def entries(self) -> list[str]:
        """The ledger of the one promise, as words."""
        return [entry.kind.value for entry in await self.book.entries((await self.only_promise()).id)]

    async def attempts(self) -> list[AttemptOutcome]:
        """How the tries to keep the one promise ended."""
        entries = await self.book.entries((await self.only_promise()).id)
        return [entry.outcome for entry in entries if isinstance(entry, AttemptEnded)]

    async def is_at_rest(self) -> None:
        """Nobody is left over: no call, no line, no work, and the book agrees with its ledgers."""
        await self.settle()
        assert self.switchboard.sessions == {}
        assert self.edge.live_legs() == []
        assert self.floor.waiting() == ()
        assert not [agent for agent in self.floor.agents() if agent.work is not None]
        report = await self.book.audit()
        assert report.holds, report

    def _run(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        return asyncio.get_running_loop().create_task(work)

    async def _end_running(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
