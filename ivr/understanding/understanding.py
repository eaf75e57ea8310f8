"""What was understood of what a caller said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from callbacks.model import Wish
from config.urgency import Urgency


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why: `text[start:end]` speaks for `field` being `value`. `field` is category, urgency, wish, abusive,
    callback_at, product, telephone or order."""

    field: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Understanding:
    """The reading of one utterance. `confidence` is 0 to 1, that of the category; `callback_at` aware, or None;
    `product` as the hotline file spells it; `telephone` digits, with a plus where one was spoken. `next_best`: the
    other categories that it could have been, likeliest first."""

    category: str
    urgency: Urgency
    wish: Wish
    confidence: float
    abusive: bool = False
    callback_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    product: str | None = None
    telephone: str | None = None
    order: str | None = None
    next_best: tuple[str, ...] = ()
