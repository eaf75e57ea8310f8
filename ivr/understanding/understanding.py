"""What was understood of what a caller said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callbacks.model import Wish
from config.urgency import Urgency


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why: `text[start:end]` speaks for `field` (category, urgency, wish, abusive or callback_at) being `value`."""

    field: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Understanding:
    """The reading of one utterance. `confidence` is 0 to 1, that of the category; `callback_at` aware, or None."""

    category: str
    urgency: Urgency
    wish: Wish
    confidence: float
    abusive: bool = False
    callback_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
