from __future__ import annotations

from routing.changes import (
    AgentReady,
    Change,
    FailedWhy,
    LeftWhy,
    OfferFailed,
    OfferTaken,
    WorkArrived,
    WorkEnded,
    WorkLeft,
)
from routing.figures import DayFigures, Figures
from routing.floor import Floor
from tests.routing.floors import agent, at, bring_in, call, hotline, promise


class Day:
    """A floor with one agent, whose outcomes are counted."""

    def __init__(self) -> None:
        self.floor = Floor(hotline({"kim": agent(wrap_up=0)}, scoring={"offer_timeout": 1000}), "v1")
        self.figures = Figures()
        bring_in(self.floor, ("kim",))

    def feed(self, change: Change, seconds: float) -> None:
        self.figures.count(self.floor.feed(change, at(seconds)), self.floor.file, at(seconds))

    def counts(self, seconds: float) -> tuple[int, int, int, int]:
        today: DayFigures = self.figures.today(self.floor.file, at(seconds))
        return today.offered, today.answered, today.answered_in_time, today.abandoned


def test_a_call_is_in_time_by_the_standard_of_its_tier() -> None:
    day = Day()
    for n, (tier, waited) in enumerate((("vip", 20), ("vip", 21), ("standard", 60), ("standard", 61))):
        began = n * 100
        day.feed(WorkArrived(call(f"c{n}", since=began, tier=tier)), began)
        day.feed(OfferTaken("kim", f"c{n}"), began + waited)
        day.feed(WorkEnded("kim", f"c{n}"), began + 90)
    assert day.counts(400) == (4, 4, 2, 0)


def test_only_callers_who_gave_up_waiting_are_abandoned() -> None:
    day = Day()
    for name in ("talked", "gave-up", "took-a-promise", "waits"):
        day.feed(WorkArrived(call(name)), 0)
    day.feed(OfferTaken("kim", "talked"), 1)
    day.feed(WorkLeft("talked"), 2)
    day.feed(WorkLeft("gave-up"), 3)
    day.feed(WorkLeft("took-a-promise", LeftWhy.PROMISED), 3)
    assert day.counts(4) == (4, 1, 1, 1)


def test_a_call_that_went_back_to_the_queue_is_not_answered() -> None:
    day = Day()
    day.feed(WorkArrived(call("a")), 0)
    day.feed(OfferTaken("kim", "a"), 1)
    day.feed(OfferFailed("kim", "a", FailedWhy.NO_ANSWER), 5)
    assert day.counts(6) == (1, 0, 0, 0)
    day.feed(AgentReady("kim"), 90)
    day.feed(OfferTaken("kim", "a"), 90)
    assert day.counts(91) == (1, 1, 0, 0)


def test_promises_are_no_calls_and_the_count_begins_anew_at_midnight() -> None:
    day = Day()
    day.feed(WorkArrived(promise("p", since=0, opens=0, due=10)), 0)
    assert day.counts(1) == (0, 0, 0, 0)
    day.feed(WorkArrived(call("a")), 2)
    # 09:00 UTC is 18:00 in Seoul.
    assert day.counts(6 * 3600 - 1) == (1, 0, 0, 0)
    assert day.counts(6 * 3600) == (0, 0, 0, 0)


def test_each_tier_has_figures_of_its_own() -> None:
    day = Day()
    day.feed(WorkArrived(call("a", tier="vip")), 0)
    day.feed(WorkArrived(call("b")), 0)
    day.feed(OfferTaken("kim", "a"), 21)
    day.feed(WorkLeft("b"), 30)
    tiers = day.figures.today_by_tier(day.floor.file, at(40))
    assert list(tiers) == ["standard", "vip"]
    assert (tiers["vip"].offered, tiers["vip"].answered, tiers["vip"].answered_in_time) == (1, 1, 0)
    assert (tiers["standard"].offered, tiers["standard"].abandoned) == (1, 1)
    assert day.figures.today_by_tier(day.floor.file, at(6 * 3600)) == {}
