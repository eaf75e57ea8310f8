"""The promise ledger: one table of transitions, and two pure functions that read it.

`decide` answers a command with entries, `evolve` carries an entry out; a promise is the fold of its entries. The
picture in docs/promise-states.mmd is drawn from `TRANSITIONS` (`callbacks.diagram`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from callbacks.commands import (
    Break,
    Claim,
    Command,
    Correct,
    EndAttempt,
    FallDue,
    KeepByCall,
    Make,
    Offer,
    OtherWindow,
    RaiseUrgency,
    Renegotiate,
    SetWindow,
    StandDown,
    StartAttempt,
    Withdraw,
    WithdrawOffer,
)
from callbacks.entries import (
    HOTLINE,
    AttemptEnded,
    AttemptStarted,
    Broken,
    Claimed,
    Corrected,
    Entry,
    EntryKind,
    FellDue,
    Kept,
    Made,
    Offered,
    OfferWithdrawn,
    Renegotiated,
    StoodDown,
    UrgencyRaised,
    WindowSet,
    Withdrawn,
)
from callbacks.model import AttemptOutcome, Promise, PromiseKind, PromiseState
from callbacks.retry import GiveUp, RetryRules, TryAgain, next_try
from config.errors import Refused
from config.urgency import graver

#: An agent may say this long after the call that it had not reached the person.
CORRECTION = timedelta(hours=1)
#: Tries that never rang the contact's phone do not count against the hotline file's `maximum_attempts`.
NOT_RUNG = frozenset({AttemptOutcome.AGENT_UNREACHABLE, AttemptOutcome.STOOD_DOWN})

_S, _E = PromiseState, EntryKind
_WAITING = (_S.OWED, _S.DUE, _S.OFFERED)
_OPEN = (*_WAITING, _S.DIALLING)

#: State and kind of entry -> state afterwards. What is not here cannot happen.
TRANSITIONS: Mapping[tuple[PromiseState | None, EntryKind], PromiseState] = MappingProxyType(
    {
        (None, _E.MADE): _S.OWED,
        (_S.OWED, _E.WINDOW_SET): _S.OWED,
        (_S.OWED, _E.FELL_DUE): _S.DUE,
        (_S.DUE, _E.OFFERED): _S.OFFERED,
        (_S.OFFERED, _E.OFFER_WITHDRAWN): _S.DUE,
        (_S.DUE, _E.STOOD_DOWN): _S.OWED,
        (_S.OFFERED, _E.STOOD_DOWN): _S.OWED,
        (_S.DIALLING, _E.ATTEMPT_ENDED): _S.OWED,
        (_S.KEPT, _E.CORRECTED): _S.OWED,
    }
    | {(state, _E.ATTEMPT_STARTED): _S.DIALLING for state in _WAITING}
    | {(state, _E.KEPT): _S.KEPT for state in _WAITING}
    | {(state, _E.BROKEN): _S.BROKEN for state in _WAITING}
    | {(state, _E.RENEGOTIATED): _S.RENEGOTIATED for state in _OPEN}
    | {(state, _E.WITHDRAWN): _S.WITHDRAWN for state in _OPEN}
    | {(state, _E.CLAIMED): state for state in _WAITING}
    | {(state, _E.URGENCY_RAISED): state for state in _OPEN}
)


class LedgerRefusal(Refused):
    """The promise's state does not allow the command."""

    def __init__(self, command: str, promise: Promise | None, why: str) -> None:
        state = promise.state.value if promise else "not made"
        super().__init__(
            f"{command} is refused: the promise is {state}, {why}"
            if why
            else f"{command} is refused: the promise is {state}",
            where=f"promise {promise.reference}" if promise else "promise",
        )
        self.command = command
        self.state = promise.state if promise else None


def decide(promise: Promise | None, command: Command, now: datetime) -> tuple[Entry, ...]:
    """The entries that carry the command out, every one of them legal. Raises `LedgerRefusal`."""
    name = type(command).__name__
    if (promise is None) != isinstance(command, Make):
        raise LedgerRefusal(name, promise, "already made" if promise else "")
    entries = _make(command, now) if isinstance(command, Make) else _answer(_there(promise), command, now)
    state = promise
    for entry in entries:
        if (state.state if state else None, entry.kind) not in TRANSITIONS:
            raise LedgerRefusal(name, promise, "")
        state = evolve(state, entry)
    return entries


def fold(entries: Iterable[Entry]) -> Promise:
    """The promise that the entries tell of, oldest first."""
    promise: Promise | None = None
    for entry in entries:
        promise = evolve(promise, entry)
    return _there(promise)


def next_look(promise: Promise) -> datetime | None:
    """When time alone will change this promise: it falls due, is missed, or its attempt's lease runs out."""
    match promise.state:
        case PromiseState.OWED if promise.opens is not None and promise.due is not None:
            return min(_earliest(promise.opens, promise.not_before), promise.due)
        case PromiseState.DUE | PromiseState.OFFERED:
            return promise.due
        case PromiseState.DIALLING:
            return promise.lease_until
        case _:
            return None


