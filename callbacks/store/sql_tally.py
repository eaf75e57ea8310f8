"""The identity of the book, kept and enforced by the database itself.

`promise_tally` is one row: how many promises were made, and how many are in each end. Triggers move it in the
transaction that moves a promise, so that nobody has to count a million rows to know. `made` follows the entries, the
others follow the rows; `difference` is what they lack, and must be found in `promise_balance`, where there is only 0.
That foreign key is deferred: inside a transaction the sum may be out, but a commit that leaves it so is refused.

On PostgreSQL the triggers run at commit: the one row they lock is the last lock a transaction takes, and two
transactions that change several promises each cannot wait for each other in a ring. Only promises that are made or
closed touch it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from callbacks.model import PromiseState
from callbacks.store.sql_tables import promise_entries, promises
from config.database import metadata

_ENDS = tuple(state.value for state in PromiseState if not state.is_open)
_TERMS = (*_ENDS, "open")

promise_balance = sa.Table(
    "promise_balance",
    metadata,
    sa.Column("difference", sa.Integer, primary_key=True, autoincrement=False),
    sa.CheckConstraint("difference = 0", name="zero"),
)

promise_tally = sa.Table(
    "promise_tally",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("made", sa.BigInteger, nullable=False),
    *(sa.Column(term, sa.BigInteger, nullable=False) for term in _TERMS),
    sa.Column(
        "difference",
        sa.Integer,
        sa.ForeignKey(promise_balance.c.difference, deferrable=True, initially="DEFERRED"),
        nullable=False,
    ),
    sa.CheckConstraint("id = 1", name="one_row"),
    sa.CheckConstraint(f"difference = made - {' - '.join(_TERMS)}", name="difference"),
)
promise_tally.add_is_dependent_on(promise_entries)  # its creation brings the triggers on both
promise_tally.add_is_dependent_on(promises)

#: The first row, from whatever is in the book already.
TALLY_ROWS = (
    "INSERT INTO promise_balance (difference) VALUES (0)",
    """INSERT INTO promise_tally (id, made, kept, renegotiated, broken, withdrawn, open, difference)
    SELECT 1, made, kept, renegotiated, broken, withdrawn, open,
           made - kept - renegotiated - broken - withdrawn - open FROM promise_identity""",
)

_CLOSED = f"IN ({', '.join(repr(end) for end in _ENDS)})"
_MADE = "UPDATE promise_tally SET made = made + 1, difference = difference + 1"


def _move(gone: str | None, come: str | None, number: str) -> str:
    """The statement that takes a row's old state out and puts its new one in; `number` makes a condition 0 or 1."""
    moves = [f"difference = difference + {(gone is not None) - (come is not None)}"]
    for term in _TERMS:
        change = term
        for sign, row in (("+", come), ("-", gone)):
            if row is not None:
                counts = f"{row}.state NOT {_CLOSED}" if term == "open" else f"{row}.state = '{term}'"
                change = f"{change} {sign} {number.format(counts)}"
        moves.append(f"{term} = {change}")
    return " ".join(("UPDATE promise_tally SET", ", ".join(moves)))


#: What happens to a row of `promises`: a name, the verb, when it matters, and the states that go and come.
_ROWS = (
    ("come", "INSERT", None, None, "NEW"),
    ("moved", "UPDATE", f"OLD.state <> NEW.state AND (OLD.state {_CLOSED} OR NEW.state {_CLOSED})", "OLD", "NEW"),
    ("gone", "DELETE", None, "OLD", None),
)


def _sqlite(name: str, table: str, verb: str, when: str | None, statement: str) -> str:
    """A trigger, for each row at once."""
    condition = f"WHEN {when} " if when else ""
    return f"CREATE TRIGGER {table}_tally_{name} AFTER {verb} ON {table} {condition}BEGIN {statement}; END"


def _postgresql(name: str, table: str, verb: str, when: str | None, statement: str) -> tuple[str, str]:
    """A function, and the trigger that calls it for each row when the transaction commits."""
    condition = f"WHEN ({when}) " if when else ""
    trigger = f"CREATE CONSTRAINT TRIGGER {table}_tally_{name} AFTER {verb} ON {table} DEFERRABLE INITIALLY DEFERRED"
    body = f"$$ BEGIN {statement}; RETURN NULL; END $$"
    return (
        f"CREATE FUNCTION {table}_tally_{name}() RETURNS trigger LANGUAGE plpgsql AS {body}",
        f"{trigger} FOR EACH ROW {condition}EXECUTE FUNCTION {table}_tally_{name}()",
    )


TALLY_SQLITE_DDL = (
    _sqlite("made", "promise_entries", "INSERT", "NEW.kind = 'made'", _MADE),
    *(_sqlite(name, "promises", verb, when, _move(gone, come, "({})")) for name, verb, when, gone, come in _ROWS),
)
TALLY_POSTGRESQL_DDL = (
    *_postgresql("made", "promise_entries", "INSERT", "NEW.kind = 'made'", _MADE),
    *(
        statement
        for name, verb, when, gone, come in _ROWS
        for statement in _postgresql(name, "promises", verb, when, _move(gone, come, "({})::int"))
    ),
)


@sa.event.listens_for(promise_tally, "after_create")
def _create(_table: sa.Table, connection: sa.Connection, **_options: Any) -> None:
    guards = TALLY_SQLITE_DDL if connection.dialect.name == "sqlite" else TALLY_POSTGRESQL_DDL
    for statement in (*TALLY_ROWS, *guards):
        connection.exec_driver_sql(statement)
