"""From a scenario to what is rehearsed: the hotline file, who is at work when, and the traffic of each replication."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from config.hotline_file import HotlineFile
from routing.rehearsal.draws import arrivals, stream
from routing.rehearsal.scenario import Calls, Scenario, Staff
from routing.rehearsal.setting import (
    Callbacks,
    Setting,
    Stretch,
    joined,
    service_hours,
    shifts_by_hours,
)
from routing.rehearsal.traffic import FOR_EVER, CallClass, Markov, Traffic, merged
from routing.work import Needs

HOUR = 3600.0
_DAY = 86_400.0
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def hotline_sections(scenario: Scenario) -> dict[str, Any]:
    """A hotline file for the scenario, not validated yet: its own sections, the staff, and stand-ins for the rest."""
    calls, staff = scenario.calls.values(), scenario.agents.values()
    languages = dict.fromkeys([*(each.language for each in calls), *(one for each in staff for one in each.languages)])
    skills = dict.fromkeys(
        [*(one for each in calls for one in each.skills), *(one for each in staff for one in each.skills)]
    )
    queues = dict.fromkeys([*(each.queue for each in calls), *(one for each in staff for one in each.queues)])
    stand_ins: dict[str, Any] = {
        "hotline": {"name": scenario.title},
        "languages": list(languages),
        "numbers": {},
        "tiers": {tier: {} for tier in dict.fromkeys(each.tier for each in calls)},
        "skills": list(skills),
        "queues": {queue: {} for queue in queues},
        "categories": {},
        "flow": {"start": "none", "steps": {}},
    }
    sections = stand_ins | scenario.hotline
    sections.setdefault("default_tier", next(iter(sections["tiers"]), "standard"))
    sections["agents"] = staffed(scenario, sections["languages"])
    return sections


def staffed(scenario: Scenario, languages: list[str]) -> dict[str, Any]:
    """The agents of the groups, as a hotline file declares them, numbered from 1."""
    return {
        f"{group}-{number}": {
            "name": f"{group} {number}",
            "station": f"sip:{group}-{number}@127.0.0.1",
            "skills": dict(staff.skills),
            "languages": list(staff.languages or languages),
            "queues": list(staff.queues),
            "calm": staff.calm,
            "wrap_up": staff.wrap_up,
        }
        for group, staff in scenario.agents.items()
        for number in range(1, staff.count + 1)
    }


def setting(scenario: Scenario, file: HotlineFile) -> Setting:
    """The scenario under this hotline file, whose agents are taken where the scenario has none."""
    zone = ZoneInfo(file.hotline.zone)
    start = datetime.combine(scenario.day, time.min, tzinfo=zone).astimezone(UTC)
    length = (scenario.warm_up + scenario.hours) * HOUR
    service = service_hours(file, start, length)
    shifts = shifts_by_hours(file, service, start, length)
    for group, staff in scenario.agents.items():
        if staff.shifts:
            own = _shifts(staff, scenario, length)
            shifts |= {f"{group}-{number}": own for number in range(1, staff.count + 1)}
    rule, declared = scenario.callbacks, file.callbacks
    callbacks = Callbacks(
        tier=rule.tier or "",
        earliest_after=rule.earliest_after if rule.earliest_after is not None else declared.earliest_after,
        window=rule.window if rule.window is not None else declared.window,
        live_limit=rule.live_limit,
    )
    return Setting(file, start, length, shifts, service, callbacks)


def traffic(scenario: Scenario, seed: int, replication: int) -> Traffic:
    """The calls of one replication; the same whatever hotline file they meet."""
    length = (scenario.warm_up + scenario.hours) * HOUR
    parts = tuple(_calls(name, calls, length, seed, replication) for name, calls in scenario.calls.items())
    return merged(parts, _markov(scenario))


def _calls(name: str, calls: Calls, length: float, seed: int, replication: int) -> Traffic:
    edges, rates = _steps(calls, length)
    coming = arrivals(stream(seed, replication, name, "arrivals"), edges, rates)
    count = len(coming)
    patience = (
        np.full(count, FOR_EVER)
        if calls.patience is None
        else calls.patience.durations.draw(stream(seed, replication, name, "patience"), count)
    )
    needs = Needs(calls.queue, calls.language, tuple(sorted(calls.skills.items())))
    return Traffic(
        classes=(CallClass(name, needs, calls.tier, calls.urgency),),
        arrival=coming,
        which=np.zeros(count, dtype=np.int64),
        service=calls.service.durations.draw(stream(seed, replication, name, "service"), count),
        patience=patience,
        takes_callback=stream(seed, replication, name, "callback").random(count) < calls.callback_share,
    )


def _steps(calls: Calls, length: float) -> tuple[list[float], list[float]]:
    """The edges (seconds) of the steps of the rate, and the rates (a second)."""
    if calls.rate is not None:
        return [0.0, length], [calls.rate / HOUR]
    edges, rates = [0.0], [calls.rates[-1].rate / HOUR]  # what holds before the first entry is the last one's
    for day in range(int(length // _DAY) + 1):
        for entry in calls.rates:
            at = day * _DAY + _seconds(entry.begins)
            if at >= length:
                break
            if at == edges[-1]:
                rates[-1] = entry.rate / HOUR
            else:
                edges.append(at)
                rates.append(entry.rate / HOUR)
    return [*edges, length], rates


def _markov(scenario: Scenario) -> Markov | None:
    """The rates, where nothing in the scenario has memory or changes with the time of day."""
    calls = tuple(scenario.calls.values())
    patience = tuple(each.patience for each in calls)
    constant = all(each.rate is not None and not each.callback_share for each in calls)
    if not constant or any(staff.shifts for staff in scenario.agents.values()):
        return None
    if any(one is not None and one.distribution != "exponential" for one in (*patience, *(c.service for c in calls))):
        return None
    return Markov(
        arrivals=tuple((each.rate or 0.0) / HOUR for each in calls),
        service=tuple(1 / each.service.durations.mean for each in calls),
        patience=tuple(1 / each.durations.mean if each is not None else 0.0 for each in patience),
    )


def _shifts(staff: Staff, scenario: Scenario, length: float) -> tuple[Stretch, ...]:
    found = []
    for number in range(-1, int(length // _DAY) + 1):
        today = _DAYS[(scenario.day + timedelta(days=number)).weekday()]
        for shift in staff.shifts:
            begins, ends = _seconds(shift.begins), _seconds(shift.ends)
            if today in shift.days:
                ends += _DAY if ends <= begins else 0.0
                stretch = Stretch(max(0.0, number * _DAY + begins), min(length, number * _DAY + ends))
                if stretch.begins < stretch.ends:
                    found.append(stretch)
    return joined(found)


def _seconds(at: time) -> float:
    return at.hour * HOUR + at.minute * 60.0 + at.second
