"""What happened in the queues, under the names that Asterisk's queue log has for it, read from what the floor told.

https://docs.asterisk.org/Operation/Logging/Queue-Logs/ says what `data1` to `data5` mean. Places in the queue are left
empty: ours has no single order, an agent is given what scores highest among what they can serve. So is the extension of
a transfer, for events hold no numbers. A promise that fell due waits in the same queue; its rows have its id for
`callid` and `kind` promise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from callbacks.calls.model import CallRecord
from config.masking import mask_number
from config.outbox import OutboxEntry
from routing.agents import AgentState
from routing.changes import FailedWhy, LeftWhy

#: What the floor's events are about that this log is read from.
WORK, AGENT = "work", "agent"
NOUNS = frozenset({WORK, AGENT, "hotline-file"})
#: What Asterisk writes where no queue, call or member is meant.
NONE = "NONE"
_THEY_HUNG_UP = "them"


class QueueVerb(StrEnum):
    """Asterisk's names."""

    ENTERQUEUE = "ENTERQUEUE"
    CONNECT = "CONNECT"
    ABANDON = "ABANDON"
    COMPLETECALLER = "COMPLETECALLER"
    COMPLETEAGENT = "COMPLETEAGENT"
    RINGNOANSWER = "RINGNOANSWER"
    RINGCANCELED = "RINGCANCELED"
    TRANSFER = "TRANSFER"
    EXITWITHKEY = "EXITWITHKEY"
    EXITWITHTIMEOUT = "EXITWITHTIMEOUT"
    ADDMEMBER = "ADDMEMBER"
    REMOVEMEMBER = "REMOVEMEMBER"
    PAUSE = "PAUSE"
    UNPAUSE = "UNPAUSE"
    CONFIGRELOAD = "CONFIGRELOAD"


@dataclass(frozen=True, slots=True)
class QueueEvent:
    """One line of the log. Ours beside Asterisk's: `position` in our event log, `kind` of work (call or promise; empty
    for an agent's), and `reason` in our words."""

    time: datetime
    callid: str
    queuename: str
    agent: str
    event: QueueVerb
    data1: str = ""
    data2: str = ""
    data3: str = ""
    data4: str = ""
    data5: str = ""
    position: int = 0
    kind: str = ""
    reason: str = ""


COLUMNS = tuple(field.name for field in fields(QueueEvent))


@dataclass(frozen=True, slots=True)
class Known:
    """What else is known of a call: its record, and the number of whoever rang, empty when withheld."""

    call: CallRecord
    number: str


@dataclass(slots=True)
class _Work:
    """How far a piece of work has come."""

    queue: str = NONE
    kind: str = ""
    entered: datetime | None = None
    offered: datetime | None = None
    taken: datetime | None = None
    transferred: bool = False


def queue_log(
    before: Iterable[OutboxEntry],
    entries: Iterable[OutboxEntry],
    calls: Mapping[str, Known],
    *,
    full_numbers: bool,
) -> Iterator[QueueEvent]:
    """The lines that `entries` give, in order. `before` holds what was told of the same work earlier, and the last that
    was told of the same agents; `calls` the records of the calls, by id. Without `full_numbers` they are masked."""
    works: dict[str, _Work] = {}
    states: dict[str, str] = {}
    for entry in before:
        if entry.noun == WORK:
            _move(works.setdefault(entry.subject, _Work()), entry)
        elif entry.noun == AGENT:
            states[entry.subject] = str(entry.data.get("state", ""))
    for entry in entries:
        if entry.noun == WORK:
            work = works.setdefault(entry.subject, _Work())
            line = _of_work(work, entry, calls.get(entry.subject), full_numbers=full_numbers)
            _move(work, entry)
        elif entry.noun == AGENT:
            state = str(entry.data.get("state", ""))
            line = _of_agent(states.get(entry.subject, AgentState.SIGNED_OUT), state, entry)
            states[entry.subject] = state
        else:
            line = QueueEvent(entry.at, NONE, NONE, NONE, QueueVerb.CONFIGRELOAD, position=entry.position)
        if line is not None:
            yield line


def _move(work: _Work, entry: OutboxEntry) -> None:
    match entry.verb:
        case "enqueued":
            work.queue, work.kind = str(entry.data.get("queue", NONE)), str(entry.data.get("kind", ""))
            work.entered = entry.at
        case "offered":
            work.offered = entry.at
        case "taken":
            work.taken = entry.at
        case "requeued":
            work.taken = None
        case "transferred":
            work.transferred = True


