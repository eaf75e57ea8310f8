"""References and rules of the hotline file that its schema cannot say. Pure; every fault is found in one run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from config.check_cases import case_faults
from config.check_dialling import dialling_faults
from config.check_flow import flow_faults
from config.check_promises import promise_faults
from config.check_staff import staff_faults
from config.check_tiers import tier_faults
from config.check_time import time_faults
from config.faults import Fault, Severity
from config.hotline_file import HotlineFile
from config.schema_faults import did_you_mean
from config.source_map import SourceMap
from config.urgency import Urgency


def check(
    file: HotlineFile,
    sources: SourceMap,
    step_kinds: Collection[str] | None = None,
    broken: frozenset[str] = frozenset(),
) -> list[Fault]:
    """Everything wrong with the file beyond its schema, unsorted.

    `step_kinds` are the kinds of step that exist; None: not checked. `broken` names top-level parts that the schema
    has already refused something in: rules that need the whole part are left for the next run.
    """
    faults = list(_names(file, sources))
    faults += time_faults(file, sources)
    faults += flow_faults(file, sources, step_kinds, whole="flow" not in broken)
    faults += case_faults(file, sources)
    faults += _scoring(file, sources)
    if "dialling" not in broken:
        faults += dialling_faults(file, sources)
    if not broken & {"scoring", "tiers", "queues"}:
        faults += tier_faults(file, sources)
    if not broken & {"callbacks", "tiers"}:
        faults += promise_faults(file, sources)
    if not broken:
        faults += staff_faults(file, sources)
    if file.listening.no_input >= file.listening.maximum:
        line = sources.line("listening", "maximum")
        faults.append(Fault(sources.file, line, "`maximum` is not longer than `no_input`", "make it longer"))
    return faults


def _names(file: HotlineFile, sources: SourceMap) -> Iterable[Fault]:
    """Names that one part uses and no part declares."""
    languages = _Declared("language", "languages", frozenset(file.languages), sources)
    skills = _Declared("skill", "skills", frozenset(file.skills), sources)
    queues = _Declared("queue", "queues", sources.keys("queues"), sources)
    hours = _Declared("opening hours", "hours", sources.keys("hours"), sources)
    tiers = _Declared("tier", "tiers", sources.keys("tiers"), sources)
    groups = _Declared("group", "groups", sources.keys("groups"), sources)

    if sources.has("default_tier"):
        yield from tiers.must_have(file.default_tier, "default_tier")
    for number, meaning in file.numbers.items():
        if meaning.language is not None:
            yield from languages.must_have(meaning.language, "numbers", number, "language")
        if meaning.queue is not None:
            yield from queues.must_have(meaning.queue, "numbers", number, "queue")
    if file.manager_line is not None:
        yield from queues.must_have(file.manager_line.queue, "manager_line", "queue")
        if file.manager_line.agent is not None:
            agents = _Declared("agent", "agents", sources.keys("agents"), sources)
            yield from agents.must_have(file.manager_line.agent, "manager_line", "agent")
    for name, queue in file.queues.items():
        if queue.hours is not None:
            yield from hours.must_have(queue.hours, "queues", name, "hours")
    for kind, people in (("groups", file.groups), ("agents", file.agents)):
        for name, each in people.items():
            for skill in each.skills:
                if sources.has(kind, name, "skills", skill):  # an agent has those of their groups, too
                    yield from skills.must_have(skill, kind, name, "skills", skill)
            for index, queue_name in enumerate(each.queues):
                if sources.has(kind, name, "queues", index):
                    yield from queues.must_have(queue_name, kind, name, "queues", index)
            if each.shift is not None and sources.has(kind, name, "shift"):
                yield from hours.must_have(each.shift, kind, name, "shift")
    for name, agent in file.agents.items():
        for index, group in enumerate(agent.groups):
            yield from groups.must_have(group, "agents", name, "groups", index)
        for index, language in enumerate(agent.languages):
            yield from languages.must_have(language, "agents", name, "languages", index)
    for name, category in file.categories.items():
        yield from queues.must_have(category.queue, "categories", name, "queue")
        for skill in category.skills:
            yield from skills.must_have(skill, "categories", name, "skills", skill)
        for skill in category.preferred_skills:
            yield from skills.must_have(skill, "categories", name, "preferred_skills", skill)
        for language in category.titles:
            yield from languages.must_have(language, "categories", name, "titles", language)
        for language in category.examples:
            yield from languages.must_have(language, "categories", name, "examples", language)


#: Parts that may be left out: then nothing of their kind is declared.
_OPTIONAL = frozenset({"hours", "groups"})


class _Declared:
    """The names of one kind that the file declares under a top-level key."""

    def __init__(self, kind: str, key: str, names: frozenset[str], sources: SourceMap) -> None:
        self._kind = kind
        self._key = key
        self._names = names
        self._sources = sources

    def must_have(self, name: str, *path: str | int) -> Iterable[Fault]:
        """A fault at `path` unless the name is declared; none if the whole part is missing, which is said already."""
        missing = self._key not in _OPTIONAL and not self._sources.has(self._key)
        if name in self._names or missing:
            return
        remedy = did_you_mean(name, self._names, f"add it under `{self._key}`, or use one that is there")
        yield Fault(self._sources.file, self._sources.line(*path), f"no {self._kind} is called `{name}`", remedy)


def _scoring(file: HotlineFile, sources: SourceMap) -> Iterable[Fault]:
    fault = _at(sources)
    weights = file.scoring.urgency
    missing = [urgency.value for urgency in Urgency if urgency not in weights]
    if missing:
        yield fault(f"no weight for {', '.join(missing)}", "give every urgency a weight", "scoring", "urgency")
    else:
        for graver, lesser in zip(list(Urgency), list(Urgency)[1:], strict=False):
            if weights[graver] < weights[lesser]:
                what = f"`{graver.value}` weighs less than `{lesser.value}`"
                yield fault(what, "the graver one must not weigh less", "scoring", "urgency", graver.value)
    if list(file.scoring.relax_after) != sorted(set(file.scoring.relax_after)):
        yield fault("`relax_after` does not rise", "write the waits in rising order", "scoring", "relax_after")


def _at(sources: SourceMap) -> Callable[..., Fault]:
    def fault(what: str, remedy: str, *path: str | int, severity: Severity = Severity.ERROR) -> Fault:
        return Fault(sources.file, sources.line(*path), what, remedy, severity)

    return fault
