"""Moments named in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.understanding.moments import callback_moment
from tests.understanding.moment_phrases import CHINESE, ENGLISH, KOREAN

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SEOUL)

PHRASES = [
    (language, text, meant)
    for language, phrases in (("en", ENGLISH), ("zh", CHINESE), ("ko", KOREAN))
    for text, meant in phrases.items()
]


@pytest.mark.parametrize(("language", "text", "meant"), PHRASES)
def test_who_is_asked_for_a_time_is_understood(language: str, text: str, meant: str | None) -> None:
    found = callback_moment(text, language, MONDAY_NOON, SEOUL, asked=True)
    if meant is None:
        assert found is None
        return
    assert found is not None
    day, clock = meant.split()
    month, number = (12, day[1:]) if day.startswith("d") else (11, day)
    assert f"{found.at:%m-%d %H:%M}" == f"{month}-{int(number):02} {clock}"
    assert found.at >= MONDAY_NOON
    assert text[slice(*found.span)].strip()


def test_each_language_has_sixty_phrasings_of_a_time() -> None:
    for phrases in (ENGLISH, CHINESE, KOREAN):
        assert sum(1 for meant in phrases.values() if meant is not None) >= 60


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "i ordered three kettles"),
        ("en", "i sat there and waited two hours"),
        ("en", "it comes in three colours"),
        ("en", "the parcel should arrive tomorrow"),
        ("zh", "我买了三个水壶"),
        ("zh", "有一点烫"),
        ("zh", "等了三天了"),
        ("ko", "세 개 샀어요"),
        ("ko", "두 시간 기다렸어요"),
        ("ko", "택시를 탔어요"),
    ],
)
def test_numbers_in_a_complaint_name_no_time(language: str, text: str) -> None:
    assert callback_moment(text, language, MONDAY_NOON, SEOUL) is None


def test_the_words_that_named_the_time_are_told() -> None:
    text = "please call me tomorrow at three thank you"
    found = callback_moment(text, "en", MONDAY_NOON, SEOUL)
    assert found is not None
    assert text[slice(*found.span)] == "tomorrow at three"
    spaced = "请 你 明天 下午 三点 半 打 给 我"
    found = callback_moment(spaced, "zh", MONDAY_NOON, SEOUL)
    assert found is not None
    assert spaced[slice(*found.span)] == "明天 下午 三点 半"


def test_three_oclock_is_three_where_the_caller_is() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    found = callback_moment("tomorrow at three", "en", MONDAY_NOON, madrid)
    assert found is not None
    assert found.at.astimezone(UTC) == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def test_two_hours_are_two_hours_when_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 10, 25, 1, 30, tzinfo=berlin)  # the clock goes back from three to two
    found = callback_moment("in two hours", "en", before, berlin)
    assert found is not None
    assert found.at - before.astimezone(UTC) == timedelta(hours=2)


def test_a_language_without_a_grammar_names_no_time() -> None:
    assert callback_moment("mañana a las tres", "es", MONDAY_NOON, SEOUL, asked=True) is None


@pytest.mark.parametrize(
    ("language", "text", "clock"),
    [
        ("en", "please call me tomorrow at half past three", "24 15:30"),
        ("en", "call back in an hour", "23 13:00"),
        ("en", "not now i am free after six", "23 18:00"),
        ("zh", "明天下午三点半打给我", "24 15:30"),
        ("zh", "过两个小时再打", "23 14:00"),
        ("ko", "내일 세 시 반에 전화 주세요", "24 15:30"),
        ("ko", "한 시간 뒤에 전화 주세요", "23 13:00"),
    ],
)
def test_a_time_is_found_in_what_was_not_an_answer(language: str, text: str, clock: str) -> None:
    found = callback_moment(text, language, MONDAY_NOON, SEOUL)
    assert found is not None
    assert f"{found.at:%d %H:%M}" == clock