def _of_work(work: _Work, entry: OutboxEntry, known: Known | None, *, full_numbers: bool) -> QueueEvent | None:
    agent, why = str(entry.data.get("agent") or NONE), str(entry.data.get("why", ""))
    ringing = _between(work.offered, entry.at)
    match entry.verb:
        case "enqueued":
            number = known.number if known is not None else ""
            caller = number if full_numbers else mask_number(number)
            queue, kind = str(entry.data.get("queue", NONE)), str(entry.data.get("kind", ""))
            return QueueEvent(entry.at, entry.subject, queue, NONE, QueueVerb.ENTERQUEUE, data2=caller,
                              position=entry.position, kind=kind)  # fmt: skip
        case "offer-ended":
            verb = QueueVerb.RINGCANCELED if why == FailedWhy.WITHDRAWN else QueueVerb.RINGNOANSWER
            return _line(work, entry, agent, verb, (str(int(ringing * 1000)),), why)
        case "taken":
            waited = float(entry.data.get("waited", 0.0))
            return _line(work, entry, agent, QueueVerb.CONNECT, (_whole(waited), f"SIP/{agent}", _whole(ringing)))
        case "transferred":
            held, talked = _whole(_between(work.entered, work.taken)), _whole(_between(work.taken, entry.at))
            return _line(work, entry, agent, QueueVerb.TRANSFER, ("", "", held, talked))
        case "left":
            return _left(work, entry, agent, why, known)
        case _:
            return None


def _left(work: _Work, entry: OutboxEntry, agent: str, why: str, known: Known | None) -> QueueEvent | None:
    """What was transferred is completed by whoever has it now: of that Asterisk's log says nothing more."""
    if work.transferred:
        return None
    if not why:
        they = known is not None and known.call.ended_by == _THEY_HUNG_UP
        verb = QueueVerb.COMPLETECALLER if they else QueueVerb.COMPLETEAGENT
        held, talked = _between(work.entered, work.taken), _between(work.taken, entry.at)
        return _line(work, entry, agent, verb, (_whole(held), _whole(talked), ""))
    waited = _whole(_between(work.entered, entry.at))
    if why == LeftWhy.HUNG_UP:
        return _line(work, entry, agent, QueueVerb.ABANDON, ("", "", waited), why)
    if why == LeftWhy.PROMISED:
        return _line(work, entry, agent, QueueVerb.EXITWITHKEY, ("", "", "", waited), why)
    return _line(work, entry, agent, QueueVerb.EXITWITHTIMEOUT, ("", "", waited), why)


def _line(
    work: _Work, entry: OutboxEntry, agent: str, verb: QueueVerb, data: tuple[str, ...], why: str = ""
) -> QueueEvent:
    first, second, third, fourth, *_ = (*data, "", "", "", "")
    return QueueEvent(entry.at, entry.subject, work.queue, agent, verb, first, second, third, fourth,
                      position=entry.position, kind=work.kind, reason=why)  # fmt: skip


def _of_agent(before: str, state: str, entry: OutboxEntry) -> QueueEvent | None:
    """Who cannot be reached is paused, as Asterisk's own pausing has it."""
    away = (AgentState.PAUSED, AgentState.UNREACHABLE)
    reason = str(entry.data.get("reason", "")) or (state if state == AgentState.UNREACHABLE else "")
    if state == AgentState.SIGNED_OUT:
        verb, data = QueueVerb.REMOVEMEMBER, ""
    elif before == AgentState.SIGNED_OUT:
        verb, data = QueueVerb.ADDMEMBER, "PAUSED" if state in away else ""
    elif state in away and before not in away:
        verb, data = QueueVerb.PAUSE, reason
    elif before in away and state not in away:
        verb, data = QueueVerb.UNPAUSE, ""
    else:
        return None
    return QueueEvent(entry.at, NONE, NONE, entry.subject, verb, data, position=entry.position, reason=reason)


def _between(start: datetime | None, end: datetime | None) -> float:
    return max(0.0, (end - start).total_seconds()) if start is not None and end is not None else 0.0


def _whole(seconds: float) -> str:
    return str(int(seconds))
