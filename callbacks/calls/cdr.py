"""Calls as call detail records: the fields that Asterisk writes, under its names, and ours beside them.

https://docs.asterisk.org/Configuration/Reporting/Call-Detail-Records-CDR/CDR-Specification/
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime

from callbacks.calls.model import CallRecord
from callbacks.model import Contact
from config.masking import mask_number


@dataclass(frozen=True, slots=True)
class Cdr:
    """One call. Up to `sequence` the fields are Asterisk's: `duration` and `billsec` are whole seconds, `billsec` from
    the first answer (an announcement's, too); a call has one record, so `linkedid` is `uniqueid` and `sequence` 0.

    Ours: `direction` inbound, or outbound when we dialled to keep `promise`; `wait` is seconds until an agent and the
    caller could hear each other; the quality of the line is that of `callbacks.calls.model.CallRecord`.
    """

    accountcode: str
    src: str
    dst: str
    dcontext: str
    clid: str
    channel: str
    dstchannel: str
    lastapp: str
    lastdata: str
    start: datetime
    answer: datetime | None
    end: datetime | None
    duration: int | None
    billsec: int | None
    disposition: str
    amaflags: str
    userfield: str
    uniqueid: str
    linkedid: str
    sequence: int
    direction: str
    contact: str
    case: str | None
    promise: str | None
    tier: str
    language: str | None
    queue: str | None
    agent: str | None
    category: str | None
    urgency: str | None
    mood: str | None
    bridged: datetime | None
    wait: float | None
    ended_by: str | None
    rating: int | None
    recorded: bool
    codec: str | None
    packets_sent: int | None
    packets_received: int | None
    packets_lost: int | None
    lost_there: int | None
    jitter: float | None
    jitter_there: float | None
    round_trip: float | None


COLUMNS = tuple(field.name for field in fields(Cdr))
_LINE = ("codec", "packets_sent", "packets_received", "packets_lost", "lost_there", "jitter", "jitter_there",
         "round_trip")  # fmt: skip


def cdr(call: CallRecord, contact: Contact | None, *, full_numbers: bool) -> Cdr:
    """The record of a call. Without `full_numbers` telephone numbers are masked, and the contact's name is left out."""
    outbound = call.promise is not None
    theirs = call.dialled if outbound and call.dialled else contact.number if contact is not None else ""
    caller = theirs if full_numbers else mask_number(theirs)
    dst = caller if outbound else call.dialled
    name = contact.name if contact is not None and full_numbers else ""
    record = asdict(call)
    return Cdr(
        accountcode=call.tier,
        src="" if outbound else caller,
        dst=dst,
        dcontext="outbound" if outbound else "inbound",
        clid=f'"{name}" <{caller}>' if name else caller,
        channel=f"SIP/{call.id}",
        dstchannel=f"SIP/{call.agent}" if call.agent and call.bridged_at else "",
        lastapp="Dial" if outbound else "Queue" if call.queue else "Playback",
        lastdata=dst if outbound else call.queue or "",
        start=call.arrived_at,
        answer=call.answered_at,
        end=call.ended_at,
        duration=_seconds(call.arrived_at, call.ended_at),
        billsec=_seconds(call.answered_at, call.ended_at) if call.answered_at else 0 if call.ended_at else None,
        disposition=_disposition(call),
        amaflags="DOCUMENTATION",
        userfield=call.case or "",
        uniqueid=call.id,
        linkedid=call.id,
        sequence=0,
        direction="outbound" if outbound else "inbound",
        contact=call.contact,
        case=call.case,
        promise=call.promise,
        tier=call.tier,
        language=call.language,
        queue=call.queue,
        agent=call.agent,
        category=call.category,
        urgency=call.urgency,
        mood=call.mood,
        bridged=call.bridged_at,
        wait=(call.bridged_at - call.arrived_at).total_seconds() if call.bridged_at else None,
        ended_by=call.ended_by,
        rating=call.rating,
        recorded=call.recording is not None,
        **{name: record[name] for name in _LINE},
    )


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    return None if start is None or end is None else int((end - start).total_seconds())


def _disposition(call: CallRecord) -> str:
    """`FAILED` for what a fault ended before anybody answered; what we withdrew before that was not answered."""
    if call.answered_at is not None or call.bridged_at is not None:
        return "ANSWERED"
    return "FAILED" if call.ended_by == "fault" else "NO ANSWER"
