"""Solved cases that are like the one in hand, and what helped: an index in memory over the newest of the promise book.

The index only ranks; what is shown is read from the book again, so that nothing is shown that was erased since.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta

import structlog

from callbacks.cases.solved import SolvedCase
from callbacks.events import CaseReopened, CaseSolved
from callbacks.model import Case
from callbacks.service import PromiseBook
from config.clock import Clock
from config.errors import DatabaseFault
from config.events import Event, Events
from ivr.understanding.similar_cases import Matter, SimilarCases

log = structlog.get_logger(__name__)

#: So many of the newest solved cases are searched; building the index over them takes about a second of one core.
MOST_CASES = 5000
#: An index is built no more often than this, however many cases are solved.
_REBUILT_AFTER = timedelta(minutes=5)
#: More are looked at than shown: of some nobody has written what helped.
_LOOKED_AT = 30
SHOWN = 5


class LikeSolved:
    """Built when it is first asked, and again in the background after more was solved."""

    def __init__(self, book: PromiseBook, events: Events, clock: Clock) -> None:
        self._book = book
        self._clock = clock
        self._index = SimilarCases(())
        self._built_at: datetime | None = None
        self._is_stale = True
        self._building: asyncio.Task[None] | None = None
        self._listening = contextlib.ExitStack()
        self._listening.callback(events.subscribe(self._on_event))

    async def like(self, case: Case, said: str) -> tuple[SolvedCase, ...]:
        """At most `SHOWN` solved cases like this one, the likest first. `said` is what else the caller said of it."""
        await self._fresh_enough()
        matter = matter_of(case, said)
        alike = await asyncio.to_thread(self._index.like, matter, _LOOKED_AT + 1)
        return await self._book.what_helped([name for name in alike if name != case.id], SHOWN)

    async def built(self) -> None:
        """Wait until the index that is being built, if any, is there."""
        if self._building is not None:
            await asyncio.shield(self._building)

    async def stop(self) -> None:
        """Build no more; it may be stopped twice."""
        self._listening.close()
        if self._building is not None:
            self._building.cancel()
            await asyncio.gather(self._building, return_exceptions=True)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, CaseSolved | CaseReopened):
            self._is_stale = True

    async def _fresh_enough(self) -> None:
        """The first time the index is waited for; later the old one serves while another is built."""
        built, now = self._built_at, self._clock.now()
        is_due = self._is_stale and (built is None or now - built >= _REBUILT_AFTER)
        if is_due and (self._building is None or self._building.done()):
            self._building = asyncio.get_running_loop().create_task(self._build(now))
        if built is None:
            await self.built()

    async def _build(self, now: datetime) -> None:
        self._is_stale = False
        try:
            cases = await self._book.solved_cases(MOST_CASES)
        except DatabaseFault as fault:  # the next look tries again
            self._is_stale = True
            log.warning("solved_cases_not_read", fault=str(fault))
            return
        self._index = await asyncio.to_thread(SimilarCases, [(case.id, matter_of(case)) for case in cases])
        self._built_at = now
        log.info("solved_cases_indexed", cases=len(self._index))


def matter_of(case: Case, said: str = "") -> Matter:
    """What the case is about, for comparing."""
    return Matter(f"{case.summary} {said}".strip(), case.category, case.product, case.language)
