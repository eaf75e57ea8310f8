"""The scripted edge's own script: what rings, for how long, on the virtual clock."""

from __future__ import annotations

from datetime import UTC, datetime

from config.clock import VirtualClock
from ivr.messages import (
    Answer,
    Dial,
    EarlyMedia,
    EdgeEvent,
    LegAnswered,
    LegFailed,
    LegRinging,
    Refer,
    ReferEnded,
    ReportTransfer,
    TransferAsked,
)
from ivr.scripted_edge import NeverAnswers, Outcome, PicksUp, Refuses, ScriptedEdge


async def dialled(outcome: Outcome, ring_seconds: float = 20.0) -> tuple[VirtualClock, list[EdgeEvent]]:
    clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
    events: list[EdgeEvent] = []
    edge = ScriptedEdge(clock)
    edge.outcomes["sip:phone"] = outcome
    await edge.start(events.append)
    edge.send(Dial("out", "sip:phone", "1", ring_seconds))
    await clock.settle()
    return clock, events


async def test_a_phone_picks_up_after_its_time() -> None:
    clock, events = await dialled(PicksUp(after=4))
    assert events == [LegRinging("out")]
    await clock.advance(3.9)
    assert len(events) == 1
    await clock.advance(0.2)
    assert events[1:] == [LegAnswered("out", "G722", True)]


async def test_a_phone_that_would_pick_up_too_late_does_not() -> None:
    clock, events = await dialled(PicksUp(after=30))
    await clock.advance(20.1)
    assert events[1:] == [LegFailed("out", 408, "no answer")]
    await clock.advance(60)
    assert len(events) == 2


async def test_a_phone_never_answers_or_refuses_later() -> None:
    clock, events = await dialled(NeverAnswers())
    await clock.advance(20)
    assert events[-1] == LegFailed("out", 408, "no answer")
    clock, events = await dialled(Refuses(603, after=2))
    await clock.advance(2)
    assert events == [LegRinging("out"), LegFailed("out", 603, "refused")]


async def test_a_phone_may_be_heard_before_it_picks_up() -> None:
    clock, events = await dialled(PicksUp(after=4, early_media=True))
    assert events == [LegRinging("out"), EarlyMedia("out")]
    await clock.advance(4.1)
    assert events[2:] == [LegAnswered("out", "G722", True)]


async def test_of_a_call_that_is_up_one_transfer_at_a_time_can_be_asked() -> None:
    clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
    events: list[EdgeEvent] = []
    edge = ScriptedEdge(clock)
    await edge.start(events.append)
    leg = edge.arrive("+82105550123")
    assert not edge.ask_transfer(leg, "sip:other")
    edge.send(Answer(leg))
    assert edge.ask_transfer(leg, "sip:other", replaces="out")
    assert not edge.ask_transfer(leg, "sip:third")
    edge.send(ReportTransfer(leg, 183))
    assert not edge.ask_transfer(leg, "sip:third")
    edge.send(ReportTransfer(leg, 486))
    assert edge.ask_transfer(leg, "sip:third")
    await clock.settle()
    assert events[2:] == [TransferAsked(leg, "sip:other", "out"), TransferAsked(leg, "sip:third")]


async def test_a_transfer_ends_as_scripted() -> None:
    clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
    events: list[EdgeEvent] = []
    edge = ScriptedEdge(clock)
    edge.referrals["sip:other"] = 486
    await edge.start(events.append)
    leg = edge.arrive("+82105550123")
    edge.send(Answer(leg))
    edge.send(Refer(leg, "sip:other"))
    edge.send(Refer(leg, "sip:someone"))
    await clock.settle()
    assert events[-2:] == [ReferEnded(leg, 486), ReferEnded(leg, 200)]
    assert edge.sent == [Answer(leg), Refer(leg, "sip:other"), Refer(leg, "sip:someone")]
    assert edge.is_live(leg)
