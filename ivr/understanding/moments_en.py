"""English times: "half past three", "quarter to five", "at six in the evening", "in an hour and a half"."""

from __future__ import annotations

import re
from datetime import timedelta

from ivr.understanding.spoken_time import Clock, DayOfMonth, Delay, Half, Part, Tongue, either, number

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}

_HOURS = {name: i + 1 for i, name in enumerate((*_ONES, *_TEENS))}
_HOURS |= {"twenty": 20, "twenty one": 21, "twenty two": 22, "twenty three": 23}
_MINUTES = {name: i + 10 for i, name in enumerate(("ten", "eleven", "twelve", *_TEENS))}
_MINUTES |= _TENS | {f"oh {name}": i + 1 for i, name in enumerate(_ONES[:9])}
_MINUTES |= {f"{tens} {one}": value + i + 1 for tens, value in _TENS.items() for i, one in enumerate(_ONES[:9])}
_COUNTS = _HOURS | _MINUTES | {"a": 1, "an": 1, "a couple of": 2, "couple of": 2}
_BESIDE = {"five": 5, "ten": 10, "quarter": 15, "a quarter": 15, "twenty": 20, "twenty five": 25, "half": 30}

_H, _M, _B, _N = either(_HOURS), either(_MINUTES), either(_BESIDE), either(_COUNTS)
_M = _M.removesuffix(r"\d{1,2}") + r"\d{2}"
_OF_THE_DAY = r"(?:in the (?:early |late )?(?:morning|afternoon|evening)|at night|tonight)"
_BEFORE = re.compile(r"\b(?:before|until|till)\s+$")
#: "from ten to twelve" is a stretch, and not eleven fifty.
_PAST = re.compile(
    rf"(?<!from )(?<!between )\b(?P<min>{_B})(?: minutes?)? (?P<side>past|after|to|till|before) (?P<hour>{_H})\b"
)
_HALF = re.compile(rf"\bhalf (?P<hour>{'|'.join(_ONES)})\b")
_NAMED = re.compile(
    rf"\b(?:at|around|about|by|after|from|before|past|until|till|between)\s+(?:about |around )?"
    rf"(?P<hour>{_H})(?:(?:[:. ]|\s)(?P<min>{_M}))?\b"
    r"(?!\s*(?:days?|weeks?|hours?|minutes?|months?|times?|years?|%|[-:./]?\d))"
)
_MARKED = re.compile(rf"\b(?P<hour>{_H})(?:(?:[:. ]|\s)(?P<min>{_M}))?\s*(?:o'?\s?clock|[ap]\.?\s?m\b|{_OF_THE_DAY})")
_DIGITAL = re.compile(r"(?<![\d:.])(?P<hour>\d{1,2}):(?P<min>\d{2})(?![\d:])")
_BARE = re.compile(
    rf"\b(?P<hour>{_H})(?:(?:[:. ]|\s)(?P<min>{_M}))?\b(?!\s*(?:days?|weeks?|hours?|minutes?|months?|st|nd|rd|th)\b)"
)
_DELAY = re.compile(
    rf"\b(?:in|after)\s+(?P<half>half an hour|half hour)|\b(?:(?:in|after)\s+)?(?P<count>{_N})\s+"
    rf"(?P<unit>hours?|minutes?|days?|weeks?)(?P<and>\s+and a half)?(?P<late>\s+(?:from now|later))?\b"
)
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400, "week": 7 * 86_400}
_WEEKDAYS = {
    "mon": 0,
    "tue": 1,
    "wed": 2,
    "thu": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
}


class English(Tongue):
    """The grammar."""

    parts = (
        (re.compile(rf"\bmornings?\b|\b(?:{_H}|{_M}|\d{{1,2}}[:.]\d{{2}})\s?a\.?\s?m\b"), Part(Half.EARLY, 9)),
        (re.compile(r"\b(?:noon|midday|lunch ?time|lunch)\b"), Part(Half.NOON, 12)),
        (re.compile(r"\bafternoon\b|\bp\.?\s?m\b"), Part(Half.LATE, 14)),
        (re.compile(r"\bevening\b|\bafter work\b"), Part(Half.LATE, 18)),
        (re.compile(r"\b(?:tonight|night)\b"), Part(Half.NIGHT, 19)),
    )
    days = (
        (re.compile(r"\b(?:the )?day after tomorrow\b"), 2),
        (re.compile(r"\btomorrow\b"), 1),
        (re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b"), 0),
    )
    weekdays = _WEEKDAYS
    weekday = re.compile(
        r"\b(?P<coming>next )?(?P<day>mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)\b"
        r"(?P<next> (?:of )?next week| week\b)?"
    )
    soonest = re.compile(r"\b(?:as soon as (?:possible|you can)|asap|any ?time|right away|straight away|whenever)\b")

    hint = re.compile(rf"\d|\b(?:{'|'.join(name for name in _HOURS if ' ' not in name)}|half|hours?|couple)\b")

    def clock(self, text: str, asked: bool) -> Clock | None:
        """ "From ten to twelve" names ten."""
        if found := _PAST.search(text):
            minute, hour = number(found, "min", _BESIDE) or 0, number(found, "hour", _HOURS) or 0
            if minute in _BESIDE.values() and hour <= 23:
                back = found["side"] in ("to", "till", "before")
                shift = timedelta(minutes=-minute) if back else timedelta(0)
                return Clock(hour, 0 if back else minute, found.span(), shift)
        for pattern in (_MARKED, _DIGITAL, _HALF, _NAMED, *((_BARE,) if asked else ())):
            if found := pattern.search(text):
                minute = 30 if pattern is _HALF else number(found, "min", _MINUTES) or 0
                before = found.group().startswith(("before", "until", "till")) or _BEFORE.search(text[: found.start()])
                shift = timedelta(hours=-1) if before else timedelta(0)
                return Clock(number(found, "hour", _HOURS) or 0, minute, found.span(), shift)
        return None

    def delay(self, text: str) -> Delay | None:
        """ "Two days" alone is not yet one: "two days ago", "it took two hours"."""
        for found in _DELAY.finditer(text):
            if found["half"]:
                return Delay(timedelta(minutes=30), in_days=False, span=found.span())
            if found["late"] or found.group().startswith(("in ", "after ")):
                unit = found["unit"].removesuffix("s")
                count = (number(found, "count", _COUNTS) or 0) + (0.5 if found["and"] else 0)
                length = timedelta(seconds=count * _SECONDS[unit])
                return Delay(length, in_days=unit in ("day", "week"), span=found.span())
        return None

    def day_of_month(self, text: str) -> DayOfMonth | None:
        """The library of dates reads English."""
        return None
