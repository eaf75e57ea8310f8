"""What agents do on the floor, and what becomes of the work that is meant for them."""

from __future__ import annotations

from routing.agents import AgentState
from routing.changes import (
    AgentPaused,
    AgentReady,
    FailedWhy,
    OfferFailed,
    OfferTaken,
    TimePassed,
    WorkArrived,
    WorkEnded,
    WorkLeft,
    WrapUpEnded,
)
from routing.floor import Floor
from routing.outcomes import AgentChanged, OfferMade
from routing.receipts import Reason
from routing.work import Needs
from tests.routing.floors import SAFETY, agent, at, bring_in, call, hotline, offers


def state(floor: Floor, name: str) -> AgentState:
    return next(seen.state for seen in floor.agents() if seen.id == name)


def test_held_work_goes_to_others_at_once_when_its_own_agent_leaves_work() -> None:
    floor = Floor(hotline({"kim": agent(), "lee": agent()}), "v1")
    bring_in(floor, ("kim",))
    floor.feed(WorkArrived(call("a")), at(0))
    floor.feed(OfferTaken("kim", "a"), at(0))
    bring_in(floor, ("lee",), 1)
    assert offers(floor.feed(WorkArrived(call("mine", since=2, own_agent="kim")), at(2))) == []
    floor.feed(AgentPaused("kim", "lunch"), at(3))
    floor.feed(WorkEnded("kim", "a"), at(4))
    assert offers(floor.feed(WrapUpEnded("kim"), at(5))) == [("mine", "lee")]


def test_work_is_held_again_once_its_own_agent_is_back_at_work() -> None:
    floor = Floor(hotline({"kim": agent(), "lee": agent()}), "v1")
    floor.feed(WorkArrived(call("mine", own_agent="kim")), at(0))
    floor.feed(WorkArrived(call("first", since=-5, own_agent="kim")), at(0))
    assert offers(bring_in(floor, ("kim",), 1)) == [("first", "kim")]
    floor.feed(OfferTaken("kim", "first"), at(1))
    assert offers(bring_in(floor, ("lee",), 2)) == []
    assert offers(floor.feed(TimePassed(), at(30))) == [("mine", "lee")]


def test_an_agent_who_is_no_longer_in_the_file_gets_no_more_work_by_asking_for_it() -> None:
    floor = Floor(hotline({"kim": agent(), "lee": agent()}), "v1")
    bring_in(floor, ("kim",))
    floor.feed(WorkArrived(call("a")), at(0))
    floor.feed(OfferTaken("kim", "a"), at(0))
    floor.adopt(hotline({"lee": agent()}), "v2")
    floor.feed(AgentReady("kim"), at(1))
    floor.feed(WorkEnded("kim", "a"), at(2))
    assert floor.feed(AgentReady("kim"), at(3)) == ()
    assert AgentChanged("kim", AgentState.SIGNED_OUT, "") in floor.feed(WrapUpEnded("kim"), at(4))
    assert [seen.id for seen in floor.agents()] == ["lee"]


def test_who_does_not_answer_is_unreachable_after_as_many_offers_as_the_file_says() -> None:
    floor = Floor(hotline({"kim": agent(wrap_up=0)}, scoring={"unreachable_after": 2}), "v1")
    bring_in(floor, ("kim",))
    floor.feed(WorkArrived(call("a")), at(0))
    floor.feed(WorkArrived(call("b")), at(0))
    assert offers(floor.feed(TimePassed(), at(25))) == [("a", "kim")]
    floor.feed(OfferTaken("kim", "a"), at(30))
    assert offers(floor.feed(WorkEnded("kim", "a"), at(40))) == [("b", "kim")]
    assert offers(floor.feed(OfferFailed("kim", "b", FailedWhy.NO_ANSWER), at(50))) == [("b", "kim")]
    floor.feed(OfferTaken("kim", "b"), at(51))
    outcomes = floor.feed(OfferFailed("kim", "b", FailedWhy.NO_ANSWER), at(60))
    assert AgentChanged("kim", AgentState.UNREACHABLE, "no-answer") in outcomes
    assert [waiting.work.id for waiting in floor.waiting(at(60))] == ["b"]


def test_who_missed_one_offer_comes_after_those_who_missed_none() -> None:
    floor = Floor(hotline({"kim": agent(), "lee": agent()}, scoring={"unreachable_after": 2}), "v1")
    bring_in(floor, ("kim",))
    floor.feed(WorkArrived(call("a")), at(0))
    bring_in(floor, ("lee",), 1)
    assert offers(floor.feed(TimePassed(), at(25))) == [("a", "lee")]
    assert state(floor, "kim") is AgentState.READY


def test_a_phone_that_is_not_there_makes_its_agent_unreachable_at_once() -> None:
    floor = Floor(hotline({"kim": agent()}, scoring={"unreachable_after": 5}), "v1")
    bring_in(floor, ("kim",))
    floor.feed(WorkArrived(call("a")), at(0))
    floor.feed(OfferFailed("kim", "a", FailedWhy.UNREACHABLE), at(1))
    assert state(floor, "kim") is AgentState.UNREACHABLE


def test_preferred_skills_choose_between_agents_and_exclude_nobody() -> None:
    agents = {"kim": agent(safety=5), "lee": agent(safety=3, money=2), "park": agent(safety=4, money=1)}
    floor = Floor(hotline(agents), "v1")
    bring_in(floor, ("kim", "lee", "park"))
    handed = []
    for number in range(3):
        work = call(f"c{number}", since=number, needs=SAFETY, preferred=(("money", 2),))
        (offer,) = [each for each in floor.feed(WorkArrived(work), at(number)) if isinstance(each, OfferMade)]
        handed.append((offer.agent, offer.receipt.reason, [each.preferred for each in offer.receipt.considered]))
    assert handed == [
        ("lee", Reason.PREFERRED_SKILL, [1, 0, 0]),
        ("kim", Reason.HIGHER_LEVEL, [0, 0]),
        ("park", Reason.ONLY_ONE_FREE, [0]),
    ]


def test_equal_scores_of_different_tiers_are_served_by_arrival() -> None:
    for order in (("standard", "vip"), ("vip", "standard")):
        floor = Floor(hotline({"kim": agent()}), "v1")
        since = {"standard": 0, "vip": 30}  # at 40 seconds both have 40 points for waiting
        for tier in order:
            floor.feed(WorkArrived(call(tier, since=since[tier], tier=tier)), at(30))
        assert offers(bring_in(floor, ("kim",), 40)) == [("standard", "kim")]


def test_many_may_be_held_for_many_and_each_comes_to_their_own() -> None:
    names = [f"agent{n}" for n in range(20)]
    floor = Floor(hotline({name: agent() for name in names}), "v1")
    bring_in(floor, tuple(names))
    for number, name in enumerate(names):
        floor.feed(WorkArrived(call(f"first{number}", own_agent=name)), at(0))
        floor.feed(OfferTaken(name, f"first{number}"), at(0))
    for number, name in enumerate(names):
        floor.feed(WorkArrived(call(f"second{number}", since=1, own_agent=name)), at(1))
    floor.feed(WorkLeft("second3"), at(2))
    floor.feed(WorkArrived(call("general", since=3, needs=Needs("general", "en"))), at(3))
    for number, name in enumerate(names[:3]):
        floor.feed(WorkEnded(name, f"first{number}"), at(4))
        assert offers(floor.feed(WrapUpEnded(name), at(4))) == [(f"second{number}", name)]
    floor.feed(WorkEnded("agent3", "first3"), at(5))
    assert offers(floor.feed(WrapUpEnded("agent3"), at(5))) == [("general", "agent3")]