def what_time_brings(promise: Promise, now: datetime, rules: RetryRules) -> tuple[Entry, ...]:
    """What happened to the promise because of the time alone; nothing when `next_look` has not come."""
    moment = next_look(promise)
    if moment is None or moment > now:
        return ()
    if promise.state is PromiseState.DIALLING:
        lost = EndAttempt(promise.attempt or "", AttemptOutcome.LOST, rules, note="the lease ran out")
        return decide(promise, lost, now)
    if promise.due is not None and promise.due <= now:
        return decide(promise, Break("the window passed"), now)
    return decide(promise, FallDue(), now)


def evolve(promise: Promise | None, entry: Entry) -> Promise:
    """The promise after the entry. Raises `LedgerRefusal` when the table does not know the step."""
    state = TRANSITIONS.get((promise.state if promise else None, entry.kind))
    if state is None:
        raise LedgerRefusal(f"the entry {entry.kind}", promise, "")
    if isinstance(entry, Made):
        return _made(entry)
    before = _there(promise)
    after = replace(before, state=state, version=before.version + 1)
    if not state.is_open:
        after = replace(after, closed_at=entry.at, attempt=None, agent=None, lease_until=None)
    match entry:
        case Offered():
            return replace(after, agent=entry.agent)
        case OfferWithdrawn() | StoodDown():
            return replace(after, agent=None)
        case AttemptStarted():
            return replace(
                after,
                attempt=entry.attempt,
                agent=entry.agent,
                lease_until=entry.lease_until,
                attempts=before.attempts + 1,
            )
        case AttemptEnded():
            counted = before.attempts - (1 if entry.outcome in NOT_RUNG else 0)
            return replace(
                after, attempt=None, agent=None, lease_until=None, attempts=counted, not_before=entry.not_before
            )
        case Kept():
            return replace(after, attempt=entry.attempt)
        case Corrected():
            return replace(after, attempt=None, closed_at=None, not_before=entry.not_before)
        case Claimed():
            return replace(after, owner=entry.agent)
        case WindowSet():
            return replace(after, opens=entry.opens, due=entry.due, not_before=None)
        case UrgencyRaised():
            return replace(after, urgency=entry.urgency)
        case _:
            return after


def _made(entry: Made) -> Promise:
    return Promise(
        id=entry.id,
        reference=entry.reference,
        kind=entry.promise_kind,
        state=PromiseState.OWED,
        contact=entry.contact,
        case=entry.case,
        problem=entry.problem,
        tier=entry.tier,
        urgency=entry.urgency,
        language=entry.language,
        queue=entry.queue,
        skills=entry.skills,
        made_at=entry.at,
        opens=entry.opens,
        due=entry.due,
        owner=entry.owner,
        attempts=0,
        version=1,
        note=entry.note,
        follows=entry.follows,
    )


def _make(command: Make, now: datetime) -> tuple[Entry, ...]:
    if command.opens is None or command.due is None:
        waits = command.kind is PromiseKind.WHEN_FIXED and command.problem is not None
        if not waits or command.opens is not command.due:
            raise LedgerRefusal("Make", None, "only a when-fixed promise may be without a window")
    elif not command.opens < command.due or command.due <= now:
        raise LedgerRefusal("Make", None, "its window must end after it opens, and not be over")
    return (
        Made(
            at=now,
            by=command.by,
            id=command.id,
            reference=command.reference,
            promise_kind=command.kind,
            contact=command.contact,
            case=command.case,
            problem=command.problem,
            tier=command.tier,
            urgency=command.urgency,
            language=command.language,
            queue=command.queue,
            skills=tuple(sorted(command.skills)),
            opens=command.opens,
            due=command.due,
            owner=command.owner,
            note=command.note,
            follows=command.follows,
        ),
    )


def _answer(promise: Promise, command: Command, now: datetime) -> tuple[Entry, ...]:
    match command:
        case FallDue():
            _insist(promise.opens is not None and _earliest(promise.opens, promise.not_before) <= now, promise, command)
            return (FellDue(at=now, by=HOTLINE),)
        case Offer():
            return (Offered(at=now, by=HOTLINE, agent=command.agent),)
        case WithdrawOffer():
            return (OfferWithdrawn(at=now, by=command.by),)
        case StandDown():
            return (StoodDown(at=now, by=f"call:{command.call}", call=command.call),)
        case StartAttempt():
            return _start(promise, command, now)
        case EndAttempt():
            return _end(promise, command, now)
        case Correct():
            return _correct(promise, command, now)
        case KeepByCall():
            return (Kept(at=now, by=f"call:{command.call}", attempt=None, call=command.call),)
        case Renegotiate():
            return _renegotiate(promise, command, now)
        case Break():
            return (Broken(at=now, by=command.by, reason=_reason(promise, command, command.reason)),)
        case Withdraw():
            return (Withdrawn(at=now, by=command.by, reason=_reason(promise, command, command.reason)),)
        case Claim():
            free = promise.agent in (None, command.agent)
            _insist(free, promise, command, "in the hands of another agent")
            return (Claimed(at=now, by=command.by or command.agent, agent=command.agent),)
        case SetWindow():
            _insist(promise.opens is None, promise, command, "and has a window")
            _insist(now < command.due and command.opens < command.due, promise, command, "the window is not one")
            return (WindowSet(at=now, by=command.by, opens=command.opens, due=command.due),)
        case RaiseUrgency():
            if not promise.state.is_open or graver(promise.urgency, command.urgency) is promise.urgency:
                return ()
            return (UrgencyRaised(at=now, by=command.by, urgency=command.urgency),)
        case _:
            raise LedgerRefusal(type(command).__name__, promise, "already made")


