"""What is to be rehearsed, from a scenario or from recorded traffic, and carrying it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from config.hotline_file import HotlineFile
from routing.rehearsal import generated
from routing.rehearsal.recorded import Recording, recorded
from routing.rehearsal.run import rehearse
from routing.rehearsal.samples import RowSamples, rows
from routing.rehearsal.scenario import Scenario
from routing.rehearsal.setting import Callbacks, Setting, service_hours, shifts_by_hours
from routing.rehearsal.statistics import RowReport, report
from routing.rehearsal.traffic import Traffic

DEFAULT_SEED = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """`draw` gives the traffic of a replication, numbered from 0. Nothing counts before `warm_up` seconds; what comes
    after is cut into `batches` of equal length, whose spread gives the intervals."""

    label: str
    setting: Setting
    draw: Callable[[int], Traffic]
    seed: int
    replications: int
    warm_up: float
    batches: int


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A plan carried out."""

    label: str
    calls: int
    runs: tuple[tuple[RowSamples, ...], ...]
    report: tuple[RowReport, ...]


def plan_of_scenario(
    scenario: Scenario, file: HotlineFile, label: str = "", seed: int | None = None, replications: int | None = None
) -> Plan:
    """The scenario under a hotline file; what is not given is the scenario's own."""
    chosen = seed if seed is not None else scenario.seed
    return Plan(
        label=label or scenario.title,
        setting=generated.setting(scenario, file),
        draw=lambda number: generated.traffic(scenario, chosen, number),
        seed=chosen,
        replications=replications or scenario.replications,
        warm_up=scenario.warm_up * generated.HOUR,
        batches=scenario.batches,
    )


def plan_of_recording(
    recording: Recording, file: HotlineFile, label: str, seed: int | None = None, replications: int | None = None
) -> Plan:
    """Recorded calls under a hotline file, with its agents. Replications differ in what has to be drawn."""
    chosen = seed if seed is not None else DEFAULT_SEED
    service = service_hours(file, recording.start, recording.length)
    setting = Setting(
        file=file,
        start=recording.start,
        length=recording.length,
        shifts=shifts_by_hours(file, service, recording.start, recording.length),
        service=service,
        callbacks=Callbacks("", file.callbacks.earliest_after, file.callbacks.window),
    )
    return Plan(
        label=label,
        setting=setting,
        draw=lambda number: recorded(recording, file, chosen, number),
        seed=chosen,
        replications=replications or 1,
        warm_up=0.0,
        batches=1,
    )


def carry_out(plan: Plan, tell: Callable[[float], None] | None = None) -> Rehearsed:
    """Rehearse every replication. `tell` is given the share that is done, now and then."""
    runs, calls = [], 0
    for number in range(plan.replications):
        traffic = plan.draw(number)
        calls += len(traffic)
        log = rehearse(plan.setting, traffic, _part(tell, number, plan.replications) if tell is not None else None)
        runs.append(rows(log, plan.warm_up, plan.batches))
    return Rehearsed(plan.label, calls, tuple(runs), report(runs))


def _part(tell: Callable[[float], None], number: int, of: int) -> Callable[[float], None]:
    return lambda share: tell((number + share) / of)
