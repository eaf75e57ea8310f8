"""Rules of promises: a window that the quiet hours, the deadlines and the retries leave room for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time

from config.faults import Fault, Severity
from config.hotline_file import Callbacks, HotlineFile
from config.source_map import SourceMap

_DAY = 86_400
_OUTCOMES = ("busy", "no-answer", "rejected", "voicemail", "failed")


def promise_faults(file: HotlineFile, sources: SourceMap) -> Iterable[Fault]:
    """The faults of `callbacks:`, and of tiers whose deadline comes before the first window ends."""
    rules = file.callbacks

    def fault(what: str, remedy: str, *path: str, severity: Severity = Severity.ERROR) -> Fault:
        return Fault(sources.file, sources.line(*path), what, remedy, severity)

    waking = _DAY - _quiet_seconds(rules)
    if waking < 3600:
        yield fault(
            "less than one hour a day is left to ring anyone", "shorten the quiet hours", "callbacks", "quiet_from"
        )
    elif rules.window > waking:
        what = f"a window of {_hours(rules.window)} does not fit between the quiet hours, {_hours(waking)} apart"
        yield fault(what, "make it shorter", "callbacks", "window")
    takes = rules.service_seconds / rules.capacity_share
    if rules.window < takes:
        what = f"at `capacity_share: {rules.capacity_share:g}` a call takes {_hours(takes)}, more than a window"
        yield fault(what, "make the window longer", "callbacks", "window")
    if rules.window < rules.start_increment:
        what = "a window is shorter than the time from one beginning of windows to the next"
        yield fault(what, "shorten `start_increment`, or lengthen `window`", "callbacks", "start_increment")
    if rules.renegotiate_before >= rules.window:
        what = "a promise would be renegotiated before its window has begun"
        yield fault(what, "make it shorter than `window`", "callbacks", "renegotiate_before")
    first_due = rules.earliest_after + rules.window
    for name, tier in file.tiers.items():
        if tier.callback_deadline_hours * 3600 < first_due:
            what = f"the first window ends after {_hours(first_due)}, past this tier's deadline"
            yield fault(what, "raise `callback_deadline_hours`, or shorten `callbacks.window`", "tiers", name)
    missing = [outcome for outcome in _OUTCOMES if outcome not in rules.retry_after]
    if missing:
        what = f"no retry rule for {', '.join(missing)}"
        yield fault(what, "say after how many seconds to try again", "callbacks", "retry_after")
    for outcome, wait in rules.retry_after.items():
        if rules.maximum_attempts > 1 and wait > rules.window:
            what = f"after `{outcome}` the next try comes later than a whole window"
            place = ("callbacks", "retry_after", outcome)
            yield fault(what, "shorten it, or lengthen `window`", *place, severity=Severity.WARNING)


def _quiet_seconds(rules: Callbacks) -> int:
    """How long the night without calls lasts; equal times mean that there is none."""
    return (_seconds(rules.quiet_until) - _seconds(rules.quiet_from)) % _DAY


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.3g} h"
