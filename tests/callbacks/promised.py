"""Cases and promises that tests begin with."""

from __future__ import annotations

from datetime import datetime, timedelta

from callbacks.model import Case, Contact, Promise, PromiseKind, Wish
from callbacks.service import PromiseBook
from config.urgency import Urgency
from routing.windows import Window


async def complain(
    book: PromiseBook,
    contact: Contact,
    category: str,
    summary: str = "as told",
    *,
    urgency: Urgency = Urgency.SERVICE,
    wish: Wish = Wish.NONE,
    language: str = "en",
) -> Case:
    """A case opened for the contact."""
    return await book.open_case(
        contact=contact.id, category=category, urgency=urgency, wish=wish, language=language, summary=summary
    )


async def promise_call_about(
    book: PromiseBook, case: Case, contact: Contact, opens: datetime, window: float
) -> Promise:
    """A callback about the case, in the window of so many seconds."""
    return await book.make_about(case, contact, PromiseKind.CALLBACK, Window(opens, opens + timedelta(seconds=window)))


async def promise_callback(
    book: PromiseBook, contact: Contact, category: str, urgency: Urgency, opens: datetime, window: float
) -> Promise:
    """A callback in English about a case opened for it, in the window of so many seconds."""
    case = await complain(book, contact, category, urgency=urgency)
    return await promise_call_about(book, case, contact, opens, window)
