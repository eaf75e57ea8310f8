"""A phrase: which prompt, and what its slots are filled with. What the call flow says, before any language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from prompts.catalogue import CATALOGUE, Slot


@dataclass(frozen=True, slots=True)
class Window:
    """The time in which something is due; both ends aware."""

    opens: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """Words of one occasion: `clip`, a recording of the overrides folder, without language and ending, says `text`."""

    clip: str
    text: str


SlotValue = str | int | datetime | Window | Recorded

_TAKES: dict[Slot, tuple[type, ...]] = {
    Slot.REFERENCE: (str,),
    Slot.CATEGORY: (str,),
    Slot.DIGIT: (str,),
    Slot.PRODUCT: (str,),
    Slot.WORKAROUND: (Recorded,),
    Slot.MINUTES: (int,),
    Slot.WHEN: (datetime, Window),
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A prompt's id and its slots' values, in the catalogue's order. Make it by `phrase`, which checks both."""

    prompt: str
    slots: tuple[tuple[str, SlotValue], ...] = ()


def phrase(prompt: str, **slots: SlotValue) -> Phrase:
    """`phrase("callback-made", reference="471233", when=Window(opens, due))`.

    Raises ValueError for an unknown prompt, a slot too many or too few, a value of the wrong kind, or a naive time.
    """
    if prompt not in CATALOGUE:
        raise ValueError(f"no prompt {prompt!r} in the catalogue")
    wanted = CATALOGUE[prompt].slots
    if set(slots) != set(wanted):
        raise ValueError(f"{prompt} takes the slots {sorted(wanted)}, not {sorted(slots)}")
    for name in wanted:
        _check(prompt, name, slots[name])
    return Phrase(prompt, tuple((name.value, slots[name]) for name in wanted))


def _check(prompt: str, name: Slot, value: SlotValue) -> None:
    if not isinstance(value, _TAKES[name]):
        raise ValueError(f"{prompt}: {name} cannot be {value!r}")
    if name in (Slot.REFERENCE, Slot.DIGIT) and not (isinstance(value, str) and value.isascii() and value.isdigit()):
        raise ValueError(f"{prompt}: {name} is made of digits, not {value!r}")
    moments = (value.opens, value.due) if isinstance(value, Window) else (value,)
    if any(isinstance(moment, datetime) and moment.tzinfo is None for moment in moments):
        raise ValueError(f"{prompt}: {name} needs a time zone")
