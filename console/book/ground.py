"""What every part of the book's service stands on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from callbacks.calls.records import CallRecords
from callbacks.model import Contact
from callbacks.privacy.retention import Privacy
from callbacks.service import PromiseBook
from config.hotline_file import HotlineFile
from console.audit import Audit, Did
from console.identity.users import User

#: Rows on one page of a list.
PAGE = 50


@dataclass(frozen=True, slots=True)
class BookParts:
    """The book, the calls, what is done about privacy, the hotline file in force, and the log of who did what."""

    book: PromiseBook
    calls: CallRecords
    privacy: Privacy
    file: Callable[[], HotlineFile]
    audit: Audit | None = None


class BookGround:
    """The ground of `console.book.service.BookService`."""

    def __init__(self, parts: BookParts) -> None:
        self.book = parts.book
        self.calls = parts.calls
        self.privacy = parts.privacy
        self._file = parts.file
        self._audit = parts.audit

    @property
    def file(self) -> HotlineFile:
        """The hotline file in force."""
        return self._file()

    async def keep_note(self, user: User, did: Did, subject: str, detail: str = "") -> None:
        """Write down that the person did it."""
        if self._audit is not None:
            await self._audit.note(user.id, did, subject, detail)

    def people(self) -> dict[str, str]:
        """The agents of the hotline file: id -> name."""
        return {name: agent.name for name, agent in self.file.agents.items()}

    async def contacts(self, names: set[str]) -> Mapping[str, Contact]:
        """The contacts with these ids."""
        return await self.book.contacts_named(sorted(names))
