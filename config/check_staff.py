"""Rules of people: phones that can be rung, words in every language, and someone for every kind of call."""

from __future__ import annotations

import re
from collections.abc import Iterable

from config.faults import Fault, Severity
from config.hotline_file import Agent, Category, HotlineFile
from config.source_map import SourceMap

_NUMBER = re.compile(r"^\+[0-9]{4,15}$")
_STATION = re.compile(r"^sips?:[^@\s:;<>]+@(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?(;[^\s<>]+)*$")


def staff_faults(file: HotlineFile, sources: SourceMap) -> Iterable[Fault]:
    """The faults of `agents:` and `categories:` seen together."""
    yield from _stations(file, sources)
    had = {skill for agent in file.agents.values() for skill in agent.skills}
    needed = {skill for category in file.categories.values() for skill in category.skills}
    for index, skill in enumerate(file.skills):
        if skill not in had and skill not in needed:
            line = sources.line("skills", index)
            remedy = "give it to an agent, or remove it"
            yield Fault(sources.file, line, f"no agent has the skill `{skill}`", remedy, Severity.WARNING)
    for name, category in file.categories.items():
        for skill in category.skills:
            if skill in file.skills and skill not in had:
                line = sources.line("categories", name, "skills", skill)
                remedy = "give it to an agent, or ask for another one"
                yield Fault(sources.file, line, f"no agent has the skill `{skill}`, which `{name}` needs", remedy)
        untitled = [language for language in file.languages if language not in category.titles]
        if untitled:
            what = f"`{name}` has no title in {', '.join(untitled)}"
            remedy = "add what callers of that language hear"
            yield Fault(sources.file, sources.line("categories", name, "titles"), what, remedy)
        if category.queue not in file.queues or not had.issuperset(category.skills):
            continue  # said already
        for language in file.languages:
            if not any(_can_serve(agent, category, language) for agent in file.agents.values()):
                skills = ", ".join(category.skills) or "no special skill"
                what = f"nobody of `{category.queue}` speaks {language} and has {skills}: `{name}` cannot be served"
                remedy = f"give an agent who speaks {language} what is lacking"
                line = sources.line("categories", name)
                yield Fault(sources.file, line, what, remedy, Severity.WARNING)


def _stations(file: HotlineFile, sources: SourceMap) -> Iterable[Fault]:
    owners: dict[str, str] = {}
    for name, agent in file.agents.items():
        line = sources.line("agents", name, "station")
        if not _STATION.match(agent.station):
            what = f"`{agent.station}` is not a SIP address"
            yield Fault(sources.file, line, what, "write it like sip:ana@192.168.1.20:5060")
        elif agent.station in owners:
            what = f"`{name}` has the same station as `{owners[agent.station]}`"
            remedy = "give each a phone, or never let both work at once"
            yield Fault(sources.file, line, what, remedy, Severity.WARNING)
        owners.setdefault(agent.station, name)
        for index, device in enumerate(agent.devices):
            if not (_STATION.match(device) or _NUMBER.match(device)):
                what = f"`{device}` is neither a SIP address nor a number"
                remedy = "write it like sip:ana@192.168.1.21:5060, or like +821055501234"
                yield Fault(sources.file, sources.line("agents", name, "devices", index), what, remedy)


def _can_serve(agent: Agent, category: Category, language: str) -> bool:
    """Whether the agent may take such a call at last: routing relaxes levels, never the skill itself."""
    return (
        language in agent.languages
        and (not agent.queues or category.queue in agent.queues)
        and category.skills.keys() <= agent.skills.keys()
    )
