"""What the house answers a caller who complains, the first time or once more."""

from __future__ import annotations

import structlog

from callbacks.model import Case, CaseStatus, Contact
from config.errors import DatabaseFault
from ivr.flow import effects as do
from ivr.flow import events as told
from ivr.services import Services

log = structlog.get_logger(__name__)


async def open_case_of(services: Services, contact: Contact) -> told.OpenCaseFound:
    """The contact's newest case that is not solved. Who withholds their number is nobody whom we know."""
    cases = await services.book.cases_of(contact.id) if contact.numbers else ()
    case = next((case for case in cases if case.status is CaseStatus.OPEN), None)
    if case is None:
        return told.OpenCaseFound(None)
    return told.OpenCaseFound(case.id, case.category, case.urgency)


async def matter_of(services: Services, call: str, promise: str) -> Case | None:
    """The case behind a promise that the caller asks for: the call joins it. None where there is none; nor does a
    database that is away keep the caller waiting."""
    book = services.book
    try:
        case = (await book.promise(promise)).case
        if case is None:
            return None
        await book.join_call(case, call)
        return await book.case(case)
    except DatabaseFault as fault:
        log.warning("matter_not_known", call=call, promise=promise, fault=str(fault))
        return None


async def write_down(services: Services, contact: Contact, call: str, effect: do.OpenCase | do.ComplainAgain) -> Case:
    """The case that the call is about: a new one, or the one that it joins, which is a repeat from now on."""
    if isinstance(effect, do.ComplainAgain):
        return await services.book.complain_again(effect.case, call)
    return await services.book.open_case(
        contact=contact.id,
        category=effect.category,
        urgency=effect.urgency,
        wish=effect.wish,
        language=effect.language,
        summary=effect.summary,
        product=effect.product,
        call=call,
    )
