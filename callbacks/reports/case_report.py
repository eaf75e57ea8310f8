"""The case report in eight disciplines (8D, lesson 17), composed of recorded entries and of nothing else.

The eight are those of Ford's *Team Oriented Problem Solving* (1987): team, problem, containment, root cause,
correction, implementation, prevention, recognition. A discipline of which nothing is recorded stays empty, and the
reader is told so: a cause that nobody stated is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callbacks.calls.model import CallRecord
from callbacks.entries import (
    HOTLINE,
    AttemptEnded,
    AttemptStarted,
    Entry,
    EntryKind,
    Kept,
    Renegotiated,
    WindowSet,
)
from callbacks.model import Case, Problem, Promise
from callbacks.ports import CaseNote, ProblemNote


class Discipline(StrEnum):
    """The parts of the report, in order."""

    TEAM = "team"
    PROBLEM = "problem"
    CONTAINMENT = "containment"
    ROOT_CAUSE = "root-cause"
    CORRECTION = "correction"
    IMPLEMENTATION = "implementation"
    PREVENTION = "prevention"
    RECOGNITION = "recognition"


class Lane(StrEnum):
    """Whose line of the timeline something stands on."""

    CALLS = "calls"
    CASE = "case"
    PROMISES = "promises"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Fact:
    """One recorded thing. `what` names its sentence (`report_words`), `detail` fills it: a name of the hotline's
    vocabulary, a reference, or a moment; `quoted` are words that a person wrote or said."""

    at: datetime
    by: str
    what: str
    detail: str = ""
    quoted: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything the book holds on a case. `promises` come with their ledgers, oldest first."""

    case: Case
    notes: tuple[CaseNote, ...]
    calls: tuple[CallRecord, ...]
    promises: tuple[tuple[Promise, tuple[Entry, ...]], ...]
    problem: Problem | None
    problem_notes: tuple[ProblemNote, ...]


@dataclass(frozen=True, slots=True)
class PromiseHistory:
    """What became of one promise."""

    promise: Promise
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class CaseReport:
    """What is printed. Every discipline is there; the empty ones have no record."""

    case: Case
    written_at: datetime
    disciplines: tuple[tuple[Discipline, tuple[Fact, ...]], ...]
    promises: tuple[PromiseHistory, ...]
    timeline: tuple[tuple[Lane, tuple[Fact, ...]], ...]


def case_report(dossier: Dossier, now: datetime) -> CaseReport:
    """The report as of `now`."""
    compose = {
        Discipline.TEAM: _team,
        Discipline.PROBLEM: _problem,
        Discipline.CONTAINMENT: _containment,
        Discipline.ROOT_CAUSE: lambda dossier: _stated(dossier, "root-cause"),
        Discipline.CORRECTION: lambda dossier: _stated(dossier, "correction"),
        Discipline.IMPLEMENTATION: _implementation,
        Discipline.PREVENTION: lambda dossier: _stated(dossier, "prevention"),
        Discipline.RECOGNITION: _recognition,
    }
    promises = tuple(PromiseHistory(promise, tuple(_history(entries))) for promise, entries in dossier.promises)
    return CaseReport(
        case=dossier.case,
        written_at=now,
        disciplines=tuple((name, _in_order(compose[name](dossier))) for name in Discipline),
        promises=promises,
        timeline=tuple((lane, facts) for lane, facts in _timeline(dossier, promises) if facts),
    )


def _team(dossier: Dossier) -> Iterator[Fact]:
    """Each person once, with the first thing recorded of them."""
    seen: set[str] = set()
    done = [Fact(note.at, note.by, "worked-on-case", note.by) for note in dossier.notes if _is_person(note.by)]
    done += [
        Fact(call.bridged_at, call.agent, "talked-with-contact", call.agent)
        for call in dossier.calls
        if call.agent and call.bridged_at is not None
    ]
    done += [
        Fact(entry.at, entry.agent, "rang-contact", entry.agent)
        for _, entries in dossier.promises
        for entry in entries
        if isinstance(entry, AttemptStarted)
    ]
    done += [
        Fact(note.at, note.by, "worked-on-problem", note.by) for note in dossier.problem_notes if _is_person(note.by)
    ]
    for fact in _in_order(done):
        if fact.detail not in seen:
            seen.add(fact.detail)
            yield fact


