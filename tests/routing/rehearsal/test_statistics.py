"""Intervals, samples and control variates, on cases that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from routing.rehearsal.draws import Durations, arrivals, stream
from routing.rehearsal.intervals import figure, ratio, student
from routing.rehearsal.run import rehearse
from routing.rehearsal.samples import rows
from routing.rehearsal.setting import Callbacks
from routing.rehearsal.statistics import report
from tests.routing.floors import agent, hotline
from tests.routing.rehearsal.test_run import setting, traffic


@pytest.mark.parametrize(
    ("freedom", "t"), [(1, 12.706), (2, 4.303), (4, 2.776), (9, 2.262), (39, 2.023), (1000, 1.962)]
)
def test_students_t_is_that_of_the_tables(freedom: int, t: float) -> None:
    assert student(freedom) == pytest.approx(t, abs=0.003)


def test_an_interval_is_as_wide_as_the_textbook_says() -> None:
    found = figure(np.array([1.0, 2.0, 3.0, 4.0]))
    assert found is not None
    assert found.value == found.plain == 2.5
    assert found.half_width == pytest.approx(3.182 * 1.29099 / 2, abs=0.003)
    assert found.has(4.5)
    assert not found.has(4.6)


def test_one_sample_has_no_interval_and_none_no_figure() -> None:
    alone = figure(np.array([3.0]))
    assert alone is not None
    assert alone.half_width is None
    assert not alone.has(3.0)
    assert figure(np.empty(0)) is None


def test_a_ratio_is_that_of_the_sums() -> None:
    samples = ratio(np.array([10.0, 0.0, 5.0]), np.array([1.0, 3.0, 1.0]))
    assert samples.mean() == pytest.approx(3.0)
    assert len(ratio(np.zeros(3), np.zeros(3))) == 0


def test_a_ratio_is_linearised_where_the_control_variates_say_it_lies() -> None:
    noise = np.random.default_rng(4).normal(0.2, 1, 40)  # far off in this sample
    above, below, controls = 12 + 5 * noise, 3 + noise, noise[:, np.newaxis]
    found = figure(ratio(above, below, controls), controls, plain=1.0)
    assert found is not None
    assert found.value == pytest.approx(4)
    assert found.plain == 1.0


def test_a_control_variate_takes_its_noise_off_and_leaves_the_truth() -> None:
    dice = np.random.default_rng(1)
    noise = dice.normal(0, 1, (50, 2))
    samples = 7 + 3 * noise[:, 0] - noise[:, 1] + dice.normal(0, 0.01, 50)
    twice = np.concatenate([noise, noise], axis=1)  # what says nothing new is left out
    found = figure(samples, twice)
    assert found is not None
    assert found.half_width is not None
    assert found.half_width < 0.01
    assert found.has(7)
    assert abs(found.plain - 7) > 0.05


def test_with_too_few_samples_control_variates_are_left_alone() -> None:
    dice = np.random.default_rng(1)
    samples, controls = dice.normal(0, 1, 20), dice.normal(0, 1, (20, 5))
    assert figure(samples, controls) == figure(samples)


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    dice = np.random.default_rng(2)
    controls = dice.normal(0, 1, (2_000, 40, 3))
    samples = 1 + controls.sum(axis=2) + dice.normal(0, 1, (2_000, 40))
    found = [figure(one, beside) for one, beside in zip(samples[:400], controls[:400], strict=True)]
    assert 0.92 <= np.mean([one is not None and one.has(1.0) for one in found]) <= 0.98


@pytest.mark.parametrize(
    ("durations", "mean", "deviation"),
    [
        (Durations("exponential", 60), 60, 60),
        (Durations("lognormal", 60, cv=0.5), 60, 30),
        (Durations("constant", 60), 60, 0),
        (Durations("empirical", 0, values=(10, 20, 60)), 30, 21.6),
    ],
)
def test_durations_have_the_mean_and_spread_asked_for(durations: Durations, mean: float, deviation: float) -> None:
    drawn = durations.draw(stream(1, 0, "test"), 40_000)
    assert drawn.mean() == pytest.approx(mean, rel=0.02)
    assert drawn.std() == pytest.approx(deviation, rel=0.03)


def test_arrivals_at_a_constant_rate_are_poisson() -> None:
    coming = arrivals(stream(1, 0, "test"), [0, 40_000], [1.0])
    counts = np.bincount((coming // 10).astype(np.int64), minlength=4_000)
    assert counts.mean() == pytest.approx(10, rel=0.02)
    assert counts.var() == pytest.approx(10, rel=0.06)
    assert len(arrivals(stream(1, 0, "test"), [0, 10], [0.0])) == 0


def test_the_report_counts_what_happened() -> None:
    file = hotline({"ana": agent(wrap_up=10)}, tiers={"standard": {"target_wait": 20}})
    log = rehearse(setting(file), traffic((0, 30), (1, 30), (2, 30), (200, 30), patience=45))
    (row,) = report([rows(log, 0.0, 1)])
    assert {key: count for key, count in row.counts.items() if count} == {"offered": 4, "answered": 3, "abandoned": 1}
    values = {key: figure.value for key, figure in row.figures.items()}
    assert values["waited"] == 0.5
    assert values["abandoned"] == 0.25
    assert values["mean_wait"] == pytest.approx((0 + 39 + 45 + 0) / 4)
    assert values["service_level"] == 0.5
    assert values["mean_queue"] == pytest.approx(84 / 100_000)
    assert values["occupancy"] == pytest.approx(3 * 40 / 100_000)
    assert values["p50_wait"] == pytest.approx(19.5)
    assert "late" not in values
    assert row.target == 20


def test_waits_are_told_by_the_hour_of_the_day_in_the_hotlines_zone() -> None:
    file = hotline({"ana": agent(wrap_up=0)})  # the start is 9:00 UTC, 18:00 in Seoul
    log = rehearse(setting(file), traffic((0, 30), (10, 30), (3600, 30), (3610, 20)))
    (row,) = report([rows(log, 0.0, 1)])
    assert [(hour.hour, hour.offered) for hour in row.by_hour] == [(18, 2), (19, 2)]
    assert [hour.mean_wait for hour in row.by_hour] == pytest.approx([10, 10])
    assert row.hourly_spread == pytest.approx(0, abs=1e-6)


def test_who_took_a_promise_counts_in_no_wait_but_in_the_promises() -> None:
    file = hotline({"ana": agent(wrap_up=0)})
    calls = traffic((0, 300), (1, 30), (2, 30), callback=(False, True, True))
    log = rehearse(setting(file, callbacks=Callbacks("", earliest_after=0, window=310)), calls)
    (row,) = report([rows(log, 0.0, 1)])
    assert (row.counts["promises_made"], row.counts["promises_kept"], row.counts["promises_late"]) == (2, 1, 1)
    assert row.figures["late"].value == 0.5
    assert row.figures["mean_wait"].value == 0


def test_calls_before_the_warm_up_ends_do_not_count() -> None:
    file = hotline({"ana": agent(wrap_up=0)})
    (row,) = report([rows(rehearse(setting(file), traffic((0, 30), (1, 30), (50, 30))), 40.0, 1)])
    assert row.counts["offered"] == 1
    assert row.figures["mean_wait"].value == pytest.approx(10)
