"""Reading a scenario file: YAML, its schema, the hotline file it makes, and the names used, every fault by its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.faults import Fault, in_order
from config.hotline_file import HotlineFile
from config.hotline_yaml import parse
from config.schema_faults import did_you_mean, schema_fault
from config.source_map import SourceMap
from routing.match import ability, relaxed
from routing.rehearsal.generated import hotline_sections, staffed
from routing.rehearsal.scenario import Calls, Scenario
from routing.work import Needs

_EXAMPLE = "docs/rehearsal/one-pool.yaml"
_HIGHEST_LEVEL = 5


def read_scenario(
    text: str, name: str, config: HotlineFile | None = None
) -> tuple[tuple[Scenario, HotlineFile] | None, tuple[Fault, ...]]:
    """The scenario and the hotline file it is rehearsed with, and every fault of it; neither where there is a fault.

    `config` is used in place of the scenario's own `hotline`, with the scenario's agents if it has any.
    """
    data, sources, found = parse(text, name, "scenario", _EXAMPLE)
    if data is None:
        return None, found
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as refused:
        return None, in_order([*found, *(_fault(error, sources) for error in refused.errors(include_url=False))])
    try:
        file = _file(scenario, config)
    except ValidationError as refused:
        errors = refused.errors(include_url=False)
        return None, in_order([*found, *(_hotline_fault(error, sources) for error in errors)])
    faults = in_order([*found, *_references(scenario, file, sources)])
    return (None if faults else (scenario, file)), faults


def _file(scenario: Scenario, config: HotlineFile | None) -> HotlineFile:
    if config is None:
        return HotlineFile.model_validate(hotline_sections(scenario))
    if not scenario.agents:
        return config
    agents = staffed(scenario, list(config.languages))
    return HotlineFile.model_validate(config.model_dump(exclude={"agents"}) | {"agents": agents})


def _fault(error: ErrorDetails, sources: SourceMap) -> Fault:
    if error["type"] == "value_error":
        what = str(error["ctx"]["error"]) if "ctx" in error else error["msg"]
        return Fault(sources.file, sources.line(*error["loc"]), what, "see docs/rehearsal.md")
    return schema_fault(error, sources, Scenario)


def _hotline_fault(error: ErrorDetails, sources: SourceMap) -> Fault:
    """What the hotline file's schema refuses is below `hotline` in the scenario."""
    fault = schema_fault(error, sources)
    line = sources.line("hotline", *(part for part in error["loc"] if part != "[key]"))
    return Fault(fault.file, line, fault.what, fault.remedy)


def _references(scenario: Scenario, file: HotlineFile, sources: SourceMap) -> Iterator[Fault]:
    if not file.agents:
        yield Fault(sources.file, 1, "nobody is at work", "add `agents`, or name a hotline file with --config")
    for name, calls in scenario.calls.items():
        unknown = list(_unknown(name, calls, file, sources))
        yield from unknown
        needs = Needs(calls.queue, calls.language, tuple(sorted(calls.skills.items())))
        if file.agents and not unknown and not ability(file.agents, relaxed(needs, _HIGHEST_LEVEL)).agents:
            line = sources.line("calls", name)
            yield Fault(sources.file, line, f"nobody can serve `{name}`", "give a group its queue, language and skills")
    tier = scenario.callbacks.tier
    if tier is not None:
        yield from _must_have("tier", tier, file.tiers, sources, "callbacks", "tier")
    for name, staff in scenario.agents.items():
        for skill in staff.skills:
            yield from _must_have("skill", skill, file.skills, sources, "agents", name, "skills", skill)
        for queue in staff.queues:
            yield from _must_have("queue", queue, file.queues, sources, "agents", name, "queues")
        for language in staff.languages:
            yield from _must_have("language", language, file.languages, sources, "agents", name, "languages")


def _unknown(name: str, calls: Calls, file: HotlineFile, sources: SourceMap) -> Iterator[Fault]:
    yield from _must_have("queue", calls.queue, file.queues, sources, "calls", name, "queue")
    yield from _must_have("tier", calls.tier, file.tiers, sources, "calls", name, "tier")
    yield from _must_have("language", calls.language, file.languages, sources, "calls", name, "language")
    for skill in calls.skills:
        yield from _must_have("skill", skill, file.skills, sources, "calls", name, "skills", skill)


def _must_have(kind: str, name: str, known: Iterable[str], sources: SourceMap, *path: str | int) -> Iterator[Fault]:
    names = list(known)
    if name not in names:
        remedy = did_you_mean(name, names, "use one of the hotline file's")
        yield Fault(sources.file, sources.line(*path), f"no {kind} is called `{name}`", remedy)
