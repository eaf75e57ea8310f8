"""The ports of the routing room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from config.events import Event
from routing.receipts import Receipt
from routing.replay import Recorded


class ReceiptStore(Protocol):
    """Where receipts are kept, with what led to them, and through which the floor's events are told."""

    async def save(
        self, receipts: Sequence[Receipt], events: Sequence[Event], recorded: Sequence[Recorded] = ()
    ) -> None:
        """Keep the receipts and what the floor was told, and tell the events, in one commit. Raises
        `config.errors.DatabaseFault`; nothing is kept or told then."""

    async def of_work(self, work_id: str) -> tuple[Receipt, ...]:
        """Every receipt of a call or promise, oldest first."""

    async def latest(self, count: int) -> tuple[Receipt, ...]:
        """The newest receipts, newest first."""

    async def recording(self, until: datetime) -> tuple[Recorded, ...]:
        """What the floor that was open then was told from its opening up to that moment, for `routing.replay`."""
