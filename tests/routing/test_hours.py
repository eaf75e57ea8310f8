from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from config.hotline_file import Hotline, Hours, OpenDay, OpeningHours
from routing.hours import callback_spells, is_open, is_quiet, next_opening, open_spells
from tests.routing.floors import agent, hotline

SEOUL = Hotline(name="Test", zone="Asia/Seoul", country="KR")
OFFICE = Hours(weekly=(OpeningHours(days=("mon", "tue", "wed", "thu", "fri"), opens=time(9), closes=time(18)),))
NIGHT = Hours(
    weekly=(OpeningHours(days=("fri",), opens=time(22), closes=time(6)),),
    closed=(date(2026, 11, 28),),
)


def seoul(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Asia/Seoul")).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (seoul(23, 9), True),
        (seoul(23, 8, 59), False),
        (seoul(23, 17, 59), True),
        (seoul(23, 18), False),
        (seoul(22, 12), False),  # a Sunday
    ],
)
def test_a_queue_is_open_in_its_hours_by_the_hotlines_zone(at: datetime, expected: bool) -> None:
    assert is_open(OFFICE, SEOUL, at) is expected


def test_no_hours_mean_always() -> None:
    assert is_open(None, SEOUL, seoul(22, 3))
    assert is_open(Hours(), SEOUL, seoul(22, 3))
    assert next_opening(Hours(), SEOUL, seoul(22, 3)) == seoul(22, 3)


def test_the_next_opening_passes_over_the_week_end() -> None:
    assert next_opening(OFFICE, SEOUL, seoul(27, 18)) == seoul(30, 9)
    assert next_opening(OFFICE, SEOUL, seoul(24, 10)) == seoul(24, 10)


def test_public_holidays_and_closed_days_take_precedence() -> None:
    on_holidays = OFFICE.model_copy(update={"holidays": True, "closed": (date(2026, 12, 24),)})
    christmas = seoul(25, 10, month=12)
    assert is_open(OFFICE, SEOUL, christmas)
    assert not is_open(on_holidays, SEOUL, christmas)
    assert next_opening(on_holidays, SEOUL, seoul(24, 10, month=12)) == seoul(28, 9, month=12)


def test_a_day_with_hours_of_its_own_has_those_and_no_others() -> None:
    exceptions = OFFICE.model_copy(
        update={
            "holidays": True,
            "closed": (date(2026, 12, 24),),
            "open": (
                OpenDay(day=date(2026, 12, 25), opens=time(10), closes=time(12)),  # a public holiday
                OpenDay(day=date(2026, 11, 22), opens=time(9), closes=time(11)),  # a Sunday
                OpenDay(day=date(2026, 11, 22), opens=time(13), closes=time(14)),
                OpenDay(day=date(2026, 11, 23), opens=time(12), closes=time(13)),  # a Monday
            ),
        }
    )
    spells = list(open_spells(exceptions, SEOUL, seoul(22, 0), seoul(24, 0)))
    assert spells == [
        (seoul(22, 9), seoul(22, 11)),
        (seoul(22, 13), seoul(22, 14)),
        (seoul(23, 12), seoul(23, 13)),
    ]
    assert is_open(exceptions, SEOUL, seoul(25, 11, month=12))
    assert not is_open(exceptions, SEOUL, seoul(24, 11, month=12))


def test_hours_over_midnight_stop_where_a_day_with_its_own_hours_begins() -> None:
    own = NIGHT.model_copy(
        update={"closed": (), "open": (OpenDay(day=date(2026, 11, 28), opens=time(3), closes=time(4)),)}
    )
    assert not is_open(own, SEOUL, seoul(28, 1))
    assert is_open(own, SEOUL, seoul(28, 3, 30))
    assert not is_open(own, SEOUL, seoul(28, 5))


