"""A moment named in spoken words: "tomorrow at half past three", 明天下午三点, 내일 오후 세 시에.

The clock, parts of the day and weekdays are read by grammars of our own (`moments_en`, `moments_zh`, `moments_ko`):
those of the library of dates do not read spoken hours. It reads the dates of the calendar, and, where the caller was
asked for a time, whatever our grammars leave.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import dateparser

from ivr.understanding.moments_en import English
from ivr.understanding.moments_ko import Korean
from ivr.understanding.moments_zh import Chinese
from ivr.understanding.spoken_time import Clock, Half, Part, Span, Tongue

_TONGUES: dict[str, Tongue] = {"en": English(), "zh": Chinese(), "ko": Korean()}
#: These are written with spaces that mean nothing, or with none.
_UNSPACED = frozenset({"zh"})
# People who name an hour below this, and no part of the day, mean the afternoon: nobody is rung at three at night.
_FIRST_PLAIN_HOUR = 8
_MORNING = time(9)
_NOON = 12
# Further ahead nobody asks to be called; what reads so is a number that the library took for a date.
_FARTHEST = timedelta(days=60)
_ONE_DAY, _ONE_WEEK = timedelta(days=1), timedelta(days=7)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_ENGLISH_DATE = re.compile(
    rf"\b(?:(?:{_MONTHS})[a-z]*\.?\s+(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?|"
    rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTHS})[a-z]*)\b"
)
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth"),
    *("nineteenth", "twentieth"),
)
_ORDINAL = re.compile(r"\b(?:(twenty|thirty)[ -])?(" + "|".join((*_ORDINALS, "thirtieth")) + r")\b")


@dataclass(frozen=True, slots=True)
class Moment:
    """An aware moment, and where in the text it was named."""

    at: datetime
    span: Span


class _Day(NamedTuple):
    """The day that is meant, where it is named, and after how long it comes again: an hour without a day that is past
    is tomorrow's, Monday at ten may be next week's, and today at ten is over."""

    day: date
    span: Span | None
    again: timedelta | None


def callback_moment(text: str, language: str, now: datetime, zone: ZoneInfo, *, asked: bool = False) -> Moment | None:
    """The future moment named in lower-case `text`, or None. An hour without a day is the next such hour.

    `zone` is the speaker's: their three o'clock is meant. `asked`: they were asked for a time, so that a number alone,
    a day or a part of it is one ("tomorrow", "in the evening": when that begins), and "any time" is now.
    """
    tongue = _TONGUES.get(language)
    if tongue is None or not (asked or tongue.hint.search(text)):
        return None
    places = [i for i, sign in enumerate(text) if not (language in _UNSPACED and sign.isspace())]
    heard = "".join(text[i] for i in places)
    found = _read(tongue, heard, language, now.astimezone(zone), asked)
    if found is None:
        return None
    start, end = found.span
    span = (places[start], places[end - 1] + 1) if end > start else (0, len(text))
    return Moment(found.at, span)


def _read(tongue: Tongue, text: str, language: str, now: datetime, asked: bool) -> Moment | None:
    delay = tongue.delay(text)
    if delay is not None and not delay.in_days:
        return Moment((now.astimezone(UTC) + delay.length).astimezone(now.tzinfo), delay.span)
    if delay is not None:
        named = _Day((now + delay.length).date(), delay.span, again=None)
    else:
        named = _day(tongue, text, language, now)
    spans = [named.span] if named.span else []
    rest = _without(text, spans)
    clock, (part, part_span) = tongue.clock(rest, asked), _part(tongue, text)
    if clock is not None and clock.hour <= 23 and clock.minute <= 59:
        at = _on(named, clock, part, now)
        spans = [*spans, clock.span]
    elif asked and (part is not None or spans):
        at = datetime.combine(named.day, time(part.hour) if part else _MORNING, now.tzinfo)
        if named.span and named.day == now.date():  # "today", "this afternoon": what is left of it
            at = max(at, now)
    elif asked:
        return _otherwise(tongue, text, language, now)
    else:
        return None
    if at < now or (at == now and clock is not None):
        if named.again is None:
            return None
        at += named.again
    spans = [*spans, *([part_span] if part_span else [])]
    return Moment(at, (min(start for start, _ in spans), max(end for _, end in spans)))


def _day(tongue: Tongue, text: str, language: str, now: datetime) -> _Day:
    today = now.date()
    if (dated := _date(tongue, text, language, now)) is not None:
        return _Day(dated[0], dated[1], again=None)
    if found := tongue.weekday.search(text):
        groups = found.groupdict()
        weekday = tongue.weekdays[groups["day"] or groups.get("end") or ""]
        day = today + timedelta(days=weekday - today.weekday()) + (_ONE_WEEK if groups["next"] else timedelta(0))
        if day < today or (day == today and groups.get("coming")):
            day += _ONE_WEEK
        return _Day(day, found.span(), again=_ONE_WEEK)
    for pattern, ahead in tongue.days:
        if found := pattern.search(text):
            return _Day(today + timedelta(days=ahead), found.span(), again=None)
    return _Day(today, None, again=_ONE_DAY)


def _date(tongue: Tongue, text: str, language: str, now: datetime) -> tuple[date, Span] | None:
    """A day of the calendar; one that is over is next year's."""
    if (named := tongue.day_of_month(text)) is not None:
        for year in (now.year, now.year + 1):
            try:
                day = date(year, named.month, named.day)
            except ValueError:
                continue
            if day >= now.date():
                return day, named.span
        return None
    numbered = _ORDINAL.sub(_in_digits, text) if language == "en" else ""
    found = _ENGLISH_DATE.search(numbered)
    if found is None:
        return None
    read = _library(found.group(), language, now)
    return (read.date(), found.span()) if read is not None else None


