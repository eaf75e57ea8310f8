"""Rows of the promise book as values, and values as rows."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from callbacks.ledger import next_look
from callbacks.model import (
    Case,
    CaseException,
    CaseStatus,
    CaseStep,
    Channel,
    Contact,
    Problem,
    ProblemState,
    Promise,
    PromiseKind,
    PromiseState,
    Wish,
)
from callbacks.ports import CaseNote, ProblemNote
from config.urgency import Urgency

#: Fields that name another row; their columns end in `_id`.
_LINKS = frozenset({"contact", "case", "problem"})

Row = sa.Row[Any]


def to_row(value: Contact | Case | CaseException | Problem | Promise | CaseNote | ProblemNote) -> dict[str, Any]:
    """Column values of a value, enums as their text."""
    row = {f.name + "_id" if f.name in _LINKS else f.name: getattr(value, f.name) for f in fields(value)}
    if isinstance(value, Contact):
        del row["other_numbers"]  # rows of their own: `callbacks.store.sql_contacts`
    if isinstance(value, Promise):
        row["skills"] = [list(pair) for pair in value.skills]
        row["next_look"] = next_look(value)
    return row


def _values(row: Row, left_out: tuple[str, ...] = ()) -> dict[str, Any]:
    return {name.removesuffix("_id"): value for name, value in row._asdict().items() if name not in left_out}


def to_contact(row: Row, other_numbers: tuple[str, ...]) -> Contact:
    values = _values(row, ("seen_at",))
    return Contact(**(values | {"channel": Channel(values["channel"]), "other_numbers": other_numbers}))


def to_problem(row: Row) -> Problem:
    values = _values(row)
    return Problem(**(values | {"state": ProblemState(values["state"])}))


def to_problem_note(row: Row) -> ProblemNote:
    return ProblemNote(**_values(row, ("position",)))


def to_case(row: Row) -> Case:
    values = _values(row)
    values |= {
        "urgency": Urgency(values["urgency"]),
        "wish": Wish(values["wish"]),
        "status": CaseStatus(values["status"]),
        "step": CaseStep(values["step"]),
    }
    return Case(**values)


def to_note(row: Row) -> CaseNote:
    values = _values(row, ("position",))
    return CaseNote(**(values | {"text": values["text"] or ""}))  # no row: nothing was said, or it was erased


def to_promise(row: Row) -> Promise:
    values = _values(row, ("next_look",))
    values |= {
        "kind": PromiseKind(values["kind"]),
        "state": PromiseState(values["state"]),
        "urgency": Urgency(values["urgency"]),
        "skills": tuple((str(skill), int(level)) for skill, level in values["skills"]),
    }
    return Promise(**values)
