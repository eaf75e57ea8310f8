"""One exercise: a whole hotline in memory, in which one caller rings and one agent, the trainee, serves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from callbacks.entries import Corrected
from callbacks.events import CaseOpened
from callbacks.model import AttemptOutcome, CaseStatus, PromiseState
from config.clock import Clock
from config.events import Event
from config.hotline_file import HotlineFile
from config.urgency import Urgency
from console.workshop.practice import Facts, MadePromise, PhoneView, PromiseWanted, Remark, Scenario, Wanted, feedback
from hotline.practice.ground import COLLEAGUE, Past, category_like, dialled, number_of
from hotline.practice.phone import Conduct, NamedPrompts, PracticePhone
from hotline.practice.scripts import Script
from hotline.sandbox import Sandbox
from ivr.desk import Stage, WorkView
from ivr.events import WorkMovedOn
from ivr.services import Edition
from ivr.understanding.understander import Understander
from routing.agents import AgentState
from routing.events import AgentStateChanged

log = structlog.get_logger(__name__)

#: The call comes so long after the trainee is ready.
_CALL_AFTER_SECONDS = 2.0
_BETTER_A_PERSON = frozenset({"offer-callback", "offer-when-fixed", "offer-other-time"})

Prepare = Callable[[Past, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Exercise:
    """What a scenario is about, beside its script. `prepare` writes what happened before; `says_no_to` names the
    prompts to which the caller says no; a machine answers where `is_machine`; a supervisor `links` the case to the
    known problem."""

    wanted: Wanted
    category: str
    prepare: Prepare
    says_no_to: frozenset[str] = _BETTER_A_PERSON
    is_callback: bool = False
    is_machine: bool = False
    links: bool = False


async def _known(past: Past, category: str) -> None:
    await past.known_problem(category)


async def _solved(past: Past, category: str) -> None:
    await past.solved_cases(category)


async def _owed(past: Past, category: str) -> None:
    await past.due_promise(await past.of_the_caller(), category)


async def _twice_broken(past: Past, category: str) -> None:
    await past.broken_promises(await past.of_the_caller(), category, 2)


async def _nothing(past: Past, category: str) -> None:
    return None


EXERCISES: dict[str, Exercise] = {
    "billing": Exercise(Wanted(Urgency.MONEY, PromiseWanted.POSSIBLE), "billing", _solved),
    "angry": Exercise(Wanted(None, PromiseWanted.POSSIBLE), "account", _known, links=True),
    "safety": Exercise(Wanted(Urgency.SAFETY, PromiseWanted.NEEDED), "safety", _nothing),
    "voicemail": Exercise(
        Wanted(None, PromiseWanted.NONE, AttemptOutcome.VOICEMAIL),
        "delivery",
        _owed,
        is_callback=True,
        is_machine=True,
    ),
    "wrong_number": Exercise(
        Wanted(None, PromiseWanted.NONE), "other", _nothing, _BETTER_A_PERSON | {"confirm", "confirm-right"}
    ),
    "third_promise": Exercise(Wanted(None, PromiseWanted.NEEDED), "delivery", _twice_broken),
}


class PracticeRun:
    """One `Run` of practice. The call comes once the trainee is ready; it is over when the wrap-up ends."""

    def __init__(self, file: HotlineFile, agent: str, scenario: Scenario, script: Script, clock: Clock) -> None:
        """`file`: with the trainee alone at work; `clock`: in working hours."""
        self.agent = agent
        self.clock = clock
        self._file = file
        self._scenario = scenario
        self._exercise = EXERCISES[scenario.id]
        self._script = script
        key = str(file.languages.index(scenario.language) + 1)
        self._phone = PracticePhone(
            clock,
            script,
            Conduct(self._exercise.says_no_to, key),
            number_of(file.hotline.country),
            self._phone_changed,
            is_machine=self._exercise.is_machine,
        )
        edition = Edition("practice", file, NamedPrompts(file), Understander(file))
        self._sandbox = Sandbox(edition, clock, self._phone, self._phone.ears, "practice")
        self.desk, self.conversations = self._sandbox.desk, self._sandbox.conversations
        self.cases, self.events = self._sandbox.cases, self._sandbox.events
        self._tellings: set[asyncio.Task[None]] = set()
        self._begun = clock.now()
        self._closing = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._work: WorkView | None = None
        self._talked_from: datetime | None = None
        self._talked_until: datetime | None = None
        self._is_over = False
        self._remarks: tuple[Remark, ...] = ()
        self._has_called = self._exercise.is_callback

    # --- its life ---------------------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """What happened before is written, and the hotline lives."""
        past = Past(self._file, self._sandbox.store, self._begun, self._script)
        await self._exercise.prepare(past, category_like(self._file, self._exercise.category))
        self.events.subscribe(self._told)
        started = asyncio.Event()
        with structlog.contextvars.bound_contextvars(sandbox="practice"):
            self._life = asyncio.create_task(self._live(started))
        await started.wait()

    async def close(self) -> None:
        """It is gone."""
        self._closing.set()
        if self._life is not None:
            await self._life

    async def _live(self, started: asyncio.Event) -> None:
        try:
            async with self._sandbox.under_way():
                started.set()
                await self._closing.wait()
                self._phone.hang_up()  # the engine would wait for the end of a call
        except Exception:  # an exercise that breaks ends for its trainee only: the real hotline works on beside it
            log.exception("practice_broken")
        finally:
            started.set()

    async def _told(self, event: Event) -> None:
        if isinstance(event, WorkMovedOn) and event.subject == self.agent:
            await self._moved_on(event.stage)
        elif isinstance(event, AgentStateChanged) and event.subject == self.agent:
            await self._state_changed(event.state)
        elif isinstance(event, CaseOpened) and self._exercise.links:
            await self.desk.link_case((await self.desk.problems())[0].id, event.subject, by=COLLEAGUE)

    async def _moved_on(self, stage: str) -> None:
        now = self.clock.now()
        if stage == Stage.TALKING and self._talked_from is None:
            self._talked_from = now
        if stage == Stage.WRAP_UP:
            self._talked_until = now
        self._work = await self.desk.current(self.agent) or self._work

    async def _state_changed(self, state: str) -> None:
        if state == AgentState.READY and not self._has_called:
            self._has_called = True
            self._phone.ring_after(_CALL_AFTER_SECONDS, dialled(self._file, self._scenario.language))
        elif self._talked_until is not None and state not in (AgentState.WRAP_UP, AgentState.TALKING):
            await self.finish()

    def _phone_changed(self) -> None:
        """Pages look again."""
        moved = WorkMovedOn(subject=self.agent, at=self.clock.now(), work="", stage="phone")
        task = asyncio.get_running_loop().create_task(self.events.publish(moved))
        self._tellings.add(task)
        task.add_done_callback(self._tellings.discard)

    # --- the telephone ----------------------------------------------------------------------------------------------

    def view(self) -> PhoneView:
        """What is so now."""
        return PhoneView(
            scenario=self._scenario,
            state=self._phone.state,
            lines=tuple(self._phone.lines),
            has_more=self._phone.has_more,
            is_over=self._is_over,
            remarks=self._remarks,
            talked=self._talked(),
            budget=self._work.budget if self._work is not None else 0.0,
        )

    def pick_up(self) -> None:
        """The trainee's phone is picked up."""
        self._phone.pick_up()

    def say(self, text: str) -> None:
        """The trainee says something."""
        self._phone.say(text.strip())

    # --- how it went ------------------------------------------------------------------------------------------------

    async def finish(self) -> None:
        """It is over now."""
        if not self._is_over:
            self._remarks = feedback(self._exercise.wanted, await self.facts())
            self._is_over = True

    async def facts(self) -> Facts:
        """What happened, as the sandbox's book has it."""
        work, book = self._work, self._sandbox.book
        case = await book.case(work.case.id) if work is not None and work.case is not None else None
        history = await book.case_history(case.id) if case is not None else ()
        return Facts(
            talked=self._talked(),
            budget=work.budget if work is not None else 0.0,
            urgency=case.urgency if case is not None else None,
            noted=any(note.by == self.agent and note.what in ("noted", "solved") and note.text for note in history),
            is_solved=case is not None and case.status is not CaseStatus.OPEN,
            outcome=await self._outcome(work),
            promises=await self._promises(work),
        )

    def _talked(self) -> float | None:
        if self._talked_from is None:
            return None
        return ((self._talked_until or self.clock.now()) - self._talked_from).total_seconds()

    async def _outcome(self, work: WorkView | None) -> AttemptOutcome | None:
        if work is None or work.promise is None:
            return None
        entries = await self._sandbox.book.entries(work.promise.id)
        corrections = [entry.outcome for entry in entries if isinstance(entry, Corrected)]
        return corrections[-1] if corrections else None

    async def _promises(self, work: WorkView | None) -> tuple[MadePromise, ...]:
        """What the trainee promised to the caller."""
        if work is None:
            return ()
        async with self._sandbox.store.reading() as reader:
            every = await reader.promises(contact=work.contact, states=frozenset(PromiseState))
            made = [one for one in every if (await reader.entries(one.id))[0].by == self.agent]
        return tuple(
            MadePromise(self._can_be_kept(one.opens, one.due, one.made_at, one.tier), one.owner is not None)
            for one in made
        )

    def _can_be_kept(self, opens: datetime | None, due: datetime | None, made: datetime, tier: str) -> bool:
        if opens is None or due is None:
            return True  # when it is fixed
        zone, rules = ZoneInfo(self._file.hotline.zone), self._file.callbacks
        latest = made + timedelta(hours=self._file.tiers[tier].callback_deadline_hours)
        by_day = all(rules.quiet_until <= at.astimezone(zone).time() <= rules.quiet_from for at in (opens, due))
        return due <= latest and by_day
