"""A prompt's text, taken apart at its slots: every fragment between them is one clip."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SLOT = re.compile(r"\{([a-z0-9_]+)\}")
_SPOKEN = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words between slots. `number` counts the fragments that are spoken, from 1; 0: nothing but punctuation."""

    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A slot to be filled."""

    slot: str


Part = Fragment | Gap


def parse(text: str) -> tuple[Part, ...]:
    """Take a text apart; `"".join` of the fragments' texts and the filled gaps gives it back."""
    parts: list[Part] = []
    spoken = 0
    for index, piece in enumerate(_SLOT.split(text)):
        if index % 2:
            parts.append(Gap(piece))
        elif piece:
            is_spoken = bool(_SPOKEN.search(piece))
            spoken += is_spoken
            parts.append(Fragment(piece, spoken if is_spoken else 0))
    return tuple(parts)


def gaps(text: str) -> frozenset[str]:
    """The slots of a text."""
    return frozenset(part.slot for part in parse(text) if isinstance(part, Gap))
