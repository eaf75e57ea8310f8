"""Whether this node leads, for whoever has work that only the leader does."""

from __future__ import annotations

import asyncio


class Lead:
    """Ours, or not."""

    def __init__(self) -> None:
        self.is_alone = False
        self._ours = asyncio.Event()
        self._not_ours = asyncio.Event()
        self._not_ours.set()

    @property
    def is_ours(self) -> bool:
        """Whether this node leads."""
        return self._ours.is_set()

    def begin(self, alone: bool) -> None:
        """From now on; `alone`: there is no other node."""
        self.is_alone = alone
        self._not_ours.clear()
        self._ours.set()

    def end(self) -> None:
        """Not any more."""
        self._ours.clear()
        self._not_ours.set()

    async def gained(self) -> None:
        """Until it is ours."""
        await self._ours.wait()

    async def gone(self) -> None:
        """Until it is not ours."""
        await self._not_ours.wait()
