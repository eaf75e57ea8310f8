"""Scenario files: their faults by line, and the traffic and staff they stand for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from config.hotline_file import HotlineFile
from routing.rehearsal import generated
from routing.rehearsal.reading import read_scenario
from routing.rehearsal.scenario import Scenario
from routing.rehearsal.setting import Stretch
from tests.routing.floors import agent, hotline

EXAMPLES = sorted((Path(__file__).parents[3] / "docs" / "rehearsal").glob("*.yaml"))
PLAIN = """\
title: plain
hours: 48
agents:
  pool: {count: 2}
calls:
  all: {rate: 60, service: {mean: 60}}
"""


def read(text: str, config: HotlineFile | None = None) -> tuple[Scenario, HotlineFile]:
    found, faults = read_scenario(text, "scenario.yaml", config)
    assert faults == ()
    assert found is not None
    return found


def faults(text: str, config: HotlineFile | None = None) -> list[str]:
    found, told = read_scenario(text, "scenario.yaml", config)
    assert found is None
    return [str(fault) for fault in told]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_free_of_faults(path: Path) -> None:
    read(path.read_text(encoding="utf-8"))


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 10


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("count: 2", "count: 0", "4: `count` is `0`; it must be at least 1"),
        ("hours: 48\n", "", "1: `hours` is missing; add it"),
        ("rate: 60", "rte: 60", "6: `rte` is not known here; did you mean `rate`?"),
        ("rate: 60", "rate: 60, rates: [{begins: '09:00', rate: 3}]", "6: give either `rate` or `rates`"),
        ("rate: 60, ", "", "6: give either `rate` or `rates`"),
        (
            "rate: 60",
            "rates: [{begins: '09:00', rate: 3}, {begins: '08:00', rate: 3}]",
            "6: `rates` must begin one after the other",
        ),
        ("{mean: 60}", "{distribution: lognormal}", "6: this distribution (lognormal) needs a `mean`"),
        ("{mean: 60}", "{distribution: empirical}", "6: an empirical distribution needs `values`"),
        ("{mean: 60}", "{distribution: weibull}", "6: `distribution`: `weibull` is not one of the choices"),
        ("title: plain", "title: plain\nhotline: {tiers: {vip: {rate: 3}}}", "2: `rate` is not known here"),
        ("title: plain", "title: plain\nhotline: {tiers: {vip: {}}}", "7: no tier is called `standard`"),
        ("title: plain", "title: plain\nhotline: {queues: {}}", "7: no queue is called `general`"),
        ("rate: 60", "rate: 60, skills: {safety: 2}", "6: nobody can serve `all`"),
        ("agents:\n  pool: {count: 2}\n", "", "1: nobody is at work; add `agents`, or name a hotline file"),
        ("calls:", "callbacks: {tier: later}\ncalls:", "5: no tier is called `later`"),
        ("hours: 48", "hours: 48\nhours: 24", "3: `hours` is given twice, first on line 2; keep one of them"),
        ("title: plain", "title: [plain", "2: not valid YAML"),
    ],
)
def test_each_fault_says_where_what_and_the_remedy(old: str, new: str, told: str) -> None:
    lines = faults(PLAIN.replace(old, new))
    assert lines[0].startswith(f"scenario.yaml:{told}"), lines
    assert ";" in lines[0]


def test_what_is_no_mapping_is_no_scenario() -> None:
    assert faults("- 1\n") == ["scenario.yaml:1: this is not a scenario; start from docs/rehearsal/one-pool.yaml"]


def test_a_hotline_file_may_bring_the_rules_and_the_agents() -> None:
    config = hotline({"ana": agent(), "bo": agent()}, hours={})
    without = PLAIN.replace("agents:\n  pool: {count: 2}\n", "")
    assert list(read(without, config)[1].agents) == ["ana", "bo"]
    assert list(read(PLAIN, config)[1].agents) == ["pool-1", "pool-2"]
    assert read(PLAIN, config)[1].tiers == config.tiers
    assert faults(PLAIN.replace("rate: 60", "rate: 60, queue: xyz"), config) == [
        "scenario.yaml:6: no queue is called `xyz`; use one of the hotline file's"
    ]


def test_arrivals_follow_the_rates_of_the_day() -> None:
    text = PLAIN.replace("rate: 60", "rates: [{begins: '06:00', rate: 600}, {begins: '18:00', rate: 120}]")
    scenario, _ = read(text)
    traffic = generated.traffic(scenario, 1, 0)
    hours = np.bincount((traffic.arrival // 3600).astype(np.int64) % 24, minlength=24)
    assert hours[6:18].mean() == pytest.approx(2 * 600, rel=0.03)
    assert hours[[*range(6), *range(18, 24)]].mean() == pytest.approx(2 * 120, rel=0.06)  # the last rate until morning
    assert (np.diff(traffic.arrival) >= 0).all()
    assert traffic.markov is None


def test_nothing_arrives_at_a_rate_of_zero() -> None:
    text = PLAIN.replace("rate: 60", "rates: [{begins: '08:00', rate: 600}, {begins: '10:00', rate: 0}]")
    arrival = generated.traffic(read(text)[0], 1, 0).arrival % 86_400
    assert len(arrival) == pytest.approx(2400, rel=0.1)
    assert ((arrival >= 8 * 3600) & (arrival < 10 * 3600)).all()


def test_one_class_more_leaves_the_draws_of_the_others_as_they_were() -> None:
    more = PLAIN + "  more: {rate: 10, service: {mean: 5}}\n"
    before, after = (generated.traffic(read(text)[0], 1, 0) for text in (PLAIN, more))
    theirs = after.which == 0
    assert np.array_equal(before.arrival, after.arrival[theirs])
    assert np.array_equal(before.service, after.service[theirs])


def test_seeds_and_replications_differ_and_are_the_same_when_repeated() -> None:
    scenario, _ = read(PLAIN)
    first = generated.traffic(scenario, 1, 0).arrival
    assert np.array_equal(first, generated.traffic(scenario, 1, 0).arrival)
    assert not np.array_equal(first[:5], generated.traffic(scenario, 1, 1).arrival[:5])
    assert not np.array_equal(first[:5], generated.traffic(scenario, 2, 0).arrival[:5])


def test_only_traffic_without_memory_is_known_as_such() -> None:
    patient = PLAIN.replace("rate: 60", "rate: 60, patience: {mean: 30}")
    markov = generated.traffic(read(patient)[0], 1, 0).markov
    assert markov is not None
    assert (markov.arrivals, markov.service, markov.patience) == ((60 / 3600,), (1 / 60,), (1 / 30,))
    for change in (
        "rate: 60, callback_share: 0.1",
        "rate: 60, patience: {distribution: constant, mean: 9}",
    ):
        assert generated.traffic(read(PLAIN.replace("rate: 60", change))[0], 1, 0).markov is None


def test_shifts_may_run_past_midnight_and_belong_to_the_day_they_begin_on() -> None:
    text = PLAIN.replace("count: 2", "count: 1, shifts: [{days: [mon], begins: '22:00', ends: '06:00'}]")
    scenario, file = read(text.replace("hours: 48", "hours: 192"))
    hour = 3600
    assert generated.setting(scenario, file).shifts["pool-1"] == (
        Stretch(22 * hour, 30 * hour),
        Stretch(190 * hour, 192 * hour),
    )


def test_without_shifts_agents_are_at_work_when_a_queue_of_theirs_is_served() -> None:
    text = PLAIN.replace(
        "title: plain",
        "title: plain\nhotline:\n  hours: {office: {weekly: [{days: [mon], opens: '09:00', closes: '12:00'}]}}\n"
        "  queues: {general: {hours: office}}",
    )
    setting = generated.setting(*read(text))
    assert setting.shifts["pool-1"] == setting.service["general"] == (Stretch(9 * 3600, 12 * 3600),)
