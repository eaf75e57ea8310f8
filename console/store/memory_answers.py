"""`Answers` that are gone with the process."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from console.web.idempotency import Answer, Kept


class MemoryAnswers:
    """`Answers` without a disk."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Kept] = {}

    async def begin(self, person: str, key: str, digest: str, now: datetime) -> Kept | None:
        self._kept = {name: kept for name, kept in self._kept.items() if not kept.is_over(now)}
        before = self._kept.get((person, key))
        if before is not None and not before.is_dead(now):
            return before
        self._kept[person, key] = Kept(digest, now)
        return None

    async def settle(self, person: str, key: str, answer: Answer) -> None:
        self._kept[person, key] = replace(self._kept[person, key], answer=answer)

    async def forget(self, person: str, key: str) -> None:
        self._kept.pop((person, key), None)

    async def forget_over(self, now: datetime) -> int:
        before = len(self._kept)
        self._kept = {name: kept for name, kept in self._kept.items() if not kept.is_over(now)}
        return before - len(self._kept)

    async def forget_about(self, names: Collection[str]) -> None:
        for key, kept in tuple(self._kept.items()):
            if kept.answer is not None and any(name.encode() in kept.answer.body for name in names):
                del self._kept[key]
