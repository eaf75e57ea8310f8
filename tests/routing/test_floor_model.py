"""The floor against a plain model of it: whatever happens in whatever order, its invariants hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from config.hotline_file import HotlineFile
from config.urgency import Urgency
from routing.agents import AgentOnFloor, AgentState
from routing.changes import (
    AgentPaused,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    Change,
    FailedWhy,
    OfferFailed,
    OfferTaken,
    TimePassed,
    WorkArrived,
    WorkClaimed,
    WorkEnded,
    WorkLeft,
    WrapUpEnded,
)
from routing.floor import Floor
from routing.outcomes import AgentChanged, OfferEnded, OfferMade, Outcome, WorkGone, WorkReturned
from routing.receipts import Receipt
from routing.replay import FileAdopted, FloorOpened, Recorded, replay
from routing.score import standing
from routing.work import Mood, Needs, Skills, Work, WorkKind
from tests.routing.days import FILES
from tests.routing.floors import START

STEPS = 10_000
BUSY = (AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP)
HANDS = (AgentState.OFFERED, AgentState.TALKING)
NAMES = sorted({name for file in FILES.values() for name in file.agents})
AGENTS = st.sampled_from(NAMES)
#: Lets a rule do its work once in a while.
SELDOM = st.integers(0, 9)
PIECES = st.integers(0, 400)


def serves(file: HotlineFile, name: str, work: Work, now: datetime) -> bool:
    """Written out afresh, not by `routing.match`: may this agent be given this work now?"""
    spec = file.agents.get(name)
    if (
        spec is None
        or work.needs.language not in spec.languages
        or (spec.queues and work.needs.queue not in spec.queues)
    ):
        return False
    relax = sum(now >= work.since + timedelta(seconds=limit) for limit in file.scoring.relax_after)
    return all(spec.skills.get(skill, 0) >= max(1, level - relax) for skill, level in work.needs.skills)


class FloorMachine(RuleBasedStateMachine):
    """Feeds anything at any time, also what is too late or was never true."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.floor = Floor(FILES["1"], "1")
        self.now = START
        self.recording = [Recorded(FloorOpened("1"), START)]
        self.receipts: list[Receipt] = []
        self.version, self.adopting = "1", False
        self.pieces: list[Work] = []
        self.alive: dict[str, Work] = {}

    def feed(self, change: Change) -> tuple[Outcome, ...]:
        FloorMachine.steps += 1
        before = [waiting.work.id for waiting in self.floor.waiting(self.now)]
        busy = {name for name, state in self.states().items() if state in BUSY}
        adopting, self.adopting = self.adopting, False
        self.recording.append(Recorded(change, self.now))
        outcomes = self.floor.feed(change, self.now)
        self.receipts.extend(outcome.receipt for outcome in outcomes if isinstance(outcome, OfferMade))
        for outcome in outcomes:
            if isinstance(outcome, WorkGone):
                del self.alive[outcome.work.id]
            if isinstance(outcome, WorkReturned):  # when a promise is due again, only its ledger knows
                assert self.alive[outcome.work_id].kind is WorkKind.CALL
        self.check_offers(outcomes)
        moved = {outcome.agent for outcome in outcomes if isinstance(outcome, AgentChanged)}
        self.check_holds(outcomes, busy - moved)
        if not adopting:  # another file may weigh tiers and urgencies otherwise
            self.check_old_places(before)
        return outcomes

    def check_offers(self, outcomes: tuple[Outcome, ...]) -> None:
        """Nothing with a better claim on the agent was passed over."""
        for outcome in outcomes:
            if not isinstance(outcome, OfferMade):
                continue
            assert self.serves(outcome.agent, outcome.work)
            assert outcome.receipt.file_version == self.version
            assert abs(sum(outcome.receipt.terms.values()) - outcome.receipt.score) < 1e-6
            for waiting in self.floor.waiting(self.now):
                if self.may_have(outcome.agent, waiting.work):
                    assert waiting.score <= outcome.receipt.score + 1e-6

    def check_holds(self, outcomes: tuple[Outcome, ...], busy: set[str]) -> None:
        """Work was not given to others while its own agent, at work all along, was to be waited for."""
        for outcome in outcomes:
            if isinstance(outcome, OfferMade) and outcome.work.own_agent in busy:
                assert not (self.held(outcome.work) and self.serves(outcome.work.own_agent, outcome.work))

    def check_old_places(self, before: list[str]) -> None:
        """Those who waited before and still wait stand in the same order."""
        after = [waiting.work.id for waiting in self.floor.waiting(self.now)]
        stayed = set(before) & set(after)
        assert [w for w in before if w in stayed] == [w for w in after if w in stayed]

    def states(self) -> dict[str, AgentState]:
        return {seen.id: seen.state for seen in self.floor.agents()}

    def may_have(self, name: str, work: Work) -> bool:
        own = work.own_agent
        if not self.serves(name, work):
            return False
        if own is None or own == name or not self.serves(own, work):
            return True
        return not (self.held(work) and self.states()[own] in BUSY)

    def serves(self, name: str, work: Work) -> bool:
        return serves(self.floor.file, name, work, self.now)

    def held(self, work: Work) -> bool:
        return self.now < work.since + timedelta(seconds=self.floor.file.scoring.affinity_hold)

    def seen(self, name: str) -> AgentOnFloor | None:
        return next((seen for seen in self.floor.agents() if seen.id == name), None)

    def in_hand(self, name: str) -> str | None:
        seen = self.seen(name)
        return seen.work if seen is not None else None

    def piece(self, number: int) -> Work | None:
        return self.pieces[number % len(self.pieces)] if self.pieces else None

    # --- what can happen

    @rule(
        promised=st.booleans(),
        language=st.sampled_from(("en", "en", "ko", "ko", "zh")),
        queue=st.sampled_from(("general", "general", "spares")),
        skills=st.sampled_from(((), (("safety", 3),), (("money", 1),), (("money", 2), ("safety", 1)))),
        tier=st.sampled_from(("vip", "standard", "forgotten")),
        urgency=st.sampled_from(Urgency),
        own=st.sampled_from((None, "left-long-ago", *NAMES, *NAMES)),
        repeat=st.booleans(),
        mood=st.sampled_from(Mood),
        opened=st.sampled_from((0, 20, 500)),
        window=st.sampled_from((0, 60, 600)),
        preferred=st.sampled_from(((), (("money", 2),))),
    )
    def arrive(
        self,
        promised: bool,
        language: str,
        queue: str,
        skills: tuple[tuple[str, int], ...],
        tier: str,
        urgency: Urgency,
        own: str | None,
        repeat: bool,
        mood: Mood,
        opened: int,
        window: int,
        preferred: Skills,
    ) -> None:
        opens = self.now - timedelta(seconds=opened)
        work = Work(
            id=f"w{len(self.pieces)}",
            kind=WorkKind.PROMISE if promised else WorkKind.CALL,
            needs=Needs(queue, language, skills),
            tier=tier,
            urgency=urgency,
            since=self.now,
            opens=opens if promised else None,
            due=opens + timedelta(seconds=window) if promised else None,
            own_agent=own,
            repeat=repeat,
            mood=mood,
            preferred=preferred,
        )
        self.pieces.append(work)
        self.alive[work.id] = work
        self.feed(WorkArrived(work))

    @rule(number=PIECES)
    def arrive_again_or_leave(self, number: int) -> None:
        work = self.piece(number)
        if work is None or work.id not in self.alive:
            return
        if number % 2:
            assert not any(outcome for outcome in self.feed(WorkArrived(work)) if isinstance(outcome, WorkGone))
        else:
            self.feed(WorkLeft(work.id))
            assert work.id not in self.alive

    @initialize()
    def open(self) -> None:
        for name in FILES["1"].agents:
            self.begin(name)

    @rule(name=AGENTS)
    def begin(self, name: str) -> None:
        if self.seen(name) is None:
            return
        self.feed(AgentSignedIn(name))
        self.feed(AgentReady(name))

    @rule(name=AGENTS)
    def go_on_with_what_is_in_hand(self, name: str) -> None:
        """The usual way: taken, talked over, wrapped up."""
        seen = self.seen(name)
        if seen is None:
            return
        if seen.work is None:
            self.feed(WrapUpEnded(name))
        else:
            offered = seen.state is AgentState.OFFERED
            self.feed(OfferTaken(name, seen.work) if offered else WorkEnded(name, seen.work))

    @rule(name=AGENTS, step=st.sampled_from(("in", "out", "pause", "ready", "ready", "wrapped-up")))
    def change_state(self, name: str, step: str) -> None:
        changes: dict[str, Change] = {
            "in": AgentSignedIn(name),
            "out": AgentSignedOut(name),
            "pause": AgentPaused(name, "lunch"),
            "ready": AgentReady(name),
            "wrapped-up": WrapUpEnded(name),
        }
        if self.seen(name) is not None:
            self.feed(changes[step])

    @rule(name=AGENTS)
    def take_what_is_offered(self, name: str) -> None:
        work = self.in_hand(name)
        if work is not None:
            self.feed(OfferTaken(name, work))

    @rule(name=AGENTS, why=st.sampled_from(FailedWhy))
    def fail_what_is_in_hand(self, name: str, why: FailedWhy) -> None:
        work = self.in_hand(name)
        if work is not None:
            outcomes = self.feed(OfferFailed(name, work, why))
            assert any(isinstance(each, OfferEnded) and each.work_id == work for each in outcomes)

    @rule(name=AGENTS)
    def end_what_is_in_hand(self, name: str) -> None:
        work = self.in_hand(name)
        if work is not None:
            self.feed(WorkEnded(name, work))

    @rule(name=AGENTS, number=PIECES, step=st.sampled_from(("take", "fail", "end")))
    def say_what_may_be_untrue(self, name: str, number: int, step: str) -> None:
        work = self.piece(number)
        if work is None or self.seen(name) is None:
            return
        changes: dict[str, Change] = {
            "take": OfferTaken(name, work.id),
            "fail": OfferFailed(name, work.id, FailedWhy.NO_ANSWER),
            "end": WorkEnded(name, work.id),
        }
        self.feed(changes[step])

    @rule(name=AGENTS, number=PIECES)
    def claim(self, name: str, number: int) -> None:
        work = self.piece(number)
        if work is None or work.kind is not WorkKind.PROMISE or self.seen(name) is None:
            return
        was_alive = work.id in self.alive
        self.alive[work.id] = work
        outcomes = self.feed(WorkClaimed(name, work))
        if not was_alive and AgentChanged(name, AgentState.TALKING, "") not in outcomes:
            self.alive.pop(work.id, None)

    @rule(seconds=st.sampled_from((0, 1, 5, 15, 25, 30, 60, 180, 700)))
    def let_time_pass(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        before = {seen.id: seen for seen in self.floor.agents()}
        outcomes = self.feed(TimePassed())
        for outcome in outcomes:
            if isinstance(outcome, WorkReturned):
                assert any(seen.work == outcome.work_id for seen in before.values())

    @rule()
    def wait_for_the_next_moment(self) -> None:
        moment = self.floor.next_moment(self.now)
        if moment is not None:
            self.now = moment
            self.feed(TimePassed())

    @rule(version=st.sampled_from(sorted(FILES)), seldom=SELDOM)
    def publish(self, version: str, seldom: int) -> None:
        if seldom:
            return
        self.floor.adopt(FILES[version], version)
        self.recording.append(Recorded(FileAdopted(version), self.now))
        self.version, self.adopting = version, True
        self.feed(TimePassed())

    @rule(order=st.randoms(use_true_random=False), seldom=SELDOM)
    def restart(self, order: Random, seldom: int) -> None:
        """Another process takes over: whoever is in hand is claimed, who waits is told anew with their time of arrival,
        and a promise on offer goes back to its ledger."""
        if seldom:
            return
        agents, waiting = self.floor.agents(), [waiting.work for waiting in self.floor.waiting(self.now)]
        self.floor = Floor(FILES[self.version], self.version)
        self.recording.append(Recorded(FloorOpened(self.version), self.now))
        for seen in agents:
            if seen.work is None or self.seen(seen.id) is None:
                continue
            work = self.alive[seen.work]
            if seen.state is AgentState.OFFERED and work.kind is WorkKind.PROMISE:
                del self.alive[work.id]
            elif seen.state is AgentState.OFFERED:
                waiting.append(work)
            else:
                self.feed(AgentSignedIn(seen.id))
                self.feed(WorkClaimed(seen.id, work))
        for seen in agents:  # who was leaving has gone, and whom they talked to with them
            if seen.work is not None and self.seen(seen.id) is None:
                self.alive.pop(seen.work, None)
        order.shuffle(waiting)
        for work in waiting:
            self.feed(WorkArrived(work))
        for seen in agents:
            if seen.state is AgentState.READY and self.seen(seen.id) is not None:
                self.begin(seen.id)

    # --- what always holds

    @invariant()
    def every_piece_of_work_is_in_exactly_one_place(self) -> None:
        places = [waiting.work.id for waiting in self.floor.waiting(self.now)]
        places += [seen.work for seen in self.floor.agents() if seen.work is not None]
        assert sorted(places) == sorted(self.alive)

    @invariant()
    def an_agent_has_work_exactly_while_offered_or_talking(self) -> None:
        for seen in self.floor.agents():
            assert (seen.work is not None) == (seen.state in HANDS)

    @invariant()
    def every_agent_is_there_once_and_those_of_no_file_finish_what_they_have(self) -> None:
        there = [seen.id for seen in self.floor.agents()]
        assert len(there) == len(set(there))
        assert set(self.floor.file.agents) <= set(there)
        for seen in self.floor.agents():
            assert seen.id in self.floor.file.agents or seen.state in BUSY

    @invariant()
    def no_free_agent_stands_beside_waiting_work_that_matches(self) -> None:
        free = [name for name, state in self.states().items() if state is AgentState.READY]
        for waiting in self.floor.waiting(self.now):
            assert not [name for name in free if self.may_have(name, waiting.work)]

    @invariant()
    def waiting_work_stands_by_score_then_arrival(self) -> None:
        line = self.floor.waiting(self.now)
        assert all(w.score == standing(w.work, self.floor.file).score(self.now) for w in line)
        assert list(line) == sorted(line, key=lambda w: (-w.score, w.work.since))

    @invariant()
    def the_next_moment_lies_ahead(self) -> None:
        moment = self.floor.next_moment(self.now)
        if self.recording[-1].at == self.now:
            assert moment is None or moment > self.now

    def teardown(self) -> None:
        """Feeding the same day to another floor gives the same receipts."""
        assert list(replay(self.recording, FILES)) == self.receipts


@pytest.mark.long
def test_the_floor_keeps_its_invariants_over_ten_thousand_steps() -> None:
    FloorMachine.steps = 0
    run_state_machine_as_test(
        FloorMachine,
        settings=settings(
            max_examples=240, stateful_step_count=100, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )
    assert FloorMachine.steps >= STEPS
