"""From calls a day to machines and people: the formulas, the limits, the command, the page."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hotline.bench.catalogue import BENCHES
from hotline.bench.floor_at_a_million import BusyHour, forecast, replayed, written
from hotline.cli import app
from hotline.commands.sizing import lines_of
from hotline.sizing.costs import COSTS, Costs, Measured
from hotline.sizing.demand import FULL, Demand, Load, agents_wanted, load, nodes_wanted, scaled
from hotline.sizing.kinds import kinds
from hotline.sizing.limits import limits, next_limit
from hotline.sizing.picture import sizing_picture
from hotline.sizing.table import renewed
from routing.erlang import answered_within

PAGE = Path(__file__).parents[2] / "docs" / "sizing.md"
#: One call a second in the busiest hour.
ONE_A_SECOND = Demand(
    36_000, busiest_hour_share=0.1, flow_seconds=40, wait_seconds=10, talk_seconds=100, wrap_up_seconds=0
)


def costing(**given: float) -> Costs:
    """Nothing costs anything but what is given."""
    nothing = {one.name: Measured(0, "", "", "sizing") for one in fields(Costs)}
    return Costs(**(nothing | {name: Measured(value, "", "", "sizing") for name, value in given.items()}))


def test_who_is_on_the_line_is_what_comes_times_how_long_it_stays() -> None:
    needed = load(ONE_A_SECOND)
    assert needed.calls_a_second == 1
    assert (needed.callers, needed.conversations) == (150, 100)


def test_sound_is_the_time_of_talk_and_of_prompts_times_what_each_costs() -> None:
    demand = replace(ONE_A_SECOND, recorded_share=0.5, transcoded_share=0.25, promise_share=0)
    needed = load(demand, costing(leg=10, prompt=2, bridge=4, recording=2, transcoding=8))
    assert needed.edge == pytest.approx((2 * 10 + 50 * 2 + 100 * (4 + 1 + 2)) / 1000)


def test_recognition_is_the_seconds_of_speech_and_those_heard_twice() -> None:
    demand = replace(ONE_A_SECOND, speech_share=0.5, speech_seconds=10, second_hearing_share=0.2)
    assert load(demand, costing(first_hearing=400, second_hearing=500)).ears == pytest.approx(5 * 0.5)


def test_what_is_promised_costs_its_first_call_and_the_keeping_on_top() -> None:
    demand = replace(ONE_A_SECOND, speech_share=1, promise_share=0.5)
    needed = load(demand, costing(spoken=100, kept=60, events=10, kept_events=4, writes=20, kept_writes=2, reads=5))
    assert needed.main == pytest.approx(0.13)
    assert (needed.messages, needed.writes, needed.transactions) == (12, 21, 26)


def test_what_every_node_does_again_is_replaying_and_the_forecasts_grow_with_calls_times_agents() -> None:
    costs = costing(changes=4, replay=0.5, forecast=3)
    needed = load(replace(ONE_A_SECOND, promise_share=0), costs)
    assert needed.main_on_each == pytest.approx(0.002)
    assert needed.main == pytest.approx(2 * needed.agents * 3e-6)


def test_a_year_and_a_day_fill_the_disks() -> None:
    needed = load(replace(ONE_A_SECOND, promise_share=0, recorded_share=0.5), costing(book=10, recorded_minute=3))
    assert needed.book_gigabytes_a_year == pytest.approx(36_000 * 365 * 10e-6)
    assert needed.recordings_gigabytes_a_day == pytest.approx(36_000 * 0.5 * 100 / 60 * 3e-3)


def test_the_agents_are_the_fewest_who_meet_the_target() -> None:
    demand = replace(ONE_A_SECOND, target_share=0.9, target_wait=10, patience=120)
    agents = agents_wanted(demand)
    assert answered_within(10, agents, 1, 100, 120) >= 0.9 > answered_within(10, agents - 1, 1, 100, 120)


@pytest.mark.parametrize("calls", [1, 37, 500, 100_000])
def test_there_are_agents_for_few_calls_and_for_many(calls: float) -> None:
    demand = Demand(calls, target_share=0.95)
    agents = agents_wanted(demand)
    arrivals, service = demand.calls_a_second, demand.talk_seconds + demand.wrap_up_seconds
    assert answered_within(demand.target_wait, agents, arrivals, service, demand.patience) >= 0.95


def usage(**given: Any) -> Load:
    """Of nothing, but for what is given."""
    return Load(**(dict.fromkeys((one.name for one in fields(Load)), 0.0) | given))


def test_one_node_does_without_a_shared_floor() -> None:
    assert nodes_wanted(usage(edge=0.6, main=FULL, ordering=5, main_on_each=5)) == 1


def test_nodes_are_added_until_none_is_busier_than_its_share() -> None:
    assert nodes_wanted(usage(edge=2.0, main=0.1)) == 3
    assert nodes_wanted(usage(edge=0.1, main=1.5, ordering=0.4, main_on_each=0.2)) == 4


def test_no_number_of_nodes_is_enough_when_each_is_filled_by_what_all_repeat() -> None:
    assert nodes_wanted(usage(main=1, main_on_each=FULL)) is None


def test_each_limit_is_where_its_resource_is_just_full() -> None:
    found = {limit.what: limit.calls_a_day for limit in limits(Demand(1), ears_cores=4)}
    calls = found["recognition on 4 cores"]
    assert load(scaled(Demand(1), 0.94 * calls)).ears < 4 * FULL <= load(scaled(Demand(1), 1.01 * calls)).ears


def test_the_next_limit_lies_beyond_the_demand_and_the_others_have_been_met() -> None:
    every = limits(Demand(1))
    assert [one.calls_a_day for one in every] == sorted(one.calls_a_day for one in every)
    assert next_limit(Demand(1)) == every[0]
    assert next_limit(Demand(every[0].calls_a_day)) == every[1]
    assert next_limit(Demand(every[-1].calls_a_day)) is None


def test_what_costs_nothing_is_no_limit() -> None:
    assert [one.what for one in limits(Demand(1), costs=costing())] == ["1 Gbit/s of sound, all nodes together"]


def test_a_call_of_each_kind_is_put_together_of_its_parts() -> None:
    costs = costing(
        leg=10, prompt=2, first_hearing=100, second_hearing=300, spoken=50, kept=20, writes=7, kept_writes=3
    )
    usual = Demand(1, flow_seconds=40, speech_seconds=5)
    found = {kind.what: kind for kind in kinds(usual, costs)}
    twice, back = found["the same, all heard twice"], found["a callback promised and kept"]
    assert (twice.edge, twice.ears, twice.main) == pytest.approx((0.1, 2.0, 0.05))
    assert (back.edge, back.main, back.writes) == pytest.approx((0.11, 0.07, 10))


def test_a_minute_of_talk_is_more_when_it_is_recorded_or_turned_into_another_codec() -> None:
    found = {kind.what: kind for kind in kinds(Demand(1), costing(bridge=2, transcoding=3, recording=1))}
    minutes = ("a minute of talk, same codec", "the same, G.711 to G.722", "a minute of talk, recorded")
    assert [found[what].edge for what in minutes] == pytest.approx([0.12, 0.3, 0.18])


def test_each_cost_says_which_command_measures_it() -> None:
    benches = {f"make bench ONLY={name}" for name in BENCHES}
    assert {one.by for _, one in COSTS.rows()} <= benches | {"hotline evaluate speech"}
    assert all(one.value > 0 and one.what for _, one in COSTS.rows())


def test_the_page_has_the_figures_as_they_are() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert renewed(page) == page, "run `python -m hotline.sizing.table docs/sizing.md`"
    assert renewed(page.replace(f"{COSTS.recorded_minute.value:g} MB |", "5 MB |")) == page


def test_a_page_without_a_place_for_a_table_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for the kinds"):
        renewed("nothing")


def test_the_command_tells_what_is_needed_and_what_is_full_next(tmp_path: Path) -> None:
    picture = tmp_path / "sizing.svg"
    told = CliRunner().invoke(app, ["sizing", "--calls-a-day", "20000", "--picture", str(picture)])
    assert told.exit_code == 0, told.output
    for what, much in lines_of(load(Demand(20_000))):
        assert what in told.output
        assert much.split()[0] in told.output
    assert "passed at" in told.output
    assert "next, at" in told.output
    assert picture.read_text(encoding="utf-8") == sizing_picture(Demand(20_000))


def test_many_calls_are_told_to_take_nodes_or_to_be_divided() -> None:
    many = dict(lines_of(load(Demand(200_000))))
    assert many["nodes, and one more that may fail"].endswith("+ 1")
    assert dict(lines_of(load(Demand(9_000_000))))["nodes"] == "no number is enough: divide the hotline"


def test_the_picture_draws_every_kind_of_work_within_its_frame() -> None:
    lines = re.findall(r'points="([^"]+)"', sizing_picture(Demand(1)))
    assert len(lines) == 5
    points = [tuple(map(float, point.split(","))) for line in lines for point in line.split()]
    assert all(80 <= x <= 720 and 90 <= y <= 450 for x, y in points)


def test_the_simulated_hour_serves_nearly_all_and_its_replicas_agree() -> None:
    hour = BusyHour(calls=300, agents=25)
    hour.run()
    lines = written(hour.log)
    assert len(hour.served) > 250
    assert 3 < len(hour.log) / 300 < 7
    assert replayed(hour.floor.file, lines) == hour.digest
    assert replayed(hour.floor.file, lines[:200]) != hour.digest


def test_a_forecast_is_measured_on_a_floor_where_all_are_busy() -> None:
    assert forecast(agents=20) > 0
