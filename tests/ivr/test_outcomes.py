"""What a final SIP status tells of the contact; what a promise is as work."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callbacks.model import AttemptOutcome, Promise, PromiseKind, PromiseState
from config.urgency import Urgency
from ivr.keeper import work_of
from ivr.ways_of_dialling import outcome_of
from routing.work import Needs, WorkKind

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PROMISE = Promise(
    id="p",
    reference="123456",
    kind=PromiseKind.CALLBACK,
    state=PromiseState.DUE,
    contact="c",
    case=None,
    problem=None,
    tier="vip",
    urgency=Urgency.LEGAL,
    language="ko",
    queue="general",
    skills=(("legal", 3),),
    made_at=NOON,
    opens=NOON + timedelta(hours=1),
    due=NOON + timedelta(hours=3),
    owner="ana",
    attempts=0,
    version=1,
)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (486, AttemptOutcome.BUSY),
        (600, AttemptOutcome.BUSY),
        (408, AttemptOutcome.NO_ANSWER),
        (480, AttemptOutcome.NO_ANSWER),
        (487, AttemptOutcome.NO_ANSWER),
        (603, AttemptOutcome.REJECTED),
        (404, AttemptOutcome.WRONG_NUMBER),
        (410, AttemptOutcome.WRONG_NUMBER),
        (484, AttemptOutcome.WRONG_NUMBER),
        (604, AttemptOutcome.WRONG_NUMBER),
        (503, AttemptOutcome.FAILED),
        (403, AttemptOutcome.FAILED),
    ],
)
def test_a_final_status_tells_what_became_of_the_try(status: int, outcome: AttemptOutcome) -> None:
    assert outcome_of(status) is outcome


def test_a_due_promise_waits_since_its_window_opened_for_its_owner_first() -> None:
    work = work_of(PROMISE)
    assert (work.id, work.kind, work.needs) == ("p", WorkKind.PROMISE, Needs("general", "ko", (("legal", 3),)))
    assert (work.since, work.opens, work.due) == (PROMISE.opens, PROMISE.opens, PROMISE.due)
    assert (work.tier, work.urgency, work.own_agent) == ("vip", Urgency.LEGAL, "ana")


def test_a_promise_without_a_window_waits_since_it_was_made() -> None:
    assert work_of(replace(PROMISE, opens=None, due=None)).since == NOON
