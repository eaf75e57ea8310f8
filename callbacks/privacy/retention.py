"""What is held on a contact, for how long, and how it goes: over book, calls and the files of recordings.

Every step can be taken again: files go before what names them, and the contact last of all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from pydantic import JsonValue, TypeAdapter

from callbacks.calls.model import CallPart, CallRecord
from callbacks.calls.records import CallRecords
from callbacks.entries import HOTLINE
from callbacks.model import PromiseState
from callbacks.privacy.personal import Looked
from callbacks.service import PromiseBook
from config.errors import Refused
from config.hotline_file import Tier

log = structlog.get_logger(__name__)

_PAGE = 200
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class RecordingFiles(Protocol):
    """Where recordings lie."""

    async def remove(self, name: str) -> None:
        """Remove the file; one that is gone already is no fault."""


class Traces(Protocol):
    """Where copies of what was held may lie, outside the book."""

    async def forget_about(self, names: Collection[str]) -> None:
        """Remove every copy that names one of these ids, of contacts, cases or promises."""


@dataclass(frozen=True, slots=True)
class Removed:
    """How much the end of its time removed, or would."""

    recordings: int = 0
    transcripts: int = 0
    calls: int = 0
    contacts: int = 0

    def __add__(self, other: Removed) -> Removed:
        return Removed(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))


class Privacy:
    """Retention, erasure and export."""

    def __init__(
        self, book: PromiseBook, calls: CallRecords, files: RecordingFiles, traces: Sequence[Traces] = ()
    ) -> None:
        self._book = book
        self._traces = traces
        self._calls = calls
        self._files = files

    async def retain(self, tiers: Mapping[str, Tier], now: datetime, *, dry_run: bool = False) -> Removed:
        """Remove what has been kept for as long as its tier says, or (dry run) only count it."""
        removed = Removed()
        for name, tier in tiers.items():
            kept, speech = tier.retention, tier.retention_days
            recordings = speech if kept.recordings is None else kept.recordings
            transcripts = speech if kept.transcripts is None else kept.transcripts
            removed += Removed(
                recordings=await self._calls_over(name, recordings, now, CallPart.RECORDING, dry_run),
                transcripts=await self._calls_over(name, transcripts, now, CallPart.TRANSCRIPT, dry_run),
                calls=await self._calls_over(name, kept.calls, now, CallPart.RECORD, dry_run),
                contacts=await self._contacts_over(name, kept.contacts, now, dry_run),
            )
        return removed

    async def erase(self, contact_id: str, by: str) -> int:
        """Nothing is left of the contact but an id; how many promises were withdrawn. Raises `NotFound`, and `Refused`
        while they are on the line."""
        await self._book.must_be_silent(contact_id)
        for record in await self._calls.of_contact(contact_id, None):
            await self._remove_file(record)
        await self._calls.forget(contact_id)
        names = await self._names(contact_id)
        for trace in self._traces:
            await trace.forget_about(names)
        withdrawn = await self._book.forget_contact(contact_id, by)
        log.info("contact_erased", contact=contact_id, by=by, withdrawn=withdrawn)
        return withdrawn

    async def _names(self, contact_id: str) -> frozenset[str]:
        async with self._book.store.reading() as reader:
            cases = await reader.cases(contact=contact_id)
            promises = await reader.promises(contact=contact_id, states=frozenset(PromiseState))
        return frozenset({contact_id, *(case.id for case in cases), *(promise.id for promise in promises)})

    async def export(self, contact_id: str, by: str) -> dict[str, JsonValue]:
        """Everything that is held on the contact; noted as a look before it is given out. Raises `NotFound`."""
        contact = await self._book.contact(contact_id)
        await self._book.note_look(by, Looked.EXPORT, contact_id)
        calls = await self._calls.of_contact(contact_id, None)
        lines = {record.id: await self._calls.lines(record.id) for record in calls}
        async with self._book.store.reading() as reader:
            cases = await reader.cases(contact=contact_id)
            promises = await reader.promises(contact=contact_id, states=frozenset(PromiseState))
            held = {
                "contact": contact,
                "cases": [{"case": case, "history": await reader.case_notes(case.id)} for case in cases],
                "exceptions": await reader.exceptions(contact_id),
                "promises": [{"promise": p, "entries": await reader.entries(p.id)} for p in promises],
                "messages": await reader.messages(contact_id),
                "ratings": [one for one in await reader.ratings(_EVER) if one.contact == contact_id],
                "calls": [{"call": record, "transcript": lines[record.id]} for record in calls],
            }
        adapter: TypeAdapter[object] = TypeAdapter(object)
        written: dict[str, JsonValue] = adapter.dump_python(held, mode="json")
        return written

    async def _calls_over(self, tier: str, days: int | None, now: datetime, part: CallPart, dry_run: bool) -> int:
        if days is None:
            return 0
        count, last, before = 0, "", now - timedelta(days=days)
        while page := await self._calls.ended_before(before, tier, part, last, _PAGE):
            if not dry_run:
                if part is not CallPart.TRANSCRIPT:
                    for record in page:
                        await self._remove_file(record)
                await self._calls.remove(page, part)
            count, last = count + len(page), page[-1].id
        return count

    async def _contacts_over(self, tier: str, days: int | None, now: datetime, dry_run: bool) -> int:
        if days is None:
            return 0
        count, before = 0, now - timedelta(days=days)
        async for contact_id in self._silent(tier, before):
            try:
                if not dry_run:
                    await self.erase(contact_id, HOTLINE)
            except Refused as refusal:  # they ring just now, so their time is not over
                log.info("contact_kept", contact=contact_id, why=str(refusal))
            else:
                count += 1
        return count

    async def _silent(self, tier: str, before: datetime) -> AsyncIterator[str]:
        last = ""
        while page := await self._book.silent_contacts(tier, before, last, _PAGE):
            for contact_id in page:
                yield contact_id
            last = page[-1]

    async def _remove_file(self, record: CallRecord) -> None:
        if record.recording is not None:
            await self._files.remove(record.recording)
