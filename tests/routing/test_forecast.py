from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.hotline_file import HotlineFile
from config.urgency import Urgency
from routing.changes import AgentPaused, OfferTaken, WorkArrived
from routing.floor import Floor
from routing.forecast import FloorSnapshot, Promised, Window, estimate_wait, feasible_window
from routing.schedule import Job, late_jobs
from routing.work import Needs
from tests.routing.floors import GENERAL, SAFETY, START, agent, at, bring_in, call, hotline

HOUR = timedelta(hours=1)
# START is 18:00 in Seoul, a Monday; quiet hours begin at 21:00.
NO_NIGHT = {"quiet_from": "00:00", "quiet_until": "00:00", "window": 3600, "service_seconds": 900, "earliest_after": 0}


def estimate(floor: Floor, seconds: float, needs: Needs = GENERAL, tier: str = "standard") -> float | None:
    now = at(seconds)
    wait = estimate_wait(FloorSnapshot(floor.file, floor.agents(), floor.waiting(now)), needs, tier, Urgency.SERVICE)
    return None if wait is None else wait.total_seconds()


def busy_floor(waiting: int) -> Floor:
    floor = Floor(hotline({"kim": agent(), "lee": agent(safety=5)}), "v1")
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


# --- promising


def promised(file: HotlineFile, opens: datetime, count: int, needs: Needs = GENERAL) -> list[Promised]:
    return [Promised(opens, opens + HOUR, file.callbacks.service_seconds, needs)] * count


def test_the_wanted_window_is_given_when_it_is_free() -> None:
    file = hotline({"kim": agent()}, callbacks=NO_NIGHT)
    assert feasible_window(file, [], GENERAL, START, at(600)) == Window(at(600), at(600) + HOUR)


def test_a_full_window_moves_the_promise_to_the_next_feasible_one() -> None:
    file = hotline({"kim": agent()}, callbacks=NO_NIGHT)
    # One agent at half of their time keeps two calls of a quarter of an hour in an hour.
    assert feasible_window(file, promised(file, START, 1), GENERAL, START) == Window(START, START + HOUR)
    assert feasible_window(file, promised(file, START, 2), GENERAL, START).opens == START + HOUR / 2


def test_promises_that_others_can_keep_do_not_stand_in_the_way() -> None:
    file = hotline({"kim": agent(safety=5), "lee": agent()}, callbacks=NO_NIGHT)
    # Two general calls can go to lee, so that kim can keep the safety one; three and one fill both agents' hour.
    assert feasible_window(file, promised(file, START, 2), SAFETY, START).opens == START
    assert feasible_window(file, promised(file, START, 2, SAFETY), SAFETY, START).opens > START
    assert feasible_window(file, promised(file, START, 2, SAFETY), GENERAL, START).opens == START
    assert feasible_window(file, promised(file, START, 4), SAFETY, START).opens > START


def test_windows_lie_outside_quiet_hours_and_within_the_queues_hours() -> None:
    weekly = [{"days": ["mon", "tue"], "opens": "10:00", "closes": "18:30"}]
    file = hotline(
        {"kim": agent()},
        callbacks={"quiet_from": "12:00", "quiet_until": "13:00", "window": 7200},
        hours={"office": {"weekly": weekly}},
        queues={"general": {"hours": "office"}},
    )
    # Half an hour is left today, too little for a window; tomorrow opens at 10:00 in Seoul.
    opens = START + timedelta(hours=16)
    assert feasible_window(file, [], GENERAL, START) == Window(opens, opens + 2 * HOUR)
    asked = opens + timedelta(minutes=30)
    assert feasible_window(file, [], GENERAL, START, asked).opens == opens + 3 * HOUR


def test_a_day_shorter_than_the_window_is_the_window() -> None:
    weekly = [{"days": ["tue"], "opens": "10:00", "closes": "11:00"}]
    hours = {"short": {"weekly": weekly}}
    file = hotline({"kim": agent()}, hours=hours, queues={"general": {"hours": "short"}})
    opens = START + timedelta(hours=16)
    assert feasible_window(file, [], GENERAL, START) == Window(opens, opens + HOUR)


def test_there_is_always_a_window() -> None:
    never = {"never": {"weekly": [{"days": [], "opens": "10:00", "closes": "11:00"}]}}
    closed = hotline({"kim": agent()}, hours=never, queues={"general": {"hours": "never"}}, callbacks=NO_NIGHT)
    assert feasible_window(closed, [], GENERAL, START) == Window(START, START + HOUR)
    nobody = hotline({"kim": agent("ko")}, callbacks=NO_NIGHT)
    assert feasible_window(nobody, [], GENERAL, START) == Window(START, START + HOUR)
    full = hotline({"kim": agent()}, callbacks=NO_NIGHT)
    longest = [Promised(START, START + timedelta(days=20), 86_400.0 * 20, GENERAL)]
    assert feasible_window(full, longest, GENERAL, START).due <= START + timedelta(days=34)


def test_a_promise_that_is_late_already_does_not_forbid_new_ones() -> None:
    file = hotline({"kim": agent()}, callbacks=NO_NIGHT)
    overdue = Promised(START - 2 * HOUR, START - HOUR, 900, GENERAL)
    assert feasible_window(file, [overdue], GENERAL, START).opens == START


def test_what_was_promised_window_by_window_can_all_be_kept() -> None:
    file = hotline({"kim": agent(), "lee": agent()}, callbacks=NO_NIGHT)
    book: list[Promised] = []
    for _ in range(30):
        window = feasible_window(file, book, GENERAL, START)
        book.append(Promised(window.opens, window.due, 900, GENERAL))
    jobs = [Job((p.opens - START).total_seconds(), (p.due - START).total_seconds(), p.service) for p in book]
    assert late_jobs(jobs, speed=1.0) == frozenset()
    # Nothing is wasted either: 30 quarters of an hour at the pace of one agent take seven and a half hours.
    assert max(p.due for p in book) <= START + 9 * HOUR


# --- earliest due date


def test_a_shorter_deadline_interrupts_a_longer_one() -> None:
    assert late_jobs([Job(0, 100, 60), Job(10, 30, 20)], speed=1) == frozenset()
    assert late_jobs([Job(0, 70, 60), Job(10, 30, 20)], speed=1) == {0}


def test_nobody_at_work_makes_everything_late() -> None:
    assert late_jobs([Job(0, 100, 1)], speed=0) == {0}


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(1, 20), st.integers(1, 8)).map(
            lambda t: Job(t[0], t[0] + t[1], t[2])
        ),
        max_size=5,
    )
)
def test_earliest_due_date_is_in_time_exactly_when_no_interval_is_overfull(jobs: list[Job]) -> None:
    """The demand test: whatever lies within an interval must fit in it."""
    moments = sorted({job.release for job in jobs} | {job.due for job in jobs})
    overfull = any(
        sum(job.length for job in jobs if job.release >= a and job.due <= b) > b - a
        for a, b in itertools.combinations(moments, 2)
    )
    assert bool(late_jobs(jobs, speed=1)) == overfull


@pytest.mark.parametrize("speed", [0.5, 1.0, 3.0])
def test_the_pace_divides_the_work(speed: float) -> None:
    assert late_jobs([Job(0, 60 / speed, 60)], speed) == frozenset()
    assert late_jobs([Job(0, 60 / speed - 1, 60)], speed) == {0}
