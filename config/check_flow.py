"""Rules of the call flow: every step exists, is of a kind that exists, can be reached, and every call ends."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from config.faults import Fault, Severity
from config.hotline_file import Flow, HotlineFile
from config.schema_faults import did_you_mean
from config.source_map import SourceMap

#: Kinds of steps that no other step need lead to: who asks where something stands, and our own calls, begin there.
COME_BY_THEMSELVES = frozenset({"status", "follow-up", "renegotiate"})


def flow_faults(
    file: HotlineFile, sources: SourceMap, step_kinds: Collection[str] | None, *, whole: bool
) -> Iterable[Fault]:
    """The faults of `flow:`. `whole` is False when steps are missing from `file`: then paths are not followed."""
    flow = file.flow
    known = sources.keys("flow", "steps")

    def fault(what: str, remedy: str, *path: str) -> Fault:
        return Fault(sources.file, sources.line("flow", *path), what, remedy)

    if sources.has("flow", "start") and flow.start not in known and (whole or flow.start != "none"):
        remedy = did_you_mean(flow.start, known, "name one of the steps")
        yield fault(f"the flow starts with `{flow.start}`, which is no step", remedy, "start")
    for name, step in flow.steps.items():
        if step_kinds is not None and step.kind not in step_kinds:
            remedy = did_you_mean(step.kind, step_kinds, f"use one of {', '.join(sorted(step_kinds))}")
            yield fault(f"no kind of step is called `{step.kind}`", remedy, "steps", name, "kind")
        for way, target in (("next", step.next), ("otherwise", step.otherwise)):
            if target is not None and target not in known:
                remedy = did_you_mean(target, known, "name one of the steps")
                yield fault(f"no step is called `{target}`", remedy, "steps", name, way)
    if not whole:
        return
    targets = [
        flow.start,
        *(target for step in flow.steps.values() for target in (step.next, step.otherwise) if target),
    ]
    reached = _reached(flow) if known.issuperset(targets) else known  # a wrong name is said once, not at each step
    for name, step in flow.steps.items():
        if name not in reached and step.kind not in COME_BY_THEMSELVES:
            yield fault(f"no call ever comes to `{name}`", "lead a step to it, or remove it", "steps", name)
    asks = file.follow_up.after_hours is not None and file.follow_up.asked_by == "hotline"
    if asks and not any(step.kind == "follow-up" for step in flow.steps.values()):
        what = "no step of kind `follow-up`: agents have to ask after solved cases, although `asked_by` is the hotline"
        yield Fault(sources.file, sources.line("follow_up"), what, "add the step", Severity.WARNING)
    for circle in _circles(flow):
        what = f"a call never leaves {' → '.join((*circle, circle[0]))}"
        yield fault(what, "lead one of these steps to another `next`, or to none to end the call", "steps", circle[0])


def _reached(flow: Flow) -> Collection[str]:
    """The steps that a call can come to."""
    reached: set[str] = set()
    ahead = [flow.start]
    while ahead:
        name = ahead.pop()
        if name in flow.steps and name not in reached:
            reached.add(name)
            step = flow.steps[name]
            ahead += [target for target in (step.next, step.otherwise) if target is not None]
    return reached


def _circles(flow: Flow) -> list[tuple[str, ...]]:
    """Circles of `next` alone. A way by `otherwise` is taken at most `attempts` times, so it cannot go on for ever."""
    circles: list[tuple[str, ...]] = []
    done: set[str] = set()
    for first in flow.steps:
        trail: list[str] = []
        name: str | None = first
        while name in flow.steps and name not in done and name not in trail:
            trail.append(name)
            name = flow.steps[name].next
        if name in trail:
            circles.append(tuple(trail[trail.index(name) :]))
        done.update(trail)
    return circles