def test_hours_may_keep_the_time_and_the_holidays_of_another_country() -> None:
    london = OFFICE.model_copy(update={"zone": "Europe/London", "country": "GB", "holidays": True})
    assert not is_open(london, SEOUL, seoul(23, 9))
    assert next_opening(london, SEOUL, seoul(23, 9)) == datetime(2026, 11, 23, 9, tzinfo=UTC)
    boxing_day = datetime(2026, 12, 28, 10, tzinfo=UTC)  # the 26th is a Saturday: Monday instead
    assert not is_open(london, SEOUL, boxing_day)
    assert is_open(london.model_copy(update={"country": "KR"}), SEOUL, boxing_day)


def test_a_country_without_known_holidays_has_none() -> None:
    nowhere = Hotline(name="Test", zone="Asia/Seoul", country="ZZ")
    assert is_open(OFFICE.model_copy(update={"holidays": True}), nowhere, seoul(23, 9))


def test_hours_over_midnight_belong_to_the_day_they_began_and_stop_at_a_closed_day() -> None:
    open_ended = NIGHT.model_copy(update={"closed": ()})
    assert is_open(open_ended, SEOUL, seoul(28, 5, 59))
    assert not is_open(open_ended, SEOUL, seoul(28, 6))
    assert is_open(NIGHT, SEOUL, seoul(27, 23, 59))
    assert not is_open(NIGHT, SEOUL, seoul(28, 0))


def test_a_queue_that_never_opens_has_no_next_opening() -> None:
    never = Hours(weekly=(OpeningHours(days=(), opens=time(9), closes=time(18)),))
    assert next_opening(never, SEOUL, seoul(23, 9)) is None


def test_hours_follow_the_change_to_summer_time() -> None:
    berlin = Hotline(name="Test", zone="Europe/Berlin", country="DE")
    daily = Hours(
        weekly=(OpeningHours(days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), opens=time(9), closes=time(18)),)
    )
    assert next_opening(daily, berlin, datetime(2026, 3, 28, 20, tzinfo=UTC)) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert next_opening(daily, berlin, datetime(2026, 3, 27, 20, tzinfo=UTC)) == datetime(2026, 3, 28, 8, tzinfo=UTC)


def test_contacts_are_rung_outside_quiet_hours_only() -> None:
    file = hotline({"kim": agent()})
    spells = list(callback_spells(file, "general", seoul(23, 7), seoul(24, 22)))
    assert spells == [(seoul(23, 8), seoul(23, 21)), (seoul(24, 8), seoul(24, 21))]
    assert is_quiet(file, seoul(23, 7, 59))
    assert is_quiet(file, seoul(23, 21))
    assert not is_quiet(file, seoul(23, 8))


def test_quiet_hours_in_the_middle_of_the_day_split_it() -> None:
    quiet = {"quiet_from": "12:00", "quiet_until": "14:00"}
    file = hotline({"kim": agent()}, callbacks=quiet)
    spells = list(callback_spells(file, "general", seoul(23, 8), seoul(23, 20)))
    assert spells == [(seoul(23, 8), seoul(23, 12)), (seoul(23, 14), seoul(23, 20))]
    assert is_quiet(file, seoul(23, 13))


def test_a_contact_who_may_be_in_several_zones_is_rung_when_it_is_day_in_all() -> None:
    file = hotline({"kim": agent()})
    zones = (ZoneInfo("Asia/Seoul"), ZoneInfo("Asia/Kolkata"))
    spells = list(callback_spells(file, "general", seoul(23, 0), seoul(24, 0), zones))
    assert spells == [(seoul(23, 11, 30), seoul(23, 21))]  # eight in India is half past eleven in Seoul


def test_zones_too_far_apart_for_a_common_day_leave_the_hotlines_clock() -> None:
    file = hotline({"kim": agent()})
    everywhere = (ZoneInfo("America/New_York"), ZoneInfo("Asia/Seoul"))
    here = list(callback_spells(file, "general", seoul(23, 0), seoul(25, 0)))
    assert list(callback_spells(file, "general", seoul(23, 0), seoul(25, 0), everywhere)) == here
