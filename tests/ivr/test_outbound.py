"""Legs that we dial, over the scripted edge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from config.clock import VirtualClock
from config.hotline_file import Dialling, DialRule
from ivr.dial_plan import DialPlan
from ivr.messages import Dial, EndedBy, HangUp, LegEnded
from ivr.outbound import OutboundLines, UnansweredError
from ivr.scripted_edge import NeverAnswers, PicksUp, Refuses, ScriptedEdge


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 11, 23, 3, 0, tzinfo=UTC))


@pytest.fixture
async def edge(clock: VirtualClock) -> AsyncIterator[ScriptedEdge]:
    edge = ScriptedEdge(clock)
    yield edge
    await edge.stop()


@pytest.fixture
async def lines(edge: ScriptedEdge) -> OutboundLines:
    lines = OutboundLines(edge, lambda: DialPlan(Dialling()))
    await edge.start(lambda event: None if lines.take(event) else pytest.fail(f"nobody's event: {event}"))
    return lines


async def test_a_number_that_the_dial_plan_forbids_is_never_dialled(edge: ScriptedEdge) -> None:
    lines = OutboundLines(edge, lambda: DialPlan(Dialling(rules=(DialRule(prefix="+82"),))))
    line = lines.dial("+14155550123", "1000", 25)
    with pytest.raises(UnansweredError, match="403"):
        await line.answer()
    assert edge.sent == []


async def test_a_number_goes_to_its_trunk_in_its_form(edge: ScriptedEdge) -> None:
    rule = DialRule(prefix="+8210", strip=3, prepend="0", trunk="mobile", caller="0215881234")
    line = OutboundLines(edge, lambda: DialPlan(Dialling(rules=(rule,)))).dial("+821055501234", "1000", 25)
    assert edge.sent == [Dial(line.leg, "01055501234", "0215881234", 25, "mobile")]


async def test_a_phone_is_rung_under_our_number_and_picked_up(
    clock: VirtualClock, edge: ScriptedEdge, lines: OutboundLines
) -> None:
    edge.outcomes["sip:ana"] = PicksUp(after=3)
    line = lines.dial("sip:ana", "1000", 25)
    assert edge.sent == [Dial(line.leg, "sip:ana", "1000", 25)]
    await clock.advance(4)
    await line.answer()
    assert not line.ended.is_set()


@pytest.mark.parametrize(
    ("outcome", "status"), [(Refuses(486), 486), (Refuses(603, after=2), 603), (NeverAnswers(), 408)]
)
async def test_a_phone_that_is_not_picked_up_tells_its_status(
    clock: VirtualClock, edge: ScriptedEdge, lines: OutboundLines, outcome: Refuses | NeverAnswers, status: int
) -> None:
    edge.outcomes["sip:ana"] = outcome
    line = lines.dial("sip:ana", "1000", 25)
    await clock.advance(26)
    with pytest.raises(UnansweredError) as unanswered:
        await line.answer()
    assert unanswered.value.status == status
    assert line.ended.is_set()


async def test_ringing_that_is_taken_back_is_no_answer(
    clock: VirtualClock, edge: ScriptedEdge, lines: OutboundLines
) -> None:
    edge.outcomes["sip:ana"] = NeverAnswers()
    line = lines.dial("sip:ana", "1000", 25)
    await clock.advance(1)
    line.hang_up()
    await clock.settle()
    assert edge.sent[-1] == HangUp(line.leg)
    with pytest.raises(UnansweredError):
        await line.answer()


async def test_a_prompt_is_played_to_its_end(clock: VirtualClock, edge: ScriptedEdge, lines: OutboundLines) -> None:
    line = lines.dial("sip:ana", "1000", 25)
    await clock.settle()
    playing = asyncio.ensure_future(line.play(("en/whisper-call.opus",)))
    await clock.settle()
    assert not playing.done()
    edge.finish_play(line.leg)
    await clock.settle()
    assert playing.done()


async def test_a_prompt_ends_with_its_leg(clock: VirtualClock, edge: ScriptedEdge, lines: OutboundLines) -> None:
    line = lines.dial("sip:ana", "1000", 25)
    await clock.settle()
    playing = asyncio.ensure_future(line.play(("en/whisper-call.opus",)))
    await clock.settle()
    edge.tell(LegEnded(line.leg, EndedBy.THEM))
    await clock.settle()
    assert playing.done()
    assert line.ended.is_set()


async def test_a_leg_that_is_over_is_forgotten(clock: VirtualClock, edge: ScriptedEdge, lines: OutboundLines) -> None:
    line = lines.dial("sip:ana", "1000", 25)
    await clock.settle()
    ended = LegEnded(line.leg, EndedBy.THEM)
    assert lines.take(ended)
    assert not lines.take(ended)
