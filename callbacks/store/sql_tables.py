"""Tables of the promise book, and the rules the database itself enforces: entries are append-only, references unique,
no two open promises of one kind for one case, and a view that counts the identity.

`IDENTITY_VIEW_DDL` is also what a migration executes.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from callbacks.ports import IN_HAND, OPEN_STATES
from callbacks.store.sql_append_only import guard
from config.database import UtcDateTime, metadata
from config.sql_sealed import SealedText

ID = sa.String(64)
NAME = sa.String(40)

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("number", sa.String(64), nullable=False),
    sa.Column("tier", NAME, nullable=False),
    sa.Column("language", sa.String(2)),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("do_not_call", sa.Boolean, nullable=False),
    sa.Column("notes", SealedText("contacts.notes"), nullable=False, server_default=""),
    sa.Column("channel", NAME, nullable=False, server_default="phone"),
    sa.Column("mail", sa.String(254), nullable=False, server_default=""),  # the longest address there is (RFC 5321)
    sa.Column("seen_at", UtcDateTime),  # when they last rang
)
sa.Index("ix_contacts_seen_at", contacts.c.seen_at, contacts.c.id)

problems = sa.Table(
    "problems",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("category", NAME, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("product", sa.String(200)),
    sa.Column("workaround", sa.Text, nullable=False),
    sa.Column("solved_at", UtcDateTime),
    sa.Column("state", NAME, nullable=False, server_default="open"),
    sa.Column("root_cause", sa.Text, nullable=False, server_default=""),
    sa.Column("correction", sa.Text, nullable=False, server_default=""),
    sa.Column("prevention", sa.Text, nullable=False, server_default=""),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("reference", sa.String(16), nullable=False, unique=True),
    sa.Column("contact_id", ID, sa.ForeignKey(contacts.c.id), nullable=False, index=True),
    sa.Column("category", NAME, nullable=False),
    sa.Column("urgency", NAME, nullable=False),
    sa.Column("wish", NAME, nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("status", NAME, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("owner", sa.String(64)),
    sa.Column("product", sa.String(200)),
    sa.Column("problem_id", ID, sa.ForeignKey(problems.c.id), index=True),
    sa.Column("summary", SealedText("cases.summary"), nullable=False),
    sa.Column("repeat", sa.Boolean, nullable=False),
    sa.Column("step", NAME, nullable=False, server_default="intake"),
    sa.Column("step_due", UtcDateTime, index=True),
    sa.Column("escalations", sa.Integer, nullable=False, server_default="0"),
)
sa.Index("ix_cases_status_category", cases.c.status, cases.c.category)
sa.Index("ix_cases_opened_at", cases.c.opened_at)

case_calls = sa.Table(
    "case_calls",
    metadata,
    sa.Column("case_id", ID, sa.ForeignKey(cases.c.id), primary_key=True),
    sa.Column("call_id", ID, primary_key=True, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
)

case_notes = sa.Table(
    "case_notes",
    metadata,
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("case_id", ID, sa.ForeignKey(cases.c.id), nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("what", NAME, nullable=False),
)

promises = sa.Table(
    "promises",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("reference", sa.String(16), nullable=False, unique=True),
    sa.Column("kind", NAME, nullable=False),
    sa.Column("state", NAME, nullable=False),
    sa.Column("contact_id", ID, sa.ForeignKey(contacts.c.id), nullable=False, index=True),
    sa.Column("case_id", ID, sa.ForeignKey(cases.c.id), index=True),
    sa.Column("problem_id", ID, sa.ForeignKey(problems.c.id), index=True),
    sa.Column("tier", NAME, nullable=False),
    sa.Column("urgency", NAME, nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("queue", NAME, nullable=False),
    sa.Column("skills", sa.JSON, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("opens", UtcDateTime),
    sa.Column("due", UtcDateTime),
    sa.Column("owner", sa.String(64)),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("not_before", UtcDateTime),
    sa.Column("attempt", ID),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("note", SealedText("promises.note"), nullable=False),
    sa.Column("agent", sa.String(64)),
    sa.Column("follows", ID, sa.ForeignKey("promises.id")),
    sa.Column("closed_at", UtcDateTime),
    # when time alone changes the promise (`ledger.next_look`): what the clock's tick searches by
    sa.Column("next_look", UtcDateTime),
)
_open = promises.c.state.in_(sorted(OPEN_STATES))


def _partial(name: str, where: sa.ColumnElement[bool], *columns: sa.Column[Any]) -> None:
    sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


# Each answers one question of `callbacks.store.sql_promises` and holds no more rows than that asks about.
_partial("ix_promises_next_look", promises.c.next_look.is_not(None), promises.c.next_look)
_partial("ix_promises_in_hand", promises.c.state.in_(sorted(IN_HAND)), promises.c.state, promises.c.id)
_partial("ix_promises_open_due", _open, promises.c.due, promises.c.id)
_partial("ix_promises_open_opens", _open, promises.c.opens)
_partial("ix_promises_closed_at", promises.c.closed_at.is_not(None), promises.c.closed_at, promises.c.state)
_partial("ix_promises_open_owner", sa.and_(promises.c.owner.is_not(None), _open), promises.c.owner)
sa.Index(
    "uq_promises_open_case_kind",
    promises.c.case_id,
    promises.c.kind,
    unique=True,
    sqlite_where=_open,
    postgresql_where=_open,
)

promise_entries = sa.Table(
    "promise_entries",
    metadata,
    sa.Column("promise_id", ID, sa.ForeignKey(promises.c.id), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("kind", NAME, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("entry", sa.JSON, nullable=False),
)

#: Contacts on the line: their promises are held. `until` bounds a row that a crash left behind.
line_holds = sa.Table(
    "line_holds",
    metadata,
    sa.Column("contact_id", ID, sa.ForeignKey(contacts.c.id), primary_key=True),
    sa.Column("call_id", ID, primary_key=True),
    sa.Column("until", UtcDateTime, nullable=False),
)

IDENTITY_VIEW_DDL = """
CREATE VIEW promise_identity AS
SELECT made, kept, renegotiated, broken, withdrawn, still_open AS open,
       made = kept + renegotiated + broken + withdrawn + still_open AS holds
FROM (
    SELECT (SELECT COUNT(*) FROM promise_entries WHERE kind = 'made') AS made,
           COALESCE(SUM(CASE WHEN state = 'kept' THEN 1 ELSE 0 END), 0) AS kept,
           COALESCE(SUM(CASE WHEN state = 'renegotiated' THEN 1 ELSE 0 END), 0) AS renegotiated,
           COALESCE(SUM(CASE WHEN state = 'broken' THEN 1 ELSE 0 END), 0) AS broken,
           COALESCE(SUM(CASE WHEN state = 'withdrawn' THEN 1 ELSE 0 END), 0) AS withdrawn,
           COALESCE(SUM(CASE WHEN state IN ('owed', 'due', 'offered', 'dialling') THEN 1 ELSE 0 END), 0) AS still_open
    FROM promises
) AS counted
"""

promise_identity = sa.table(
    "promise_identity",
    *(sa.column(name, sa.Integer) for name in ("made", "kept", "renegotiated", "broken", "withdrawn", "open")),
)


guard(case_notes)
guard(promise_entries)


@sa.event.listens_for(promise_entries, "after_create")
def _view(_table: sa.Table, connection: sa.Connection, **_options: Any) -> None:
    connection.exec_driver_sql(IDENTITY_VIEW_DDL)
