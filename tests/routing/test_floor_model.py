"""The floor against a plain model of it: whatever happens in whatever order, its invariants hold."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from config.urgency import Urgency
from routing.agents import AgentState
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
from routing.score import standing
from routing.work import Mood, Needs, Work, WorkKind
from tests.routing.floors import START, agent, hotline

FILE = hotline(
    {
        "kim": agent("en", "ko", safety=5, calm=True),
        "lee": agent("en", safety=2, money=3, wrap_up=0),
        "park": agent("ko", money=1, queues=("general",)),
        "choi": agent("en", "ko", queues=("spares",)),
    },
    scoring={"offer_timeout": 25, "relax_after": (60, 180), "affinity_hold": 30},
)
BUSY = (AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP)
AGENTS = st.sampled_from(sorted(FILE.agents))
PIECES = st.integers(0, 400)


def serves(name: str, work: Work, now: datetime) -> bool:
    """Written out afresh, not by `routing.match`: may this agent be given this work now?"""
    spec = FILE.agents.get(name)
    if (
        spec is None
        or work.needs.language not in spec.languages
        or (spec.queues and work.needs.queue not in spec.queues)
    ):
        return False
    waited = now - work.since
    relax = (waited >= timedelta(seconds=60)) + (waited >= timedelta(seconds=180))
    return all(spec.skills.get(skill, 0) >= max(1, level - relax) for skill, level in work.needs.skills)


class FloorMachine(RuleBasedStateMachine):
    """Feeds anything at any time, also what is too late or was never true."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = Floor(FILE, "v1")
        self.now = START
        self.told: list[tuple[Change, datetime, tuple[Outcome, ...]]] = []
        self.pieces: list[Work] = []
        self.alive: dict[str, Work] = {}

    def feed(self, change: Change) -> tuple[Outcome, ...]:
        before = [waiting.work.id for waiting in self.floor.waiting(self.now)]
        busy = {name for name, state in self.states().items() if state in BUSY}
        outcomes = self.floor.feed(change, self.now)
        self.told.append((change, self.now, outcomes))
        for outcome in outcomes:
            if isinstance(outcome, WorkGone):
                del self.alive[outcome.work.id]
            if isinstance(outcome, WorkReturned):  # when a promise is due again, only its ledger knows
                assert self.alive[outcome.work_id].kind is WorkKind.CALL
        self.check_offers(outcomes)
        moved = {outcome.agent for outcome in outcomes if isinstance(outcome, AgentChanged)}
        self.check_holds(outcomes, busy - moved)
        self.check_old_places(before)
        return outcomes

    def check_offers(self, outcomes: tuple[Outcome, ...]) -> None:
        """Nothing with a better claim on the agent was passed over."""
        for outcome in outcomes:
            if not isinstance(outcome, OfferMade):
                continue
            assert serves(outcome.agent, outcome.work, self.now)
            assert abs(sum(outcome.receipt.terms.values()) - outcome.receipt.score) < 1e-6
            for waiting in self.floor.waiting(self.now):
                if self.may_have(outcome.agent, waiting.work):
                    assert waiting.score <= outcome.receipt.score + 1e-6

    def check_holds(self, outcomes: tuple[Outcome, ...], busy: set[str]) -> None:
        """Work was not given to others while its own agent, at work all along, was to be waited for."""
        for outcome in outcomes:
            if isinstance(outcome, OfferMade) and outcome.work.own_agent in busy:
                held = self.now < outcome.work.since + timedelta(seconds=30)
                assert not (held and serves(outcome.work.own_agent, outcome.work, self.now))

    def check_old_places(self, before: list[str]) -> None:
        """Those who waited before and still wait stand in the same order."""
        after = [waiting.work.id for waiting in self.floor.waiting(self.now)]
        stayed = set(before) & set(after)
        assert [w for w in before if w in stayed] == [w for w in after if w in stayed]

    def states(self) -> dict[str, AgentState]:
        return {seen.id: seen.state for seen in self.floor.agents()}

    def may_have(self, name: str, work: Work) -> bool:
        own = work.own_agent
        if not serves(name, work, self.now):
            return False
        if own is None or own == name or not serves(own, work, self.now):
            return True
        held = self.now < work.since + timedelta(seconds=30)
        return not (held and self.states()[own] in BUSY)

    def piece(self, number: int) -> Work | None:
        return self.pieces[number % len(self.pieces)] if self.pieces else None

    # --- what can happen

    @rule(
        promised=st.booleans(),
        language=st.sampled_from(("en", "ko", "zh")),
        queue=st.sampled_from(("general", "spares")),
        skills=st.sampled_from(((), (("safety", 3),), (("money", 1),), (("money", 2), ("safety", 1)))),
        tier=st.sampled_from(("vip", "standard", "forgotten")),
        urgency=st.sampled_from(Urgency),
        own=st.none() | AGENTS | st.just("left-long-ago"),
        repeat=st.booleans(),
        mood=st.sampled_from(Mood),
        opened=st.sampled_from((0, 20, 500)),
        window=st.sampled_from((0, 60, 600)),
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
        )
        self.pieces.append(work)
        self.alive[work.id] = work
        self.feed(WorkArrived(work))

    @rule(number=PIECES)
    def arrive_again_or_leave(self, number: int) -> None:
        work = self.piece(number)
        if work is None:
            return
        if number % 2 and work.id in self.alive:
            assert not any(outcome for outcome in self.feed(WorkArrived(work)) if isinstance(outcome, WorkGone))
        else:
            self.feed(WorkLeft(work.id))
            assert work.id not in self.alive

    @rule(name=AGENTS)
    def begin(self, name: str) -> None:
        self.feed(AgentSignedIn(name))
        self.feed(AgentReady(name))

    @rule(name=AGENTS, step=st.sampled_from(("in", "out", "pause", "ready", "wrapped-up")))
    def change_state(self, name: str, step: str) -> None:
        changes: dict[str, Change] = {
            "in": AgentSignedIn(name),
            "out": AgentSignedOut(name),
            "pause": AgentPaused(name, "lunch"),
            "ready": AgentReady(name),
            "wrapped-up": WrapUpEnded(name),
        }
        self.feed(changes[step])

    @rule(name=AGENTS)
    def take_what_is_offered(self, name: str) -> None:
        seen = next(seen for seen in self.floor.agents() if seen.id == name)
        if seen.work is not None:
            self.feed(OfferTaken(name, seen.work))

    @rule(name=AGENTS, why=st.sampled_from(FailedWhy))
    def fail_what_is_in_hand(self, name: str, why: FailedWhy) -> None:
        seen = next(seen for seen in self.floor.agents() if seen.id == name)
        if seen.work is not None:
            outcomes = self.feed(OfferFailed(name, seen.work, why))
            assert OfferEnded(seen.work, name, why) in outcomes or seen.work not in self.alive

    @rule(name=AGENTS)
    def end_what_is_in_hand(self, name: str) -> None:
        seen = next(seen for seen in self.floor.agents() if seen.id == name)
        if seen.work is not None:
            self.feed(WorkEnded(name, seen.work))

    @rule(name=AGENTS, number=PIECES, step=st.sampled_from(("take", "fail", "end")))
    def say_what_may_be_untrue(self, name: str, number: int, step: str) -> None:
        work = self.piece(number)
        if work is None:
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
        if work is None or work.kind is not WorkKind.PROMISE:
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

    # --- what always holds

    @invariant()
    def every_piece_of_work_is_in_exactly_one_place(self) -> None:
        places = [waiting.work.id for waiting in self.floor.waiting(self.now)]
        places += [seen.work for seen in self.floor.agents() if seen.work is not None]
        assert sorted(places) == sorted(self.alive)

    @invariant()
    def an_agent_has_work_exactly_while_offered_or_talking(self) -> None:
        for seen in self.floor.agents():
            assert (seen.work is not None) == (seen.state in (AgentState.OFFERED, AgentState.TALKING))

    @invariant()
    def no_free_agent_stands_beside_waiting_work_that_matches(self) -> None:
        free = [name for name, state in self.states().items() if state is AgentState.READY]
        for waiting in self.floor.waiting(self.now):
            assert not [name for name in free if self.may_have(name, waiting.work)]

    @invariant()
    def waiting_work_stands_by_score_then_arrival(self) -> None:
        line = self.floor.waiting(self.now)
        assert all(w.score == standing(w.work, FILE).score(self.now) for w in line)
        assert list(line) == sorted(line, key=lambda w: (-w.score, w.work.since, int(w.work.id[1:])))

    @invariant()
    def the_next_moment_lies_ahead(self) -> None:
        moment = self.floor.next_moment(self.now)
        if self.told and self.told[-1][1] == self.now:
            assert moment is None or moment > self.now

    def teardown(self) -> None:
        """Feeding the same day to another floor gives the same outcomes, receipts included."""
        again = Floor(FILE, "v1")
        for change, now, outcomes in self.told:
            assert again.feed(change, now) == outcomes


TestFloorMachine = FloorMachine.TestCase
TestFloorMachine.settings = settings(
    max_examples=120, stateful_step_count=90, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
