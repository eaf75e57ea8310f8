"""The rehearsal against exact recursions and small cases that can be counted by hand."""

from __future__ import annotations

import heapq
import math
from datetime import timedelta

import numpy as np
import pytest

from config.hotline_file import HotlineFile
from routing.rehearsal.log import Fate, Log
from routing.rehearsal.run import rehearse
from routing.rehearsal.setting import Callbacks, Setting, Stretch
from routing.rehearsal.traffic import FOR_EVER, CallClass, Traffic
from routing.work import Needs
from tests.routing.floors import START, agent, hotline

ALWAYS = 100_000.0
PLAIN = Callbacks("", earliest_after=100, window=50)


def setting(
    file: HotlineFile,
    shifts: dict[str, tuple[Stretch, ...]] | None = None,
    served: tuple[Stretch, ...] | None = None,
    callbacks: Callbacks = PLAIN,
) -> Setting:
    everyone = {name: (Stretch(0.0, ALWAYS),) for name in file.agents}
    return Setting(file, START, ALWAYS, shifts or everyone, {"general": served, "spares": None}, callbacks)


def traffic(*calls: tuple[float, float], patience: float = FOR_EVER, callback: tuple[bool, ...] = ()) -> Traffic:
    """Calls of one class by (arrival, service)."""
    count = len(calls)
    return Traffic(
        classes=(CallClass("calls", Needs("general", "en"), "standard"),),
        arrival=np.array([at for at, _ in calls]),
        which=np.zeros(count, dtype=np.int64),
        service=np.array([service for _, service in calls]),
        patience=np.full(count, patience),
        takes_callback=np.array(callback or [False] * count, dtype=np.bool_),
    )


def fates(log: Log) -> list[Fate]:
    return [Fate(fate) for fate in log.fate]


def test_every_wait_is_that_of_the_exact_recursion_for_one_line_and_many_agents() -> None:
    """Kiefer & Wolfowitz 1955: each call goes to whoever is free first."""
    dice = np.random.default_rng(3)
    arrival, service = np.cumsum(dice.exponential(1.0, 3_000)), dice.exponential(4.5, 3_000)
    file = hotline({f"agent-{number}": agent(wrap_up=0) for number in range(5)})
    log = rehearse(setting(file), traffic(*zip(arrival.tolist(), service.tolist(), strict=True)))
    free = [0.0] * 5
    expected = []
    for at, lasts in zip(arrival, service, strict=True):
        begins = max(at, heapq.heappop(free))
        heapq.heappush(free, begins + lasts)
        expected.append(begins - at)
    assert np.allclose(log.waited, expected, atol=1e-5)
    assert max(expected) > 10


def test_a_caller_gives_up_when_the_patience_ends_and_not_while_talking() -> None:
    file = hotline({"ana": agent(wrap_up=0)})
    log = rehearse(setting(file), traffic((0, 30), (1, 30), (2, 30), patience=29.5))
    assert fates(log) == [Fate.ANSWERED, Fate.ANSWERED, Fate.ABANDONED]
    assert log.waited == pytest.approx([0, 29, 29.5])


def test_wrap_up_is_the_floors_own_timer() -> None:
    file = hotline({"ana": agent(wrap_up=15)})
    log = rehearse(setting(file), traffic((0, 30), (1, 30)))
    assert log.left == pytest.approx([0, 45])


def test_agents_come_and_go_by_their_shifts_and_finish_what_they_have() -> None:
    file = hotline({"ana": agent(wrap_up=0), "bo": agent(wrap_up=0)})
    shifts = {"ana": (Stretch(0, 10),), "bo": (Stretch(50, 60), Stretch(200, 300))}
    log = rehearse(setting(file, shifts), traffic((5, 20), (6, 20), (7, 20)))
    assert log.left == pytest.approx([5, 50, 200])
    assert log.agent.tolist() == [0, 1, 1]


def test_who_comes_to_closed_lines_or_waits_when_they_close_is_told_so() -> None:
    file = hotline({"ana": agent(wrap_up=0)})
    log = rehearse(
        setting(file, served=(Stretch(10, 100), Stretch(200, 300))),
        traffic((5, 1), (90, 30), (95, 30), (150, 1), (210, 1)),
    )
    assert fates(log) == [Fate.CLOSED, Fate.ANSWERED, Fate.CLOSED, Fate.CLOSED, Fate.ANSWERED]
    assert log.left[2] == pytest.approx(100)


def test_with_nobody_at_work_the_rehearsal_ends_all_the_same() -> None:
    file = hotline({"ana": agent()})
    log = rehearse(setting(file, {"ana": (Stretch(50, 60),)}), traffic((70, 1)))
    assert fates(log) == [Fate.WAITING]
    assert math.isnan(log.left[0])


def test_who_takes_a_promise_is_called_back_in_the_window() -> None:
    file = hotline({"ana": agent(wrap_up=0)})
    log = rehearse(setting(file), traffic((0, 30), (1, 40), callback=(True, True)))
    assert fates(log) == [Fate.ANSWERED, Fate.PROMISED]  # who need not wait needs no promise
    assert (log.opens[1], log.due[1], log.called[1], log.ended[1]) == pytest.approx((101, 151, 101, 141))
    assert math.isnan(log.due[0])


def test_by_the_queue_limit_a_promise_waits_until_few_enough_callers_do() -> None:
    file = hotline({"ana": agent(wrap_up=0)}, tiers={"standard": {}, "callback": {"priority_rate": 1000}, "vip": {}})
    calls = traffic((0, 200), (1, 10), (150, 10), (151, 10), callback=(False, True, False, False))
    one = rehearse(setting(file, callbacks=Callbacks("callback", 100, 50, 1)), calls)
    assert one.called[1] == pytest.approx(220)  # after both callers
    three = rehearse(setting(file, callbacks=Callbacks("callback", 100, 50, 3)), calls)
    assert three.called[1] == pytest.approx(200)  # before both


def test_the_same_traffic_gives_the_same_log() -> None:
    file = hotline({"ana": agent(), "bo": agent()})
    dice = np.random.default_rng(1)
    calls = traffic(*zip(np.cumsum(dice.exponential(10, 200)), dice.exponential(15, 200), strict=True), patience=40)
    first, second = rehearse(setting(file), calls), rehearse(setting(file), calls)
    assert np.array_equal(first.left, second.left)
    assert np.array_equal(first.agent, second.agent)


def test_progress_is_told_up_to_the_end() -> None:
    told: list[float] = []
    rehearse(setting(hotline({"ana": agent()})), traffic((0, 1), (1, 1)), told.append)
    assert told[0] == 0
    assert told[-1] == 1


def test_moments_are_counted_from_the_start() -> None:
    assert setting(hotline({"ana": agent()})).moment(90) == START + timedelta(seconds=90)
