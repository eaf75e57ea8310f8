"""The hotline file as the console sees it: published versions, checked with everything that `hotline check` knows."""

from __future__ import annotations

import asyncio

from config.faults import Fault, HotlineFileFaults, errors
from config.versions import Version, Versions, roll_back
from hotline.commands.check import check_text


class PublishedFiles:
    """`FileVersions` over the book of versions. Checking is done in a thread: it takes a good part of a second."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions

    async def current(self) -> tuple[str, str]:
        """The version in force, and its text."""
        version = await self._versions.current()
        return (str(version.number), version.text) if version else ("", "")

    async def check(self, text: str) -> tuple[Fault, ...]:
        """Every fault in the text."""
        return await asyncio.to_thread(check_text, text)

    async def history(self) -> tuple[Version, ...]:
        """Every version, newest first."""
        return await self._versions.history()

    async def get(self, number: int) -> Version:
        """The version of that number."""
        return await self._versions.get(number)

    async def publish(self, text: str, *, author: str, reason: str, base: int | None) -> Version:
        """Make a text without errors the newest version."""
        await self._must_be_good(text)
        return await self._versions.publish(text, author=author, reason=reason, base=base)

    async def roll_back(self, number: int, *, author: str, reason: str) -> Version:
        """Publish the text of an earlier version again, if it would still be good today."""
        await self._must_be_good((await self._versions.get(number)).text)
        return await roll_back(self._versions, number, author=author, reason=reason)

    async def _must_be_good(self, text: str) -> None:
        faults = await self.check(text)
        if errors(faults):
            raise HotlineFileFaults(faults)
