"""A promise book that is full from the start: written by the database itself, as no hotline could fill it in a minute.

Every promise is owed, has one entry, and a window of two hours within the coming year; some hundred windows are open
already.
"""

from __future__ import annotations

import sqlite3

import psycopg
from psycopg import sql

#: Promises for each contact.
SHARE = 5
#: Promises whose window is open when the book has been filled.
RIPE = 500

_POSTGRESQL = (
    # triggers and foreign keys would be asked a million times each; what they guard is put right below
    "SET session_replication_role = replica",
    """INSERT INTO contacts (id, number, tier, language, name, do_not_call)
    SELECT 'contact-' || n, '', 'standard', 'en', '', false FROM generate_series(0, %(contacts)s - 1) AS n""",
    """CREATE TEMPORARY TABLE draft AS
    SELECT md5(n::text) AS id, 'B' || n AS reference, 'contact-' || (n %% %(contacts)s) AS contact, now() AS made_at,
           CASE WHEN n < %(ripe)s THEN now()
                ELSE date_trunc('minute', now()) + interval '5 minutes' * (24 + (n * 7919::bigint) %% 105000) END
           AS opens
    FROM generate_series(0, %(promises)s - 1) AS n""",
    """INSERT INTO promises (id, reference, kind, state, contact_id, tier, urgency, language, queue, skills, made_at,
                              opens, due, attempts, version, note, next_look)
    SELECT id, reference, 'callback', 'owed', contact, 'standard', 'service', 'en', 'service', '[]', made_at, opens,
           opens + interval '2 hours', 0, 1, '', opens FROM draft ORDER BY id""",
    """INSERT INTO promise_entries (promise_id, version, kind, at, by, entry)
    SELECT id, 1, 'made', made_at, 'hotline', json_build_object('at', made_at, 'by', 'hotline', 'id', id,
           'reference', reference, 'promise_kind', 'callback', 'contact', contact, 'case', NULL, 'problem', NULL,
           'tier', 'standard', 'urgency', 'service', 'language', 'en', 'queue', 'service', 'skills', '[]'::json,
           'opens', opens, 'due', opens + interval '2 hours', 'owner', NULL, 'note', '', 'follows', NULL,
           'kind', 'made') FROM draft ORDER BY id""",
    "UPDATE promise_tally SET made = %(promises)s, open = %(promises)s",
    "DROP TABLE draft",
    "SET session_replication_role = origin",
)
_INDEXES = """SELECT indexname, indexdef FROM pg_indexes
    WHERE tablename IN ('promises', 'promise_entries') AND indexdef NOT LIKE 'CREATE UNIQUE%'"""

_SQLITE = (
    """WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < :contacts - 1)
    INSERT INTO contacts (id, number, tier, language, name, do_not_call)
    SELECT 'contact-' || n, '', 'standard', 'en', '', 0 FROM numbers""",
    """CREATE TEMPORARY TABLE draft AS
    WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < :promises - 1)
    SELECT lower(hex(randomblob(16))) AS id, 'B' || n AS reference, 'contact-' || (n % :contacts) AS contact,
           strftime('%Y-%m-%d %H:%M:%f000', 'now') AS made_at,
           strftime('%Y-%m-%d %H:%M:%f000', 'now',
                    CASE WHEN n < :ripe THEN 0 ELSE 5 * (24 + (n * 7919) % 105000) END || ' minutes') AS opens
    FROM numbers""",
    "ALTER TABLE draft ADD COLUMN due",
    "UPDATE draft SET due = strftime('%Y-%m-%d %H:%M:%f000', opens, '2 hours')",
    """INSERT INTO promises (id, reference, kind, state, contact_id, tier, urgency, language, queue, skills, made_at,
                              opens, due, attempts, version, note, next_look)
    SELECT id, reference, 'callback', 'owed', contact, 'standard', 'service', 'en', 'service', '[]', made_at, opens,
           due, 0, 1, '', opens FROM draft""",
    """INSERT INTO promise_entries (promise_id, version, kind, at, by, entry)
    SELECT id, 1, 'made', made_at, 'hotline', json_object('at', made_at || 'Z', 'by', 'hotline', 'id', id,
           'reference', reference, 'promise_kind', 'callback', 'contact', contact, 'case', NULL, 'problem', NULL,
           'tier', 'standard', 'urgency', 'service', 'language', 'en', 'queue', 'service', 'skills', json('[]'),
           'opens', opens || 'Z', 'due', due || 'Z', 'owner', NULL, 'note', '', 'follows', NULL, 'kind', 'made')
    FROM draft""",
    "ANALYZE",
)


def fill_postgresql(url: str, promises: int) -> None:
    """Fill the empty tables of the database at this SQLAlchemy address."""
    values = {"promises": promises, "contacts": promises // SHARE, "ripe": RIPE}
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True) as connection:
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        for statement in _POSTGRESQL:
            connection.execute(statement, values if "%" in statement else None)
        for _, definition in indexes:  # made at once they cost a tenth of what they cost row by row
            connection.execute(definition)
        connection.execute("VACUUM ANALYZE")


def fill_sqlite(path: str, promises: int) -> None:
    """Fill the empty tables of the database in this file."""
    values = {"promises": promises, "contacts": promises // SHARE, "ripe": RIPE}
    connection = sqlite3.connect(path)
    try:
        for statement in _SQLITE:
            connection.execute(statement, values if ":promises" in statement or ":contacts" in statement else ())
        connection.commit()
    finally:
        connection.close()
