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
    for name, category in file.categories.items():
        untitled = [language for language in file.languages if language not in category.titles]
        if untitled:
            what = f"`{name}` has no title in {', '.join(untitled)}"
            remedy = "add what callers of that language hear"
            yield Fault(sources.file, sources.line("categories", name, "titles"), what, remedy)
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
