"""What the house answers a call about where things stand, follow-ups and ratings."""

from __future__ import annotations

from datetime import datetime

import structlog

from callbacks.model import Case, Contact
from config.errors import DatabaseFault, NotFound, Refused
from ivr.flow import effects as do
from ivr.flow import events as told
from ivr.services import Services

log = structlog.get_logger(__name__)


async def look_up(services: Services, contact: Contact, reference: str) -> told.StatusFound:
    """Where the matter of the reference stands; when we call is only for the contact, known by their own number."""
    found = await services.book.standing(reference, lambda one: one.id == contact.id and bool(contact.numbers))
    if found is None:
        return told.StatusFound(reference, None)
    details = found.details
    if details is None:
        return told.StatusFound(reference, found.stage)
    return told.StatusFound(details.reference, found.stage, details.opens, details.promise)


async def granted_since(services: Services, contact: Contact, since: datetime | None) -> bool:
    """Whether the contact was granted something since then that is no rule. What cannot be looked up was not: the
    caller is on the line."""
    try:
        granted = await services.book.exceptions_of(contact.id)
    except DatabaseFault as fault:
        log.warning("exceptions_not_read", contact=contact.id, fault=str(fault))
        return False
    return since is not None and any(one.at >= since for one in granted)


async def answer_follow_up(services: Services, call: str, answer: do.AnswerFollowUp) -> told.FollowUpAnswered:
    """Write the answer down. A follow-up that is answered in a call of the contact's own is kept by that call. Raises
    `Refused` for a promise that is about no case."""
    book = services.book
    promise = await book.promise(answer.promise)
    if promise.case is None:
        raise Refused("the promise is about no case", where=f"promise {promise.reference}")
    case: Case = await book.answer_follow_up(
        promise.case, call, solved=answer.solved, rating=answer.rating, by=f"call:{call}"
    )
    if promise.state.is_open:
        try:
            await book.keep_by_call(promise.id, call)
        except Refused as refusal:
            log.warning("promise_not_kept_by_call", promise=promise.id, why=str(refusal))
    return told.FollowUpAnswered(case.id, case.category, case.urgency)


async def rate(services: Services, call: str, rating: int) -> None:
    """The caller's rating of this visit, with what it must be seen beside: who served, what it was about, the wait."""
    record = await services.calls.update(call, rating=rating)
    category = record.category
    if category is None and record.case is not None:
        try:
            category = (await services.book.case(record.case)).category
        except NotFound as fault:
            log.warning("case_not_found", call=call, fault=str(fault))
    wait = (record.bridged_at - record.arrived_at).total_seconds() if record.bridged_at is not None else None
    await services.book.rate(
        call,
        rating,
        contact=record.contact,
        category=category or "",
        agent=record.agent,
        case=record.case,
        wait=wait,
    )
