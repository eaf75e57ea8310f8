"""Which version of the hotline file counts: at the start, and when another process publishes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from config.clock import Clock
from config.errors import DatabaseFault
from config.versions import Version, Versions

log = structlog.get_logger(__name__)

#: Seconds between looks at the book of versions.
LOOK_EVERY = 3


async def version_at_start(versions: Versions, text: str, name: str) -> Version:
    """The version to begin with, given the text of the file named in the settings.

    A text that was never published is, and counts. One that was published before is no news: the newest version counts,
    so that what was published since from the console or the command line is not undone by a restart.
    """
    current = await versions.current()
    if current is None:
        return await versions.publish(text, author="hotline", reason=f"read from {name}", base=None)
    if text == current.text:
        return current
    known = next((version for version in await versions.history() if version.text == text), None)
    if known is not None:
        log.info("hotline_file_is_older", file=name, its_version=known.number, in_force=current.number)
        return current
    return await versions.publish(text, author="hotline", reason=f"read from {name}", base=current.number)


class VersionWatch:
    """Looks for versions that other processes publish, and hands the newest over."""

    def __init__(
        self, versions: Versions, clock: Clock, in_force: Callable[[], int], adopt: Callable[[Version], Awaitable[None]]
    ) -> None:
        self._versions = versions
        self._clock = clock
        self._in_force = in_force
        self._adopt = adopt

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self._clock.sleep(LOOK_EVERY)
            try:
                newest = await self._versions.current()
            except DatabaseFault as fault:  # calls go on under the version they have
                log.warning("versions_not_read", fault=str(fault))
                continue
            if newest is not None and newest.number > self._in_force():
                await self._adopt(newest)