def _problem(dossier: Dossier) -> Iterator[Fact]:
    case = dossier.case
    for note in dossier.notes:
        match note.what:
            case "opened":
                yield Fact(note.at, note.by, "complained", quoted=note.text)
            case "joined":
                yield Fact(note.at, note.by, "called-again")
            case "urgency-raised" | "urgency-lowered" | "corrected":
                yield Fact(note.at, note.by, note.what, quoted=note.text)
            case "noted":
                yield Fact(note.at, note.by, "noted", quoted=note.text)
            case _:
                pass
    if case.repeat:
        yield Fact(case.opened_at, HOTLINE, "was-repeat")


def _containment(dossier: Dossier) -> Iterator[Fact]:
    yield from _stated(dossier, "workaround")
    for note in dossier.notes:
        if note.what == "exception":
            yield Fact(note.at, note.by, "exception", quoted=note.text)
    for promise, _ in dossier.promises:
        yield Fact(promise.made_at, HOTLINE, f"promised-{promise.kind}", promise.reference)


def _stated(dossier: Dossier, what: str) -> Iterator[Fact]:
    for note in dossier.problem_notes:
        if note.what == what:
            yield Fact(note.at, note.by, what, quoted=note.text)


def _implementation(dossier: Dossier) -> Iterator[Fact]:
    for problem_note in dossier.problem_notes:
        if problem_note.what == "solved":
            yield Fact(problem_note.at, problem_note.by, "problem-solved", quoted=problem_note.text)
    for note in dossier.notes:
        if note.what in ("solved", "reopened"):
            yield Fact(note.at, note.by, f"case-{note.what}", quoted=note.text)
    for promise, entries in dossier.promises:
        for entry in entries:
            if entry.kind in (EntryKind.KEPT, EntryKind.BROKEN):
                yield Fact(entry.at, entry.by, f"promise-{entry.kind}", promise.reference)


def _recognition(dossier: Dossier) -> Iterator[Fact]:
    for call in dossier.calls:
        if call.rating is not None:
            yield Fact(call.ended_at or call.arrived_at, f"call:{call.id}", "rated", str(call.rating))
    for note in dossier.notes:
        if note.what in ("followed-up", "thanked"):
            yield Fact(note.at, note.by, note.what, quoted=note.text)


def _history(entries: Iterable[Entry]) -> Iterator[Fact]:
    for entry in entries:
        what = f"entry-{entry.kind}"
        match entry:
            case AttemptEnded():
                yield Fact(entry.at, entry.by, what, entry.outcome)
            case Renegotiated() | WindowSet():
                yield Fact(entry.at, entry.by, what, until=entry.due)
            case Kept():
                yield Fact(entry.at, entry.by, what)
            case _:
                yield Fact(entry.at, entry.by, what)


def _timeline(dossier: Dossier, promises: Iterable[PromiseHistory]) -> Iterator[tuple[Lane, tuple[Fact, ...]]]:
    calls = [
        Fact(call.arrived_at, f"call:{call.id}", "call-out" if call.promise else "call-in", until=call.ended_at)
        for call in dossier.calls
    ]
    yield Lane.CALLS, _in_order(calls)
    shown = ("opened", "solved", "reopened", "escalated", "urgency-raised", "followed-up")
    yield Lane.CASE, _in_order(Fact(n.at, n.by, f"case-{n.what}") for n in dossier.notes if n.what in shown)
    yield Lane.PROMISES, _in_order(fact for history in promises for fact in _made_and_closed(history.promise))
    yield Lane.PROBLEM, _in_order(Fact(n.at, n.by, f"problem-{n.what}") for n in dossier.problem_notes)


def _made_and_closed(promise: Promise) -> Iterator[Fact]:
    made = f"promised-{promise.kind}"
    yield Fact(promise.made_at, HOTLINE, made, promise.reference, until=promise.closed_at or promise.due)
    if promise.closed_at is not None:
        yield Fact(promise.closed_at, HOTLINE, f"state-{promise.state}", promise.reference)


def _in_order(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(sorted(facts, key=lambda fact: fact.at))


def _is_person(by: str) -> bool:
    return by not in ("", HOTLINE) and not by.startswith("call:")
