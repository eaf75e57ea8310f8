"""A case report in the words of one language, ready to be set: the page and the PDF show the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from callbacks.entries import HOTLINE
from callbacks.reports.case_report import CaseReport, Discipline, Fact, PromiseHistory
from callbacks.reports.timeline import Bar, Row, Timeline
from config.errors import HotlineError

LANGUAGES = ("en", "zh", "ko")
_FOLDER = Path(__file__).parent / "report_words"

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One recorded thing: when, a sentence, words quoted as they were written, and who recorded it."""

    when: str
    sentence: str
    quoted: str
    by: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with lines; `empty` is said when there are none."""

    heading: str
    lines: tuple[Line, ...]
    empty: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportView:
    """Everything that is printed, in order. `facts` are label and value."""

    language: str
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    promises_heading: str
    promises: tuple[Section, ...]
    no_promises: str
    timeline_heading: str
    timeline: Timeline
    columns: tuple[str, str, str]


@cache
def report_words(language: str) -> Words:
    """The words of one of `LANGUAGES`. Raises `HotlineError` for another."""
    if language not in LANGUAGES:
        raise HotlineError(f"reports are not written in `{language}`", remedy=f"use one of {', '.join(LANGUAGES)}")
    tree = YAML(typ="safe").load((_FOLDER / f"{language}.yaml").read_text("utf-8"))
    return {group: words if isinstance(words, dict) else {"": words} for group, words in tree.items()}


def report_view(report: CaseReport, language: str, zone: tzinfo, category: str) -> ReportView:
    """The report in `language`, its times in `zone`; `category` is the matter's title in that language."""
    writer = _Writer(report_words(language), zone)
    label, case = writer.words["label"], report.case
    named = {group: writer.words[group] for group in ("urgency", "wish", "status")}
    facts = [
        (label["reference"], case.reference),
        (label["category"], category),
        (label["product"], case.product or ""),
        (label["urgency"], named["urgency"][case.urgency]),
        (label["wish"], named["wish"][case.wish]),
        (label["status"], named["status"][case.status]),
        (label["opened"], writer.moment(case.opened_at)),
        (label["written"], writer.moment(report.written_at)),
    ]
    return ReportView(
        language=language,
        title=writer.words["title"][""],
        subtitle=writer.words["subtitle"][""],
        facts=tuple((name, value) for name, value in facts if value),
        sections=tuple(writer.section(name, found) for name, found in report.disciplines),
        promises_heading=label["promises"],
        promises=tuple(writer.promise(history) for history in report.promises),
        no_promises=label["no-promises"],
        timeline_heading=label["timeline"],
        timeline=writer.timeline(report),
        columns=(label["when"], label["what"], label["who"]),
    )


class _Writer:
    def __init__(self, words: Words, zone: tzinfo) -> None:
        self.words = words
        self._zone = zone

    def moment(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def sentence(self, fact: Fact) -> str:
        detail = self.words["outcome"].get(fact.detail, fact.detail)
        until = self.moment(fact.until) if fact.until is not None else ""
        return self.words["fact"][fact.what].format(detail=detail, until=until)

    def by(self, by: str) -> str:
        if by.startswith("call:"):
            return self.words["by"]["caller"]
        return self.words["by"]["hotline"] if by in ("", HOTLINE) else by

    def line(self, fact: Fact) -> Line:
        return Line(self.moment(fact.at), self.sentence(fact), fact.quoted, self.by(fact.by))

    def section(self, name: Discipline, facts: tuple[Fact, ...]) -> Section:
        heading, empty = self.words["discipline"][name], self.words["label"]["no-record"]
        return Section(heading, tuple(self.line(fact) for fact in facts), empty)

    def promise(self, history: PromiseHistory) -> Section:
        promise, label = history.promise, self.words["label"]
        heading = self.words["fact"][f"promised-{promise.kind}"].format(detail=promise.reference)
        if promise.opens is None or promise.due is None:
            window = label["no-window"]
        else:
            window = label["window"].format(opens=self.moment(promise.opens), due=self.moment(promise.due))
        return Section(heading, tuple(self.line(fact) for fact in history.facts), note=window)

    def timeline(self, report: CaseReport) -> Timeline:
        ordered = sorted(
            ((fact, lane) for lane, facts in report.timeline for fact in facts), key=lambda found: found[0].at
        )
        lanes = [lane for lane, _ in report.timeline]
        rows = tuple(Row(self.moment(fact.at), lanes.index(lane), self.sentence(fact)) for fact, lane in ordered)
        moments = [fact.at for fact, _ in ordered]
        bars = []
        for place, (fact, lane) in enumerate(ordered):
            if fact.until is not None and moments:
                last = sum(moment <= fact.until for moment in moments) - 1
                bars.append(Bar(lanes.index(lane), place, max(last, place)))
        return Timeline(tuple(self.words["lane"][lane] for lane in lanes), rows, tuple(bars))
