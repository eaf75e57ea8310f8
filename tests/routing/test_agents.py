from __future__ import annotations

from routing.agents import DEFERRED, TRANSITIONS, AgentRecord, AgentState, Trigger
from tests.routing.floors import agent, at, hotline


def record() -> AgentRecord:
    return AgentRecord("kim", hotline({"kim": agent()}).agents["kim"])


def test_every_state_can_be_reached_and_left() -> None:
    reached = {AgentState.SIGNED_OUT}
    while more := {after for (before, _), after in TRANSITIONS.items() if before in reached} - reached:
        reached |= more
    assert reached == set(AgentState)
    assert {before for before, _ in TRANSITIONS} == set(AgentState)


def test_a_wish_is_either_granted_at_once_or_deferred() -> None:
    assert not set(TRANSITIONS) & set(DEFERRED)


def test_what_the_tables_do_not_say_changes_nothing() -> None:
    kim = record()
    assert not kim.pull(Trigger.GET_READY, at(0))
    assert (kim.state, kim.since, kim.stamp) == (AgentState.SIGNED_OUT, None, 0)


def test_a_later_wish_replaces_an_earlier_one() -> None:
    kim = record()
    for trigger in (Trigger.SIGN_IN, Trigger.GET_READY, Trigger.OFFER, Trigger.TAKE):
        assert kim.pull(trigger, at(0))
    for wish, becomes in ((Trigger.PAUSE, AgentState.PAUSED), (Trigger.SIGN_OUT, AgentState.SIGNED_OUT)):
        assert not kim.pull(wish, at(1), "lunch")
        assert kim.deferred is not None
        assert kim.deferred[0] is becomes
    kim.pull(Trigger.GET_READY, at(2))
    kim.pull(Trigger.END, at(3))
    assert kim.pull(Trigger.FINISH, at(4))
    assert kim.state is AgentState.READY
    assert kim.idle_since == at(4)
