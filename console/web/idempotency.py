"""The same request sent twice is carried out once (draft-ietf-httpapi-idempotency-key-header).

Kept is what the first one was answered, for a day, under the person and the key that they chose; never the request
itself, of which only a digest is kept to tell whether the second is the same. What changed nothing (a fault) is not
kept: it may be tried again under the same key.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"

KEPT_FOR = timedelta(hours=24)
#: A request that is not answered by then has died with its process: another may be tried under its key.
ANSWERED_WITHIN = timedelta(minutes=5)
#: Bytes of an answer that are kept; a larger one is given once.
LONGEST_ANSWER = 262_144

#: The header's value: as it stands, or in quotation marks as the draft writes it (a string of RFC 8941).
_KEY = re.compile(r'[!#-\[\]-~]{1,128}|"[ !#-\[\]-~]{1,128}"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. `headers` are those that belong to the body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A request under a key: `digest` of it, and its answer once there is one."""

    digest: str
    begun_at: datetime
    answer: Answer | None = None

    def is_dead(self, now: datetime) -> bool:
        """Whether its answer will never come."""
        return self.answer is None and now - self.begun_at >= ANSWERED_WITHIN

    def is_over(self, now: datetime) -> bool:
        """Whether it is kept no longer."""
        return now - self.begun_at >= KEPT_FOR


class Answers(Protocol):
    """Where they are kept."""

    async def begin(self, person: str, key: str, digest: str, now: datetime) -> Kept | None:
        """Keep that the request begins now. Instead of that, the one that has the key already, if it is neither dead
        nor over; of two at the same moment one is given the other. What is over is forgotten."""

    async def settle(self, person: str, key: str, answer: Answer) -> None:
        """The request has been answered."""

    async def forget(self, person: str, key: str) -> None:
        """The request changed nothing."""

    async def forget_over(self, now: datetime) -> int:
        """Forget all that has been kept long enough; so many answers."""

    async def forget_about(self, names: Collection[str]) -> None:
        """Forget every answer that has one of these ids in it: what was answered about somebody goes with them."""


def key_of(value: str) -> str | None:
    """The key that the header's value names; None when it names none."""
    given = value.strip()
    return given.strip('"') if _KEY.fullmatch(given) else None


def digest_of(rights: str, method: str, target: str, media: str, body: bytes) -> str:
    """What tells one request from another: a narrower token of the same person is not given what a wider one was.
    `target` is the path with its query."""
    whole = hashlib.sha256()
    for part in (rights.encode(), method.encode(), target.encode(), media.encode(), body):
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()
