"""When to try again: pauses per outcome, inside the promised window and outside quiet hours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from callbacks.contacts.zones import zones_of
from callbacks.model import AttemptOutcome, Contact
from config.hotline_file import Callbacks
from routing.hours import waking_spells

#: Nobody is rung twice within a minute, whatever the rules say.
LEAST_PAUSE = timedelta(seconds=60)
#: Another agent may take over soon: the contact's phone has not rung.
AGENT_PAUSE = timedelta(seconds=10)
#: The next day of every zone begins within this.
_AROUND = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class RetryRules:
    """The hotline file's rules, and the zones whose clocks its quiet hours mean: those where the contact may be, or the
    site's. `more_numbers`: how many numbers of the contact have not been found wrong yet, beside the one just tried."""

    callbacks: Callbacks
    zone: ZoneInfo
    zones: tuple[ZoneInfo, ...] = ()
    more_numbers: int = 0

    def for_contact(self, contact: Contact, found_wrong: int = 0) -> RetryRules:
        """The rules for this contact, of whose numbers so many were found wrong before."""
        number = number_to_dial(contact, found_wrong)
        more = max(0, len(contact.numbers) - found_wrong - 1)
        return replace(self, zones=zones_of(number), more_numbers=more)


def number_to_dial(contact: Contact, found_wrong: int) -> str:
    """The contact's numbers are tried in their order, each until it is found wrong; the last one stands."""
    numbers = contact.numbers
    return numbers[min(found_wrong, len(numbers) - 1)] if numbers else ""


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
    when not even `LEAST_PAUSE` is left, or every remaining moment is quiet, the promise is given up. After a wrong
    number the contact's next one is tried, if they have another.
    """
    if outcome is AttemptOutcome.WRONG_NUMBER and not rules.more_numbers:
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
    """The quiet hours around the moment as [begin, end): from when it is night in one of the zones until it is day in
    all of them."""
    around = waking_spells(rules.callbacks, rules.zones, rules.zone, moment - _AROUND, moment + _AROUND)
    begins, ends = moment - _AROUND, moment + _AROUND
    for spell in around:
        if spell.start <= moment < spell.end:
            return None
        if spell.end <= moment:
            begins = spell.end
        else:
            ends = spell.start
            break
    return begins, ends
