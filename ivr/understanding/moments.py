"""A moment named in spoken words: "tomorrow at three", 明天下午三点, 내일 세 시에."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_EN_HOURS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ZH_HOURS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_KO_HOURS = ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두")

_HOURS: dict[str, dict[str, int]] = {
    "en": {word: i + 1 for i, word in enumerate(_EN_HOURS)},
    "zh": {**{word: i + 1 for i, word in enumerate(_ZH_HOURS)}, "两": 2, "兩": 2},
    "ko": {word: i + 1 for i, word in enumerate(_KO_HOURS)},
}
_HALVES = {"en": r"\bhalf past\b|\bthirty\b", "zh": "半", "ko": "반"}
_DAYS: dict[str, dict[str, int]] = {
    "en": {
        r"\bday after tomorrow\b": 2,
        r"\btomorrow\b": 1,
        r"\b(today|tonight|this (morning|afternoon|evening))\b": 0,
    },
    "zh": {"后天|後天": 2, "明天|明早|明晚": 1, "今天|今晚|今早": 0},
    "ko": {"모레": 2, "내일": 1, "오늘": 0},
}
_LATER_HALF = {
    "en": r"\b(afternoon|evening|tonight|p ?m)\b",
    "zh": "下午|晚上|傍晚|今晚|明晚",
    "ko": "오후|저녁|밤",
}
_EARLIER_HALF = {"en": r"\b(morning|a ?m)\b", "zh": "上午|早上|今早|明早", "ko": "오전|아침"}
_CLOCK = {
    "en": r"\b(?:at|around|by|past)\s+(?P<hour>{hours}|\d{{1,2}})(?:[: ](?P<minute>\d{{2}}))?\b",
    "zh": r"(?P<hour>{hours}|\d{{1,2}})\s*[点點时時](?P<minute>\d{{2}})?",
    "ko": r"(?P<hour>{hours}|\d{{1,2}})\s*시(?:\s*(?P<minute>\d{{1,2}})\s*분)?",
}
# People who name an hour below this, and no part of the day, mean the afternoon: nobody is rung at three at night.
_FIRST_PLAIN_HOUR = 8


@dataclass(frozen=True, slots=True)
class Moment:
    """An aware moment, and where in the text it was named."""

    at: datetime
    span: tuple[int, int]


def callback_moment(text: str, language: str, now: datetime, zone: ZoneInfo) -> Moment | None:
    """The future moment named in lower-case `text`, or None. An hour without a day is the next such hour."""
    if language not in _CLOCK:
        return None
    hours = "|".join(sorted(_HOURS[language], key=len, reverse=True))
    found = re.search(_CLOCK[language].format(hours=hours), text)
    if found is None:
        return None
    spoken = found.group("hour")
    hour = _HOURS[language].get(spoken) or int(spoken)
    minute = int(found.group("minute") or (30 if re.search(_HALVES[language], text) else 0))
    if hour > 23 or minute > 59:
        return None
    local = now.astimezone(zone)
    day, day_span = _day(text, language, local.date())
    at = datetime.combine(day, time(_on_the_clock(hour, text, language), minute), zone)
    if at <= local:
        at += timedelta(days=1)
    span = (min(found.start(), day_span[0]), max(found.end(), day_span[1])) if day_span else found.span()
    return Moment(at, span)


def _day(text: str, language: str, today: date) -> tuple[date, tuple[int, int] | None]:
    for pattern, days in _DAYS[language].items():
        if found := re.search(pattern, text):
            return today + timedelta(days=days), found.span()
    return today, None


def _on_the_clock(hour: int, text: str, language: str) -> int:
    if re.search(_LATER_HALF[language], text) and hour < 12:
        return hour + 12
    if re.search(_EARLIER_HALF[language], text):
        return hour % 12
    return hour + 12 if hour < _FIRST_PLAIN_HOUR else hour
