"""What is held on people, in the database: who looked at it, who rang when, and removing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from callbacks.model import CaseStatus, Contact
from callbacks.ports import OPEN_STATES
from callbacks.privacy.erasing import erased
from callbacks.privacy.personal import Look, Looked
from callbacks.store.sql_aftercare import messages, silences
from callbacks.store.sql_contacts import add_contacts, contact_numbers, read_contact, read_contacts, save_contact
from callbacks.store.sql_exceptions import case_exceptions
from callbacks.store.sql_free_texts import case_texts, promise_texts
from callbacks.store.sql_looks import looks
from callbacks.store.sql_tables import case_notes, cases, contacts, line_holds, promises


class SqlPersonalReader:
    """`PersonalReader` on a connection."""

    connection: AsyncConnection

    async def contacts_after(self, contact: str, limit: int) -> tuple[Contact, ...]:
        page = contacts.select().where(contacts.c.id > contact).order_by(contacts.c.id).limit(limit)
        return await read_contacts(self.connection, page)

    async def contacts_by_numbers(self, numbers: tuple[str, ...]) -> dict[str, Contact]:
        wanted = sa.select(contact_numbers.c.contact_id).where(contact_numbers.c.number.in_(numbers))
        found = await read_contacts(self.connection, contacts.select().where(contacts.c.id.in_(wanted)))
        return {number: contact for contact in found for number in contact.numbers if number in numbers}

    async def silent_contacts(self, tier: str, before: datetime, after: str, limit: int) -> tuple[str, ...]:
        open_case = sa.exists().where(cases.c.contact_id == contacts.c.id, cases.c.status == CaseStatus.OPEN)
        owed = sa.exists().where(promises.c.contact_id == contacts.c.id, promises.c.state.in_(sorted(OPEN_STATES)))
        query = sa.select(contacts.c.id).where(contacts.c.tier == tier, contacts.c.seen_at < before)
        query = query.where(contacts.c.id > after, ~open_case, ~owed).order_by(contacts.c.id).limit(limit)
        return tuple(await self.connection.scalars(query))

    async def looks(self, limit: int, subject: str | None = None) -> tuple[Look, ...]:
        query = looks.select().order_by(looks.c.position.desc()).limit(limit)
        if subject is not None:
            query = query.where(looks.c.subject == subject)
        return tuple(
            Look(row.at, row.by, Looked(row.what), row.subject) for row in await self.connection.execute(query)
        )


class SqlPersonalUnit(SqlPersonalReader):
    """`PersonalUnit` on a connection."""

    async def seen(self, contact: str, at: datetime) -> None:
        await self.connection.execute(contacts.update().where(contacts.c.id == contact).values(seen_at=at))

    async def erase(self, contact: str) -> None:
        known = await read_contact(self.connection, contact, lock=True)
        if known is None:
            return
        execute = self.connection.execute
        own_cases = sa.select(cases.c.id).where(cases.c.contact_id == contact)
        own_promises = sa.select(promises.c.id).where(promises.c.contact_id == contact)
        own_notes = sa.select(case_notes.c.position).where(case_notes.c.case_id.in_(own_cases))
        await execute(case_texts.delete().where(case_texts.c.position.in_(own_notes)))
        await execute(case_exceptions.delete().where(case_exceptions.c.case_id.in_(own_cases)))
        await execute(promise_texts.delete().where(promise_texts.c.promise_id.in_(own_promises)))
        await execute(cases.update().where(cases.c.contact_id == contact).values(summary=""))
        await execute(promises.update().where(promises.c.contact_id == contact).values(note=""))
        for table in (messages, silences, line_holds):
            await execute(table.delete().where(table.c.contact_id == contact))
        await save_contact(self.connection, erased(known))
        await execute(contacts.update().where(contacts.c.id == contact).values(seen_at=None))

    async def add_contacts(self, contacts: Sequence[Contact]) -> None:
        await add_contacts(self.connection, contacts)

    async def look(self, look: Look) -> None:
        row = {"at": look.at, "by": look.by, "what": look.what, "subject": look.subject}
        await self.connection.execute(looks.insert().values(row))
