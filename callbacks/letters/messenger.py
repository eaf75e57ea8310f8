"""Sends what the book has written: at least once, with the same key at every try, later again where it failed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import structlog

from callbacks.letters.courier import Courier, NotDelivered, Parcel
from callbacks.letters.events import MessageGivenUp, MessageSent, MessageWritten
from callbacks.letters.messages import Message, MessageState, failed, settled, taken
from callbacks.letters.telling import address_of, break_silence, window_fields
from callbacks.model import Channel, Promise
from callbacks.ports import BookReader, BookStore, BookUnit, CaseNote
from config.clock import Clock
from config.errors import DatabaseFault
from config.events import Event
from config.masking import mask_address
from prompts.letters import FIELDS, Sender, Template, write

log = structlog.get_logger(__name__)

#: So many go out side by side.
_AT_ONCE = 8
#: Tries that failed come round by time alone, and another process may write what this one is to send.
_LOOK_AGAIN_SECONDS = 5.0
#: Who notes in a case what became of a message.
_BY = "hotline"
_LONGEST_FAULT = 200


#: Letters about a call that is still to come. Where the promise has ended, or been renegotiated, before they could be
#: sent, another letter says what is true now, or there is nothing left to say.
_ABOUT_TO_COME = frozenset(
    {
        Template.PROMISE_MADE,
        Template.FIX_PROMISED,
        Template.REMINDER,
        Template.RENEGOTIATED,
        Template.FIXED,
        Template.FIX_PROMISED_NO_CALL,
    }
)
#: What is written to who must not be called; where there is nothing, the letter would promise a call that never comes.
_NO_CALL: Mapping[Template, Template | None] = {template: template for template in Template} | {
    Template.PROMISE_MADE: None,
    Template.REMINDER: None,
    Template.RENEGOTIATED: None,
    Template.FIX_PROMISED: Template.FIX_PROMISED_NO_CALL,
    Template.FIXED: Template.FIXED_NO_CALL,
}


class MessengerRules(Protocol):
    """What the hotline file in force says."""

    @property
    def sender(self) -> Sender: ...

    @property
    def maximum_tries(self) -> int: ...


class Messenger:
    """One or several may run for one book; each message is taken by one of them at a time.

    `couriers` deliver by channel; a message for a channel without one is given up at once, and visibly so.
    """

    def __init__(
        self, store: BookStore, couriers: Mapping[Channel, Courier], clock: Clock, rules: Callable[[], MessengerRules]
    ) -> None:
        self._store = store
        self._couriers = couriers
        self._clock = clock
        self._rules = rules
        self._woken = asyncio.Event()

    def wake(self, event: Event) -> None:
        """There may be something new. Made to be given to `Events.subscribe`."""
        if isinstance(event, MessageWritten):
            self._woken.set()

    async def run(self) -> None:
        """Send for ever."""
        while True:
            self._woken.clear()
            try:
                while await self.send_due():
                    pass
            except DatabaseFault as fault:
                log.warning("messages_not_read", fault=str(fault))
            await self._until_woken()

    async def send_due(self) -> int:
        """Make one try with each message whose time has come, a few at most; how many there were."""
        now = self._clock.now()
        async with self._store.reading() as reader:
            if not await reader.messages_to_send(now, 1):
                return 0
        async with self._store.unit_of_work() as unit:
            mine = [taken(message, now) for message in await unit.messages_to_send(now, _AT_ONCE, lock=True)]
            for message in mine:
                await unit.save_message(message)
        await asyncio.gather(*(self._send(message) for message in mine))
        return len(mine)

    async def _send(self, message: Message) -> None:
        """Committed before: a crash in here costs a second copy under the same key, never the message."""
        async with self._store.reading() as reader:
            parcel = await self._parcel(reader, message)
        if parcel is None:
            await self._settle(settled(message, MessageState.DROPPED, self._clock.now()))
            return
        try:
            courier = self._couriers.get(message.channel)
            if courier is None:
                raise NotDelivered(f"nothing is set up to send by {message.channel}", for_good=True)
            if not parcel.to:
                raise NotDelivered("there is no address", for_good=True)
            await courier.deliver(parcel)
        except NotDelivered as fault:
            log.warning(
                "message_not_delivered",
                message=message.id,
                to=mask_address(parcel.to),
                tries=message.tries,
                reason=fault.reason,
                for_good=fault.for_good,
            )
            reason, most = fault.reason[:_LONGEST_FAULT], self._rules().maximum_tries
            await self._settle(failed(message, reason, fault.for_good, most, self._clock.now()))
        else:
            log.info("message_sent", message=message.id, to=mask_address(parcel.to), template=message.template)
            await self._settle(settled(message, MessageState.SENT, self._clock.now()))

    async def _parcel(self, reader: BookReader, message: Message) -> Parcel | None:
        """What to send, and where to; None when it is no longer true."""
        contact = await reader.contact(message.contact)
        if contact is None:
            return None
        template = _NO_CALL.get(message.template) if contact.do_not_call else message.template
        if template in _ABOUT_TO_COME:
            promise = await reader.promise(message.promise or "")
            if promise is None or not promise.state.is_open or not _still_true(promise, message):
                return None
        if template is None:
            return None
        fields = {name: value for name, value in message.fields.items() if name in FIELDS[template]}
        letter = write(template, fields, message.language, self._rules().sender)
        return Parcel(message.id, address_of(replace(contact, channel=message.channel)), letter)

    async def _settle(self, message: Message) -> None:
        """Write down how the try went; whoever waits for the contact to be told learns it with the same commit."""
        now = self._clock.now()
        async with self._store.unit_of_work() as unit:
            before = await unit.message(message.id, lock=True)
            if before is None or before.state is not MessageState.WAITING:
                return  # a second copy went out, and the first was noted
            await unit.save_message(message)
            if message.state is MessageState.SENT:
                await _note(unit, message, now, "written")
                await break_silence(unit, message.case, now)
                await unit.tell(
                    MessageSent(
                        subject=message.id,
                        at=now,
                        template=message.template,
                        channel=message.channel,
                        contact=message.contact,
                    )
                )
            elif message.state is MessageState.GIVEN_UP:
                await _note(unit, message, now, "not-delivered", message.fault)
                await unit.tell(
                    MessageGivenUp(
                        subject=message.id,
                        at=now,
                        template=message.template,
                        channel=message.channel,
                        contact=message.contact,
                        tries=message.tries,
                        fault=message.fault,
                    )
                )

    async def _until_woken(self) -> None:
        sleeping = asyncio.ensure_future(self._clock.sleep(_LOOK_AGAIN_SECONDS))
        woken = asyncio.ensure_future(self._woken.wait())
        try:
            await asyncio.wait((sleeping, woken), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            woken.cancel()


def _still_true(promise: Promise, message: Message) -> bool:
    window = window_fields(promise)
    return window == {} if message.template is Template.FIX_PROMISED else window == message.fields


async def _note(unit: BookUnit, message: Message, at: datetime, what: str, why: str = "") -> None:
    """A line in the case's history, so that the next agent knows what the contact has read, or has not."""
    if message.case is not None:
        text = f"{message.template} by {message.channel}" + (f": {why}" if why else "")
        await unit.note_case(CaseNote(message.case, at, _BY, what, text))
