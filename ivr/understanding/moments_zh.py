"""Chinese times: 下午三点半, 差一刻五点, 六点以后, 一个半小时以后. Texts come without spaces."""

from __future__ import annotations

import re
from datetime import timedelta

from ivr.understanding.spoken_time import Clock, DayOfMonth, Delay, Half, Part, Tongue, either, number

_DIGITS = "一二三四五六七八九"


def _numbers() -> dict[str, int]:
    """0 to 59 as they are said."""
    ones = {name: i + 1 for i, name in enumerate(_DIGITS)}
    names = {"零": 0, "〇": 0, "两": 2, "兩": 2, "十": 10} | ones
    names |= {f"零{name}": value for name, value in ones.items()}
    for tens, value in {"": 1, "二": 2, "三": 3, "四": 4, "五": 5}.items():
        names[f"{tens}十"] = value * 10
        names |= {f"{tens}十{name}": value * 10 + one for name, one in ones.items()}
    return names


_NUMBERS = _numbers()
_N = either(_NUMBERS)
_O = r"(?:点钟?|點鐘?|時|时)"
_QUARTERS = {"半": 30, "一刻": 15, "三刻": 45}
_MIN = rf"(?:(?P<quarter>半|[一三]刻)|(?P<min>{_N})(?!点|點|个|個|号|月)分?)?"
_SIDE = r"(?P<before>之前|以前|前(?!台))?"
#: "有一点问题" is a bit of a problem, "两点意见" are two remarks.
_NOT_A_TIME = r"(?!意见|意見|建议|建議|问题|問題|要求|疑问|点|儿|点儿|零件|间|間)"
_CLOCK = re.compile(rf"(?P<hour>{_N}){_O}{_NOT_A_TIME}{_MIN}(?P<short>差(?P<less>{_N}|一刻)分?)?{_SIDE}")
_TO = re.compile(rf"差(?P<less>一刻|{_N})分?(?:到|钟)?(?P<hour>{_N}){_O}")
_DIGITAL = re.compile(r"(?<![\d:：])(?P<hour>\d{1,2})[:：](?P<min>\d{2})(?![\d:：])")
_BARE = re.compile(rf"(?P<hour>{_N})(?![个個天日号月周星礼年分刻小楼点點\d])")
_A_BIT = re.compile(r"(?<![早午晨晚上天里十二在到约])一(?:点|點)(?![钟鐘半一三二四五零\d差])")
_DELAY = re.compile(
    rf"(?:过|過|再过|等)?(?:(?P<half>半(?:个|個)?(?:小时|小時|钟头))|(?P<count>{_N})(?P<more>(?:个|個)半)?(?:个|個)?"
    r"(?P<unit>小时|小時|钟头|分钟|分鐘|天|星期|礼拜|周))(?P<late>之?以?[后後])?"
)
_SECONDS = {"小时": 3600, "小時": 3600, "钟头": 3600, "分钟": 60, "分鐘": 60, "天": 86_400}
_WEEK = 7 * 86_400
_DATE = re.compile(rf"(?:(?P<month>{_N})月)(?P<day>{_N})(?:号|日|號)?")
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}


class Chinese(Tongue):
    """The grammar."""

    parts = (
        (re.compile("凌晨|清晨"), Part(Half.EARLY, 6)),
        (re.compile("早[上晨]|上午|一早|[明今]早上?|[天周一二三四五六日]早"), Part(Half.EARLY, 9)),
        (re.compile("中午|正午|午饭|午休"), Part(Half.NOON, 12)),
        (re.compile("下午|午后|午後"), Part(Half.LATE, 14)),
        (re.compile("傍晚|下班[后後]"), Part(Half.LATE, 18)),
        (re.compile("晚上|[今明后]晚|[天周一二三四五六日]晚|夜里|夜裡|晚间|夜间"), Part(Half.NIGHT, 19)),
    )
    days = (
        (re.compile("大[后後]天"), 3),
        (re.compile("[后後][天晚]"), 2),
        (re.compile("明[天早晚日儿]"), 1),
        (re.compile("今[天早晚日儿]"), 0),
    )
    weekdays = _WEEKDAYS
    weekday = re.compile("(?P<next>下个?)?(?:这个?|本)?(?:周|星期|礼拜|禮拜|週)(?P<day>[一二三四五六日天末])")
    soonest = re.compile("尽快|盡快|越快越好|马上|立刻|随时|隨時|什么时候都|都可以|都行")

    hint = re.compile("[点點时時:：后後过過]")

    def clock(self, text: str, asked: bool) -> Clock | None:
        heard = _A_BIT.sub("〜〜", text)
        if found := _TO.search(heard):
            less = _QUARTERS.get(found["less"]) or number(found, "less", _NUMBERS) or 0
            return Clock(number(found, "hour", _NUMBERS) or 0, 0, found.span(), timedelta(minutes=-less))
        if found := _CLOCK.search(heard):
            quarter = _QUARTERS.get(found["quarter"] or "", 0)
            less = _QUARTERS.get(found["less"] or "") or number(found, "less", _NUMBERS) or 0
            shift = timedelta(hours=-1) if found["before"] else timedelta(minutes=-less)
            minute = quarter or number(found, "min", _NUMBERS) or 0
            return Clock(number(found, "hour", _NUMBERS) or 0, minute, found.span(), shift)
        if found := _DIGITAL.search(heard) or (_BARE.search(heard) if asked else None):
            return Clock(number(found, "hour", _NUMBERS) or 0, number(found, "min", _NUMBERS) or 0, found.span())
        return None

    def delay(self, text: str) -> Delay | None:
        """三天 alone is not yet one: it may be past."""
        for found in _DELAY.finditer(text):
            if not found["late"] and not found.group().startswith(("过", "過", "再过", "等")):
                continue
            if found["half"]:
                return Delay(timedelta(minutes=30), in_days=False, span=found.span())
            seconds = _SECONDS.get(found["unit"], _WEEK)
            count = (number(found, "count", _NUMBERS) or 0) + (0.5 if found["more"] else 0)
            return Delay(timedelta(seconds=count * seconds), in_days=seconds >= _SECONDS["天"], span=found.span())
        return None

    def day_of_month(self, text: str) -> DayOfMonth | None:
        """The library of dates knows no 十二月三号."""
        found = _DATE.search(text)
        if found is None:
            return None
        month, day = number(found, "month", _NUMBERS) or 0, number(found, "day", _NUMBERS) or 0
        return DayOfMonth(month, day, found.span())
