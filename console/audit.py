"""Who did what to the console and to the hotline: an append-only log, without personal data of callers.

`detail` holds names of roles, scopes, version numbers, counts: never what a caller said, a number or a password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import Protocol

from config.clock import Clock
from console.desk.service import need
from console.identity.users import Action, User
from console.web.source import asked_from, masked


class Did(StrEnum):
    """What is written down. Its value is its name, in small letters and with hyphens."""

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[str]) -> str:
        return name.lower().replace("_", "-")

    SIGNED_IN = auto()
    SIGN_IN_FAILED = auto()
    SIGNED_OUT = auto()
    SESSION_ENDED = auto()
    PASSWORD_CHANGED = auto()
    PERSON_ADDED = auto()
    PERSON_CHANGED = auto()
    PERSON_LOCKED = auto()
    PERSON_UNLOCKED = auto()
    PERSON_REMOVED = auto()
    TOKEN_MADE = auto()
    TOKEN_REVOKED = auto()
    FILE_PUBLISHED = auto()
    FILE_ROLLED_BACK = auto()
    PROMPT_CHANGED = auto()
    CONTACTS_IMPORTED = auto()
    CONTACT_CHANGED = auto()
    CONTACT_ERASED = auto()
    CONTACT_EXPORTED = auto()
    RETENTION_RUN = auto()


class Outcome(StrEnum):
    """How it went."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. `by` and `subject` are ids; `source` is the masked address that it was asked from, empty
    when the program did it itself. `position` grows by the order of writing."""

    position: int
    at: datetime
    by: str
    what: Did
    subject: str
    detail: str = ""
    source: str = ""
    outcome: Outcome = Outcome.DONE


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines; what is None does not matter. `about` is a subject; `since` is part of the time, `until` is not."""

    by: str | None = None
    what: Did | None = None
    about: str | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING = Wanted()


class AuditStore(Protocol):
    """Where the lines are kept. There is no way to change or remove one."""

    async def append(self, entry: Entry) -> None:
        """Committed when this returns; the store gives the position."""

    async def newest(self, wanted: Wanted, count: int, before: int | None = None) -> tuple[Entry, ...]:
        """At most `count` lines, the newest first, with positions below `before`."""


class Audit:
    """Writes lines with the time and the source of the request that is being served."""

    def __init__(self, store: AuditStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def note(self, by: str, what: Did, subject: str, detail: str = "", outcome: Outcome = Outcome.DONE) -> None:
        """Write a line; committed when this returns. Longer texts are cut to what the table holds."""
        source = masked(asked_from.get())
        entry = Entry(0, self._clock.now(), by[:80], what, subject[:120], detail[:500], source, outcome)
        await self._store.append(entry)

    async def newest(
        self, by: User, wanted: Wanted = EVERYTHING, count: int = 50, before: int | None = None
    ) -> tuple[Entry, ...]:
        """At most `count` lines, the newest first; give the last one's position as `before` for the next page.
        `Forbidden` for those who may not see the log."""
        need(by, Action.SEE_AUDIT)
        return await self._store.newest(wanted, count, before)
