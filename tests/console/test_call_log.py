"""Looking at calls: who may, and that it is written down."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from callbacks.calls.lookback import CallsWanted
from callbacks.privacy.personal import Look, Looked
from config.clock import VirtualClock
from config.events import EventBus
from console.book.call_log import Looking, lookings
from console.errors import Forbidden
from tests.callbacks.samples import MINUTE, NOON
from tests.console.people import PEOPLE
from tests.console.sample_supervision import Supervision, sample_supervision

AGENT, SUPERVISOR, ADMIN = PEOPLE[:3]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOON)


@pytest.fixture
async def house(clock: VirtualClock, tmp_path: Path) -> Supervision:
    return await sample_supervision(clock, EventBus(), tmp_path, calls=27)


async def test_calls_come_in_pages(house: Supervision) -> None:
    first = await house.log.find(SUPERVISOR, CallsWanted(), None)
    assert [each.call.id for each in first.rows] == [f"call-{n:03}" for n in range(25)]
    rest = await house.log.find(SUPERVISOR, CallsWanted(), first.after)
    assert [each.call.id for each in rest.rows] == ["call-025", "call-026"]
    assert rest.after is None


async def test_a_transcript_is_noted_before_it_is_shown(house: Supervision) -> None:
    lines = await house.log.transcript(SUPERVISOR, "call-000")
    assert [line.text for line in lines][1:] == ["it smells of burning", "on the balcony"]
    (look,) = await house.log.looked_at(ADMIN, "call-000")
    assert (look.by, look.what) == ("user:sam", Looked.TRANSCRIPT)


async def test_agents_see_no_calls_and_only_admins_who_looked(house: Supervision) -> None:
    for asked in (house.log.find(AGENT, CallsWanted(), None), house.log.transcript(AGENT, "call-000"),
                  house.log.looked_at(AGENT, "call-000"), house.log.looked_at(SUPERVISOR, "call-000")):  # fmt: skip
        with pytest.raises(Forbidden):
            await asked
    assert await house.log.looked_at(ADMIN, "call-000") == ()


def test_the_pieces_that_a_browser_asks_for_are_one_sitting() -> None:
    def look(minutes: float, by: str = "sam", what: Looked = Looked.RECORDING) -> Look:
        return Look(NOON + minutes * MINUTE, by, what, "call-1")

    looks = (look(90), look(31), look(25, "jin"), look(20), look(20, what=Looked.TRANSCRIPT), look(0))
    later = NOON + timedelta(minutes=90)
    assert lookings(looks) == (
        Looking("sam", Looked.RECORDING, later, later),
        Looking("jin", Looked.RECORDING, NOON + 25 * MINUTE, NOON + 25 * MINUTE),
        Looking("sam", Looked.TRANSCRIPT, NOON + 20 * MINUTE, NOON + 20 * MINUTE),
        Looking("sam", Looked.RECORDING, NOON, NOON + 31 * MINUTE),
    )
