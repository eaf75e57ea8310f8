"""Messages to contacts who like to be written to (lesson 26): committed with what they tell of, sent at least once.

A message holds no address and no name: where it goes is looked up when it is sent, so that an erased contact leaves
nothing behind. Its id goes with every try (Message-ID, Idempotency-Key), so that whoever receives a second copy, after
a crash between sending and writing that down, can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from callbacks.model import Channel
from prompts.letters import Template

#: Known to the receiver alone: dropped as soon as the message has left us.
SECRET_FIELDS = frozenset({"code"})
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
#: Past it another process may take up a message whose sender has died.
SENDING_LEASE = timedelta(minutes=5)


class MessageState(StrEnum):
    """waiting -> sent, given-up, or dropped when its time is over before it is sent."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given-up"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `not_before` is when the next try may be made, `tries` counts those begun; `fault` is how the last
    one failed, without an address; `fields` fill the template in."""

    id: str
    contact: str
    channel: Channel
    template: Template
    language: str
    made_at: datetime
    not_before: datetime
    fields: Mapping[str, str] = field(default_factory=dict)
    promise: str | None = None
    case: str | None = None
    tries: int = 0
    state: MessageState = MessageState.WAITING
    settled_at: datetime | None = None
    fault: str = ""


class MessageReader(Protocol):
    """Looking messages up."""

    async def message(self, message: str, *, lock: bool = False) -> Message | None:
        """The message."""

    async def messages(self, contact: str) -> tuple[Message, ...]:
        """Everything written to the contact, oldest first."""

    async def messages_to_send(self, now: datetime, limit: int, *, lock: bool = False) -> tuple[Message, ...]:
        """Messages whose next try may be made by `now`, those waiting longest first; with `lock`, those that another
        transaction holds are left to it."""

    async def messages_given_up(self, limit: int) -> tuple[Message, ...]:
        """Messages that could not be delivered, the latest first."""


class MessageUnit(MessageReader, Protocol):
    """Writing messages, in the transaction of what they tell of."""

    async def save_message(self, message: Message) -> None:
        """Save a new or changed message."""


def pause_after(tries: int) -> timedelta:
    """How long after so many tries the next one waits: a minute, then four times as long each time, up to six hours."""
    grown: int = 4 ** min(max(0, tries - 1), 10)
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * grown)


def taken(message: Message, now: datetime) -> Message:
    """Somebody begins a try; nobody else does before the lease is over."""
    return replace(message, tries=message.tries + 1, not_before=now + SENDING_LEASE)


def settled(message: Message, state: MessageState, now: datetime, fault: str = "") -> Message:
    """Nothing more is done about the message; what only its receiver may know is gone."""
    fields = {name: value for name, value in message.fields.items() if name not in SECRET_FIELDS}
    return replace(message, state=state, settled_at=now, fault=fault, fields=fields)


def failed(message: Message, fault: str, for_good: bool, maximum_tries: int, now: datetime) -> Message:
    """The try failed: again later, or given up."""
    if for_good or message.tries >= maximum_tries:
        return settled(message, MessageState.GIVEN_UP, now, fault)
    return replace(message, not_before=now + pause_after(message.tries), fault=fault)
