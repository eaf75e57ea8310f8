"""What slots are filled with: digits, minutes and times, said in one language.

Times are spoken relative to now: yesterday, today, tomorrow, a day of the week within six days, else the date. How a
language puts day, hour and minutes together is written in its file, as patterns over the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from prompts.phrase import Window
from prompts.template import Gap, gaps, parse

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: A short silence after every third digit of a reference.
PAUSE = "music/pause.opus"
_DIGITS_A_GROUP = 3

#: Patterns and the gaps they may have. Day, time, opens and closes are patterns or words themselves.
PATTERNS = {
    "moment": frozenset({"day", "time"}),
    "window": frozenset({"day", "opens", "closes"}),
    "window-days": frozenset({"opens", "closes"}),
    "time": frozenset({"hour"}),
    "time-minutes": frozenset({"hour", "hour12", "minute", "half"}),
    "date": frozenset({"month", "date"}),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """One clip (its name below the language's folder, or below the audio folder when it has a slash) and its text."""

    clip: str
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language by group and key, and its patterns."""

    groups: Mapping[str, Mapping[str, str]]
    patterns: Mapping[str, str]

    def digits(self, number: str) -> Iterator[Spoken]:
        """The digits one by one, with a short pause after every third."""
        for index, digit in enumerate(number):
            if index and index % _DIGITS_A_GROUP == 0:
                yield Spoken(PAUSE, "")
            yield Spoken(f"words-digit.{digit}", digit)

    def minutes(self, count: int) -> Iterator[Spoken]:
        """Whole minutes up to ten, then the next full five, then "more than an hour"."""
        if count > 10:
            count = -(-count // 5) * 5
        yield self._word("minutes", "over" if count > 60 else str(max(1, count)))

    def when(self, value: datetime | Window, now: datetime, zone: tzinfo) -> Iterator[Spoken]:
        """A moment, or a window from its opening to its end, as heard at `now` in `zone`."""
        today = now.astimezone(zone)
        if isinstance(value, datetime):
            return self._moment(value.astimezone(zone), today)
        opens, closes = value.opens.astimezone(zone), value.due.astimezone(zone)
        if opens.date() == closes.date():
            return self._pattern(
                "window", day=self._day(opens, today), opens=self._time(opens), closes=self._time(closes)
            )
        return self._pattern("window-days", opens=self._moment(opens, today), closes=self._moment(closes, today))

    def lines(self) -> Iterator[Spoken]:
        """Every word and every spoken fragment of a pattern: the clips this language needs."""
        for group, words in self.groups.items():
            for key in words:
                yield self._word(group, key)
        for name in self.patterns:
            yield from self._pattern(name, **{gap: iter(()) for gap in gaps(self.patterns[name])})

    def _moment(self, moment: datetime, today: datetime) -> Iterator[Spoken]:
        return self._pattern("moment", day=self._day(moment, today), time=self._time(moment))

    def _day(self, moment: datetime, today: datetime) -> Iterator[Spoken]:
        ahead = (moment.date() - today.date()).days
        named = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(ahead)
        if named is None and 0 < ahead < len(WEEKDAYS):
            named = WEEKDAYS[moment.weekday()]
        if named is not None:
            return iter((self._word("day", named),))
        return self._pattern(
            "date",
            month=iter((self._word("month", str(moment.month)),)),
            date=iter((self._word("date", str(moment.day)),)),
        )

    def _time(self, moment: datetime) -> Iterator[Spoken]:
        words = {"hour": str(moment.hour)}
        if moment.minute:
            words |= {
                "hour12": str((moment.hour + 11) % 12 + 1),
                "minute": str(moment.minute),
                "half": "am" if moment.hour < 12 else "pm",
            }
        name = "time-minutes" if moment.minute else "time"
        used = gaps(self.patterns[name])
        return self._pattern(name, **{group: iter((self._word(group, words[group]),)) for group in used})

    def _word(self, group: str, key: str) -> Spoken:
        return Spoken(f"words-{group}.{key}", self.groups[group][key])

    def _pattern(self, name: str, /, **filled: Iterator[Spoken]) -> Iterator[Spoken]:
        for part in parse(self.patterns[name]):
            if isinstance(part, Gap):
                yield from filled[part.slot]
            else:
                yield Spoken(f"time-{name}.{part.number}" if part.number else "", part.text)
