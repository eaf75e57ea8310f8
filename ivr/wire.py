"""Messages between the hotline's processes, as bytes.

    4 bytes   length of what follows, big-endian
    ASCII     the name of the message's class, then one space
    JSON      its fields

Audio is no message here: it goes from the edge to the ears by a way of its own (`ivr.audio_way`). Reading is strict:
an unknown name, a field too many, too few or of another type, or a frame that is too long is a `WireFault`, after which
nothing more of that connection can be trusted.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from ivr.messages import EarsCommand, EarsEvent, EdgeCommand, EdgeEvent

#: To be raised with every change of `ivr.messages` that another process would misread.
VERSION = 4
#: No message comes near it; the longest is what was heard of a long utterance, word by word.
MAXIMUM_BYTES = 1 << 20

_LENGTH = struct.Struct(">I")


class WireFault(Exception):
    """What came is not a message that may come here."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message of each side. `languages`, of the ears: what they hear."""

    version: int = VERSION
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurvivorsTold:
    """The edge has told of every leg that outlived the last connection. `uptime`: seconds since it began."""

    uptime: float


ToEdge = Hello | EdgeCommand
FromEdge = Hello | SurvivorsTold | EdgeEvent
ToEars = Hello | EarsCommand
FromEars = Hello | EarsEvent
Message = ToEdge | FromEdge | ToEars | FromEars
Incoming = TypeVar("Incoming", bound=Message)

TO_EDGE: tuple[type[ToEdge], ...] = get_args(ToEdge)
FROM_EDGE: tuple[type[FromEdge], ...] = get_args(FromEdge)
TO_EARS: tuple[type[ToEars], ...] = get_args(ToEars)
FROM_EARS: tuple[type[FromEars], ...] = get_args(FromEars)


def encode(message: Message) -> bytes:
    """The message as one frame. Bytes of a telephone's text that are no UTF-8 become question marks."""
    try:
        content = to_json(message, inf_nan_mode="constants")
    except PydanticSerializationError:  # half a surrogate pair, by which the parser keeps such bytes
        content = to_json(_scrubbed(message), inf_nan_mode="constants")
    body = b"%s %s" % (type(message).__name__.encode(), content)
    return _LENGTH.pack(len(body)) + body


def _scrubbed(message: Message) -> Message:
    clean: dict[str, Any] = {}
    for field in fields(message):
        value = getattr(message, field.name)
        if isinstance(value, str):
            clean[field.name] = value.encode("utf-8", "replace").decode()
    return replace(message, **clean)


class Reader(Generic[Incoming]):
    """Puts frames together from whatever pieces they come in. `kinds` are the messages that may come."""

    def __init__(self, kinds: tuple[type[Incoming], ...]) -> None:
        self._kinds = {kind.__name__.encode(): kind for kind in kinds}
        self._adapters: dict[bytes, TypeAdapter[Incoming]] = {}
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[Incoming]:
        """The messages that are complete now. Raises `WireFault`."""
        self._rest += data
        found: list[Incoming] = []
        start = 0
        while len(self._rest) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._rest, start)
            if length > MAXIMUM_BYTES:
                raise WireFault(f"a frame of {length} bytes")
            end = start + _LENGTH.size + length
            if len(self._rest) < end:
                break
            found.append(self._decode(bytes(self._rest[start + _LENGTH.size : end])))
            start = end
        del self._rest[:start]
        return found

    def _decode(self, body: bytes) -> Incoming:
        name, _, content = body.partition(b" ")
        kind = self._kinds.get(name)
        if kind is None:
            raise WireFault(f"a message of no kind that may come here: {name[:40]!r}")
        adapter = self._adapters.get(name)
        if adapter is None:
            adapter = self._adapters[name] = TypeAdapter(kind)
        try:
            return adapter.validate_json(content, strict=True, extra="forbid")
        except ValidationError as fault:
            where = "; ".join(f"{error['loc']}: {error['type']}" for error in fault.errors(include_input=False)[:3])
            raise WireFault(f"a malformed {kind.__name__}: {where}") from None
