"""The declared load against the declared staffing, by Erlang A."""

from __future__ import annotations

from typing import Any

import pytest

from config.hotline_file import HotlineFile
from config.source_map import Path, SourceMap
from routing.erlang import answered_within
from routing.staffing import staffing_faults, tier_loads, tier_shares
from tests.routing.floors import agent, hotline

OFFICE = {"weekly": [{"days": ["mon", "tue"], "opens": "09:00", "closes": "18:00"}]}
MORNING = {"weekly": [{"days": ["mon", "tue"], "opens": "09:00", "closes": "12:00"}]}


def said(file: HotlineFile) -> list[str]:
    lines: dict[Path, int] = {("tiers", tier, "target_wait"): 10 + n for n, tier in enumerate(file.tiers)}
    lines |= {("queues", queue): 20 + n for n, queue in enumerate(file.queues)}
    return [f"{fault.line}: {fault.what}; {fault.remedy}" for fault in staffing_faults(file, SourceMap("f", lines))]


def house(people: int, queue: dict[str, Any], **sections: Any) -> HotlineFile:
    return hotline({f"agent{n}": agent() for n in range(people)}, queues={"general": queue}, **sections)


ONE_TIER = {"tiers": {"standard": {"target_wait": 20}}}
LOAD = {"calls_per_hour": 60, "service_seconds": 240, "patience_seconds": 120}


def test_a_file_without_a_declared_load_is_not_judged() -> None:
    assert said(house(1, {"service_seconds": 240})) == []
    assert tier_loads(house(1, {})) == {}


def test_the_fewest_people_who_meet_the_standard_are_named_and_enough() -> None:
    levels = {n: answered_within(20, n, 60 / 3600, 240, 120) for n in range(1, 12)}
    enough = min(n for n, level in levels.items() if level >= 0.8)
    [found] = said(house(enough - 2, LOAD, **ONE_TIER))
    assert found == (
        f"10: at most {levels[enough - 2]:.0%} of `standard` calls can be answered within 20 s, not 80%:"
        f" {enough - 2} agents for 60 calls an hour of `general` on Mon at 09:00;"
        f" it takes {enough} agents, or a longer `target_wait`"
    )
    assert said(house(enough - 1, LOAD, **ONE_TIER)) != []
    assert said(house(enough, LOAD, **ONE_TIER)) == []


def test_that_every_call_be_answered_at_once_takes_many_and_no_endless_search() -> None:
    tiers = {"tiers": {"standard": {"target_wait": 0, "target_share": 1.0}}}
    [found] = said(house(2, LOAD | {"patience_seconds": None}, **tiers))
    assert found.endswith("; it takes 31 agents, or a longer `target_wait`")


def test_a_tier_is_not_blamed_for_calls_that_it_overtakes() -> None:
    tiers: dict[str, dict[str, float]] = {
        "vip": {"target_wait": 20, "priority_rate": 5, "share_of_calls": 0.1},
        "standard": {"target_wait": 20, "priority_rate": 1},
    }
    [found] = said(house(4, LOAD, tiers=tiers))
    assert found.startswith("11: at most ")
    equal = {name: tier | {"priority_rate": 1} for name, tier in tiers.items()}
    assert len(said(house(4, LOAD, tiers=equal))) == 2
    solved = house(4, LOAD, tiers={"vip": tiers["vip"] | {"priority_rate": 1}, "standard": {"target_wait": 40}})
    assert said(solved.model_copy(update={"scoring": solved.scoring.model_copy(update={"rates": "solve"})})) == [
        line for line in said(solved) if line.startswith("11")
    ]


def test_the_worst_hour_of_the_week_counts() -> None:
    agents = {f"agent{n}": agent() | {"shift": "morning"} for n in range(6)} | {"kim": agent() | {"shift": "office"}}
    hours = {"office": OFFICE, "morning": MORNING}
    file = hotline(agents, queues={"general": LOAD | {"hours": "office"}}, hours=hours, **ONE_TIER)
    [found] = said(file)
    assert "1 agent for 60 calls an hour of `general` on Mon at 12:00" in found


def test_hours_in_which_nobody_works_are_said_once_for_each_queue() -> None:
    hours = {"office": OFFICE, "morning": MORNING}
    agents = {f"agent{n}": agent() | {"shift": "morning"} for n in range(8)}
    file = hotline(agents, queues={"general": LOAD | {"hours": "office"}}, hours=hours, **ONE_TIER)
    assert said(file) == [
        "20: nobody is there for `general` on Mon at 12:00; give an agent a shift that covers it, or shorten the hours"
    ]


def test_queues_that_share_people_are_judged_together_and_each_alone() -> None:
    both = {f"agent{n}": agent() for n in range(6)}
    two = hotline(both, queues={"a": LOAD, "b": LOAD}, **ONE_TIER)
    [found] = said(two)
    assert "6 agents for 120 calls an hour of `a` and `b`" in found
    apart = {f"agent{n}": agent(queues=("a",) if n else ("b",)) for n in range(12)}
    [alone] = said(hotline(apart, queues={"a": LOAD, "b": LOAD}, **ONE_TIER))
    assert "1 agent for 60 calls an hour of `b`" in alone


def test_what_tiers_do_not_say_they_share_equally() -> None:
    tiers = {"a": {"share_of_calls": 0.4}, "b": {}, "c": {}}
    file = house(2, LOAD, tiers=tiers, default_tier="a")
    assert tier_shares(file) == pytest.approx({"a": 0.4, "b": 0.3, "c": 0.3})


def test_the_load_of_the_tiers_adds_up_to_the_occupancy() -> None:
    """60 calls of 4 minutes an hour are 4 erlangs; 5 agents are busy 80 % of the time."""
    loads = tier_loads(house(5, LOAD))
    assert sum(loads.values()) == pytest.approx(0.8)
    assert loads == pytest.approx({"vip": 0.4, "standard": 0.4})
