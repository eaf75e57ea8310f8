"""What is held on people: the port behind erasing it, and the record of who looked at what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from callbacks.model import Contact


class Looked(StrEnum):
    """At what."""

    RECORDING = "recording"
    TRANSCRIPT = "transcript"
    EXPORT = "export"  # everything that is held on a contact


@dataclass(frozen=True, slots=True)
class Look:
    """`by` saw or heard what was said; `subject` is the call, or for an export the contact. Never changed."""

    at: datetime
    by: str
    what: Looked
    subject: str


class PersonalReader(Protocol):
    """Looking it up."""

    async def contacts_after(self, contact: str, limit: int) -> tuple[Contact, ...]:
        """A page of all contacts by id, beginning after this id."""

    async def contacts_by_numbers(self, numbers: tuple[str, ...]) -> dict[str, Contact]:
        """The contact of each of these numbers, in their normal form, that is known."""

    async def silent_contacts(self, tier: str, before: datetime, after: str, limit: int) -> tuple[str, ...]:
        """A page of the tier's contacts, by id after `after`, who last rang before the moment and have neither an open
        case nor an open promise. Who never rang is not among them."""

    async def looks(self, limit: int, subject: str | None = None) -> tuple[Look, ...]:
        """Who looked, the latest first; at one subject if it is named."""


class PersonalUnit(PersonalReader, Protocol):
    """Changing it."""

    async def seen(self, contact: str, at: datetime) -> None:
        """The contact rang."""

    async def erase(self, contact: str) -> None:
        """Remove what says who the contact is and what they said: numbers, name, notes, address, the words in cases,
        entries and exceptions, messages. The entries themselves, and so the identity of the book, stay."""

    async def add_contacts(self, contacts: Sequence[Contact]) -> None:
        """Save new contacts, none of whose numbers is known. Raises `Refused` when one became known meanwhile."""

    async def look(self, look: Look) -> None:
        """Write down who looked."""
