"""The port behind which mail and text messages leave the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from prompts.letters import Letter


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter on its way. `key` is the same at every try; `to` is a mail address or a number in E.164."""

    key: str
    to: str
    letter: Letter


class NotDelivered(Exception):
    """The parcel was not taken. `for_good`: nor will it be, however often it is tried. No address is in `reason`."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good


class Courier(Protocol):
    """One way of delivering."""

    async def deliver(self, parcel: Parcel) -> None:
        """Hand the parcel over to the next server, which has taken it when this returns. Raises `NotDelivered`."""
