"""What happened in the queues, under the names of Asterisk's queue log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from callbacks.calls import queue_log
from callbacks.calls.queue_log import AGENT, NOUNS, WORK, Known, QueueEvent, QueueVerb
from config.event_log import LogRange
from config.outbox import OutboxEntry
from console.api.calls import Since, Until
from console.api.house import ApiHouse
from console.api.routing import routes
from console.desk.service import need
from console.identity.signed_in import SignedIn
from console.identity.users import Action, User, may
from console.web import csv_answer
from console.web.api_body import Which
from console.web.csv_answer import EITHER_WAY, WantsCsv
from console.web.paging import Cursor, Limit, Page, bad_cursor, cursor_of, linked, place_in

#: Events that are read at once.
_PART = 500


def build_queues(house: ApiHouse) -> APIRouter:
    """The routes. The application must have `state.sign_in`."""
    router = routes("queues")

    async def lines(entries: Sequence[OutboxEntry], user: User) -> list[QueueEvent]:
        """What these events of the log come to; they follow one another in it."""
        if not entries:
            return []
        works = {entry.subject for entry in entries if entry.noun == WORK}
        agents = {entry.subject for entry in entries if entry.noun == AGENT}
        first = entries[0].position
        before = [*await house.log.before(first, WORK, works), *await house.log.last_before(first, AGENT, agents)]
        calls = await house.found.named(sorted(works))
        contacts = await house.records.book.contacts_named(sorted({call.contact for call in calls.values()}))
        numbers = {name: contact.number for name, contact in contacts.items()}
        known = {name: Known(call, numbers.get(call.contact, "")) for name, call in calls.items()}
        full = may(user, Action.SEE_CONTACTS)
        return list(queue_log.queue_log(before, entries, known, full_numbers=full))

    async def found(
        user: User, wanted: LogRange, position: int, keep: Mapping[str, str | None], limit: int
    ) -> list[QueueEvent]:
        """The first lines after the position that agree."""
        rows: list[QueueEvent] = []
        while len(rows) < limit:
            entries = await house.log.after(position, _PART, wanted)
            rows += [row for row in await lines(entries, user) if _agrees(row, keep)]
            if len(entries) < _PART:
                break
            position = entries[-1].position
        return rows[:limit]

    @router.get("/queue-events", response_model=Page[QueueEvent], responses=EITHER_WAY)
    async def list_queue_events(
        user: SignedIn,
        request: Request,
        response: Response,
        as_csv: WantsCsv,
        since: Since = None,
        until: Until = None,
        queue: Which = None,
        agent: Which = None,
        event: Annotated[QueueVerb | None, Query()] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> object:
        """What happened in the queues, the oldest first: `event` and `data1` to `data5` as Asterisk's queue log has
        them. As comma-separated values (`?format=csv`, or `Accept: text/csv`) all of the range at once. Numbers are
        masked for who may not see contacts."""
        need(user, Action.SEE_CDRS)
        wanted = LogRange(NOUNS, since, until)
        keep = {"queuename": queue, "agent": agent, "event": event}
        if as_csv:
            return csv_answer.answer(queue_log.COLUMNS, _parts(user, wanted, keep), "queue-events")
        rows = await found(user, wanted, _position(cursor), keep, limit + 1)
        more = cursor_of("queue-events", str(rows[limit - 1].position)) if len(rows) > limit else None
        return linked(request, response, rows[:limit], more)

    async def _parts(
        user: User, wanted: LogRange, keep: Mapping[str, str | None]
    ) -> AsyncIterator[Sequence[Mapping[str, object]]]:
        position = 0
        while rows := await found(user, wanted, position, keep, _PART):
            yield [asdict(row) for row in rows]
            position = rows[-1].position

    return router


def _agrees(row: QueueEvent, keep: Mapping[str, str | None]) -> bool:
    return all(value is None or getattr(row, name) == value for name, value in keep.items())


def _position(cursor: str | None) -> int:
    place = "0" if cursor is None else place_in("queue-events", cursor)
    if not (place.isascii() and place.isdecimal() and len(place) < 19):
        raise bad_cursor()
    return int(place)
