from __future__ import annotations

from datetime import timedelta

import pytest

from config.urgency import Urgency
from routing.changes import AgentPaused, OfferTaken, WorkArrived
from routing.floor import Floor
from routing.forecast import FloorSnapshot, WaitEstimates, WaitForecast
from routing.work import Needs
from tests.routing.floors import GENERAL, SAFETY, agent, at, bring_in, call, hotline


def estimates(
    floor: Floor, seconds: float, needs: Needs = GENERAL, tier: str = "standard", urgency: Urgency = Urgency.SERVICE
) -> WaitEstimates | None:
    now = at(seconds)
    snapshot = FloorSnapshot(floor.agents(), floor.waiting(now), now)
    return WaitForecast(floor.file).estimates(snapshot, needs, tier, urgency)


def estimate(floor: Floor, seconds: float, needs: Needs = GENERAL, tier: str = "standard") -> float | None:
    found = estimates(floor, seconds, needs, tier)
    return None if found is None else found.by_queue_length.total_seconds()


def busy_floor(waiting: int, **queue: float) -> Floor:
    floor = Floor(hotline({"kim": agent(), "lee": agent(safety=5)}, queues={"general": queue}), "v1")
    bring_in(floor, ("kim", "lee"))
    for n, name in enumerate(("kim", "lee")):
        floor.feed(WorkArrived(call(f"busy{n}")), at(0))
        floor.feed(OfferTaken(name, f"busy{n}"), at(0))
    for n in range(waiting):
        floor.feed(WorkArrived(call(f"w{n}")), at(0))
    return floor


def test_a_free_agent_means_no_wait() -> None:
    floor = Floor(hotline({"kim": agent()}), "v1")
    bring_in(floor, ("kim",))
    assert estimate(floor, 0) == 0


def test_those_ahead_and_the_caller_each_take_a_handling_time_shared_among_the_agents() -> None:
    assert estimate(busy_floor(waiting=3), 10) == 4 * 240 / 2


def test_only_agents_with_the_skill_count() -> None:
    assert estimate(busy_floor(waiting=0), 10, SAFETY) == 240


def test_a_preferred_caller_overtakes_those_who_have_waited_little() -> None:
    floor = busy_floor(waiting=3)
    assert estimate(floor, 10, tier="vip") == 240 / 2
    assert estimate(floor, 100_000, tier="vip") == 4 * 240 / 2


def test_nobody_at_work_means_no_estimate() -> None:
    floor = Floor(hotline({"kim": agent(), "lee": agent("ko")}), "v1")
    bring_in(floor, ("kim", "lee"))
    floor.feed(AgentPaused("kim", "lunch"), at(1))
    assert estimate(floor, 2) is None
    assert estimate(floor, 2, Needs("general", "ko")) == 0


def test_a_novice_is_waited_for_until_the_levels_are_relaxed() -> None:
    floor = Floor(hotline({"kim": agent(safety=2)}), "v1")
    bring_in(floor, ("kim",))
    assert estimate(floor, 0, SAFETY) == 60


def test_callers_ahead_who_give_up_shorten_the_wait() -> None:
    """Two agents, two minutes a call, patience of one minute: departures at 1/60, then 1/60 + 1/60, + 2/60 ..."""
    floor = busy_floor(waiting=3, service_seconds=120, patience_seconds=60)
    assert estimate(floor, 10) == pytest.approx(60 + 30 + 20 + 15)
    assert estimate(busy_floor(waiting=3, service_seconds=120), 10) == 4 * 60


def test_the_head_of_the_line_is_the_longest_wait_of_the_callers_own_class() -> None:
    floor = busy_floor(waiting=2)
    floor.feed(WorkArrived(call("vip", since=5, tier="vip")), at(5))
    found = estimates(floor, 30)
    assert found is not None
    assert found.by_head_of_line == timedelta(seconds=30)
    other = estimates(floor, 30, tier="vip")
    assert other is not None
    assert other.by_head_of_line == timedelta(seconds=25)
    grave = estimates(floor, 30, urgency=Urgency.SAFETY)
    assert grave is not None
    assert grave.by_head_of_line is None


def test_who_need_not_wait_is_told_so_whoever_else_waits() -> None:
    floor = Floor(hotline({"kim": agent(), "lee": agent("ko")}), "v1")
    bring_in(floor, ("kim",))
    floor.feed(WorkArrived(call("korean", needs=Needs("general", "ko"))), at(0))
    assert estimates(floor, 60) == WaitEstimates(timedelta(0), None)


def wait_of(floor: Floor, work: str, seconds: float = 10) -> float | None:
    now = at(seconds)
    found = WaitForecast(floor.file).wait_of(FloorSnapshot(floor.agents(), floor.waiting(now), now), work)
    return None if found is None else found.total_seconds()


def test_work_that_waits_waits_on_for_those_before_it_and_its_own_turn() -> None:
    floor = busy_floor(waiting=3)
    assert [wait_of(floor, f"w{n}") for n in range(3)] == [240 / 2, 2 * 240 / 2, 3 * 240 / 2]
    assert wait_of(floor, "gone") == 0


def test_work_that_nobody_at_work_can_serve_waits_without_end() -> None:
    floor = Floor(hotline({"kim": agent(), "lee": agent("ko")}), "v1")
    bring_in(floor, ("lee",))
    floor.feed(WorkArrived(call("w0")), at(0))
    assert wait_of(floor, "w0") is None


def test_work_for_a_free_agent_has_waited_enough() -> None:
    floor = Floor(hotline({"kim": agent()}), "v1")
    floor.feed(WorkArrived(call("w0")), at(0))
    bring_in(floor, ("kim",))
    assert wait_of(floor, "w0") == 0
