"""The call flow as a picture: one row a step, in the order in which calls come to them, and lanes beside the rows.

A way to the step on the next row is a straight line. Every other way goes out to a lane, along it, and back in: all
ways of one kind to one step share a lane, and lanes whose rows overlap stand side by side, the shortest inmost. So no
way ever passes through a step, however the flow is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Way:
    """From one step to another. `kind` is `next` or `otherwise`; `lane` counts from the rows outwards, None for a
    straight line to the row below."""

    source: str
    target: str
    kind: str
    lane: int | None


@dataclass(frozen=True, slots=True)
class FlowPicture:
    """`rows` are the steps from top to bottom with their kinds; from `others` on are those that begin by themselves."""

    rows: tuple[tuple[str, str], ...]
    ways: tuple[Way, ...]
    others: int
    lanes: int

    def row(self, step: str) -> int:
        """The step's row, from 0."""
        return next(number for number, (name, _) in enumerate(self.rows) if name == step)


def flow_picture(flow: Any) -> FlowPicture:
    """The picture of what a text says below `flow`, as far as it makes sense: ways to steps that are not there are left
    out."""
    given = flow.get("steps") if isinstance(flow, Mapping) else None
    listed = given.items() if isinstance(given, Mapping) else ()
    steps = {str(name): step for name, step in listed if isinstance(step, Mapping)}
    start = str(flow.get("start")) if isinstance(flow, Mapping) else ""
    first = _in_order(steps, [start] if start in steps else [])
    order = [*first, *_in_order({name: steps[name] for name in steps if name not in first}, list(steps))]
    rows = {name: number for number, name in enumerate(order)}
    straight: list[Way] = []
    spans: dict[tuple[str, str], list[int]] = {}
    for source in order:
        for kind, target in _ways(steps[source]):
            if target not in rows:
                continue
            if rows[target] == rows[source] + 1 and rows[target] != len(first) and kind == "next":
                straight.append(Way(source, target, kind, None))
            else:
                spans.setdefault((target, kind), [rows[target]]).append(rows[source])
    lanes = _lanes({key: (min(span), max(span)) for key, span in spans.items()})
    bent = [
        Way(order[row], target, kind, lanes[target, kind]) for (target, kind), span in spans.items() for row in span[1:]
    ]
    kinds = tuple((name, str(steps[name].get("kind", ""))) for name in order)
    return FlowPicture(kinds, tuple(straight + bent), len(first), max(lanes.values(), default=-1) + 1)


def _in_order(steps: Mapping[str, Any], roots: list[str]) -> list[str]:
    """Each step before those it leads to, circles apart; what `next` leads to as near as possible."""
    done: list[str] = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name in seen or name not in steps:
            return
        seen.add(name)
        for _, target in sorted(_ways(steps[name]), reverse=True):  # `otherwise` before `next`
            visit(target)
        done.append(name)

    for root in reversed(roots):
        visit(root)
    return done[::-1]


def _ways(step: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind in ("next", "otherwise"):
        if step.get(kind) is not None:
            yield kind, str(step[kind])


def _lanes(spans: Mapping[tuple[str, str], tuple[int, int]]) -> dict[tuple[str, str], int]:
    """The inmost lane that is free for each span, shortest spans first."""
    taken: list[list[tuple[int, int]]] = []
    lanes: dict[tuple[str, str], int] = {}
    for key, (top, bottom) in sorted(spans.items(), key=lambda item: (item[1][1] - item[1][0], item[1], item[0])):
        lane = next(
            (
                number
                for number, spans_there in enumerate(taken)
                if all(bottom < other_top or other_bottom < top for other_top, other_bottom in spans_there)
            ),
            len(taken),
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append((top, bottom))
        lanes[key] = lane
    return lanes
