"""Times, minutes and digits as they are said in each language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from prompts.phrase import Window
from prompts.texts import read_texts
from prompts.words import PAUSE, Words

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=SEOUL)  # a Sunday


def words(language: str) -> Words:
    texts = read_texts(language)
    assert texts is not None
    return texts.words


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("moment", "english", "chinese", "korean"),
    [
        (at(22, 16), "today at four PM", "今天下午四点", "오늘 오후 네 시"),
        (at(23, 9, 5), "tomorrow at nine oh five AM", "明天上午九点零五分", "내일 오전 아홉 시 오 분"),
        (at(23, 12), "tomorrow at noon", "明天中午十二点", "내일 낮 열두 시"),
        (at(23, 0, 30), "tomorrow at twelve thirty AM", "明天半夜十二点半", "내일 밤 열두 시 삼십 분"),
        (at(21, 14), "yesterday at two PM", "昨天下午两点", "어제 오후 두 시"),
        (at(24, 10), "on Tuesday at ten AM", "星期二上午十点", "화요일 오전 열 시"),
        (at(28, 10), "on Saturday at ten AM", "星期六上午十点", "토요일 오전 열 시"),
        (at(29, 10), "on November twenty ninth at ten AM", "十一月二十九号上午十点", "십일월 이십구 일 오전 열 시"),
        (at(1, 18, 45, 12), "on December first at six forty five PM", "十二月一号晚上六点四十五分",
         "십이월 일 일 오후 여섯 시 사십오 분"),
    ],
)  # fmt: skip
def test_a_moment_is_said_relative_to_now(moment: datetime, english: str, chinese: str, korean: str) -> None:
    for language, expected in (("en", english), ("zh", chinese), ("ko", korean)):
        assert "".join(spoken.text for spoken in words(language).when(moment, NOW, SEOUL)) == expected


@pytest.mark.parametrize(
    ("window", "english", "chinese", "korean"),
    [
        (
            Window(at(23, 9), at(23, 11)),
            "tomorrow between nine AM and eleven AM",
            "明天上午九点到上午十一点之间",
            "내일 오전 아홉 시에서 오전 열한 시 사이에",
        ),
        (
            Window(at(22, 20), at(23, 9)),
            "between today at eight PM and tomorrow at nine AM",
            "今天晚上八点到明天上午九点之间",
            "오늘 오후 여덟 시에서 내일 오전 아홉 시 사이에",
        ),
    ],
)
def test_a_window_is_said_from_its_opening_to_its_end(window: Window, english: str, chinese: str, korean: str) -> None:
    for language, expected in (("en", english), ("zh", chinese), ("ko", korean)):
        assert "".join(spoken.text for spoken in words(language).when(window, NOW, SEOUL)) == expected


def test_the_day_is_that_of_the_hotlines_zone_not_of_utc() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=ZoneInfo("UTC"))  # already Monday in Seoul
    assert "".join(spoken.text for spoken in words("en").when(late, NOW, SEOUL)).startswith("tomorrow at eight")


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "one minute"), (1, "one minute"), (7, "seven minutes"), (11, "fifteen minutes"), (60, "sixty minutes"),
     (61, "more than an hour")],
)  # fmt: skip
def test_minutes_are_said_exactly_up_to_ten_and_rounded_up_beyond(count: int, said: str) -> None:
    assert "".join(spoken.text for spoken in words("en").minutes(count)) == said


def test_digits_are_said_one_by_one_in_groups_of_three() -> None:
    clips = [spoken.clip for spoken in words("ko").digits("471233")]
    assert clips == [*(f"words-digit.{digit}" for digit in "471"), PAUSE, *(f"words-digit.{digit}" for digit in "233")]
