"""When to try again: pauses per outcome, inside the promised window and outside quiet hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callbacks.model import AttemptOutcome
from config.hotline_file import Callbacks

#: Nobody is rung twice within a minute, whatever the rules say.
LEAST_PAUSE = timedelta(seconds=60)
#: Another agent may take over soon: the contact's phone has not rung.
AGENT_PAUSE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class RetryRules:
    """The hotline file's rules, and the zone whose clock its quiet hours mean."""

    callbacks: Callbacks
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Not before this moment."""

    not_before: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The promise cannot be kept."""

    reason: str


def next_try(
    outcome: AttemptOutcome, attempts: int, due: datetime, now: datetime, rules: RetryRules
) -> TryAgain | GiveUp:
    """What follows a try that did not reach the person. `attempts` counts the tries that rang, this one included.

    A pause that would outlast the window is cut short, so that the last try can still be answered before `due`; only
    when not even `LEAST_PAUSE` is left, or every remaining moment is quiet, the promise is given up.
    """
    if outcome is AttemptOutcome.WRONG_NUMBER:
        return GiveUp("wrong number")
    if outcome is AttemptOutcome.STOOD_DOWN:
        return TryAgain(now)
    if attempts >= rules.callbacks.maximum_attempts:
        return GiveUp(f"not reached in {attempts} attempts, the last one {outcome}")
    soonest = now + (AGENT_PAUSE if outcome is AttemptOutcome.AGENT_UNREACHABLE else LEAST_PAUSE)
    ring = timedelta(seconds=rules.callbacks.ring_seconds)
    latest = due - ring
    wanted = min(max(now + _pause(outcome, rules.callbacks), soonest), latest)
    moment = _outside_quiet_hours(wanted, latest, ring, rules)
    if moment is None or moment < soonest:
        return GiveUp(f"no time left in the window after {outcome}")
    return TryAgain(moment)


def after_quiet_hours(moment: datetime, rules: RetryRules) -> datetime:
    """The moment itself, or the end of the quiet hours it lies in. Equal times mean that there are none."""
    quiet = _quiet_hours(moment, rules)
    return quiet[1] if quiet else moment


def _pause(outcome: AttemptOutcome, callbacks: Callbacks) -> timedelta:
    match outcome:
        case AttemptOutcome.BUSY:
            seconds = callbacks.retry_after.get("busy", 0.0)
        case AttemptOutcome.NO_ANSWER:
            seconds = callbacks.retry_after.get("no-answer", 0.0)
        case AttemptOutcome.REJECTED:
            seconds = callbacks.retry_after.get("rejected", 0.0)
        case AttemptOutcome.VOICEMAIL:
            seconds = callbacks.retry_after.get("voicemail", 0.0)
        case AttemptOutcome.FAILED:
            seconds = callbacks.retry_after.get("failed", 0.0)
        case _:
            seconds = 0.0
    return timedelta(seconds=seconds)


def _outside_quiet_hours(wanted: datetime, latest: datetime, ring: timedelta, rules: RetryRules) -> datetime | None:
    quiet = _quiet_hours(wanted, rules)
    if quiet is None:
        return wanted
    begins, ends = quiet
    return ends if ends <= latest else begins - ring


def _quiet_hours(moment: datetime, rules: RetryRules) -> tuple[datetime, datetime] | None:
    """The quiet hours around the moment as [begin, end), in the moment's zone; they may span midnight."""
    start, end = rules.callbacks.quiet_from, rules.callbacks.quiet_until
    if start == end:
        return None
    local = moment.astimezone(rules.zone)
    for first_day in (local.date() - timedelta(days=1), local.date()):
        begins = _at(first_day, start, rules.zone)
        ends = _at(first_day if start < end else first_day + timedelta(days=1), end, rules.zone)
        if begins <= moment < ends:
            return begins.astimezone(moment.tzinfo), ends.astimezone(moment.tzinfo)
    return None


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, tzinfo=zone)
