"""What every `Edge` must do. The benches put the same world around the real edge and around the scripted one."""

from __future__ import annotations

import asyncio
from typing import Protocol, TypeVar

from ivr.messages import (
    Answer,
    Dial,
    DigitPressed,
    Drain,
    EarlyMedia,
    EdgeEvent,
    EndedBy,
    HangUp,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegFailed,
    LegHeld,
    LegRinging,
    PickUp,
    Play,
    PlayFinished,
    Refer,
    ReferEnded,
    Reject,
    ReportTransfer,
    StopPlaying,
    TransferAsked,
)
from ivr.ports import Edge

E_ = TypeVar("E_", bound=EdgeEvent)


class EdgeBench(Protocol):
    """An edge and the world around it; `events` are those told so far."""

    edge: Edge
    events: list[EdgeEvent]

    async def someone_calls(self, caller: str) -> None:
        """A call arrives."""

    async def caller_hangs_up(self) -> None:
        """The caller of the last call ends it, answered or not."""

    async def caller_presses(self, key: str) -> None:
        """The caller of the last call, which is up, presses a key."""

    async def someone_calls_in_vain(self, caller: str) -> None:
        """A call is tried and refused."""

    async def caller_holds(self, on: bool) -> None:
        """The caller of the last call, which is up, puts us on hold, or takes us off."""

    async def caller_transfers(self, target: str) -> bool:
        """The caller of the last call, which is up, asks us to call `target` instead; whether that was accepted."""

    async def caller_knows_of_transfer(self, status: int) -> None:
        """Wait until the caller was told this status of the transfer."""

    async def a_phone(self, outcome: int | None) -> str:
        """A target that answers (200), refuses, rings for ever (None) or does so with an announcement (183)."""

    async def a_phone_that_picks_up_when_asked(self) -> str:
        """A target that rings for ever unless it is asked to answer."""

    async def called_phone_hangs_up(self) -> None:
        """The phone made last, which has answered, ends the call."""

    async def clips_end(self, leg: str) -> None:
        """What is playing on the leg comes to its end."""

    async def time_passes(self, seconds: float) -> None:
        """On the edge's own time."""

    async def nothing_more(self) -> None:
        """Let everything that is under way happen."""


