"""Validating a file that has faults as far as it is sound, so that one run finds the faults of every part."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.hotline_file import HotlineFile

#: What stands in for a part that is missing or unusable as a whole.
_STAND_INS: dict[str, Any] = {
    "hotline": {"name": "-"},
    "languages": ["en"],
    "numbers": {},
    "tiers": {},
    "default_tier": "none",
    "skills": [],
    "queues": {},
    "agents": {},
    "categories": {},
    "flow": {"start": "none", "steps": {}},
}


def validate(data: dict[str, Any]) -> tuple[HotlineFile, frozenset[str], list[ErrorDetails]]:
    """The file as far as it is sound, the names of the top-level parts that are not, and what the schema refused.

    What was refused is taken out and the rest validated again, until it stands. Each round removes something, or
    puts a stand-in where nothing usable was, so it ends; only the first round's errors are the writer's own.
    """
    sound = deepcopy(data)
    broken: set[str] = set()
    refused: list[ErrorDetails] = []
    while True:
        try:
            return HotlineFile.model_validate(sound), frozenset(broken), refused
        except ValidationError as fault:
            found = fault.errors(include_url=False)
            refused = refused or found
            broken |= {str(error["loc"][0]) for error in found}
            places = {_what_to_take_out(error) for error in found}
            for place in sorted(places, key=_deepest_and_last_first, reverse=True):
                _take_out(sound, place)


def _what_to_take_out(error: ErrorDetails) -> tuple[str | int, ...]:
    """The refused key or value; of a missing key, whatever lacks it."""
    way = tuple(part for part in error["loc"] if part != "[key]")
    return way[:-1] if error["type"] == "missing" and len(way) > 1 else way


def _deepest_and_last_first(place: tuple[str | int, ...]) -> tuple[tuple[bool, int, str], ...]:
    return tuple((isinstance(part, int), part if isinstance(part, int) else 0, str(part)) for part in place)


def _take_out(data: dict[str, Any], place: tuple[str | int, ...]) -> None:
    holder: Any = data
    for part in place[:-1]:
        if not _holds(holder, part):
            return  # an earlier error took it out already
        holder = holder[part]
    last = place[-1]
    if len(place) == 1 and last in _STAND_INS:
        data[str(last)] = deepcopy(_STAND_INS[str(last)])
    elif _holds(holder, last):
        del holder[last]


def _holds(holder: Any, part: str | int) -> bool:
    return (isinstance(holder, dict) and part in holder) or (
        isinstance(holder, list) and isinstance(part, int) and part < len(holder)
    )
