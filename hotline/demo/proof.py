"""What the database says after the demo: every claim of the story, checked against what was written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from callbacks.calls.records import CallLine, CallRecord, CallRecords, Speaker
from callbacks.entries import Entry, EntryKind
from callbacks.model import Contact, Promise, PromiseKind, PromiseState
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.sql_book import SqlBook
from callbacks.store.sql_calls import SqlCalls
from config.clock import Clock
from config.database import Database
from config.events import EventBus
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from hotline.demo.story import SAME_AUDIO, Facts


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing the demo claims, and whether it is so."""

    chapter: str
    what: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """What was written down about one person."""

    contact: Contact
    calls: tuple[CallRecord, ...]
    promises: tuple[Promise, ...]
    entries: dict[str, tuple[Entry, ...]]
    said: tuple[CallLine, ...]

    @property
    def call(self) -> CallRecord:
        """The person's last call to the hotline."""
        return next(call for call in self.calls if call.promise is None)

    def promise(self, kind: PromiseKind) -> Promise:
        """The person's only promise of a kind; raises ValueError when there is not exactly one."""
        (found,) = [promise for promise in self.promises if promise.kind is kind]
        return found

    def kinds(self, promise: Promise) -> list[EntryKind]:
        """The kinds of the promise's entries, oldest first."""
        return [entry.kind for entry in self.entries[promise.id]]


async def prove(database_path: Path, clock: Clock, facts: Facts, bill: Sequence[str]) -> list[Claim]:
    """Read the database and the carrier's bill; one claim a line."""
    database = Database(f"sqlite+aiosqlite:///{database_path}", EventBus(), clock)
    file, _ = read_hotline_file(default_hotline_file())
    store = SqlBook(database)
    book = PromiseBook(store, clock, BookRules.of(file))
    calls = CallRecords(SqlCalls(database), clock)
    try:
        found = {name: await _find(name, number, store, book, calls) for name, number in facts.numbers.items()}
        audit = await book.audit()
        claims = [
            *_safety_first(found, facts),
            *_callback_survives(found, facts, bill),
            *_fixed_and_told(found, bill),
            *_caller_rings_first(found, bill),
        ]
        identity = audit.identity
        claims.append(
            Claim(
                "all",
                f"the book balances: {identity.made} made = {identity.kept} kept + {identity.renegotiated} renego"
                f"tiated + {identity.broken} broken + {identity.withdrawn} withdrawn + {identity.open} open",
                identity.holds and not audit.differing and identity.made > 0,
            )
        )
        return claims
    finally:
        await database.close()


async def _find(name: str, number: str, store: SqlBook, book: PromiseBook, calls: CallRecords) -> Findings:
    contact = await book.contact_by_number(number, "standard")
    async with store.reading() as reader:
        promises = await reader.promises(contact=contact.id, states=frozenset(PromiseState))
    entries = {promise.id: await book.entries(promise.id) for promise in promises}
    theirs = await calls.of_contact(contact.id)
    said = tuple([line for call in theirs for line in await calls.lines(call.id)])
    return Findings(contact, theirs, promises, entries, said)


def _safety_first(found: dict[str, Findings], facts: Facts) -> list[Claim]:
    vera, adam, beth = found["vera"].call, found["adam"].call, found["beth"].call
    spoken = [line for line in found["vera"].said if line.speaker is Speaker.CALLER]
    earlier = max(adam.arrived_at, beth.arrived_at) < vera.arrived_at
    bridged = vera.bridged_at is not None and adam.bridged_at is not None and beth.bridged_at is not None
    return [
        Claim("a", "the vip's words were recognised", any("smok" in line.text.lower() for line in spoken)),
        Claim("a", "and confirmed by saying yes", any("yes" in line.text.lower() for line in spoken)),
        Claim("a", "ranked safety", vera.urgency == "safety" and vera.tier == "vip"),
        Claim("a", "bridged to ana, who has the skill", vera.agent == "ana"),
        Claim(
            "a",
            "ahead of two standard callers who came earlier",
            earlier
            and bridged
            and vera.bridged_at is not None
            and all(c.bridged_at is not None and vera.bridged_at < c.bridged_at for c in (adam, beth)),
        ),
        Claim(
            "a",
            f"what she said arrived at the agent's phone (similarity {facts.audio_similarity:.2f})",
            facts.audio_similarity > SAME_AUDIO,
        ),
    ]


def _callback_survives(found: dict[str, Findings], facts: Facts, bill: Sequence[str]) -> list[Claim]:
    chen = found["chen"]
    promise = chen.promise(PromiseKind.CALLBACK)
    kinds = chen.kinds(promise)
    heard = " ".join(line.text for line in chen.said if line.speaker is Speaker.HOTLINE)
    killed = facts.killed_at
    kept_at = promise.closed_at
    agents = {getattr(entry, "agent", None) for entry in chen.entries[promise.id]} - {None}
    return [
        Claim("b", "the caller heard an estimate of the wait in minutes", "分钟" in heard),
        Claim("b", "took a callback and heard its reference", promise.reference in heard.replace(" ", "")),
        Claim(
            "b",
            "which outlived the SIGKILL",
            killed is not None and kept_at is not None and promise.made_at < killed < kept_at,
        ),
        Claim("b", "fell due and was offered to the one agent with the skills", agents == {"bo"}),
        Claim("b", "was dialled once", bill.count(chen.contact.number) == 1),
        Claim(
            "b",
            "answered and kept",
            promise.state is PromiseState.KEPT and kinds.count(EntryKind.ATTEMPT_STARTED) == 1,
        ),
    ]


def _fixed_and_told(found: dict[str, Findings], bill: Sequence[str]) -> list[Claim]:
    people = [found[name] for name in ("kim", "li", "sam")]
    promises = [person.promise(PromiseKind.WHEN_FIXED) for person in people]
    started = {
        person.contact.id: next(e.at for e in person.entries[p.id] if e.kind is EntryKind.ATTEMPT_STARTED)
        for person, p in zip(people, promises, strict=True)
        if EntryKind.ATTEMPT_STARTED in person.kinds(p)
    }
    sam = found["sam"].contact.id
    return [
        Claim("c", "three callers are owed a call for one problem", len({p.problem for p in promises}) == 1),
        Claim("c", "all three got their call", all(p.state is PromiseState.KEPT for p in promises)),
        Claim("c", "each was dialled once", all(bill.count(person.contact.number) == 1 for person in people)),
        Claim(
            "c",
            "safety first",
            len(started) == len(people) and all(started[sam] <= at for at in started.values()),
        ),
    ]


def _caller_rings_first(found: dict[str, Findings], bill: Sequence[str]) -> list[Claim]:
    dana = found["dana"]
    promise = dana.promise(PromiseKind.CALLBACK)
    last = dana.call
    greeting = " ".join(line.text for line in dana.said if line.call == last.id and line.speaker is Speaker.HOTLINE)
    return [
        Claim("d", "the greeting said what is owed", promise.reference in greeting.replace(" ", "")),
        Claim("d", "no outbound call was placed", dana.contact.number not in bill),
        Claim("d", "the promise was kept in the caller's own call", promise.state is PromiseState.KEPT),
        Claim("d", "without any attempt", EntryKind.ATTEMPT_STARTED not in dana.kinds(promise)),
    ]
