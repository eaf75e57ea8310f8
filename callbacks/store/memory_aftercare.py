"""What comes after a call, in memory: messages, silences, ratings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from callbacks.aftercare.ratings import Rating
from callbacks.aftercare.silence import Silence
from callbacks.letters.messages import Message, MessageState


@dataclass(slots=True)
class AftercarePages:
    """The pages of the book in memory that hold them."""

    messages: dict[str, Message] = field(default_factory=dict)
    silences: dict[str, Silence] = field(default_factory=dict)
    ratings: dict[str, Rating] = field(default_factory=dict)

    def copy(self) -> AftercarePages:
        """A copy that can be changed or thrown away."""
        return AftercarePages(dict(self.messages), dict(self.silences), dict(self.ratings))


class MemoryAftercareReader:
    """`MessageReader`, `SilenceReader` and `RatingReader` on such pages."""

    def __init__(self, aftercare: AftercarePages) -> None:
        self.aftercare = aftercare

    async def message(self, message: str, *, lock: bool = False) -> Message | None:
        return self.aftercare.messages.get(message)

    async def messages(self, contact: str) -> tuple[Message, ...]:
        found = (message for message in self.aftercare.messages.values() if message.contact == contact)
        return tuple(sorted(found, key=lambda message: (message.made_at, message.id)))

    async def messages_to_send(self, now: datetime, limit: int, *, lock: bool = False) -> tuple[Message, ...]:
        waiting = (m for m in self.aftercare.messages.values() if m.state is MessageState.WAITING)
        ready = sorted((m for m in waiting if m.not_before <= now), key=lambda m: (m.not_before, m.id))
        return tuple(ready[:limit])

    async def messages_given_up(self, limit: int) -> tuple[Message, ...]:
        found = [m for m in self.aftercare.messages.values() if m.state is MessageState.GIVEN_UP]
        found.sort(key=lambda m: m.id)
        found.sort(key=lambda m: m.settled_at or m.made_at, reverse=True)
        return tuple(found[:limit])

    async def silence(self, case: str) -> Silence | None:
        return self.aftercare.silences.get(case)

    async def silences(self, tier: str, until: datetime, limit: int) -> tuple[Silence, ...]:
        found = (s for s in self.aftercare.silences.values() if s.tier == tier and s.since <= until and not s.promised)
        return tuple(sorted(found, key=lambda s: (s.since, s.case))[:limit])

    async def rating(self, visit: str) -> Rating | None:
        return self.aftercare.ratings.get(visit)

    async def ratings(self, since: datetime, agent: str | None = None) -> tuple[Rating, ...]:
        found = (r for r in self.aftercare.ratings.values() if r.at >= since and agent in (None, r.agent))
        return tuple(sorted(found, key=lambda r: (r.at, r.visit)))


class MemoryAftercareUnit(MemoryAftercareReader):
    """`MessageUnit`, `SilenceUnit` and `RatingUnit` on such pages."""

    async def save_message(self, message: Message) -> None:
        self.aftercare.messages[message.id] = message

    async def save_silence(self, silence: Silence) -> None:
        self.aftercare.silences[silence.case] = silence

    async def end_silence(self, case: str) -> None:
        self.aftercare.silences.pop(case, None)

    async def follow_tier(self, contact: str, tier: str) -> None:
        """The contact is of this tier from now on."""
        for case, silence in self.aftercare.silences.items():
            if silence.contact == contact:
                self.aftercare.silences[case] = replace(silence, tier=tier)

    async def save_rating(self, rating: Rating) -> None:
        self.aftercare.ratings[rating.visit] = rating
