"""How well cases were sifted, from what people corrected."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from callbacks.cases.sifting import History, SiftRates, reclassified, sift_rates
from callbacks.model import Case, CaseStatus, Wish
from callbacks.ports import CaseNote
from config.urgency import Urgency

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def history(urgency: Urgency, *notes: tuple[str, str]) -> History:
    case = Case("c", "A1", "contact", "repair", urgency, Wish.NONE, "en", CaseStatus.OPEN, NOW)
    return case, tuple(CaseNote("c", NOW, "jin", what, text) for what, text in notes)


def test_the_rates_follow_what_people_did() -> None:
    rates = sift_rates(
        [
            history(Urgency.SERVICE),
            history(Urgency.SERVICE, ("classified", "")),
            history(Urgency.SERVICE, ("classified", "refund to repair")),
            history(Urgency.SAFETY, ("urgency-raised", "service to safety")),
            history(Urgency.SERVICE, ("urgency-lowered", "safety to service: a film")),
            history(Urgency.LEGAL, ("urgency-raised", "legal to safety"), ("urgency-lowered", "safety to legal: no")),
        ]
    )
    assert rates == SiftRates(cases=6, sifted=2, checked=2, corrected=1, missed=1, needless=1)
    assert rates.sift_rate == pytest.approx(1 / 3)
    assert rates.mis_sift_rate == 0.5


def test_of_nothing_there_is_no_rate() -> None:
    rates = sift_rates([])
    assert (rates.sift_rate, rates.mis_sift_rate) == (None, None)


def test_the_first_guess_is_held_against_the_last_word() -> None:
    _, notes = history(Urgency.SERVICE, ("classified", "refund to repair"), ("classified", "repair to billing"))
    assert reclassified(notes) == ("refund", "billing")
    _, back = history(Urgency.SERVICE, ("classified", "refund to repair"), ("classified", "repair to refund"))
    assert reclassified(back) is None