class EdgeContract:
    """Derive from it and give a fixture `bench`."""

    async def test_a_call_arrives_with_its_numbers(self, bench: EdgeBench) -> None:
        await bench.someone_calls("+82105550123")
        arrived = await until(bench, LegArrived)
        assert arrived.caller == "+82105550123"
        assert arrived.dialled == "hotline"

    async def test_an_answered_call_is_up_until_the_caller_ends_it(self, bench: EdgeBench) -> None:
        leg = await answered(bench)
        await bench.caller_hangs_up()
        assert (await until(bench, LegEnded)).by is EndedBy.THEM
        assert kinds(bench, leg) == [LegArrived, LegAnswered, LegEnded]

    async def test_wide_band_is_agreed_and_told(self, bench: EdgeBench) -> None:
        await answered(bench)
        told = await until(bench, LegAnswered)
        assert told.codec == "G722"
        assert told.wide_band

    async def test_a_rejected_call_ends_by_us(self, bench: EdgeBench) -> None:
        await bench.someone_calls("+82105550123")
        leg = (await until(bench, LegArrived)).leg
        bench.edge.send(Reject(leg, 486))
        assert (await until(bench, LegEnded)).by is EndedBy.US
        assert kinds(bench, leg) == [LegArrived, LegEnded]

    async def test_a_caller_who_gives_up_ends_the_call(self, bench: EdgeBench) -> None:
        await bench.someone_calls("+82105550123")
        leg = (await until(bench, LegArrived)).leg
        await bench.caller_hangs_up()
        assert (await until(bench, LegEnded)).by is EndedBy.THEM
        bench.edge.send(Answer(leg))
        await bench.nothing_more()
        assert kinds(bench, leg) == [LegArrived, LegEnded]

    async def test_hanging_up_before_answering_ends_the_call(self, bench: EdgeBench) -> None:
        await bench.someone_calls("+82105550123")
        leg = (await until(bench, LegArrived)).leg
        bench.edge.send(HangUp(leg))
        assert (await until(bench, LegEnded)).by is EndedBy.US

    async def test_hanging_up_an_answered_call_ends_it_once(self, bench: EdgeBench) -> None:
        leg = await answered(bench)
        bench.edge.send(HangUp(leg))
        bench.edge.send(HangUp(leg))
        assert (await until(bench, LegEnded)).by is EndedBy.US
        await bench.nothing_more()
        assert kinds(bench, leg) == [LegArrived, LegAnswered, LegEnded]

    async def test_an_answer_to_an_answered_call_does_nothing(self, bench: EdgeBench) -> None:
        leg = await answered(bench)
        bench.edge.send(Answer(leg))
        bench.edge.send(Reject(leg, 486))
        await bench.nothing_more()
        assert kinds(bench, leg) == [LegArrived, LegAnswered]

    async def test_a_dialled_phone_rings_and_answers(self, bench: EdgeBench) -> None:
        bench.edge.send(Dial("out", await bench.a_phone(200), "+8215880000", 20.0))
        await until(bench, LegAnswered)
        assert kinds(bench, "out") == [LegRinging, LegAnswered]
        await bench.called_phone_hangs_up()
        assert (await until(bench, LegEnded)).by is EndedBy.THEM

    async def test_a_busy_phone_fails_with_its_status(self, bench: EdgeBench) -> None:
        bench.edge.send(Dial("out", await bench.a_phone(486), "+8215880000", 20.0))
        assert (await until(bench, LegFailed)).status == 486
        await bench.nothing_more()
        assert kinds(bench, "out") == [LegFailed]

    async def test_a_phone_that_is_not_answered_fails_with_408(self, bench: EdgeBench) -> None:
        bench.edge.send(Dial("out", await bench.a_phone(None), "+8215880000", 0.3))
        await until(bench, LegRinging)
        await bench.time_passes(0.3)
        assert (await until(bench, LegFailed)).status == 408
        await bench.nothing_more()
        assert kinds(bench, "out") == [LegRinging, LegFailed]

    async def test_a_phone_that_can_answer_by_itself_does_when_asked(self, bench: EdgeBench) -> None:
        bench.edge.send(Dial("out", await bench.a_phone_that_picks_up_when_asked(), "+8215880000", 20.0))
        assert (await until(bench, LegRinging)).can_pick_up
        await bench.nothing_more()
        bench.edge.send(PickUp("out"))
        await until(bench, LegAnswered)
        assert kinds(bench, "out") == [LegRinging, LegAnswered]

    async def test_another_phone_rings_on(self, bench: EdgeBench) -> None:
        bench.edge.send(Dial("out", await bench.a_phone(None), "+8215880000", 20.0))
        assert not (await until(bench, LegRinging)).can_pick_up
        bench.edge.send(PickUp("out"))
        await bench.nothing_more()
        assert kinds(bench, "out") == [LegRinging]

    async def test_a_dialled_leg_can_be_cancelled_while_it_rings(self, bench: EdgeBench) -> None:
        bench.edge.send(Dial("out", await bench.a_phone(None), "+8215880000", 20.0))
        await until(bench, LegRinging)
        bench.edge.send(HangUp("out"))
        assert (await until(bench, LegFailed)).status == 487
        await bench.nothing_more()
        assert kinds(bench, "out") == [LegRinging, LegFailed]

    async def test_a_dialled_leg_can_be_hung_up_at_once(self, bench: EdgeBench) -> None:
        bench.edge.send(Dial("out", await bench.a_phone(200), "+8215880000", 20.0))
        bench.edge.send(HangUp("out"))
        assert (await until(bench, LegFailed)).status == 487
        await bench.nothing_more()
        assert kinds(bench, "out") == [LegFailed]

    async def test_a_dialled_leg_that_was_answered_can_be_hung_up(self, bench: EdgeBench) -> None:
        bench.edge.send(Dial("out", await bench.a_phone(200), "+8215880000", 20.0))
        await until(bench, LegAnswered)
        bench.edge.send(HangUp("out"))
        assert (await until(bench, LegEnded)).by is EndedBy.US

    async def test_clips_that_end_are_told_with_their_turn(self, bench: EdgeBench) -> None:
        leg = await answered(bench)
        bench.edge.send(Play(leg, 3, ("greeting.wav",)))
        bench.edge.send(Play(leg, 4, ("menu.wav",)))
        await bench.clips_end(leg)
        assert (await until(bench, PlayFinished)).turn == 4
        await bench.nothing_more()
        assert sum(isinstance(event, PlayFinished) for event in bench.events) == 1

    async def test_a_stopped_clip_never_finishes(self, bench: EdgeBench) -> None:
        leg = await answered(bench)
        bench.edge.send(Play(leg, 3, ("greeting.wav",)))
        bench.edge.send(StopPlaying(leg))
        await bench.clips_end(leg)
        await bench.nothing_more()
        assert PlayFinished not in kinds(bench, leg)

    async def test_a_key_is_told(self, bench: EdgeBench) -> None:
        await answered(bench)
        await bench.caller_presses("#")
        assert (await until(bench, DigitPressed)).digit == "#"

    async def test_a_transfer_of_a_leg_that_is_not_up_is_refused(self, bench: EdgeBench) -> None:
        await bench.someone_calls("+82105550123")
        leg = (await until(bench, LegArrived)).leg
        bench.edge.send(Refer(leg, "sip:other@127.0.0.1"))
        assert (await until(bench, ReferEnded)).status == 491

    async def test_a_transfer_to_the_other_side_of_a_leg_that_is_not_up_is_refused(self, bench: EdgeBench) -> None:
        leg = await answered(bench)
        bench.edge.send(Refer(leg, "", replaces="nobody"))
        assert (await until(bench, ReferEnded)).status == 481

    async def test_a_transfer_asked_for_is_told_and_its_end_reported(self, bench: EdgeBench) -> None:
        leg = await answered(bench)
        assert await bench.caller_transfers("sip:other@127.0.0.1")
        assert await until(bench, TransferAsked) == TransferAsked(leg, "sip:other@127.0.0.1")
        assert not await bench.caller_transfers("sip:third@127.0.0.1")
        for status in (180, 200):
            bench.edge.send(ReportTransfer(leg, status))
            await bench.caller_knows_of_transfer(status)
        assert await bench.caller_transfers("sip:third@127.0.0.1")
        await bench.nothing_more()
        assert kinds(bench, leg) == [LegArrived, LegAnswered, TransferAsked, TransferAsked]

    async def test_hold_is_told_and_its_end(self, bench: EdgeBench) -> None:
        leg = await answered(bench)
        await bench.caller_holds(True)
        assert await until(bench, LegHeld) == LegHeld(leg, True)
        await bench.caller_holds(False)
        await bench.nothing_more()
        assert bench.events[-1] == LegHeld(leg, False)

    async def test_an_announcement_before_the_answer_is_told(self, bench: EdgeBench) -> None:
        bench.edge.send(Dial("out", await bench.a_phone(183), "+8215880000", 20.0))
        await until(bench, EarlyMedia)
        assert kinds(bench, "out") == [LegRinging, EarlyMedia]
        bench.edge.send(HangUp("out"))
        assert (await until(bench, LegFailed)).status == 487

    async def test_no_call_is_taken_while_it_drains_and_those_there_go_on(self, bench: EdgeBench) -> None:
        leg = await answered(bench)
        bench.edge.send(Drain(True))
        await bench.someone_calls_in_vain("+82105550199")
        assert kinds(bench, leg) == [LegArrived, LegAnswered]
        assert len(bench.events) == 2
        bench.edge.send(Drain(False))
        await bench.nothing_more()
        await bench.someone_calls("+82105550124")
        await bench.nothing_more()
        assert isinstance(bench.events[-1], LegArrived)

    async def test_commands_for_a_leg_that_is_over_do_nothing(self, bench: EdgeBench) -> None:
        leg = await answered(bench)
        bench.edge.send(HangUp(leg))
        await until(bench, LegEnded)
        for command in (Answer(leg), Reject(leg, 486), HangUp(leg), Play(leg, 9, ("a.wav",)), StopPlaying(leg)):
            bench.edge.send(command)
        bench.edge.send(Refer(leg, "sip:other@127.0.0.1"))
        await bench.clips_end(leg)
        await bench.nothing_more()
        assert kinds(bench, leg) == [LegArrived, LegAnswered, LegEnded]

    async def test_no_event_is_told_within_a_command(self, bench: EdgeBench) -> None:
        leg = await answered(bench)
        before = len(bench.events)
        bench.edge.send(HangUp(leg))
        assert len(bench.events) == before
        await until(bench, LegEnded)

    async def test_stopping_ends_every_leg(self, bench: EdgeBench) -> None:
        leg = await answered(bench)
        bench.edge.send(Dial("out", await bench.a_phone(None), "+8215880000", 20.0))
        await until(bench, LegRinging)
        await bench.edge.stop()
        assert kinds(bench, leg)[-1] is LegEnded
        assert kinds(bench, "out")[-1] is LegFailed


async def until(bench: EdgeBench, kind: type[E_]) -> E_:
    """The first event of that kind, once it is told."""
    async with asyncio.timeout(5):
        while True:
            for event in bench.events:
                if isinstance(event, kind):
                    return event
            await asyncio.sleep(0.001)


async def answered(bench: EdgeBench) -> str:
    """A call that has arrived and was answered; its leg."""
    await bench.someone_calls("+82105550123")
    leg = (await until(bench, LegArrived)).leg
    bench.edge.send(Answer(leg))
    await until(bench, LegAnswered)
    return leg


def kinds(bench: EdgeBench, leg: str) -> list[type[EdgeEvent]]:
    """What was told of a leg, in order."""
    return [type(event) for event in bench.events if event.leg == leg]
