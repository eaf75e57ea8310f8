"""What a rehearsal costs: a day of 100,000 calls, in queues, tiers and languages, through the floor.

The time is processor time of this process, the report's share included.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from hotline.bench.row import Row
from routing.rehearsal.plan import carry_out, plan_of_scenario
from routing.rehearsal.reading import read_scenario

_CALLS = 100_000
_TARGET = 10.0
#: The day's shape: shares of all calls an hour, by hour of the day from 6:00.
_SHAPE = (2, 4, 7, 9, 10, 9, 8, 8, 9, 8, 7, 6, 5, 4, 3, 1)
_SERVICE = 180.0
_LOAD = 0.93


def rows() -> Iterator[Row]:
    """One day."""
    read, faults = read_scenario(day(), "bench")
    if read is None:
        raise ValueError(faults[0])
    plan = plan_of_scenario(*read)
    began = time.process_time()
    done = carry_out(plan)
    seconds = time.process_time() - began
    taken = seconds * _CALLS / done.calls
    yield Row("routing", f"rehearsal of a {_CALLS:,}-call day", taken, "s", _TARGET, taken <= _TARGET)
    waited = done.report[-1].figures["waited"].value
    yield Row("routing", "calls of that day that had to wait", 100 * waited, "%", None, None)


def day() -> str:
    """The scenario: two queues, two tiers, two languages; staff by shifts, so that the busiest hours are just met."""
    busiest = _CALLS * max(_SHAPE) / sum(_SHAPE)
    staff = round(busiest * _SERVICE / 3600 / _LOAD)
    early, late, middle = (round(staff * share) for share in (0.55, 0.45, 0.45))
    lines = ["title: a day of 100,000 calls", "hours: 24", "agents:"]
    shifts = (("early", early, 6, 14), ("middle", middle, 9, 17), ("late", late, 14, 22))
    for name, count, begins, ends in shifts:
        for queue in ("general", "technical"):
            shift = f'[{{begins: "{begins:02}:00", ends: "{ends:02}:00"}}]'
            lines.append(f"  {name}-{queue}: {{count: {count // 2}, queues: [{queue}], shifts: {shift}}}")
    lines.append("calls:")
    for queue in ("general", "technical"):
        for tier, of in (("vip", 0.2), ("standard", 0.8)):
            for language in ("en", "ko"):
                rates = ", ".join(
                    f'{{begins: "{hour:02}:00", rate: {_CALLS * of / 4 * share / sum(_SHAPE):.1f}}}'
                    for hour, share in (*enumerate(_SHAPE, start=6), (22, 0))
                )
                lines += [
                    f"  {queue}-{tier}-{language}:",
                    f"    rates: [{rates}]",
                    f"    service: {{distribution: lognormal, mean: {_SERVICE:g}, cv: 1.2}}",
                    "    patience: {mean: 240}",
                    f"    queue: {queue}",
                    f"    tier: {tier}",
                    f"    language: {language}",
                ]
    return "\n".join(lines)
