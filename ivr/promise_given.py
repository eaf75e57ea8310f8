"""A promise to a caller who is on the line: made in the book before it is spoken."""

from __future__ import annotations

from callbacks.model import Contact, PromiseKind
from ivr.flow import effects as do
from ivr.flow import events as told
from ivr.services import Services


async def give_promise(
    services: Services, contact: Contact, case: str | None, effect: do.MakePromise
) -> told.PromiseMade:
    """Committed when this returns. A call about a known problem that is not solved is promised by linking the case to
    it. Raises `Refused` where the book, or a solved problem, does not allow it."""
    book, needs = services.book, effect.needs
    if effect.kind is PromiseKind.WHEN_FIXED and effect.problem and case:
        promise = await book.link_case(effect.problem, case, needs)
    else:
        promise = await book.make(
            kind=effect.kind,
            contact=contact.id,
            case=case,
            problem=effect.problem,
            tier=contact.tier,
            urgency=effect.urgency,
            language=needs.language,
            queue=needs.queue,
            skills=needs.skills,
            opens=effect.opens,
            due=effect.due,
        )
    return told.PromiseMade(promise.id, promise.reference, promise.kind, promise.opens)
