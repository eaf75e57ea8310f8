"""What the book takes from the hotline file for the time after a call: silences, follow-ups, messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from callbacks.capacity import Capacity, OfTheFile, room_for_all
from config.hotline_file import HotlineFile
from routing.hours import Spell, callback_spells

Spells = Callable[[str, datetime, datetime, Sequence[ZoneInfo]], Iterable[Spell]]


def _always(_queue: str, start: datetime, end: datetime, _zones: Sequence[ZoneInfo]) -> Iterable[Spell]:
    return (Spell(start, end),)


@dataclass(frozen=True, slots=True)
class Aftercare:
    """`maximum_silence` is by tier; `window` is the length of a promised window. A follow-up comes `follow_up_after` a
    case was solved (None: never), a reminder `remind_before` a window opens. `spells(queue, start, end, zones)` are
    the stretches in which people in these zones may be rung about the queue's matters, `capacity` says in which windows
    there is room; `language` is for contacts whose own is not known.
    """

    maximum_silence: Mapping[str, timedelta] = field(default_factory=dict)
    window: timedelta = timedelta(hours=2)
    follow_up_after: timedelta | None = None
    remind_before: timedelta = timedelta(hours=1)
    spells: Spells = _always
    capacity: Capacity = room_for_all
    language: str = "en"

    @classmethod
    def of(cls, file: HotlineFile) -> Aftercare:
        """The rules of a published hotline file."""
        hours = file.follow_up.after_hours

        def spells(queue: str, start: datetime, end: datetime, zones: Sequence[ZoneInfo]) -> Iterable[Spell]:
            return callback_spells(file, queue, start, end, zones)

        return cls(
            maximum_silence={name: timedelta(hours=tier.maximum_silence_hours) for name, tier in file.tiers.items()},
            window=timedelta(seconds=file.callbacks.window),
            follow_up_after=timedelta(hours=hours) if hours is not None else None,
            remind_before=timedelta(seconds=file.messages.remind_before),
            spells=spells,
            capacity=OfTheFile(file),
            language=file.languages[0],
        )
