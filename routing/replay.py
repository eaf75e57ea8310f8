"""A day on the floor, recorded and played again: the same changes at the same times give the same receipts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from pydantic import TypeAdapter

from config.hotline_file import HotlineFile
from routing.changes import Change
from routing.floor import Floor
from routing.outcomes import OfferMade
from routing.receipts import Receipt


@dataclass(frozen=True, slots=True)
class FloorOpened:
    """A floor began, empty, under this version of the hotline file: the process started."""

    version: str


@dataclass(frozen=True, slots=True)
class FileAdopted:
    """The floor was told to go by another version from the next change on."""

    version: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """Something that was told to the floor, and when; the times never go back."""

    what: Change | FloorOpened | FileAdopted
    at: datetime


_KINDS: dict[str, TypeAdapter[Change | FloorOpened | FileAdopted]] = {
    kind.__name__: TypeAdapter(kind) for kind in (*get_args(Change), FloorOpened, FileAdopted)
}
_MOMENT = TypeAdapter(datetime)


def replay(recording: Iterable[Recorded], files: Mapping[str, HotlineFile]) -> Iterator[Receipt]:
    """The receipts of every decision, in order. `files` are the versions that the recording names.

    Raises `KeyError` for a version that is not there, `ValueError` for a recording that begins before a floor opened.
    """
    floor: Floor | None = None
    for recorded in recording:
        match recorded.what:
            case FloorOpened(version):
                floor = Floor(files[version], version)
            case _ if floor is None:
                raise ValueError("the recording begins in the middle: no floor was opened")
            case FileAdopted(version):
                floor.adopt(files[version], version)
            case change:
                outcomes = floor.feed(change, recorded.at)
                yield from (outcome.receipt for outcome in outcomes if isinstance(outcome, OfferMade))


def as_json(recorded: Recorded) -> dict[str, Any]:
    """What is recorded, as a value that JSON can hold."""
    kind = type(recorded.what).__name__
    what = _KINDS[kind].dump_python(recorded.what, mode="json")
    return {"at": recorded.at.isoformat(), "kind": kind, "what": what}


def from_json(value: Mapping[str, Any]) -> Recorded:
    """The other way. Raises `KeyError` or `pydantic.ValidationError` for what `as_json` never wrote."""
    return Recorded(_KINDS[value["kind"]].validate_python(value["what"]), _MOMENT.validate_python(value["at"]))
