"""How many cases come back, and how many are late, category by category."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from callbacks.cases.repeats import RepeatRates, repeat_rates
from callbacks.model import Case, CaseStatus, Wish
from config.urgency import Urgency

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def case(category: str, *, repeat: bool = False, escalations: int = 0) -> Case:
    return Case(
        "c",
        "A1",
        "contact",
        category,
        Urgency.SERVICE,
        Wish.NONE,
        "en",
        CaseStatus.OPEN,
        NOW,
        repeat=repeat,
        escalations=escalations,
    )


def test_each_category_has_its_own_rates() -> None:
    repair, refund = repeat_rates(
        [case("repair"), case("refund", repeat=True), case("repair", repeat=True, escalations=3), case("repair")]
    )[::-1]
    assert repair == RepeatRates("repair", opened=3, repeated=1, escalated=1)
    assert repair.repeat_rate == repair.escalation_rate == pytest.approx(1 / 3)
    assert refund == RepeatRates("refund", opened=1, repeated=1, escalated=0)
    assert (refund.repeat_rate, refund.escalation_rate) == (1, 0)


def test_without_cases_there_is_no_category() -> None:
    assert repeat_rates([]) == ()
