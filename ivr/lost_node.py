"""What the house owes to those whose calls were lost with a node: their records end, and who waited is called back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from callbacks.calls.model import CallRecord
from callbacks.model import PromiseKind, PromiseState
from config.errors import NotFound, Refused
from ivr.dial_plan import can_be_called
from ivr.messages import EndedBy
from ivr.services import Services
from routing.work import Work, WorkKind

log = structlog.get_logger(__name__)

_WHY = "the call was lost with its node while they waited"


class LostNode:
    """`routing.shared_floor.Losses`: told by the node that leads."""

    def __init__(self, services: Callable[[], Services]) -> None:
        self._services = services

    async def mend(self, node: str, waited: Sequence[Work], in_hand: Sequence[Work]) -> None:
        """Told twice it changes nothing more: a call whose record has ended has been seen to, and a promise about the
        same case is not given twice."""
        records = {record.id: record for record in await self._services().calls.unfinished(node)}
        for work in (*waited, *in_hand):
            if work.kind is WorkKind.PROMISE:
                await self._take_back(work.id)
            elif work in waited and work.id in records:
                await self._call_back(work, records[work.id])
        for record in records.values():
            await self._services().book.caller_left(record.contact, record.id)
            await self._services().calls.finish(record.id, EndedBy.FAULT.value)
        log.warning("node_mended", node=node, calls=len(records))

    async def _call_back(self, work: Work, record: CallRecord) -> None:
        """As soon as somebody is free, at the place that they had: the window has been open since they waited."""
        services = self._services()
        contact = await services.book.contact(record.contact)
        if contact.do_not_call or not can_be_called(contact.number, services.edition().file.dialling):
            log.warning("lost_caller_cannot_be_called", call=record.id)
            return
        window = await services.promising.window(work.needs, contact.number)
        promise = await services.book.make(
            kind=PromiseKind.CALLBACK,
            contact=contact.id,
            case=record.case,
            problem=None,
            tier=work.tier,
            urgency=work.urgency,
            language=work.needs.language,
            queue=work.needs.queue,
            skills=work.needs.skills,
            opens=work.since,
            due=window.due,
            note=_WHY,
        )
        log.info("lost_caller_is_called_back", call=record.id, promise=promise.id)

    async def _take_back(self, promise: str) -> None:
        """An offer of a node that is gone stands no more; an attempt keeps its lease: a telephone may be ringing."""
        book = self._services().book
        try:
            if (await book.promise(promise)).state is PromiseState.OFFERED:
                await book.withdraw_offer(promise)
        except (NotFound, Refused) as fault:
            log.info("offer_over_already", promise=promise, why=str(fault))
