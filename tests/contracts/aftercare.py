"""What the contracts of letters, silences and follow-ups share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from callbacks.aftercare.rules import Aftercare
from callbacks.capacity import HasRoom
from callbacks.letters.courier import Courier, NotDelivered, Parcel
from callbacks.letters.messages import Message
from callbacks.letters.messenger import Messenger
from callbacks.model import Case, Channel
from callbacks.ports import PromisedCalls
from prompts.letters import Sender
from routing.work import Needs
from tests.callbacks.samples import HOUR, SEOUL
from tests.contracts.promise_books import House, house_on

DAY = timedelta(days=1)
AFTERCARE = Aftercare(
    maximum_silence={"vip": DAY, "standard": 3 * DAY}, window=2 * HOUR, follow_up_after=2 * DAY, language="ko"
)


@dataclass
class Rules:
    """What the messenger asks of the hotline file."""

    sender: Sender = field(default_factory=lambda: Sender("Hanbit", SEOUL))
    maximum_tries: int = 3


@dataclass
class Post:
    """A courier that notes what it is given, and fails as often as it is told to."""

    taken: list[Parcel] = field(default_factory=list)
    faults: list[NotDelivered] = field(default_factory=list)

    async def deliver(self, parcel: Parcel) -> None:
        self.taken.append(parcel)
        if self.faults:
            raise self.faults.pop(0)


@asynccontextmanager
async def house_with_aftercare(store: str, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    """A book that follows up and breaks silences; what was written into it must balance at the end."""
    async with house_on(store, empty_database) as made:
        made.book.rules = replace(made.book.rules, aftercare=AFTERCARE)
        yield made
        report = await made.book.audit()
        assert report.holds, report


def has_room_where(house: House, has_room: HasRoom) -> None:
    """From now on the floor can keep one more promise in these windows only."""

    def capacity(_promised: Sequence[PromisedCalls], _needs: Needs, _now: datetime, _end: datetime) -> HasRoom:
        return has_room

    house.book.rules = replace(house.book.rules, aftercare=replace(AFTERCARE, capacity=capacity))


def messenger_of(house: House, post: Courier) -> Messenger:
    """What sends the letters of the house."""
    return Messenger(house.book.store, {Channel.MAIL: post}, house.clock, Rules)


async def reader(house: House, *, tier: str = "standard", channel: Channel = Channel.MAIL) -> str:
    """The id of a contact who likes to be written to."""
    contact = await house.book.contact_by_number("010-1234-5678", tier)
    changed = replace(contact, tier=tier, channel=channel, mail="jane@example.org", language="en")
    return (await house.book.save_contact(changed)).id


async def written(house: House, contact: str) -> tuple[Message, ...]:
    async with house.book.store.reading() as book:
        return await book.messages(contact)


async def send_all(messenger: Messenger) -> int:
    sent = 0
    while count := await messenger.send_due():
        sent += count
    return sent


async def silence_of(house: House, tier: str) -> Case:
    contact = await house.caller(tier=tier)
    return await house.complaint(contact)
