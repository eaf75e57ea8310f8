"""Promises that tests begin with."""

from __future__ import annotations

from datetime import datetime, timedelta

from callbacks.model import Contact, Promise, PromiseKind, Wish
from callbacks.service import PromiseBook
from config.urgency import Urgency


async def promise_callback(
    book: PromiseBook, contact: Contact, category: str, urgency: Urgency, opens: datetime, window: float
) -> Promise:
    """A callback in English about a case opened for it, in the window of so many seconds."""
    needs = book.rules.needs_of(category, "en")
    case = await book.open_case(
        contact=contact.id, category=category, urgency=urgency, wish=Wish.NONE, language="en", summary="as told"
    )
    return await book.make(
        kind=PromiseKind.CALLBACK,
        contact=contact.id,
        case=case.id,
        problem=None,
        tier=contact.tier,
        urgency=urgency,
        language="en",
        queue=needs.queue,
        skills=needs.skills,
        opens=opens,
        due=opens + timedelta(seconds=window),
    )
