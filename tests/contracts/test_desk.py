"""The real desk on the stage of the journeys, and the console's desk in memory, held to the same contract."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from callbacks.model import Case, CaseStatus, Contact, Promise, PromiseKind, PromiseState, Wish
from config.clock import VirtualClock
from config.events import EventBus
from config.hotline_file import HotlineFile
from config.ids import new_id, new_reference
from console.sample.memory_desk import MemoryDesk
from console.sample.memory_floor import Floor
from ivr.desk import AgentView, Stage, WaitingView, WorkView
from ivr.understanding.understander import Understander
from routing.work import Mood, WorkKind
from tests.contracts.desk_bench import ANA, DEE
from tests.contracts.desk_contract import DeskContract
from tests.journeys.people import Caller
from tests.journeys.stage import MONDAY_NOON_IN_SEOUL, JourneyStage

#: Agents take so long to pick up; what is said to both before they talk is over after `CONNECTING`.
RINGING, CONNECTING = 10.0, 16.0


class LiveBench:
    """The running hotline, its telephones and its time a script."""

    def __init__(self, stage: JourneyStage) -> None:
        self.stage = stage
        self.desk = stage.desk
        self.people = 0
        self.other: Caller | None = None
        for agent in (ANA, DEE):
            stage.agent(agent).will_pick_up(after=RINGING)

    def stops(self, at: datetime) -> None:
        self.stage.keeper.rest(at)

    def now(self) -> datetime:
        return self.stage.clock.now()

    async def time_passes(self, seconds: float) -> None:
        await self.stage.at(self.stage.seconds + seconds)
        await self.stage.settle()

    def _somebody(self) -> Caller:
        self.people += 1
        return self.stage.caller(f"+8210111100{self.people:02}")

    async def someone_calls(self) -> None:
        self.other, begins = self._somebody(), self.stage.seconds
        await self.other.rings(at=begins)
        await self.other.says("i want a refund", at=begins + 4)
        await self.other.presses("1", at=begins + 11)
        await self.stage.at(begins + 16)

    def the_phone_picks_up_when_asked(self, can: bool) -> None:
        for agent in (ANA, DEE):
            self.stage.agent(agent).will_pick_up(after=RINGING, when_asked=can)

    async def they_pick_up(self) -> None:
        await self.time_passes(CONNECTING)

    async def they_hang_up(self) -> None:
        assert self.other is not None
        await self.other.hangs_up(at=self.stage.seconds)

    async def a_case(self, category: str = "refund", product: str | None = None) -> Case:
        self.other = self._somebody()
        contact = await self.stage.known(self.other.number, self.stage.file.default_tier)
        return await self.stage.book.open_case(
            contact=contact.id,
            category=category,
            urgency=self.stage.file.categories[category].urgency,
            wish=Wish.NONE,
            language="en",
            summary="as told",
            product=product,
        )

    async def a_promise(
        self,
        *,
        opens: float = 0,
        due: float = 7200,
        owner: str | None = None,
        language: str = "en",
        skills: tuple[tuple[str, int], ...] = (("refund", 2),),
        case: Case | None = None,
    ) -> Promise:
        case, now = case or await self.a_case(), self.now()
        return await self.stage.book.make(
            kind=PromiseKind.CALLBACK,
            contact=case.contact,
            case=case.id,
            problem=None,
            tier=self.stage.file.default_tier,
            urgency=case.urgency,
            language=language,
            queue="general",
            skills=skills,
            opens=now + timedelta(seconds=opens),
            due=now + timedelta(seconds=due),
            owner=owner,
            note="as agreed",
        )

    async def case(self, case: str) -> Case:
        return await self.stage.book.case(case)

    async def promise(self, promise: str) -> Promise:
        return await self.stage.book.promise(promise)


class MemoryBench:
    """The desk without telephones."""

    def __init__(self, file: HotlineFile) -> None:
        self.file = file
        self.clock = VirtualClock(MONDAY_NOON_IN_SEOUL)
        self.floor = Floor(categories=frozenset(file.categories))
        for name, agent in file.agents.items():
            self.floor.agents[name] = AgentView(
                name, agent.name, "signed-out", "", self.now(), agent.station, dict(agent.skills), agent.languages
            )
        self.desk = MemoryDesk(self.clock, EventBus(), self.floor)

    def stops(self, at: datetime) -> None:
        self.floor.stops_at = at

    def now(self) -> datetime:
        return self.clock.now()

    async def time_passes(self, seconds: float) -> None:
        await self.clock.advance(seconds)

    def _at(self, *states: str) -> str:
        (agent,) = [agent.id for agent in self.floor.agents.values() if agent.state in states]
        return agent

    async def someone_calls(self) -> None:
        case, now = await self.a_case(), self.now()
        contact, work = self.floor.contacts[case.contact], new_id()
        self.floor.waiting[work] = WaitingView(
            work, WorkKind.CALL, "general", contact.tier, case.urgency, "en", now, None, 0.0
        )
        offer = WorkView(
            work=work,
            kind=WorkKind.CALL,
            stage=Stage.OFFERED,
            since=now,
            why="the only one who is ready",
            contact=contact.id,
            name=contact.name,
            number=contact.number,
            tier=contact.tier,
            language="en",
            category=case.category,
            urgency=case.urgency,
            mood=Mood.CALM,
            transcript=(),
            owed=(),
            history=(case,),
            case=case,
            promise=None,
        )
        await self.desk.offer(self._at("ready"), offer)

    def the_phone_picks_up_when_asked(self, can: bool) -> None:
        self.floor.phones_can_pick_up = can

    async def they_pick_up(self) -> None:
        agent = self._at("offered", "talking")
        if self.floor.work[agent].stage is not Stage.TALKING:
            await self.desk.connect(agent)

    async def they_hang_up(self) -> None:
        await self.desk.caller_hung_up(self._at("talking"))

    async def a_case(self, category: str = "refund", product: str | None = None) -> Case:
        number = f"+8210111100{len(self.floor.contacts):02}"
        contact = Contact(new_id(), number, self.file.default_tier)
        case = Case(
            id=new_id(),
            reference=new_reference(),
            contact=contact.id,
            category=category,
            urgency=self.file.categories[category].urgency,
            wish=Wish.NONE,
            language="en",
            status=CaseStatus.OPEN,
            opened_at=self.now(),
            product=product,
        )
        self.floor.contacts[contact.id], self.floor.cases[case.id] = contact, case
        return case

    async def a_promise(
        self,
        *,
        opens: float = 0,
        due: float = 7200,
        owner: str | None = None,
        language: str = "en",
        skills: tuple[tuple[str, int], ...] = (("refund", 2),),
        case: Case | None = None,
    ) -> Promise:
        case, now = case or await self.a_case(), self.now()
        promise = Promise(
            id=new_id(),
            reference=new_reference(),
            kind=PromiseKind.CALLBACK,
            state=PromiseState.OWED,
            contact=case.contact,
            case=case.id,
            problem=None,
            tier=self.file.default_tier,
            urgency=case.urgency,
            language=language,
            queue="general",
            skills=skills,
            made_at=now,
            opens=now + timedelta(seconds=opens),
            due=now + timedelta(seconds=due),
            owner=owner,
            attempts=0,
            version=1,
            note="as agreed",
        )
        self.floor.promises[promise.id] = promise
        return promise

    async def case(self, case: str) -> Case:
        return self.floor.cases[case]

    async def promise(self, promise: str) -> Promise:
        return self.floor.promises[promise]


class TestLiveDesk(DeskContract):
    """Over the floor, the book and the phones."""

    @pytest.fixture
    async def bench(self, file: HotlineFile, understander: Understander) -> AsyncIterator[LiveBench]:
        stage = JourneyStage(file, understander)
        await stage.open()
        yield LiveBench(stage)
        await stage.close()


class TestMemoryDesk(DeskContract):
    """Over dictionaries."""

    @pytest.fixture
    def bench(self, file: HotlineFile) -> MemoryBench:
        return MemoryBench(file)
