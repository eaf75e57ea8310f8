from __future__ import annotations

import pytest

from config.errors import NotFound
from config.urgency import Urgency
from routing.agents import AgentState
from routing.changes import (
    AgentPaused,
    AgentReady,
    AgentSeated,
    AgentSignedIn,
    AgentSignedOut,
    Change,
    FailedWhy,
    LeftWhy,
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
from routing.outcomes import AgentChanged, OfferEnded, OfferMade, Outcome, WorkGone, WorkReturned, WorkStarted
from routing.receipts import Reason, explain
from routing.work import Mood, Needs
from tests.routing.floors import GENERAL, SAFETY, agent, at, bring_in, call, hotline, offers, promise


def one_agent(**scoring: float | tuple[float, ...]) -> Floor:
    return Floor(hotline({"kim": agent(safety=4)}, scoring=scoring), "v1")


def state(floor: Floor, name: str) -> AgentState:
    return next(seen.state for seen in floor.agents() if seen.id == name)


def queue(floor: Floor, seconds: float) -> list[str]:
    return [waiting.work.id for waiting in floor.waiting(at(seconds))]


def serve_once(floor: Floor, name: str, work: str, seconds: float) -> tuple[Outcome, ...]:
    """The agent takes the offer, talks, and skips the wrap-up, all at one moment."""
    floor.feed(OfferTaken(name, work), at(seconds))
    floor.feed(WorkEnded(name, work), at(seconds))
    return floor.feed(WrapUpEnded(name), at(seconds))


def test_a_vip_with_a_safety_matter_goes_ahead_of_two_earlier_standard_callers() -> None:
    floor = one_agent()
    floor.feed(WorkArrived(call("first")), at(0))
    floor.feed(WorkArrived(call("second", since=5)), at(5))
    floor.feed(WorkArrived(call("smoke", since=10, needs=SAFETY, tier="vip", urgency=Urgency.SAFETY)), at(10))
    outcomes = bring_in(floor, ("kim",), 22)
    assert offers(outcomes) == [("smoke", "kim")]
    receipt = next(outcome.receipt for outcome in outcomes if isinstance(outcome, OfferMade))
    assert explain(receipt) == ("safety first (100000), vip waited 12 s; ahead of 2; skill safety 4; the only one free")
    assert receipt.terms == {"waiting": 48.0, "urgency": 100_000.0}
    assert receipt.score == sum(receipt.terms.values())
    assert receipt.runner_up is not None
    assert (receipt.runner_up.work, receipt.runner_up.score) == ("first", 82.0)


def test_equal_scores_are_served_by_arrival() -> None:
    floor = one_agent()
    for name in ("a", "b", "c"):
        floor.feed(WorkArrived(call(name)), at(0))
    assert queue(floor, 30) == ["a", "b", "c"]


def test_the_lowest_tier_is_served_in_the_end_though_vips_alone_could_keep_the_agent_busy() -> None:
    floor = one_agent()
    bring_in(floor, ("kim",))
    for n in range(5):
        floor.feed(WorkArrived(call(f"backlog{n}", tier="vip")), at(0))
    in_hand = "backlog0"
    floor.feed(OfferTaken("kim", in_hand), at(0))
    floor.feed(WorkArrived(call("low", since=1, urgency=Urgency.INFO)), at(1))
    served = []
    for n in range(1, 40):
        floor.feed(WorkArrived(call(f"vip{n}", since=n * 60 - 30, tier="vip")), at(n * 60 - 30))
        in_hand = offers(serve_once(floor, "kim", in_hand, n * 60))[0][0]
        floor.feed(OfferTaken("kim", in_hand), at(n * 60))
        served.append(in_hand)
    # In the steady state a vip has waited 4.5 minutes: 1080 points, and 60 for the urgency. At minute 19 low has 1139.
    assert served.index("low") + 1 == 20
    assert served[0] == "backlog1"


def test_work_comes_back_to_its_exact_old_place_after_no_answer() -> None:
    floor = one_agent()
    bring_in(floor, ("kim",))
    for name in ("a", "b", "c"):
        floor.feed(WorkArrived(call(name)), at(0))
    assert queue(floor, 1) == ["b", "c"]
    assert floor.next_moment(at(0)) == at(25)
    outcomes = floor.feed(TimePassed(), at(25))
    assert outcomes == (
        OfferEnded("a", "kim", FailedWhy.NO_ANSWER),
        AgentChanged("kim", AgentState.UNREACHABLE, "no-answer"),
        WorkReturned("a"),
    )
    assert queue(floor, 26) == ["a", "b", "c"]
    assert offers(floor.feed(AgentReady("kim"), at(30))) == [("a", "kim")]


def test_a_declined_offer_goes_back_and_pauses_the_agent() -> None:
    floor = Floor(hotline({"kim": agent(), "lee": agent()}), "v1")
    bring_in(floor, ("kim",))
    floor.feed(WorkArrived(call("a")), at(0))
    floor.feed(OfferFailed("kim", "a", FailedWhy.DECLINED), at(3))
    assert state(floor, "kim") is AgentState.PAUSED
    assert queue(floor, 3) == ["a"]
    assert offers(bring_in(floor, ("lee",), 4)) == [("a", "lee")]


def test_a_caller_who_hangs_up_while_the_agent_rings_frees_the_agent_who_stays_idle_longest() -> None:
    floor = Floor(hotline({"kim": agent(), "lee": agent()}), "v1")
    bring_in(floor, ("kim",), 0)
    bring_in(floor, ("lee",), 5)
    assert offers(floor.feed(WorkArrived(call("a", since=10)), at(10))) == [("a", "kim")]
    outcomes = floor.feed(WorkLeft("a"), at(12))
    assert outcomes[0] == OfferEnded("a", "kim", FailedWhy.WITHDRAWN)
    assert outcomes[-1] == WorkGone(call("a", since=10), None, LeftWhy.HUNG_UP)
    assert offers(floor.feed(WorkArrived(call("b", since=13)), at(13))) == [("b", "kim")]


def test_taking_what_is_gone_and_taking_twice_are_let_pass() -> None:
    floor = one_agent()
    bring_in(floor, ("kim",))
    floor.feed(WorkArrived(call("a")), at(0))
    floor.feed(WorkLeft("a"), at(1))
    assert floor.feed(OfferTaken("kim", "a"), at(2)) == ()
    floor.feed(WorkArrived(call("b", since=3)), at(3))
    assert floor.feed(OfferTaken("kim", "b"), at(4))[-1] == WorkStarted(call("b", since=3), "kim")
    assert floor.feed(OfferTaken("kim", "b"), at(4)) == ()
    assert floor.feed(WorkArrived(call("b", since=3)), at(5)) == ()


def test_an_agent_who_takes_after_the_time_is_up_gets_nothing() -> None:
    floor = one_agent()
    bring_in(floor, ("kim",))
    floor.feed(WorkArrived(call("a")), at(0))
    outcomes = floor.feed(OfferTaken("kim", "a"), at(25))
    assert not any(isinstance(outcome, WorkStarted) for outcome in outcomes)
    assert state(floor, "kim") is AgentState.UNREACHABLE


def test_a_phone_that_does_not_answer_after_the_agent_accepted_returns_the_work() -> None:
    floor = one_agent()
    bring_in(floor, ("kim",))
    floor.feed(WorkArrived(call("a")), at(0))
    floor.feed(OfferTaken("kim", "a"), at(1))
    floor.feed(OfferFailed("kim", "a", FailedWhy.UNREACHABLE), at(20))
    assert state(floor, "kim") is AgentState.UNREACHABLE
    assert queue(floor, 20) == ["a"]


def test_the_wrap_up_ends_by_itself_and_the_next_caller_is_offered() -> None:
    floor = one_agent()
    bring_in(floor, ("kim",))
    floor.feed(WorkArrived(call("a")), at(0))
    floor.feed(WorkArrived(call("b")), at(0))
    floor.feed(OfferTaken("kim", "a"), at(1))
    floor.feed(WorkEnded("kim", "a"), at(100))
    assert state(floor, "kim") is AgentState.WRAP_UP
    assert floor.next_moment(at(100)) == at(115)
    assert offers(floor.feed(TimePassed(), at(115))) == [("b", "kim")]


def test_a_pause_asked_for_in_a_conversation_begins_after_the_wrap_up() -> None:
    floor = one_agent()
    bring_in(floor, ("kim",))
    floor.feed(WorkArrived(call("a")), at(0))
    floor.feed(OfferTaken("kim", "a"), at(1))
    assert floor.feed(AgentPaused("kim", "lunch"), at(2)) == ()
    floor.feed(WorkEnded("kim", "a"), at(100))
    assert floor.feed(WrapUpEnded("kim"), at(105)) == (AgentChanged("kim", AgentState.PAUSED, "lunch"),)


def test_an_agent_who_signs_out_in_mid_offer_leaves_the_work_in_its_place() -> None:
    floor = one_agent()
    bring_in(floor, ("kim",))
    floor.feed(WorkArrived(call("a")), at(0))
    floor.feed(AgentSignedOut("kim"), at(1))
    assert state(floor, "kim") is AgentState.SIGNED_OUT
    assert queue(floor, 1) == ["a"]


def test_skills_language_and_queue_are_required() -> None:
    agents = {
        "novice": agent(safety=2),
        "foreign": agent("ko", safety=5),
        "elsewhere": agent(safety=5, queues=("spares",)),
        "expert": agent(safety=3, queues=("general",)),
    }
    floor = Floor(hotline(agents), "v1")
    bring_in(floor, ("novice", "foreign", "elsewhere"))
    assert offers(floor.feed(WorkArrived(call("a", needs=SAFETY)), at(0))) == []
    assert offers(bring_in(floor, ("expert",), 1)) == [("a", "expert")]


def test_levels_are_relaxed_ring_by_ring_but_a_skill_is_never_waived() -> None:
    floor = Floor(hotline({"none": agent(), "first": agent(safety=1), "second": agent(safety=2)}), "v1")
    bring_in(floor, ("none", "first"))
    floor.feed(WorkArrived(call("a", needs=SAFETY)), at(0))
    assert floor.next_moment(at(0)) == at(60)
    assert offers(floor.feed(TimePassed(), at(60))) == []
    assert floor.next_moment(at(60)) == at(180)
    outcomes = floor.feed(TimePassed(), at(180))
    assert offers(outcomes) == [("a", "first")]
    receipt = next(outcome.receipt for outcome in outcomes if isinstance(outcome, OfferMade))
    assert receipt.ring == 2
    assert "levels relaxed by 2" in explain(receipt)


def test_the_higher_level_is_chosen_then_the_longest_idle() -> None:
    agents = {"kim": agent(safety=3), "lee": agent(safety=5), "park": agent(safety=5)}
    floor = Floor(hotline(agents), "v1")
    for seconds, name in enumerate(("kim", "park", "lee")):
        bring_in(floor, (name,), seconds)
    outcomes = floor.feed(WorkArrived(call("a", since=9, needs=SAFETY)), at(9))
    assert offers(outcomes) == [("a", "park")]
    receipt = next(outcome.receipt for outcome in outcomes if isinstance(outcome, OfferMade))
    assert receipt.reason is Reason.LONGEST_IDLE
    assert [candidate.agent for candidate in receipt.considered] == ["park", "lee", "kim"]


def test_an_upset_caller_gets_a_calm_agent_among_equals_but_no_better_place() -> None:
    floor = Floor(hotline({"kim": agent(), "lee": agent(calm=True)}), "v1")
    bring_in(floor, ("kim",), 0)
    bring_in(floor, ("lee",), 5)
    assert offers(floor.feed(WorkArrived(call("a", since=6, mood=Mood.UPSET)), at(6))) == [("a", "lee")]
    floor.feed(WorkArrived(call("b", since=7)), at(7))
    floor.feed(WorkArrived(call("quiet", since=8)), at(8))
    floor.feed(WorkArrived(call("loud", since=9, mood=Mood.UPSET)), at(9))
    assert queue(floor, 10) == ["quiet", "loud"]


def test_work_is_held_for_its_own_agent_who_is_busy_and_then_given_to_another() -> None:
    floor = Floor(hotline({"kim": agent(), "lee": agent()}), "v1")
    bring_in(floor, ("kim",))
    floor.feed(WorkArrived(call("a")), at(0))
    floor.feed(OfferTaken("kim", "a"), at(0))
    bring_in(floor, ("lee",), 1)
    assert offers(floor.feed(WorkArrived(call("mine", since=2, own_agent="kim")), at(2))) == []
    assert floor.next_moment(at(2)) == at(32)
    assert offers(floor.feed(TimePassed(), at(32))) == [("mine", "lee")]


def test_the_own_agent_is_preferred_to_a_better_one_and_is_not_waited_for_when_away() -> None:
    floor = Floor(hotline({"kim": agent(safety=3), "lee": agent(safety=5)}), "v1")
    bring_in(floor, ("kim", "lee"))
    assert offers(floor.feed(WorkArrived(call("a", needs=SAFETY, own_agent="kim")), at(0))) == [("a", "kim")]
    floor.feed(WorkLeft("a"), at(1))
    floor.feed(AgentPaused("kim", "lunch"), at(2))
    assert offers(floor.feed(WorkArrived(call("b", since=3, needs=SAFETY, own_agent="kim")), at(3))) == [("b", "lee")]


def test_a_promise_rises_toward_its_due_time_and_goes_on_rising() -> None:
    floor = one_agent()
    floor.feed(WorkArrived(promise("p", since=0, opens=0, due=1000)), at(0))
    before, rising, due, late = (floor.waiting(at(seconds))[0].score for seconds in (800, 900, 1000, 1100))
    assert (before, rising, due, late) == (860.0, 960.0 + 450, 1060.0 + 900, 1160.0 + 1350)


def test_a_promise_that_was_renegotiated_to_press_earlier_overtakes_one_of_its_own_class() -> None:
    floor = one_agent()
    floor.feed(WorkArrived(promise("early", since=0, opens=500, due=1500)), at(0))
    floor.feed(WorkArrived(promise("pressing", since=10, opens=0, due=1000)), at(10))
    assert queue(floor, 100) == ["early", "pressing"]
    assert offers(bring_in(floor, ("kim",), 1600)) == [("pressing", "kim")]


def test_a_repeated_complaint_adds_points() -> None:
    floor = one_agent()
    floor.feed(WorkArrived(call("first")), at(0))
    floor.feed(WorkArrived(call("again", since=10, repeat=True)), at(10))
    assert queue(floor, 20) == ["again", "first"]


def test_a_promise_can_be_claimed_from_the_floor_and_before_it_is_due() -> None:
    floor = one_agent()
    floor.feed(AgentSignedIn("kim"), at(0))
    owed = promise("p", since=0, opens=0, due=1000)
    floor.feed(WorkArrived(owed), at(0))
    assert WorkStarted(owed, "kim") in floor.feed(WorkClaimed("kim", owed), at(1))
    assert queue(floor, 1) == []
    assert WorkGone(owed, None, LeftWhy.NOT_DUE) in floor.feed(OfferFailed("kim", "p", FailedWhy.NO_ANSWER), at(2))
    later = promise("later", since=3, opens=5000, due=6000)
    floor.feed(WorkClaimed("kim", later), at(3))
    assert floor.feed(OfferFailed("kim", "later", FailedWhy.WITHDRAWN), at(4))[-1] == WorkGone(
        later, None, LeftWhy.NOT_DUE
    )
    assert queue(floor, 4) == []


@pytest.mark.parametrize(
    ("change", "seconds", "after"),
    [
        (OfferFailed("kim", "p", FailedWhy.NO_ANSWER), 20, AgentState.UNREACHABLE),
        (OfferFailed("kim", "p", FailedWhy.DECLINED), 20, AgentState.PAUSED),
        (AgentPaused("kim", "lunch"), 20, AgentState.PAUSED),
        (AgentSignedOut("kim"), 20, AgentState.SIGNED_OUT),
        (TimePassed(), 25, AgentState.UNREACHABLE),
    ],
)
def test_a_promise_that_its_agent_does_not_take_goes_back_to_the_ledger_before_anybody_else_is_asked(
    change: Change, seconds: float, after: AgentState
) -> None:
    floor = Floor(hotline({"kim": agent(), "lee": agent()}), "v1")
    bring_in(floor, ("kim",))
    owed = promise("p", since=0, opens=0, due=1000)
    assert offers(floor.feed(WorkArrived(owed), at(0))) == [("p", "kim")]
    bring_in(floor, ("lee",), 1)
    outcomes = floor.feed(change, at(seconds))
    assert WorkGone(owed, None, LeftWhy.NOT_DUE) in outcomes
    assert offers(outcomes) == []
    assert WorkReturned("p") not in outcomes
    assert state(floor, "kim") is after
    assert queue(floor, seconds) == []
    assert offers(floor.feed(WorkArrived(owed), at(30))) == [("p", "lee")]


def test_a_promise_offered_to_one_agent_cannot_be_claimed_by_another() -> None:
    floor = Floor(hotline({"kim": agent(), "lee": agent()}), "v1")
    bring_in(floor, ("kim",))
    owed = promise("p", since=0, opens=0, due=1000)
    floor.feed(WorkArrived(owed), at(0))
    floor.feed(AgentSignedIn("lee"), at(1))
    assert floor.feed(WorkClaimed("lee", owed), at(1)) == ()
    assert floor.feed(WorkClaimed("kim", owed), at(2))[-1] == WorkStarted(owed, "kim")


def test_an_unknown_agent_is_refused_and_nothing_changes() -> None:
    floor = one_agent()
    with pytest.raises(NotFound, match="nobody"):
        floor.feed(AgentReady("nobody"), at(0))


def test_a_tier_that_the_file_does_not_know_counts_as_the_default_one() -> None:
    floor = one_agent()
    floor.feed(WorkArrived(call("a", tier="forgotten")), at(0))
    assert floor.waiting(at(10))[0].score == 70.0


def test_a_new_file_is_gone_by_from_the_next_feed_on() -> None:
    floor = Floor(hotline({"kim": agent(), "lee": agent(), "park": agent()}), "v1")
    bring_in(floor, ("kim", "lee"))
    needs = Needs("general", "zh")
    floor.feed(WorkArrived(call("a")), at(0))
    floor.feed(OfferTaken("kim", "a"), at(0))
    floor.feed(WorkArrived(call("b", since=1, needs=needs)), at(1))
    floor.adopt(hotline({"lee": agent("zh"), "choi": agent()}), "v2")
    assert floor.next_moment(at(2)) == at(2)
    outcomes = floor.feed(TimePassed(), at(2))
    assert offers(outcomes) == [("b", "lee")]
    receipt = next(outcome.receipt for outcome in outcomes if isinstance(outcome, OfferMade))
    assert receipt.file_version == "v2"
    assert [seen.id for seen in floor.agents()] == ["lee", "choi", "kim"]
    floor.feed(WorkEnded("kim", "a"), at(10))
    assert AgentChanged("kim", AgentState.SIGNED_OUT, "") in floor.feed(TimePassed(), at(25))
    assert [seen.id for seen in floor.agents()] == ["lee", "choi"]


def test_general_work_does_not_wait_behind_work_that_nobody_here_can_serve() -> None:
    floor = one_agent()
    floor.feed(WorkArrived(call("chinese", needs=Needs("general", "zh"))), at(0))
    floor.feed(WorkArrived(call("english", since=5, needs=GENERAL)), at(5))
    assert offers(bring_in(floor, ("kim",), 6)) == [("english", "kim")]


def test_an_agent_sits_where_they_say_until_the_shift_ends() -> None:
    floor = Floor(hotline({"kim": agent()}), "v1")
    floor.feed(AgentSignedIn("kim"), at(0))
    floor.feed(AgentSeated("kim", "sip:kim@192.0.2.9"), at(1))
    assert [seen.station for seen in floor.agents()] == ["sip:kim@192.0.2.9"]
    floor.feed(AgentSignedOut("kim"), at(2))
    assert [seen.station for seen in floor.agents()] == [""]
