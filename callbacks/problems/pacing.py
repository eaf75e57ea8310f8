"""At what pace the contacts of a solved problem are called: as the floor can carry it (lessons 1 and 21)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from callbacks.capacity import given_away
from callbacks.contacts.zones import zones_of
from callbacks.model import Contact, Promise
from callbacks.ports import PromisedCalls
from config.hotline_file import HotlineFile
from routing.pacing import Wanted, paced_windows
from routing.windows import Window
from routing.work import Needs


class Pace(Protocol):
    """Gives windows to promises that are owed at once."""

    def __call__(
        self, promised: Sequence[PromisedCalls], owed: Sequence[tuple[Promise, Contact]], now: datetime
    ) -> Sequence[Window]:
        """A window for each of `owed`, which come in the order of service; `promised` is given away already."""


@dataclass(frozen=True, slots=True)
class AtCapacity:
    """Each window can be kept by the agents of the file, whatever else is promised, and lies before the deadline of the
    contact's tier where there is a way (see `routing.pacing`)."""

    file: HotlineFile

    def __call__(
        self, promised: Sequence[PromisedCalls], owed: Sequence[tuple[Promise, Contact]], now: datetime
    ) -> Sequence[Window]:
        """See `Pace`."""
        before = given_away(promised, self.file.callbacks.service_seconds)
        wanted = [
            Wanted(
                Needs(promise.queue, promise.language, promise.skills),
                now + self._longest(promise.tier),
                zones_of(contact.number),
            )
            for promise, contact in owed
        ]
        return paced_windows(self.file, before, wanted, now)

    def _longest(self, tier: str) -> timedelta:
        """A tier that is gone from the file has the standards of the default one."""
        tiers = self.file.tiers
        return timedelta(hours=(tiers.get(tier) or tiers[self.file.default_tier]).callback_deadline_hours)
