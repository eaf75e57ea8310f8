"""Korean times: 오후 세 시 반, 다섯 시 십 분 전, 여섯 시 이후, 한 시간 반 뒤. Hours are native numbers, minutes Chinese
ones, and recognisers may write either in digits."""

from __future__ import annotations

import re
from datetime import timedelta

from ivr.understanding.spoken_time import Clock, DayOfMonth, Delay, Half, Part, Tongue, either, number

_NATIVE = ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두")
_DIGITS = "일이삼사오육칠팔구"


def _chinese_numbers() -> dict[str, int]:
    """1 to 59 as minutes, days and the hours of a 24-hour clock are said."""
    ones = {name: i + 1 for i, name in enumerate(_DIGITS)}
    names = dict(ones)
    for tens, value in {"": 1, "이": 2, "삼": 3, "사": 4, "오": 5}.items():
        names[f"{tens}십"] = value * 10
        names |= {f"{tens}십{name}": value * 10 + one for name, one in ones.items()}
        names |= {f"{tens}십 {name}": value * 10 + one for name, one in ones.items()}
    return names


_MINUTES = _chinese_numbers()
_HOURS = {name: i + 1 for i, name in enumerate(_NATIVE)}
_HOURS |= {"여덜": 8, "세": 3, "셋": 3, "넷": 4, "둘": 2, "하나": 1, "스물": 20}  # as recognisers write them
_DAY_HOURS = _HOURS | {name: value for name, value in _MINUTES.items() if 13 <= value <= 23}
_MONTHS = _MINUTES | {"유": 6, "시": 10}
_H, _M = either(_DAY_HOURS), either(_MINUTES)
#: An hour is a word of its own, or follows a part of the day or a day: "계시네 시작" names no four o'clock.
_BEGINS = (
    r"(?:(?<![가-힣\d])|(?<=오전)|(?<=오후)|(?<=저녁)|(?<=아침)|(?<=새벽)|(?<=점심)|(?<=[밤낮후])|(?<=[일레늘요]))"
)
_ENDS = r"(?=$|[^가-힣]|[반에쯤경정이부전까로면넘요지즈후가는은도]|[일이삼사오]?십|[오])"
_MIN = rf"(?:\s*(?P<half>반)|\s*(?P<min>{_M})\s*분)?"
_CLOCK = re.compile(rf"{_BEGINS}(?P<hour>{_H})\s*시(?!\s?간){_ENDS}{_MIN}(?P<before>\s*(?:이?전|까지)(?!화|부|체))?")
_DIGITAL = re.compile(r"(?<![\d:])(?P<hour>\d{1,2}):(?P<min>\d{2})(?![\d:])")
#: Nobody says 한, 두, 세 or 네 alone for a number, and 네 is yes.
_ALONE = either({name: hour for name, hour in _DAY_HOURS.items() if name not in _NATIVE[:4]})
_BARE = re.compile(rf"(?<![가-힣\d])(?P<hour>{_ALONE})(?=$|[\s.,?!])(?!\s*(?:시간|분|일|월|주|번|달))")
_DELAY = re.compile(
    rf"(?P<half>(?:반\s*시간|삼십\s*분|30\s*분))\s*(?:뒤|후|있다가)|"
    rf"(?<![가-힣\d])(?P<count>{either(_HOURS | _MINUTES)})\s*(?P<unit>시간|분|일|주일?)(?P<more>\s*반)?"
    r"\s*(?:뒤|후|있다가|이따)|"
    r"(?P<days>하루|이틀|사흘|나흘|일주일)\s*(?:뒤|후|있다가)"
)
_SECONDS = {"시간": 3600, "분": 60, "일": 86_400, "주": 7 * 86_400, "주일": 7 * 86_400}
_DAYS = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "일주일": 7}
_DATE = re.compile(rf"(?P<month>{either(_MONTHS)})\s*월\s*(?P<day>{_M})\s*일")
_WEEKDAYS = {"월": 0, "화": 1, "수": 2, "목": 3, "금": 4, "토": 5, "일": 6, "주말": 5}


class Korean(Tongue):
    """The grammar."""

    parts = (
        (re.compile("새벽"), Part(Half.EARLY, 6)),
        (re.compile("오전|아침"), Part(Half.EARLY, 9)),
        (re.compile("점심|정오|한낮|대낮|낮"), Part(Half.NOON, 12)),
        (re.compile("오후"), Part(Half.LATE, 14)),
        (re.compile("저녁|퇴근"), Part(Half.LATE, 18)),
        (re.compile("(?<![가-힣])(?:오늘|내일)?밤"), Part(Half.NIGHT, 19)),
    )
    days = (
        (re.compile("글피"), 3),
        (re.compile("내일모레|모레"), 2),
        (re.compile("내일|낼"), 1),
        (re.compile("오늘"), 0),
    )
    weekdays = _WEEKDAYS
    weekday = re.compile(
        r"(?P<next>다음\s*주|담\s*주)?\s*(?:이번\s*주)?\s*(?:(?P<day>[월화수목금토일])\s*요일|(?P<end>주말))"
    )
    soonest = re.compile(
        r"아무\s*때나|언제든|언제라도|최대한\s*빨리|가능한\s*(?:한\s*)?빨리|바로\s*(?:전화|해)|지금\s*바로|빨리"
    )

    hint = re.compile("[시:뒤후]|있다가|이따")

    def clock(self, text: str, asked: bool) -> Clock | None:
        """세 시 십 분 전 is ten to three, 세 시 전 an hour before it."""
        if found := _CLOCK.search(text):
            minute = 30 if found["half"] else number(found, "min", _MINUTES) or 0
            hour = number(found, "hour", _DAY_HOURS) or 0
            if found["before"] and minute and found["min"]:
                return Clock(hour, 0, found.span(), timedelta(minutes=-minute))
            shift = timedelta(hours=-1) if found["before"] else timedelta(0)
            return Clock(hour, minute, found.span(), shift)
        if found := _DIGITAL.search(text) or (_BARE.search(text) if asked else None):
            return Clock(number(found, "hour", _DAY_HOURS) or 0, number(found, "min", _MINUTES) or 0, found.span())
        return None

    def delay(self, text: str) -> Delay | None:
        found = _DELAY.search(text)
        if found is None:
            return None
        if found["half"]:
            return Delay(timedelta(minutes=30), in_days=False, span=found.span())
        if found["days"]:
            return Delay(timedelta(days=_DAYS[found["days"]]), in_days=True, span=found.span())
        count = (number(found, "count", _HOURS | _MINUTES) or 0) + (0.5 if found["more"] else 0)
        seconds = _SECONDS[found["unit"]]
        return Delay(timedelta(seconds=count * seconds), in_days=seconds >= _SECONDS["일"], span=found.span())

    def day_of_month(self, text: str) -> DayOfMonth | None:
        """The library of dates knows no 십이월 삼일."""
        found = _DATE.search(text)
        if found is None:
            return None
        month, day = number(found, "month", _MONTHS) or 0, number(found, "day", _MINUTES) or 0
        return DayOfMonth(month, day, found.span())
