"""What a walk shows of the desk and of the book: views to lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from math import ceil

from callbacks.audit import Identity
from callbacks.entries import AttemptEnded, Entry
from callbacks.model import Case, CaseException, Promise
from callbacks.reports.report_view import ReportView, Section
from callbacks.status.standing import Details, Standing
from console.words import words
from ivr.desk import AgentView, WorkView

When = Callable[[datetime], str]


def desk_lines(agent: AgentView, work: WorkView | None, when: When) -> Iterator[str]:
    """What the agent's desk shows."""
    reason = f", {agent.reason}" if agent.reason else ""
    if work is None:
        yield f"desk of {agent.name}: {agent.state}{reason}, nothing in hand"
        return
    about = f", {work.category}" if work.category else ""
    yield f"desk of {agent.name}: {work.kind.value}, {work.stage.value}{about}, {work.urgency}, {work.tier}"
    yield f"  who: {work.name or work.number}, speaks {work.language}, sounds {work.mood.value}"
    yield f"  planned for it: about {ceil(work.budget / 60)} min"
    yield f"  why you: {work.why}"
    for heard in work.transcript:
        yield f"  said: {heard.text}"
    for promise in work.owed:
        yield f"  owed: {promise_line(promise, when)}"
    for exception in work.exceptions:
        yield f"  granted once, as an exception: {exception_line(exception, when)}"
    if work.case is not None:
        yield f"  case: {case_line(work.case, when)}"
    for case in work.history:
        if work.case is None or case.id != work.case.id:
            yield f"  before: {case_line(case, when)}"


def case_line(case: Case, when: When) -> str:
    """One case."""
    words = [case.reference, case.category, case.status.value, case.urgency.value]
    if case.repeat:
        words.append("complained of again")
    if case.owner:
        words.append(f"owner {case.owner}")
    if case.step_due is not None:
        words.append(f"{case.step.value} by {when(case.step_due)}")
    return ", ".join(words)


def exception_line(exception: CaseException, when: When) -> str:
    """One favour that is no rule."""
    return f"{exception.what}, because {exception.reason} ({exception.by}, {when(exception.at)})"


def promise_line(promise: Promise, when: When) -> str:
    """One promise: what, how it stands, and when."""
    window = "when it is fixed" if promise.opens is None else when(promise.opens)
    due = f" to {when(promise.due)}" if promise.due is not None else ""
    owner = f", owner {promise.owner}" if promise.owner else ""
    return f"{promise.reference} {promise.kind.value}, {promise.state.value}, {promise.urgency}: {window}{due}{owner}"


def ledger_line(entries: tuple[Entry, ...]) -> str:
    """The ledger of one promise."""
    return " > ".join(
        f"{entry.kind.value} ({entry.outcome.value})" if isinstance(entry, AttemptEnded) else entry.kind.value
        for entry in entries
    )


def report_lines(report: ReportView) -> Iterator[str]:
    """The case report, in plain text."""
    yield report.title
    for label, value in report.facts:
        yield f"  {label}: {value}"
    for section in report.sections:
        yield from _section_lines(section)
    yield report.promises_heading
    for promise in report.promises:
        yield from _section_lines(promise)


def _section_lines(section: Section) -> Iterator[str]:
    yield section.heading
    for line in section.lines:
        quoted = f' "{line.quoted}"' if line.quoted else ""
        yield f"  {line.when} {line.sentence}{quoted} ({line.by})"
    if not section.lines:
        yield f"  {section.empty}"


def identity_line(identity: Identity) -> str:
    """The sum that always holds."""
    ends = ("kept", "renegotiated", "broken", "withdrawn", "open")
    return f"made {identity.made} = " + " + ".join(f"{end} {getattr(identity, end)}" for end in ends)


def standing_lines(standing: Standing | None, who: str, when: When) -> Iterator[str]:
    """What the public page answers."""
    said = words("en")
    if standing is None:
        yield f"the status page, {who}: {said('standing.unknown')}"
        return
    yield f"the status page, {who}: {said.named('standing_stage', standing.stage.value)}"
    if standing.details is not None:
        yield from _details(standing.details, when)


def _details(details: Details, when: When) -> Iterator[str]:
    said = words("en")
    if details.category:
        yield f"  {said('standing.about')}: {details.category}"
    if details.opens is not None and details.due is not None:
        yield f"  {said('standing.when')}: {when(details.opens)} to {when(details.due)}"
    if details.promise is not None:
        yield f"  {said('standing.under')}: {details.reference}"
