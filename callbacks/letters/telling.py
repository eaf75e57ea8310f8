"""Telling contacts, by the channel they like, what the ledger says; and noting when they were last told anything.

Called with every entry that is written, in its transaction: a change that is undone was never told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from callbacks import entries as ledger
from callbacks.aftercare.rules import Aftercare
from callbacks.aftercare.silence import Silence
from callbacks.letters.events import MessageWritten
from callbacks.letters.messages import Message
from callbacks.model import Channel, Contact, Promise, PromiseKind
from callbacks.ports import BookUnit
from prompts.letters import Template

#: Kinds that the contact knows of: the others are our own reminders to call.
_SPOKEN_OF = frozenset({PromiseKind.CALLBACK, PromiseKind.WHEN_FIXED})


def address_of(contact: Contact) -> str:
    """Where the contact's messages go; empty when they like to be rung, or their address is not known."""
    match contact.channel:
        case Channel.MAIL:
            return contact.mail
        case Channel.TEXT:
            return contact.number
        case Channel.PHONE:
            return ""


async def write_message(
    unit: BookUnit,
    contact: Contact,
    template: Template,
    fields: Mapping[str, str],
    *,
    message_id: str,
    language: str,
    at: datetime,
    not_before: datetime | None = None,
    promise: str | None = None,
    case: str | None = None,
) -> Message | None:
    """A message that goes out once the unit has committed; None when the contact is not written to."""
    if not address_of(contact):
        return None
    message = Message(
        id=message_id,
        contact=contact.id,
        channel=contact.channel,
        template=template,
        language=language,
        made_at=at,
        not_before=not_before or at,
        fields=fields,
        promise=promise,
        case=case,
    )
    await unit.save_message(message)
    told = MessageWritten(subject=message_id, at=at, template=template, channel=contact.channel, contact=contact.id)
    await unit.tell(told)
    return message


def letters_of(
    promise: Promise, entry: ledger.Entry, rules: Aftercare
) -> tuple[tuple[Template, Mapping[str, str], datetime], ...]:
    """What the entry gives reason to write, what fills it in, and when it goes out at the earliest."""
    if promise.kind not in _SPOKEN_OF:
        return ()
    reference, window = {"reference": promise.reference}, window_fields(promise)
    match entry:
        case ledger.Made() if not window:
            return ((Template.FIX_PROMISED, reference, entry.at),)
        case ledger.Made() if promise.opens is not None:
            template = Template.RENEGOTIATED if promise.follows else Template.PROMISE_MADE
            reminder = promise.opens - rules.remind_before
            made = (template, window, entry.at)
            # who was told a moment ago needs no reminder
            if reminder - entry.at > rules.remind_before:
                return made, (Template.REMINDER, window, reminder)
            return (made,)
        case ledger.WindowSet():
            return ((Template.FIXED, window, entry.at),)
        case ledger.Broken():
            return ((Template.BROKEN, reference, entry.at),)
        case _:
            return ()


def window_fields(promise: Promise) -> dict[str, str]:
    """The fields of a letter about the promise's window; empty when it has none."""
    if promise.opens is None or promise.due is None:
        return {}
    return {"reference": promise.reference, "opens": promise.opens.isoformat(), "due": promise.due.isoformat()}


async def break_silence(unit: BookUnit, case: str | None, at: datetime) -> None:
    """Something was said to the contact about the case."""
    silence = await unit.silence(case) if case is not None else None
    if silence is not None and silence.since < at:
        owed = silence.promised and bool(await unit.promises(case=case, kind=PromiseKind.PROGRESS))
        await unit.save_silence(replace(silence, since=at, promised=owed))


def was_told(promise: Promise, silence: Silence) -> bool:
    """Whether something was said about the case after a report on it was promised."""
    return promise.kind is PromiseKind.PROGRESS and silence.since > promise.made_at


async def told_meanwhile(unit: BookUnit, promise: Promise) -> bool:
    """Whether a report on progress, still owed, has nothing left to tell."""
    if promise.kind is not PromiseKind.PROGRESS or promise.case is None:
        return False
    silence = await unit.silence(promise.case)
    return silence is not None and was_told(promise, silence)


async def note_silence(unit: BookUnit, promise: Promise, entry: ledger.Entry) -> None:
    """What the entry means for the silence about the promise's case."""
    if promise.case is None:
        return
    progress = promise.kind is PromiseKind.PROGRESS
    match entry:
        case ledger.Made() if progress:
            silence = await unit.silence(promise.case)
            if silence is not None:
                await unit.save_silence(replace(silence, promised=True))
        case ledger.Broken() | ledger.Withdrawn() if progress:
            # The time is counted from here: who could not be reached is not rung for ever without a pause.
            silence = await unit.silence(promise.case)
            if silence is not None:
                since = silence.since if was_told(promise, silence) else entry.at
                await unit.save_silence(replace(silence, since=since, promised=False))
        case ledger.Kept():
            silence = await unit.silence(promise.case)
            if silence is not None:
                promised = silence.promised and not progress
                await unit.save_silence(replace(silence, since=entry.at, promised=promised))
        case ledger.Made() | ledger.Renegotiated() if promise.kind in _SPOKEN_OF:
            if not await _unheard(unit, promise, entry):
                await break_silence(unit, promise.case, entry.at)
        case _:
            pass


async def _unheard(unit: BookUnit, promise: Promise, entry: ledger.Made | ledger.Renegotiated) -> bool:
    """Whether the hotline has moved the promise by itself and the contact is not written to: they know nothing yet."""
    moved = entry.by == ledger.HOTLINE and (isinstance(entry, ledger.Renegotiated) or promise.follows is not None)
    contact = await unit.contact(promise.contact) if moved else None
    return contact is not None and not address_of(contact)
