"""`hotline sizing`: what a hotline of so many calls needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from hotline.sizing.costs import MACHINE, MEASURED_ON
from hotline.sizing.demand import CONNECTIONS_A_NODE, FULL, Demand, Load, load, nodes_wanted
from hotline.sizing.limits import limits
from hotline.sizing.picture import sizing_picture

_USUAL = Demand(1)


def sizing(
    calls_a_day: Annotated[float, typer.Option(min=1, max=10_000_000, help="Calls that come in.")],
    busiest_hour_share: Annotated[
        float, typer.Option(min=0.04, max=1.0, help="Of a day's calls in its worst hour.")
    ] = (_USUAL.busiest_hour_share),
    flow_seconds: Annotated[
        float, typer.Option(min=0, help="With the hotline before the queue.")
    ] = _USUAL.flow_seconds,
    talk_seconds: Annotated[float, typer.Option(min=1, help="With an agent.")] = _USUAL.talk_seconds,
    wrap_up_seconds: Annotated[float, typer.Option(min=0, help="An agent's, after a call.")] = _USUAL.wrap_up_seconds,
    wait_seconds: Annotated[float, typer.Option(min=0, help="In the queue, mean of all calls.")] = _USUAL.wait_seconds,
    speech_share: Annotated[float, typer.Option(min=0, max=1, help="Calls that are spoken.")] = _USUAL.speech_share,
    speech_seconds: Annotated[float, typer.Option(min=0, help="Of speech in such a call.")] = _USUAL.speech_seconds,
    second_hearing_share: Annotated[float, typer.Option(min=0, max=1, help="Of speech that is heard twice.")] = (
        _USUAL.second_hearing_share
    ),
    recorded_share: Annotated[float, typer.Option(min=0, max=1, help="Of talk that is recorded.")] = (
        _USUAL.recorded_share
    ),
    transcoded_share: Annotated[float, typer.Option(min=0, max=1, help="Of talk between two codecs.")] = (
        _USUAL.transcoded_share
    ),
    promise_share: Annotated[float, typer.Option(min=0, max=1, help="Callers called back.")] = _USUAL.promise_share,
    target_share: Annotated[float, typer.Option(min=0.01, max=0.999, help="To be answered in time.")] = (
        _USUAL.target_share
    ),
    target_wait: Annotated[float, typer.Option(min=1, help="Seconds that are in time.")] = _USUAL.target_wait,
    patience: Annotated[float, typer.Option(min=1, help="Seconds until a caller gives up, mean.")] = _USUAL.patience,
    picture: Annotated[Path | None, typer.Option(help="Draw cores against calls a day, an SVG file.")] = None,
) -> None:
    """What so many calls a day need: cores, machines, people, database, disks; and which limit comes next."""
    demand = Demand(
        calls_a_day=calls_a_day,
        busiest_hour_share=busiest_hour_share,
        flow_seconds=flow_seconds,
        talk_seconds=talk_seconds,
        wrap_up_seconds=wrap_up_seconds,
        wait_seconds=wait_seconds,
        speech_share=speech_share,
        speech_seconds=speech_seconds,
        second_hearing_share=second_hearing_share,
        recorded_share=recorded_share,
        transcoded_share=transcoded_share,
        promise_share=promise_share,
        target_share=target_share,
        target_wait=target_wait,
        patience=patience,
    )
    screen = Console(highlight=False)
    screen.print(_table(load(demand)))
    _tell_limits(screen, demand)
    screen.print(f"Costs as measured on {MEASURED_ON}: {MACHINE}. Nothing is loaded above {FULL:.0%}.", soft_wrap=True)
    if picture is not None:
        picture.write_text(sizing_picture(demand), encoding="utf-8")


def lines_of(needed: Load) -> list[tuple[str, str]]:
    """What is needed, and how much of it."""
    nodes = nodes_wanted(needed)
    shares_a_floor = nodes != 1
    main = needed.main + (needed.ordering if shares_a_floor else 0.0)
    lines = [
        ("calls a second, busiest hour", _figure(needed.calls_a_second)),
        ("callers on the line at once", _figure(needed.callers)),
        ("conversations at once", _figure(needed.conversations)),
        ("agents at work", f"{needed.agents:,}"),
        ("cores busy with telephones and sound", _figure(needed.edge)),
        ("cores busy with recognition", _figure(needed.ears)),
        ("cores busy with call flow, floor, book", _figure(main)),
    ]
    if shares_a_floor:
        lines.append(("and again on every node", _figure(needed.main_on_each)))
    if nodes is None:
        lines.append(("nodes", "no number is enough: divide the hotline"))
    else:
        lines.append(("nodes, and one more that may fail", f"{nodes} + 1" if nodes > 1 else "1"))
    lines.append((f"cores for recognition at {FULL:.0%}", _figure(needed.ears / FULL)))
    if shares_a_floor:
        lines += [
            ("cores busy with PostgreSQL", _figure(needed.database)),
            ("connections of PostgreSQL", f"{((nodes or 0) + 1) * CONNECTIONS_A_NODE:,}" if nodes else "-"),
            ("floor changes a second", _figure(needed.changes)),
        ]
    return [
        *lines,
        ("transactions a second", f"{_figure(needed.transactions)}, {_figure(needed.writes)} of them write"),
        ("database a year, GB", _figure(needed.book_gigabytes_a_year)),
        ("recordings a day, GB", _figure(needed.recordings_gigabytes_a_day)),
        ("messages to the broker a second", _figure(needed.messages)),
        ("sound on the network each way, Mbit/s", _figure(needed.wire_megabits)),
    ]


def _table(needed: Load) -> Table:
    table = Table("in the busiest hour", "needed")
    for what, much in lines_of(needed):
        table.add_row(what, much)
    return table


def _tell_limits(screen: Console, demand: Demand) -> None:
    every = limits(demand)
    for one in (one for one in every if one.calls_a_day <= demand.calls_a_day):
        screen.print(f"passed at {_round(one.calls_a_day)} calls a day: {one.what}; {one.then}", soft_wrap=True)
    coming = next((one for one in every if one.calls_a_day > demand.calls_a_day), None)
    if coming is not None:
        screen.print(f"next, at {_round(coming.calls_a_day)} calls a day: {coming.what}; {coming.then}", soft_wrap=True)


def _round(calls: float) -> str:
    """Two digits say as much as is known."""
    return f"{float(f'{calls:.2g}'):,.0f}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
