"""What is told of messages: no address and no word of them. The subject is the message's id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from config.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class _MessageEvent(Event):
    noun: ClassVar[str] = "message"
    template: str
    channel: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWritten(_MessageEvent):
    """It waits to be sent."""

    verb: ClassVar[str] = "written"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent(_MessageEvent):
    """The next server has taken it."""

    verb: ClassVar[str] = "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageGivenUp(_MessageEvent):
    """It could not be delivered: a person should tell the contact otherwise."""

    verb: ClassVar[str] = "given-up"
    tries: int
    fault: str
