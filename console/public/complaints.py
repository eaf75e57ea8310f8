"""Complaints in writing (lesson 10): from the public form and from other programs, into the same book as those by
telephone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from callbacks.contacts.contact_csv import is_mail
from callbacks.contacts.numbers import is_number, normal_number
from callbacks.entries import HOTLINE
from callbacks.model import Case, Channel, Contact, Promise, PromiseKind, Wish
from callbacks.service import PromiseBook
from config.hotline_file import HotlineFile
from config.urgency import Urgency, graver
from console.book.promise_making import Windows
from console.errors import NotUnderstood
from ivr.understanding.understanding import Understanding

log = structlog.get_logger(__name__)

Reads = Callable[[str, str, datetime], Understanding]


@dataclass(frozen=True, slots=True)
class Complaint:
    """What somebody writes. `contact` is the id of one who is known; else they are found, or made known, by their
    number, or made known by their mail address. What is None is read from the text. `wanted` is the moment from which
    on they like to be called, where `wants_call`."""

    text: str
    language: str
    contact: str | None = None
    number: str = ""
    mail: str = ""
    name: str = ""
    category: str | None = None
    product: str | None = None
    wish: Wish | None = None
    urgency: Urgency | None = None
    wants_call: bool = True
    wanted: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The case that was opened, and the call that was promised, where there is to be one."""

    case: Case
    promise: Promise | None


class Complaints:
    """Takes them in."""

    def __init__(self, book: PromiseBook, windows: Windows, reads: Reads, file: Callable[[], HotlineFile]) -> None:
        """`reads` understands a text in a language at a moment."""
        self._book = book
        self._windows = windows
        self._reads = reads
        self._file = file

    @property
    def file(self) -> HotlineFile:
        """The hotline file in force."""
        return self._file()

    async def take(self, complaint: Complaint, by: str = HOTLINE) -> Taken:
        """A case, and the promise of a call in the first window that the floor can keep, where the contact can be rung.

        Raises `NotUnderstood`, before anything is written, for what cannot be used, and `NotFound` for an unknown
        contact. The case stands even when no call can be promised.
        """
        file, now = self._file(), self._book.clock.now()
        _check(complaint, file)
        language = complaint.language if complaint.language in file.languages else file.languages[0]
        read = self._reads(complaint.text, language, now)
        category = complaint.category or read.category
        contact = await self._contact(complaint, language)
        case = await self._book.open_case(
            contact=contact.id,
            category=category,
            urgency=_gravest(complaint.urgency, read.urgency, file.categories[category].urgency),
            wish=complaint.wish or read.wish,
            language=language,
            summary=complaint.text.strip(),
            product=complaint.product or read.product,
            by=by,
        )
        promise = await self._promise(case, contact, complaint, by) if complaint.wants_call else None
        log.info("complaint_taken", case=case.id, promised=promise is not None, by=by)
        return Taken(case, promise)

    async def _contact(self, complaint: Complaint, language: str) -> Contact:
        """Whom the number names, as they are: what a stranger writes changes nothing that is known of somebody."""
        book = self._book
        if complaint.contact is not None:
            return await book.contact(complaint.contact)
        number = normal_number(complaint.number, book.rules.country)
        known = await book.find_contact(number) if number else None
        if known is not None:
            return known
        new = await book.contact_by_number(number, self._file().default_tier)
        mail = complaint.mail.strip()
        channel = Channel.MAIL if mail and not number else Channel.PHONE
        return await book.save_contact(
            replace(new, name=complaint.name.strip(), mail=mail, channel=channel, language=language)
        )

    async def _promise(self, case: Case, contact: Contact, complaint: Complaint, by: str) -> Promise | None:
        if not contact.can_be_rung:
            return None
        needs = self._book.needs_about(case, contact)
        window = await self._windows.window(needs, contact.number, complaint.wanted)
        return await self._book.make_about(case, contact, PromiseKind.CALLBACK, window, by=by)


def _check(complaint: Complaint, file: HotlineFile) -> None:
    if not complaint.text.strip():
        raise NotUnderstood("body.text", "nothing is said", remedy="say what is wrong")
    if complaint.category is not None and complaint.category not in file.categories:
        raise NotUnderstood(
            "body.category", "there is no such category", remedy=f"choose one of {', '.join(file.categories)}"
        )
    if complaint.contact is None:
        if not complaint.number.strip() and not complaint.mail.strip():
            raise NotUnderstood("body.contact", "nobody can be answered", remedy="give a number or a mail address")
        number = normal_number(complaint.number, file.hotline.country)
        if complaint.number.strip() and not is_number(number):
            raise NotUnderstood("body.number", "this is no telephone number", remedy="write it as +COUNTRY NUMBER")
        if complaint.mail.strip() and not is_mail(complaint.mail.strip()):
            raise NotUnderstood("body.mail", "this is no mail address", remedy="write it as NAME@HOST")


def _gravest(said: Urgency | None, *others: Urgency) -> Urgency:
    """What was read may only make it graver (lesson 11)."""
    found = said or Urgency.INFO
    for other in others:
        found = graver(found, other)
    return found
