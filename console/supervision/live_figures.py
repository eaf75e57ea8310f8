"""The figures of the wallboard over the running hotline: its floor, its book and its calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from callbacks.calls.lookback import KeptRate, Lookback
from callbacks.cases.sifting import SiftRates, sift_rates
from callbacks.due_hours import DueHour, due_hours
from callbacks.service import PromiseBook
from callbacks.wait_spread import WaitSpread, wait_spreads
from config.clock import Clock
from config.hotline_file import HotlineFile
from console.paced import Paced
from console.supervision.figures import FRESH_SECONDS, BoardFigures, TierLevel
from routing.figures import DayFigures
from routing.live_floor import LiveFloor

_HOURS_AHEAD = 12
_KEPT_FOR = timedelta(days=30)
_WAITS_FOR = timedelta(days=7)
#: The newest cases, by which sifting is measured.
_CASES_SIFTED = 1000
#: What looks back over days changes slowly, and costs the most.
_LONG_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class _Today:
    kept: KeptRate
    due: tuple[DueHour, ...]
    waits: tuple[WaitSpread, ...]


@dataclass(frozen=True, slots=True)
class _Lately:
    kept: KeptRate
    waits: tuple[WaitSpread, ...]
    sift: SiftRates


class LiveFigures:
    """`console.supervision.figures.FloorFigures`; `file` is the hotline file in force."""

    def __init__(
        self,
        floor: LiveFloor,
        book: PromiseBook,
        lookback: Lookback,
        file: Callable[[], HotlineFile],
        clock: Clock,
    ) -> None:
        self._floor = floor
        self._book = book
        self._lookback = lookback
        self._file = file
        self._today = Paced(self._of_today, FRESH_SECONDS, clock)
        self._lately = Paced(self._of_late, _LONG_SECONDS, clock)

    async def now(self) -> BoardFigures:
        """See `FloorFigures`."""
        worked_out, today = await self._today.value()
        _, lately = await self._lately.value()
        return BoardFigures(
            worked_out=worked_out,
            levels=tier_levels(self._file(), self._floor.figures_by_tier()),
            proposed=await self._book.proposed_problems(),
            kept_today=today.kept,
            kept_lately=lately.kept,
            due=today.due,
            waits_today=today.waits,
            waits_lately=lately.waits,
            sift=lately.sift,
        )

    async def _of_today(self, now: datetime) -> _Today:
        file = self._file()
        zone = ZoneInfo(file.hotline.zone)
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        promised = await self._book.promised_calls(now + timedelta(hours=_HOURS_AHEAD))
        waits = await self._lookback.waits(midnight)
        return _Today(
            await self._lookback.kept_rate(midnight),
            await asyncio.to_thread(due_hours, file, promised, now, _HOURS_AHEAD),
            await asyncio.to_thread(wait_spreads, waits, zone),
        )

    async def _of_late(self, now: datetime) -> _Lately:
        zone = ZoneInfo(self._file().hotline.zone)
        waits = await self._lookback.waits(now - _WAITS_FOR)
        histories = await self._book.case_histories(_CASES_SIFTED)
        return _Lately(
            await self._lookback.kept_rate(now - _KEPT_FOR),
            await asyncio.to_thread(wait_spreads, waits, zone),
            await asyncio.to_thread(sift_rates, histories),
        )


def tier_levels(file: HotlineFile, counts: dict[str, DayFigures]) -> tuple[TierLevel, ...]:
    """Each tier of the file, in its order, then any that is gone from it but had calls today and is held to the
    standards of the default one."""
    found = []
    for tier in dict.fromkeys((*file.tiers, *counts)):
        standards = file.tiers.get(tier) or file.tiers[file.default_tier]
        of_tier = counts.get(tier)
        if of_tier is None:
            found.append(TierLevel(tier, standards.target_wait, 0, 0, 0, 0))
            continue
        found.append(
            TierLevel(
                tier,
                standards.target_wait,
                of_tier.offered,
                of_tier.answered,
                of_tier.answered_in_time,
                of_tier.abandoned,
            )
        )
    return tuple(found)
