"""Who should serve a caller because they know the matter: whoever promised, owns the case, or talked with them last."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from callbacks.model import CaseStatus
from config.errors import DatabaseFault
from ivr.services import Services

log = structlog.get_logger(__name__)

#: Calls back in which the last agent is looked for: somebody who only tried to reach us in vain talked with nobody.
_CALLS_BACK = 5


async def own_agent(
    services: Services, contact: str, about: str | None, takes: Mapping[str, int] | None = None
) -> str | None:
    """The agent, if there is one who has the skills that it `takes`; `about` is the promise that the caller asks for.
    Never keeps the caller waiting for a database that is away."""
    try:
        knows = await _who_knows(services, contact, about)
    except DatabaseFault as fault:
        log.warning("affinity_not_known", fault=str(fault))
        return None
    agent = services.edition().file.agents.get(knows) if knows is not None else None
    if agent is None or any(agent.skills.get(skill, 0) < level for skill, level in (takes or {}).items()):
        return None
    return knows


async def _who_knows(services: Services, contact: str, about: str | None) -> str | None:
    book = services.book
    if about is not None and (promise := await book.promise(about)).owner is not None:
        return promise.owner
    for case in await book.cases_of(contact):
        if case.status is CaseStatus.OPEN and case.owner is not None:
            return case.owner
    for call in await services.calls.of_contact(contact, _CALLS_BACK):
        if call.agent is not None and call.bridged_at is not None:
            return call.agent
    return None
