"""Who should serve a caller because they know the matter: whoever promised, owns the case, or talked with them last."""

from __future__ import annotations

import structlog

from callbacks.model import CaseStatus
from config.errors import DatabaseFault
from ivr.services import Services

log = structlog.get_logger(__name__)

#: Calls back in which the last agent is looked for: somebody who only tried to reach us in vain talked with nobody.
_CALLS_BACK = 5


async def own_agent(services: Services, contact: str, about: str | None) -> str | None:
    """The agent, if there is one; `about` is the promise that the caller asks for. Never keeps the caller waiting for a
    database that is away."""
    book = services.book
    try:
        if about is not None and (promise := await book.promise(about)).owner is not None:
            return promise.owner
        for case in await book.cases_of(contact):
            if case.status is CaseStatus.OPEN and case.owner is not None:
                return case.owner
        for call in await services.calls.of_contact(contact, _CALLS_BACK):
            if call.agent is not None and call.bridged_at is not None:
                return call.agent
    except DatabaseFault as fault:
        log.warning("affinity_not_known", fault=str(fault))
    return None
