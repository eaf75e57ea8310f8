"""Where we may call, by which trunk, as whom."""

from __future__ import annotations

import pytest

from config.errors import Refused
from config.hotline_file import Dialling, DialRule
from ivr.dial_plan import Route, can_be_called, route

PLAN = Dialling(
    rules=(
        DialRule(prefix="+82"),
        DialRule(prefix="+8210", strip=3, prepend="0", trunk="mobile", caller="0215881234"),
        DialRule(prefix="+8260", allow=False),
    )
)


def test_the_longest_prefix_decides_trunk_form_and_caller() -> None:
    assert route("+821055501234", "1000", PLAN) == Route("01055501234", "mobile", "0215881234")
    assert route("+8225550123", "1000", PLAN) == Route("+8225550123", "", "1000")


@pytest.mark.parametrize("number", ["+82600123456", "+14155550123", "911", ""])
def test_what_no_rule_allows_is_refused(number: str) -> None:
    with pytest.raises(Refused, match="dial plan"):
        route(number, "1000", PLAN)
    assert not can_be_called(number, PLAN)


def test_a_refusal_does_not_give_the_number_away() -> None:
    with pytest.raises(Refused) as refusal:
        route("+14155550123", "1000", PLAN)
    assert "+14155550123" not in str(refusal.value)


def test_a_sip_address_is_called_as_it_is() -> None:
    assert route("sip:ana@192.0.2.9", "1000", PLAN) == Route("sip:ana@192.0.2.9", "", "1000")


def test_without_a_plan_every_full_number_may_be_called() -> None:
    assert can_be_called("+14155550123", Dialling())
    assert not can_be_called("1234", Dialling())


def test_a_rule_without_a_prefix_takes_the_rest() -> None:
    assert route("1234", "1000", Dialling(rules=(DialRule(prefix=""),))) == Route("1234", "", "1000")
