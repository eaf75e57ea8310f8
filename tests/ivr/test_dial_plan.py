"""Where we may call, by which trunk, as whom."""

from __future__ import annotations

from decimal import Decimal

import pytest

from config.errors import Refused
from config.hotline_file import Dialling, DialRule, HotlineFile
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from ivr.dial_plan import DialPlan, Route, can_be_called
from ivr.flow.catalogue import STEPS
from ivr.stations import checked_station

RULES = Dialling(
    rules=(
        DialRule(prefix="+82", price=Decimal("0.02")),
        DialRule(prefix="+8210", strip=3, prepend="0", trunk="mobile", caller="0215881234", price=Decimal("0.09")),
        DialRule(prefix="+82700", allow=False),
    )
)
ANA = "sip:+19005550123@192.0.2.9"
PLAN = DialPlan(RULES, "KR", frozenset({ANA}))


def test_the_longest_prefix_decides_trunk_form_caller_and_price() -> None:
    mobile = Route("01055501234", "mobile", "0215881234", is_paid=True, price=Decimal("0.09"))
    assert PLAN.route("+821055501234", "1000") == mobile
    assert PLAN.route("+8225550123", "1000") == Route("+8225550123", "", "1000", is_paid=True, price=Decimal("0.02"))


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+827001234567", "forbids numbers that begin with"),
        ("+14155550123", "does not allow this number"),
        ("911", "does not allow this number"),
        ("", "does not allow this number"),
        ("+82602345678", "premium-rate"),
    ],
)
def test_what_is_not_allowed_is_refused_by_name(number: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        PLAN.route(number, "1000")
    assert not can_be_called(number, RULES)


def test_premium_rate_numbers_are_called_where_a_rule_says_so() -> None:
    assert can_be_called("+82602345678", Dialling(rules=(DialRule(prefix="+8260", premium=True),)))


def test_a_refusal_does_not_give_the_number_away() -> None:
    with pytest.raises(Refused) as refusal:
        PLAN.route("+14155550123", "1000")
    assert "+14155550123" not in str(refusal.value)


@pytest.mark.parametrize("address", ["sip:ana@192.0.2.9", "sip:1001@pbx.example", "sip:192.0.2.9"])
def test_people_and_extensions_are_called_as_they_are_and_cost_nothing(address: str) -> None:
    assert PLAN.route(address, "1000") == Route(address, "", "1000")


@pytest.mark.parametrize(
    "address",
    [
        "sip:+19005550100@pbx.example",
        "sip:0019005550100@pbx.example;user=phone",
        "sip:%2B1-900-555-0100@pbx.example",
        "sip:060-234-5678@pbx.example",
        "sip:+881612345678@pbx.example",
        "sip:90019005550100@pbx.example",
        "tel:+19005550100",
    ],
)
def test_a_forbidden_number_is_refused_behind_a_pbx_too(address: str) -> None:
    with pytest.raises(Refused, match="dial plan"):
        PLAN.route(address, "1000")


def test_an_allowed_number_behind_a_pbx_is_called_there_and_counts() -> None:
    address = "sip:02-555-0123@pbx.example"
    assert PLAN.route(address, "1000") == Route(address, "", "1000", is_paid=True, price=Decimal("0.02"))


def test_the_phones_of_our_agents_are_always_called_and_free() -> None:
    assert PLAN.route(ANA, "1000") == Route(ANA, "", "1000")
    file = read_hotline_file(default_hotline_file(), STEPS)[0]
    assert {agent.station for agent in file.agents.values()} <= DialPlan.of(file).own


def test_nobody_sits_at_a_phone_that_is_a_forbidden_number() -> None:
    assert checked_station("sip:ana@192.0.2.7", PLAN)
    for station in ("sip:+19005550100@pbx.example", "+14155550123"):
        with pytest.raises(Refused):
            checked_station(station, PLAN)


def _file(dialling: str, country: str = "KR") -> HotlineFile:
    text = default_hotline_file().read_text(encoding="utf-8")
    begin, end = text.index("dialling:\n  rules"), text.index("# How the floor weighs work")
    text = text[:begin] + dialling + "\n" + text[end:]
    return read_hotline_file(text.replace("country: KR", f"country: {country}"), STEPS)[0]


@pytest.mark.parametrize(("country", "home", "abroad"), [("KR", "+8225550123", "+14155550123")])
def test_without_rules_only_the_hotlines_own_country_is_called(country: str, home: str, abroad: str) -> None:
    dialling = _file("", country).dialling
    assert can_be_called(home, dialling)
    assert not can_be_called(abroad, dialling)
    assert not can_be_called("+82602345678", dialling)
    assert not can_be_called(home, _file("dialling: {rules: []}").dialling)


def test_money_is_read_as_it_is_written() -> None:
    dialling = _file("dialling: {cost_a_day: 150.10, rules: [{prefix: '+82', price: 0.09}]}").dialling
    assert (dialling.cost_a_day, dialling.rules[0].price) == (Decimal("150.10"), Decimal("0.09"))


def test_a_rule_without_a_prefix_takes_the_rest() -> None:
    plan = DialPlan(Dialling(rules=(DialRule(prefix=""),)))
    assert plan.route("1234", "1000") == Route("1234", "", "1000", is_paid=True)
