"""Several phones of one agent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from config.clock import VirtualClock
from config.hotline_file import Dialling
from ivr.dial_plan import DialPlan
from ivr.messages import Dial, HangUp
from ivr.outbound import Line, OutboundLines, UnansweredError
from ivr.ringing import best_of, ring_in_parallel, ring_in_turn
from ivr.scripted_edge import NeverAnswers, PicksUp, Refuses, ScriptedEdge

DESK, MOBILE = "sip:ana@desk", "sip:ana@mobile"


class Bench:
    def __init__(self) -> None:
        self.clock = VirtualClock(datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
        self.edge = ScriptedEdge(self.clock)
        self.lines = OutboundLines(self.edge, lambda: DialPlan(Dialling()))

    def dial(self, phone: str, seconds: float) -> Line:
        return self.lines.dial(phone, "1000", seconds)

    def rung(self) -> list[tuple[str, float]]:
        return [(sent.target, sent.ring_seconds) for sent in self.edge.sent if isinstance(sent, Dial)]

    def leg_of(self, phone: str) -> str:
        return next(sent.leg for sent in self.edge.sent if isinstance(sent, Dial) and sent.target == phone)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    await bench.edge.start(lambda event: None if bench.lines.take(event) else pytest.fail(f"nobody's: {event}"))
    yield bench
    await bench.edge.stop()


async def test_all_phones_ring_and_the_first_picked_up_silences_the_others(bench: Bench) -> None:
    bench.edge.outcomes = {DESK: NeverAnswers(), MOBILE: PicksUp(after=4)}
    ringing = asyncio.ensure_future(ring_in_parallel(bench.dial, (DESK, MOBILE), 25))
    await bench.clock.advance(5)
    line = await ringing
    assert bench.rung() == [(DESK, 25), (MOBILE, 25)]
    assert line.leg == bench.leg_of(MOBILE)
    assert [sent.leg for sent in bench.edge.sent if isinstance(sent, HangUp)] == [bench.leg_of(DESK)]


async def test_of_two_phones_picked_up_at_once_one_is_hung_up(bench: Bench) -> None:
    bench.edge.outcomes = {DESK: PicksUp(after=2), MOBILE: PicksUp(after=2)}
    ringing = asyncio.ensure_future(ring_in_parallel(bench.dial, (DESK, MOBILE), 25))
    await bench.clock.advance(3)
    winner = await ringing
    hung_up = [sent.leg for sent in bench.edge.sent if isinstance(sent, HangUp)]
    assert {winner.leg, *hung_up} == {bench.leg_of(DESK), bench.leg_of(MOBILE)}


async def test_declining_on_one_phone_stops_the_others(bench: Bench) -> None:
    bench.edge.outcomes = {DESK: NeverAnswers(), MOBILE: Refuses(603, after=2)}
    ringing = asyncio.ensure_future(ring_in_parallel(bench.dial, (DESK, MOBILE), 25))
    await bench.clock.advance(3)
    with pytest.raises(UnansweredError) as fault:
        await ringing
    assert fault.value.status == 603
    assert HangUp(bench.leg_of(DESK)) in bench.edge.sent


async def test_a_phone_out_of_order_does_not_keep_the_other_from_ringing(bench: Bench) -> None:
    bench.edge.outcomes = {DESK: Refuses(480), MOBILE: PicksUp(after=6)}
    ringing = asyncio.ensure_future(ring_in_parallel(bench.dial, (DESK, MOBILE), 25))
    await bench.clock.advance(7)
    assert (await ringing).leg == bench.leg_of(MOBILE)


async def test_in_turn_each_phone_has_its_share_of_the_time(bench: Bench) -> None:
    bench.edge.outcomes = {DESK: NeverAnswers(), MOBILE: PicksUp(after=3)}
    ringing = asyncio.ensure_future(ring_in_turn(bench.dial, (DESK, MOBILE), 24))
    await bench.clock.advance(11)
    assert bench.rung() == [(DESK, 12)]
    await bench.clock.advance(5)
    assert (await ringing).leg == bench.leg_of(MOBILE)
    assert bench.rung() == [(DESK, 12), (MOBILE, 12)]


async def test_in_turn_declining_ends_the_round(bench: Bench) -> None:
    bench.edge.outcomes = {DESK: Refuses(486), MOBILE: PicksUp()}
    with pytest.raises(UnansweredError) as fault:
        await ring_in_turn(bench.dial, (DESK, MOBILE), 24)
    assert fault.value.status == 486
    assert bench.rung() == [(DESK, 12)]


@pytest.mark.parametrize("ring", [ring_in_parallel, ring_in_turn])
async def test_whoever_stops_waiting_stops_the_ringing(bench: Bench, ring: type) -> None:
    bench.edge.outcomes = {DESK: NeverAnswers()}
    ringing = asyncio.ensure_future(ring(bench.dial, (DESK,), 24))
    await bench.clock.advance(3)
    ringing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ringing
    assert HangUp(bench.leg_of(DESK)) in bench.edge.sent


@pytest.mark.parametrize(
    ("statuses", "told"), [((404, 408), 408), ((408, 486), 486), ((404, 503), 404), ((480, 603, 408), 603)]
)
def test_of_several_failures_the_most_telling_is_told(statuses: tuple[int, ...], told: int) -> None:
    assert best_of([UnansweredError(status, "") for status in statuses]).status == told