def _in_digits(found: re.Match[str]) -> str:
    """The ordinal in digits, padded so that every place in the text stays what it was."""
    tens = {"twenty": 20, "thirty": 30}.get(found[1] or "", 0)
    value = 30 if found[2] == "thirtieth" else tens + _ORDINALS.index(found[2]) + 1
    return str(value).ljust(len(found.group()))


def _library(text: str, language: str, now: datetime) -> datetime | None:
    settings = {"RELATIVE_BASE": now.replace(tzinfo=None), "PREFER_DATES_FROM": "future"}
    read: datetime | None = dateparser.parse(" ".join(text.split()), languages=[language], settings=settings)
    return read


def _otherwise(tongue: Tongue, text: str, language: str, now: datetime) -> Moment | None:
    """Neither a day nor an hour: as soon as possible, or something that the library of dates knows."""
    if found := tongue.soonest.search(text):
        return Moment(now, found.span())
    read = _library(text, language, now)
    if read is None:
        return None
    at = read.replace(tzinfo=now.tzinfo)
    return Moment(at, (0, len(text))) if now < at < now + _FARTHEST else None


def _part(tongue: Tongue, text: str) -> tuple[Part | None, Span | None]:
    for pattern, part in tongue.parts:
        if found := pattern.search(text):
            return part, found.span()
    return None, None


def _without(text: str, spans: list[Span]) -> str:
    """The text with these stretches blanked, so that "the third" is not heard as three o'clock."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _on(named: _Day, clock: Clock, part: Part | None, now: datetime) -> datetime:
    """The moment on that day. Of the two halves of a day that both could be, a named day means the one to come."""
    hour, days_on = _hour(clock.hour, part)
    at = datetime.combine(named.day, time(hour, clock.minute), now.tzinfo) + days_on + clock.shift
    if named.again is None and part is None and at <= now and hour < _NOON:
        at += timedelta(hours=12)
    return at


def _hour(hour: int, part: Part | None) -> tuple[int, timedelta]:
    """The hour of 24, and a day more for twelve at night."""
    half = part.half if part is not None else None
    if half is Half.NIGHT and hour == _NOON:
        return 0, _ONE_DAY
    if half is Half.EARLY:
        return (hour % 12 if hour <= _NOON else hour), timedelta(0)
    if half in (Half.LATE, Half.NIGHT) and hour < _NOON:
        return hour + 12, timedelta(0)
    if half is Half.NOON:
        return (hour + 12 if hour < _FIRST_PLAIN_HOUR else hour), timedelta(0)
    return (hour + 12 if 0 < hour < _FIRST_PLAIN_HOUR and half is None else hour), timedelta(0)
