"""Tables of what comes after a call: messages, silences, ratings; and the store's part on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callbacks.aftercare.ratings import Rating
from callbacks.aftercare.silence import Silence
from callbacks.letters.messages import Message, MessageState
from callbacks.model import Channel
from callbacks.store.sql_tables import ID, NAME, cases, contacts, promises
from config.database import UtcDateTime, metadata
from prompts.letters import Template

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("contact_id", ID, sa.ForeignKey(contacts.c.id), nullable=False, index=True),
    sa.Column("channel", NAME, nullable=False),
    sa.Column("template", NAME, nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("not_before", UtcDateTime, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("promise_id", ID, sa.ForeignKey(promises.c.id), index=True),
    sa.Column("case_id", ID, sa.ForeignKey(cases.c.id), index=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("state", NAME, nullable=False),
    sa.Column("settled_at", UtcDateTime),
    sa.Column("fault", sa.String(200), nullable=False),
)
_waiting = messages.c.state == MessageState.WAITING.value
_given_up = messages.c.state == MessageState.GIVEN_UP.value
sa.Index("ix_messages_waiting", messages.c.not_before, sqlite_where=_waiting, postgresql_where=_waiting)
sa.Index("ix_messages_given_up", messages.c.settled_at, sqlite_where=_given_up, postgresql_where=_given_up)

#: One row for each open case. `tier` is the contact's: one index finds what is too long by each tier's standard.
silences = sa.Table(
    "silences",
    metadata,
    sa.Column("case_id", ID, sa.ForeignKey(cases.c.id), primary_key=True),
    sa.Column("contact_id", ID, sa.ForeignKey(contacts.c.id), nullable=False, index=True),
    sa.Column("tier", NAME, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("promised", sa.Boolean, nullable=False),
)
_unpromised = silences.c.promised == sa.false()
sa.Index(
    "ix_silences_unpromised",
    silences.c.tier,
    silences.c.since,
    sqlite_where=_unpromised,
    postgresql_where=_unpromised,
)

ratings = sa.Table(
    "ratings",
    metadata,
    sa.Column("visit", ID, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("contact_id", ID, sa.ForeignKey(contacts.c.id), nullable=False, index=True),
    sa.Column("category", NAME, nullable=False),
    sa.Column("value", sa.Integer),
    sa.Column("solved", sa.Boolean),
    sa.Column("agent", sa.String(64)),
    sa.Column("case_id", ID, sa.ForeignKey(cases.c.id), index=True),
    sa.Column("wait", sa.Float),
)
sa.Index("ix_ratings_agent_at", ratings.c.agent, ratings.c.at)


class SqlAftercareReader:
    """`MessageReader`, `SilenceReader` and `RatingReader` on a connection."""

    connection: AsyncConnection

    async def message(self, message: str, *, lock: bool = False) -> Message | None:
        query = messages.select().where(messages.c.id == message)
        row = (await self.connection.execute(query.with_for_update() if lock else query)).one_or_none()
        return _to_message(row) if row else None

    async def messages(self, contact: str) -> tuple[Message, ...]:
        query = messages.select().where(messages.c.contact_id == contact)
        rows = await self.connection.execute(query.order_by(messages.c.made_at, messages.c.id))
        return tuple(_to_message(row) for row in rows)

    async def messages_to_send(self, now: datetime, limit: int, *, lock: bool = False) -> tuple[Message, ...]:
        query = messages.select().where(_waiting, messages.c.not_before <= now)
        query = query.order_by(messages.c.not_before, messages.c.id).limit(limit)
        rows = await self.connection.execute(query.with_for_update(skip_locked=True) if lock else query)
        return tuple(_to_message(row) for row in rows)

    async def messages_given_up(self, limit: int) -> tuple[Message, ...]:
        query = messages.select().where(_given_up).order_by(messages.c.settled_at.desc(), messages.c.id).limit(limit)
        return tuple(_to_message(row) for row in await self.connection.execute(query))

    async def silence(self, case: str) -> Silence | None:
        row = (await self.connection.execute(silences.select().where(silences.c.case_id == case))).one_or_none()
        return _to_silence(row) if row else None

    async def silences(self, tier: str, until: datetime, limit: int) -> tuple[Silence, ...]:
        query = silences.select().where(_unpromised, silences.c.tier == tier, silences.c.since <= until)
        query = query.order_by(silences.c.since, silences.c.case_id).limit(limit)
        return tuple(_to_silence(row) for row in await self.connection.execute(query))

    async def rating(self, visit: str) -> Rating | None:
        row = (await self.connection.execute(ratings.select().where(ratings.c.visit == visit))).one_or_none()
        return _to_rating(row) if row else None

    async def ratings(self, since: datetime, agent: str | None = None) -> tuple[Rating, ...]:
        query = ratings.select().where(ratings.c.at >= since).order_by(ratings.c.at, ratings.c.visit)
        if agent is not None:
            query = query.where(ratings.c.agent == agent)
        return tuple(_to_rating(row) for row in await self.connection.execute(query))


class SqlAftercareUnit(SqlAftercareReader):
    """`MessageUnit`, `SilenceUnit` and `RatingUnit` on a connection."""

    async def save_message(self, message: Message) -> None:
        values = {
            "id": message.id,
            "contact_id": message.contact,
            "channel": message.channel.value,
            "template": message.template.value,
            "language": message.language,
            "made_at": message.made_at,
            "not_before": message.not_before,
            "fields": dict(message.fields),
            "promise_id": message.promise,
            "case_id": message.case,
            "tries": message.tries,
            "state": message.state.value,
            "settled_at": message.settled_at,
            "fault": message.fault,
        }
        await self._upsert(messages, values, "id")

    async def save_silence(self, silence: Silence) -> None:
        values = {
            "case_id": silence.case,
            "contact_id": silence.contact,
            "tier": silence.tier,
            "since": silence.since,
            "promised": silence.promised,
        }
        await self._upsert(silences, values, "case_id")

    async def end_silence(self, case: str) -> None:
        await self.connection.execute(silences.delete().where(silences.c.case_id == case))

    async def follow_tier(self, contact: str, tier: str) -> None:
        """The contact is of this tier from now on."""
        mine = sa.and_(silences.c.contact_id == contact, silences.c.tier != tier)
        await self.connection.execute(silences.update().where(mine).values(tier=tier))

    async def save_rating(self, rating: Rating) -> None:
        values = {
            "visit": rating.visit,
            "at": rating.at,
            "contact_id": rating.contact,
            "category": rating.category,
            "value": rating.value,
            "solved": rating.solved,
            "agent": rating.agent,
            "case_id": rating.case,
            "wait": rating.wait,
        }
        await self._upsert(ratings, values, "visit")

    async def _upsert(self, table: sa.Table, values: dict[str, Any], key: str) -> None:
        on_postgresql = self.connection.dialect.name == "postgresql"
        insert = (postgresql.insert if on_postgresql else sqlite.insert)(table).values(values)
        changed = {name: value for name, value in values.items() if name != key}
        await self.connection.execute(insert.on_conflict_do_update(index_elements=(key,), set_=changed))


def _to_message(row: sa.Row[Any]) -> Message:
    return Message(
        id=row.id,
        contact=row.contact_id,
        channel=Channel(row.channel),
        template=Template(row.template),
        language=row.language,
        made_at=row.made_at,
        not_before=row.not_before,
        fields=row.fields,
        promise=row.promise_id,
        case=row.case_id,
        tries=row.tries,
        state=MessageState(row.state),
        settled_at=row.settled_at,
        fault=row.fault,
    )


def _to_silence(row: sa.Row[Any]) -> Silence:
    return Silence(row.case_id, row.contact_id, row.tier, row.since, row.promised)


def _to_rating(row: sa.Row[Any]) -> Rating:
    return Rating(
        visit=row.visit,
        at=row.at,
        contact=row.contact_id,
        category=row.category,
        value=row.value,
        solved=row.solved,
        agent=row.agent,
        case=row.case_id,
        wait=row.wait,
    )
