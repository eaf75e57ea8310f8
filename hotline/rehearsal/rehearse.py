"""What `hotline rehearse` does: read, let the traffic run through the floor, and show what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from config.errors import HotlineError, NotWritable
from config.faults import Fault, errors
from config.hotline_file import HotlineFile
from config.hotline_yaml import examine_file, read_text
from hotline.rehearsal.rehearse_picture import waits_by_hour
from hotline.rehearsal.rehearse_table import as_json, tables
from ivr.flow.catalogue import STEPS
from routing.rehearsal.compare import differences
from routing.rehearsal.plan import Plan, carry_out, plan_of_recording, plan_of_scenario
from routing.rehearsal.reading import read_scenario
from routing.rehearsal.recorded import read_recording


@dataclass(frozen=True, slots=True)
class Wanted:
    """The command's options. Either `traffic` and `config`, or `scenario`. `versus` is compared with `config` if that
    is given, and with `scenario` otherwise."""

    traffic: Path | None = None
    scenario: Path | None = None
    config: Path | None = None
    versus: Path | None = None
    seed: int | None = None
    replications: int | None = None
    as_json: bool = False
    picture: Path | None = None


class _Unusable(Exception):
    """Some file has faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = faults


def rehearse(wanted: Wanted, out: Console, screen: Console) -> int:
    """Print tables, or JSON, on `out`; faults as `file:line: what; remedy`, and the progress, on `screen`. Returns the
    exit code.

    Raises `HotlineError` for options that make no sense together, and `NotWritable` for the picture.
    """
    try:
        plans = _plans(wanted)
    except _Unusable as unusable:
        for fault in unusable.faults:
            screen.print(str(fault), markup=False, soft_wrap=True)
        return HotlineError.exit_code
    with _progress(screen) as tell:
        sides = [carry_out(plan, tell(plan.label)) for plan in plans]
    compared = differences(sides[0].runs, sides[1].runs) if len(sides) == 2 else ()
    if wanted.picture is not None:
        _write(wanted.picture, waits_by_hour(sides))
    if wanted.as_json:
        out.print(json.dumps(as_json(sides, compared), ensure_ascii=False, indent=1), markup=False, soft_wrap=True)
    else:
        for table in tables(sides, compared):
            out.print(table)
    return 0


def _plans(wanted: Wanted) -> list[Plan]:
    if wanted.traffic is not None and wanted.scenario is None:
        if wanted.config is None:
            raise HotlineError("recorded traffic needs a hotline file", remedy="name it with --config FILE.yaml")
        return [_of_recording(wanted, wanted.traffic, config) for config in (wanted.config, wanted.versus) if config]
    if wanted.scenario is None or wanted.traffic is not None:
        raise HotlineError("one kind of traffic is rehearsed", remedy="give --traffic FILE.csv or --scenario FILE.yaml")
    if wanted.config is not None:
        configs = (wanted.config, wanted.versus)
        return [_of_scenario(wanted, wanted.scenario, config, wanted.seed) for config in configs if config]
    plans = [_of_scenario(wanted, wanted.scenario, None, wanted.seed)]
    if wanted.versus is not None:
        plans.append(_of_scenario(wanted, wanted.versus, None, plans[0].seed))  # the random numbers are common
    if len({(plan.setting.length, plan.warm_up, plan.batches, plan.replications) for plan in plans}) > 1:
        remedy = f"give it the hours, warm_up, batches and replications of {wanted.scenario}"
        raise HotlineError("the scenarios do not last equally long", where=str(wanted.versus), remedy=remedy)
    return plans


def _of_recording(wanted: Wanted, path: Path, config: Path) -> Plan:
    file = _hotline_file(config)
    recording, faults = read_recording(_text(path), str(path), file)
    if recording is None:
        raise _Unusable(faults)
    return plan_of_recording(recording, file, config.name, wanted.seed, wanted.replications)


def _of_scenario(wanted: Wanted, path: Path, config: Path | None, seed: int | None) -> Plan:
    read, faults = read_scenario(_text(path), str(path), _hotline_file(config) if config is not None else None)
    if read is None:
        raise _Unusable(faults)
    scenario, file = read
    label = scenario.title if config is None else f"{scenario.title}, {config.name}"
    return plan_of_scenario(scenario, file, label, seed, wanted.replications)


def _hotline_file(path: Path) -> HotlineFile:
    reading = examine_file(path, STEPS.keys())
    if reading.file is None:
        raise _Unusable(errors(reading.faults))
    return reading.file


def _text(path: Path) -> str:
    text = read_text(path)
    if isinstance(text, Fault):
        raise _Unusable((text,))
    return text


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        what = f"cannot be written: {fault.strerror or fault}"
        raise NotWritable(what, where=str(path), remedy="choose a folder of yours") from fault


@contextmanager
def _progress(screen: Console) -> Iterator[Callable[[str], Callable[[float], None]]]:
    """A bar for each side, on a terminal only: elsewhere nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:

        def side(label: str) -> Callable[[float], None]:
            task = progress.add_task(label, total=1.0)
            return lambda share: progress.update(task, completed=share)

        yield side