def _start(promise: Promise, command: StartAttempt, now: datetime) -> tuple[Entry, ...]:
    free = promise.agent in (None, command.agent)
    _insist(free, promise, command, "in the hands of another agent")
    in_window = promise.opens is not None and promise.due is not None and promise.opens <= now < promise.due
    _insist(in_window, promise, command, "and this is not its window")
    lease = now + timedelta(seconds=command.lease_seconds)
    return (AttemptStarted(at=now, by=command.agent, attempt=command.attempt, agent=command.agent, lease_until=lease),)


def _end(promise: Promise, command: EndAttempt, now: datetime) -> tuple[Entry, ...]:
    running = promise.state is PromiseState.DIALLING and promise.attempt == command.attempt
    _insist(running, promise, command, "and this attempt is over")
    if command.outcome is AttemptOutcome.LOST and not command.legs_are_over:
        _insist(promise.lease_until is not None and promise.lease_until <= now, promise, command, "its lease runs")
    not_before, closing = _plan(promise, command.outcome, command.rules, now, command.instead)
    ended = AttemptEnded(
        at=now,
        by=command.by,
        attempt=command.attempt,
        outcome=command.outcome,
        not_before=not_before,
        note=command.note,
    )
    if command.outcome is AttemptOutcome.ANSWERED:
        return (ended, Kept(at=now, by=command.by, attempt=command.attempt, call=None))
    return (ended, *closing)


def _correct(promise: Promise, command: Correct, now: datetime) -> tuple[Entry, ...]:
    by_attempt = promise.state is PromiseState.KEPT and promise.attempt is not None
    _insist(by_attempt, promise, command, "and not by an attempt")
    in_time = promise.closed_at is not None and now - promise.closed_at <= CORRECTION
    _insist(in_time, promise, command, "for longer than can be corrected")
    _insist(command.outcome is not AttemptOutcome.ANSWERED, promise, command, "as you say")
    not_before, closing = _plan(promise, command.outcome, command.rules, now)
    corrected = Corrected(
        at=now, by=command.by, attempt=promise.attempt or "", outcome=command.outcome, not_before=not_before
    )
    return (corrected, *closing)


def what_follows(
    promise: Promise, outcome: AttemptOutcome, rules: RetryRules, now: datetime
) -> TryAgain | GiveUp | None:
    """What the rules say when the promise's attempt ends so; None where nothing is left to try."""
    if outcome is AttemptOutcome.ANSWERED or promise.due is None:
        return None
    rang = promise.attempts - (1 if outcome in NOT_RUNG else 0)
    return next_try(outcome, rang, promise.due, now, rules)


def _plan(
    promise: Promise, outcome: AttemptOutcome, rules: RetryRules, now: datetime, instead: OtherWindow | None = None
) -> tuple[datetime | None, tuple[Broken | Renegotiated, ...]]:
    """The next try's moment, or the entry that closes the promise. The try began inside the window: another one may be
    named as soon as its outcome is known, a ring's length after the window's end included."""
    plan = what_follows(promise, outcome, rules, now)
    if isinstance(plan, TryAgain):
        return plan.not_before, ()
    if plan is None:
        return None, ()
    if instead is None:
        return None, (Broken(at=now, by=HOTLINE, reason=plan.reason),)
    other = Renegotiated(
        at=now, by=HOTLINE, successor=instead.successor, opens=instead.opens, due=instead.due, reason=plan.reason
    )
    return None, (other,)


def _renegotiate(promise: Promise, command: Renegotiate, now: datetime) -> tuple[Entry, ...]:
    _insist(promise.due is None or now < promise.due, promise, command, "and its window is over")
    _insist(now < command.due and command.opens < command.due, promise, command, "the new window is not one")
    return (
        Renegotiated(
            at=now,
            by=command.by,
            successor=command.successor,
            opens=command.opens,
            due=command.due,
            reason=_reason(promise, command, command.reason),
        ),
    )


def _insist(holds: bool, promise: Promise, command: Command, why: str = "and its time has not come") -> None:
    if not holds:
        raise LedgerRefusal(type(command).__name__, promise, why)


def _reason(promise: Promise, command: Command, reason: str) -> str:
    _insist(bool(reason.strip()), promise, command, "and a reason is needed")
    return reason.strip()


def _earliest(opens: datetime, not_before: datetime | None) -> datetime:
    return opens if not_before is None else max(opens, not_before)


def _there(promise: Promise | None) -> Promise:
    if promise is None:
        raise LedgerRefusal("the ledger", None, "it has no entries")
    return promise
