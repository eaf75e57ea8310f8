"""The identity of the book, and what an audit of it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callbacks.entries import Entry
from callbacks.ledger import LedgerRefusal, fold
from callbacks.model import Promise


@dataclass(frozen=True, slots=True)
class Identity:
    """made = kept + renegotiated + broken + withdrawn + open, always. `made` counts entries, the others count rows."""

    made: int
    kept: int
    renegotiated: int
    broken: int
    withdrawn: int
    open: int

    @property
    def holds(self) -> bool:
        """Whether no promise is lost and none counted twice."""
        return self.made == self.kept + self.renegotiated + self.broken + self.withdrawn + self.open


@dataclass(frozen=True, slots=True)
class AuditReport:
    """`differing` names each promise whose row is not the fold of its entries, and what differs. `identity` was counted
    for this report; `kept` is what the database keeps."""

    promises: int
    entries: int
    differing: tuple[tuple[str, str], ...]
    identity: Identity
    kept: Identity

    @property
    def holds(self) -> bool:
        """Whether the book can be trusted."""
        return self.identity.holds and self.identity == self.kept and not self.differing


def difference(row: Promise, entries: Sequence[Entry]) -> str | None:
    """What makes the row differ from the fold of its entries, or None."""
    try:
        folded = fold(entries)
    except LedgerRefusal as refusal:
        return str(refusal)
    if folded == row:
        return None
    names = [name for name in Promise.__slots__ if getattr(folded, name) != getattr(row, name)]
    return "row and entries differ in " + ", ".join(names)
