"""Contacts in the database, and the numbers by which they are known: a number is one contact's, whatever two writers
do at the same moment."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callbacks.model import Contact
from callbacks.store.sql_rows import to_contact, to_row
from callbacks.store.sql_tables import ID, contacts
from config.database import metadata
from config.errors import Refused

#: So many numbers go into one statement: SQLite takes 32,766 values.
_AT_ONCE = 5_000

#: Every number of every contact, in the contact's order; `place` 0 is the one that `contacts` has too.
contact_numbers = sa.Table(
    "contact_numbers",
    metadata,
    sa.Column("number", sa.String(64), primary_key=True),
    sa.Column("contact_id", ID, sa.ForeignKey(contacts.c.id), nullable=False, index=True),
    sa.Column("place", sa.Integer, nullable=False),
)


async def read_contact(connection: AsyncConnection, contact: str, *, lock: bool = False) -> Contact | None:
    """The contact with all numbers; `lock` holds the row until the transaction ends."""
    query = contacts.select().where(contacts.c.id == contact)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        return None
    others = sa.select(contact_numbers.c.number).where(
        contact_numbers.c.contact_id == contact, contact_numbers.c.number != row.number
    )
    found = await connection.scalars(others.order_by(contact_numbers.c.place, contact_numbers.c.number))
    return to_contact(row, tuple(found))


async def read_contact_by_number(connection: AsyncConnection, number: str) -> Contact | None:
    """The contact with this number among theirs."""
    known = sa.select(contact_numbers.c.contact_id).where(contact_numbers.c.number == number)
    contact = await connection.scalar(known)
    return None if contact is None else await read_contact(connection, contact)


async def read_contacts(connection: AsyncConnection, query: sa.Select[tuple[object, ...]]) -> tuple[Contact, ...]:
    """The contacts that a query on `contacts` selects, with all numbers."""
    rows = (await connection.execute(query)).all()
    wanted = contact_numbers.c.contact_id.in_([row.id for row in rows])
    known: dict[str, list[str]] = {row.id: [] for row in rows}
    numbers = contact_numbers.select().where(wanted).order_by(contact_numbers.c.place, contact_numbers.c.number)
    for number in await connection.execute(numbers):
        known[number.contact_id].append(number.number)
    return tuple(to_contact(row, tuple(n for n in known[row.id] if n != row.number)) for row in rows)


async def add_contact(connection: AsyncConnection, contact: Contact) -> Contact:
    """Save a new contact, or return the one who already has the first of its numbers."""
    await connection.execute(contacts.insert().values(to_row(contact)))
    await _claim(connection, contact)
    known = await read_contact_by_number(connection, contact.number)
    if known is None or known.id == contact.id:
        return contact
    await connection.execute(contact_numbers.delete().where(contact_numbers.c.contact_id == contact.id))
    await connection.execute(contacts.delete().where(contacts.c.id == contact.id))
    return known


async def add_contacts(connection: AsyncConnection, new: Sequence[Contact]) -> None:
    """Save contacts none of whose numbers is known. Raises `Refused` when one of the numbers became known meanwhile."""
    if not new:
        return
    await connection.execute(contacts.insert(), [to_row(contact) for contact in new])
    rows = sorted((row for contact in new for row in _number_rows(contact)), key=lambda row: str(row["number"]))
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        insert = _insert(connection, contact_numbers).values(part).on_conflict_do_nothing()
        taken = await connection.scalars(insert.returning(contact_numbers.c.number))
        if len(taken.all()) != len(part):
            raise Refused("a number became another contact's meanwhile", where="contacts", remedy="try it again")


async def save_contact(connection: AsyncConnection, contact: Contact) -> None:
    """Save a new or changed contact. Raises `Refused` when one of the numbers is another contact's."""
    row = to_row(contact)
    changed = {name: value for name, value in row.items() if name != "id"}
    insert = _insert(connection, contacts).values(row)
    await connection.execute(insert.on_conflict_do_update(index_elements=("id",), set_=changed))
    mine = contact_numbers.c.contact_id == contact.id
    await connection.execute(contact_numbers.delete().where(mine))
    await _claim(connection, contact)
    owned = await connection.scalar(sa.select(sa.func.count()).select_from(contact_numbers).where(mine))
    if owned != len(set(contact.numbers)):
        raise Refused("this number is another contact's", where=f"contact {contact.id}")


async def _claim(connection: AsyncConnection, contact: Contact) -> None:
    """Take every number that nobody has; of two who take one at the same moment the second waits and goes without."""
    rows = sorted(_number_rows(contact), key=lambda row: str(row["number"]))  # waiting writers need one order
    if rows:
        await connection.execute(_insert(connection, contact_numbers).values(rows).on_conflict_do_nothing())


def _number_rows(contact: Contact) -> list[dict[str, object]]:
    numbers = dict.fromkeys(contact.numbers)
    return [{"number": number, "contact_id": contact.id, "place": place} for place, number in enumerate(numbers)]


def _insert(connection: AsyncConnection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    return (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table)
