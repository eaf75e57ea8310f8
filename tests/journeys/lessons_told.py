"""What the journeys through the lessons share: how a caller complains, and what is looked at afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from callbacks.aftercare.progress_watch import watch_silences
from callbacks.letters.courier import Parcel
from callbacks.model import Promise, PromiseKind
from ivr.desk import WorkView
from tests.journeys.people import Caller
from tests.journeys.stage import JourneyStage


async def desk_of(stage: JourneyStage, agent: str) -> WorkView:
    view = await stage.desk.current(agent)
    assert view is not None
    return view


async def promises(stage: JourneyStage, kind: PromiseKind) -> list[Promise]:
    return [promise for promise in stage.stores.book.pages.promises.values() if promise.kind is kind]


def prompts_of(caller: Caller) -> list[str]:
    return [played.prompt for played in caller.heard()]


async def tells(caller: Caller, what: str, *, at: float) -> None:
    """Rings, says what is wrong, and agrees with what was understood: twenty seconds."""
    await caller.rings(at=at)
    await caller.says(what, at=at + 4)
    await caller.presses("1", at=at + 12)
    await caller.stage.at(at + 20)


async def passes_unseen(stage: JourneyStage, moment: datetime) -> None:
    """Time in which nothing is looked at; what falls into it happens at its end."""
    await stage.clock.leap((moment - stage.clock.now()).total_seconds())


async def keys(caller: Caller, digits: str, *, at: float) -> None:
    for place, digit in enumerate(digits):
        await caller.presses(digit, at=at + place * 0.5)


@asynccontextmanager
async def silences_watched(stage: JourneyStage) -> AsyncIterator[None]:
    watch = asyncio.ensure_future(watch_silences(stage.book, stage.clock))
    try:
        yield
    finally:
        watch.cancel()


class Letterbox:
    """A `Courier` that keeps what it is given."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []

    async def deliver(self, parcel: Parcel) -> None:
        self.parcels.append(parcel)
