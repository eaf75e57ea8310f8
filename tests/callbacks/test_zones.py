"""What time it is for whoever is rung."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from callbacks.contacts.zones import zone_of, zones_of
from callbacks.model import AttemptOutcome, Contact
from callbacks.retry import GiveUp, RetryRules, TryAgain, after_quiet_hours, next_try, number_to_dial
from config.hotline_file import Callbacks

SEOUL, LONDON = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/London")
RULES = RetryRules(Callbacks(quiet_from=time(21), quiet_until=time(8)), SEOUL)
KOREAN, BRITISH, RUSSIAN_MOBILE, FREEPHONE = "+821011110001", "+442071234567", "+79161234567", "+18005550100"


def calling(number: str) -> RetryRules:
    return RULES.for_contact(Contact("c", number, "standard"))


def utc(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_a_number_tells_where_it_may_be() -> None:
    assert zones_of(KOREAN) == (SEOUL,)
    assert zones_of(BRITISH) == (LONDON,)
    assert len(zones_of(RUSSIAN_MOBILE)) > 5
    assert zones_of("1005") == zones_of("") == zones_of("alice") == ()


def test_times_are_spoken_in_the_callers_zone_or_the_sites_where_that_may_be_theirs() -> None:
    assert zone_of(BRITISH, SEOUL) is LONDON
    assert zone_of("1005", SEOUL) is SEOUL
    assert zone_of(RUSSIAN_MOBILE, ZoneInfo("Europe/Moscow")) == ZoneInfo("Europe/Moscow")


def test_it_is_night_where_the_phone_rings_and_not_where_we_sit() -> None:
    noon_in_seoul, evening_in_seoul = utc(3), utc(13)
    assert after_quiet_hours(noon_in_seoul, calling(KOREAN)) == noon_in_seoul
    assert after_quiet_hours(noon_in_seoul, calling(BRITISH)) == utc(8)
    assert after_quiet_hours(evening_in_seoul, calling(BRITISH)) == evening_in_seoul
    assert after_quiet_hours(evening_in_seoul, calling(KOREAN)) == utc(23)


def test_where_a_number_may_be_in_many_zones_all_of_them_are_awake() -> None:
    rules = calling(RUSSIAN_MOBILE)
    awake = [hour for hour in range(24) if after_quiet_hours(utc(hour), rules) == utc(hour)]
    assert awake == [6, 7, 8]  # eight in the morning in Kaliningrad is UTC+2, nine at night in Kamchatka UTC+12


def test_a_number_of_no_place_in_particular_goes_by_the_sites_clock() -> None:
    assert after_quiet_hours(utc(3), calling(FREEPHONE)) == utc(3)
    assert after_quiet_hours(utc(13), calling(FREEPHONE)) == utc(23)


@pytest.mark.parametrize(("number", "again"), [(KOREAN, utc(3, 30)), (BRITISH, utc(8))])
def test_a_retry_waits_for_the_contacts_morning(number: str, again: datetime) -> None:
    due = utc(12)
    assert next_try(AttemptOutcome.NO_ANSWER, 1, due, utc(3), calling(number)) == TryAgain(again)


def test_after_a_wrong_number_the_next_one_of_the_contact_is_tried() -> None:
    contact = Contact("c", KOREAN, "standard", other_numbers=(BRITISH,))
    due = utc(12)
    first = next_try(AttemptOutcome.WRONG_NUMBER, 1, due, utc(9), RULES.for_contact(contact))
    assert first == TryAgain(utc(9) + timedelta(seconds=60))
    assert isinstance(next_try(AttemptOutcome.WRONG_NUMBER, 2, due, utc(9), RULES.for_contact(contact, 1)), GiveUp)
    assert [number_to_dial(contact, wrong) for wrong in range(3)] == [KOREAN, BRITISH, BRITISH]
