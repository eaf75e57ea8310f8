"""The ports of the routing room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from config.events import Event
from routing.receipts import Receipt


class ReceiptStore(Protocol):
    """Where receipts are kept, and through which the floor's events are told."""

    async def save(self, receipts: Sequence[Receipt], events: Sequence[Event]) -> None:
        """Keep the receipts and tell the events in one commit. Raises `config.errors.DatabaseFault`; nothing is kept
        or told then."""

    async def of_work(self, work_id: str) -> tuple[Receipt, ...]:
        """Every receipt of a call or promise, oldest first."""

    async def latest(self, count: int) -> tuple[Receipt, ...]:
        """The newest receipts, newest first."""
