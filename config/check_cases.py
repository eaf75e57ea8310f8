"""Rules of cases: people and skills that exist, and limits that leave time to do something."""

from __future__ import annotations

from collections.abc import Iterable

from config.faults import Fault, Severity
from config.hotline_file import HotlineFile, Retention, StepName
from config.schema_faults import did_you_mean
from config.source_map import SourceMap


def case_faults(file: HotlineFile, sources: SourceMap) -> Iterable[Fault]:
    """The faults of `cases:`, of the steps' limits in tiers and categories, and of what is removed when."""

    def fault(what: str, remedy: str, *path: str, severity: Severity = Severity.ERROR) -> Fault:
        return Fault(sources.file, sources.line(*path), what, remedy, severity)

    for step, agent in file.cases.responsible.items():
        if agent not in file.agents and sources.has("agents"):
            remedy = did_you_mean(agent, file.agents, "add them under `agents`, or name one who is there")
            yield fault(f"no agent is called `{agent}`", remedy, "cases", "responsible", step)
    for skill in file.cases.repeat_skills:
        if skill not in file.skills and sources.has("skills"):
            remedy = did_you_mean(skill, file.skills, "add it under `skills`, or use one that is there")
            yield fault(f"no skill is called `{skill}`", remedy, "cases", "repeat_skills", skill)
    places: list[tuple[tuple[str, ...], dict[StepName, float]]] = [(("cases",), file.cases.steps)]
    places += [(("tiers", name), tier.steps) for name, tier in file.tiers.items()]
    places += [(("categories", name), category.steps) for name, category in file.categories.items()]
    for place, steps in places:
        for step, seconds in steps.items():
            if seconds == 0:
                what = f"`{step}` would be overdue at the moment it begins"
                yield fault(what, "write the seconds it may take, or leave it out", *place, "steps", step)
    for name, tier in file.tiers.items():
        kept = tier.retention
        if kept.contacts is not None and _longest(kept, tier.retention_days) > kept.contacts:
            what = "something of a contact would be kept longer than the contact"
            remedy = "raise `contacts`, which removes everything of them"
            yield fault(what, remedy, "tiers", name, "retention", "contacts", severity=Severity.WARNING)


def _longest(kept: Retention, days: int) -> int:
    """The days after which the last of a contact's recordings, transcripts and calls goes."""
    speech = [days if given is None else given for given in (kept.recordings, kept.transcripts)]
    return max(*speech, kept.calls or 0)
