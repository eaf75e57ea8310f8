"""The conversations of the running hotline and those in memory, held to the same contract; and what the running ones
ask of the telephones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from config.errors import NotFound, Refused
from config.hotline_file import HotlineFile
from console.sample.memory_conversations import MemoryConversations
from ivr.desk import Conversations, Recording
from ivr.messages import LegHeld, PauseRecording, Play, SendDigits, StopPlaying, Supervise, Supervision
from ivr.understanding.understander import Understander
from prompts.catalogue import HOLD_MUSIC
from prompts.words import PAUSE
from tests.contracts.desk_bench import ANA, DEE, DeskBench, current, offered
from tests.contracts.test_desk import LiveBench, MemoryBench
from tests.journeys.people import Telephone
from tests.journeys.stage import JourneyStage

BOSS = "sip:boss@127.0.0.1:5077"


class ConversationBench(DeskBench, Protocol):
    """A desk whose conversations can be taken part in; those of refunds are recorded."""

    conversations: Conversations


class ConversationsContract:
    """Derive from it and give a fixture `bench`."""

    @pytest.fixture
    async def talking(self, bench: ConversationBench) -> ConversationBench:
        await offered(bench)
        await bench.they_pick_up()
        return bench

    async def test_what_is_said_can_be_kept_out_of_the_recording_and_in_again(self, talking: ConversationBench) -> None:
        assert (await current(talking)).recording is Recording.ON
        await talking.conversations.pause_recording(ANA, True)
        assert (await current(talking)).recording is Recording.PAUSED
        await talking.conversations.pause_recording(ANA, False)
        assert (await current(talking)).recording is Recording.ON

    async def test_only_keys_of_a_telephone_can_be_pressed(self, talking: ConversationBench) -> None:
        await talking.conversations.press(ANA, "12#")
        with pytest.raises(Refused):
            await talking.conversations.press(ANA, "hello")
        with pytest.raises(Refused):
            await talking.conversations.press(ANA, "")

    async def test_the_other_side_is_put_on_hold_and_taken_off_it(self, talking: ConversationBench) -> None:
        await talking.conversations.hold(ANA, True)
        await talking.conversations.hold(ANA, True)
        held = await current(talking)
        assert held.on_hold
        assert held.recording is Recording.ON  # the wish; nothing is recorded for now
        await talking.conversations.hold(ANA, False)
        assert not (await current(talking)).on_hold

    async def test_a_caller_who_hangs_up_is_no_longer_on_hold(self, talking: ConversationBench) -> None:
        await talking.conversations.hold(ANA, True)
        await talking.they_hang_up()
        assert not (await current(talking)).on_hold

    async def test_a_phone_takes_part_in_one_conversation_at_a_time(self, talking: ConversationBench) -> None:
        await talking.conversations.supervise(ANA, BOSS, Supervision.LISTEN)
        await talking.conversations.supervise(ANA, BOSS, Supervision.WHISPER)
        await talking.conversations.stop_supervising(BOSS)
        await talking.conversations.stop_supervising(BOSS)

    async def test_nothing_can_be_done_with_an_offer(self, bench: ConversationBench) -> None:
        await offered(bench)
        for refused in (
            bench.conversations.pause_recording(ANA, True),
            bench.conversations.press(ANA, "1"),
            bench.conversations.hold(ANA, True),
            bench.conversations.transfer(ANA, BOSS),
            bench.conversations.supervise(ANA, BOSS, Supervision.LISTEN),
        ):
            with pytest.raises(Refused, match="no conversation"):
                await refused

    async def test_nothing_can_be_done_for_nobody(self, bench: ConversationBench) -> None:
        with pytest.raises(NotFound):
            await bench.conversations.press("nobody", "1")


class LiveConversationBench(LiveBench):
    """With a supervisor's phone."""

    def __init__(self, stage: JourneyStage) -> None:
        super().__init__(stage)
        self.conversations = stage.conversations
        self.boss = Telephone(stage, BOSS)
        self.boss.will_pick_up()


class MemoryConversationBench(MemoryBench):
    """Every conversation is recorded."""

    def __init__(self, file: HotlineFile) -> None:
        super().__init__(file)
        self.conversations = MemoryConversations(self.floor)

    async def someone_calls(self) -> None:
        await super().someone_calls()
        self.floor.work = {name: replace(work, recording=Recording.ON) for name, work in self.floor.work.items()}


class TestLiveConversations(ConversationsContract):
    """Over the phones."""

    @pytest.fixture
    async def bench(
        self, file: HotlineFile, understander: Understander, tmp_path: Path
    ) -> AsyncIterator[LiveConversationBench]:
        stage = JourneyStage(file, understander, recordings=tmp_path)
        await stage.open()
        yield LiveConversationBench(stage)
        await stage.close()

    async def test_the_callers_leg_is_what_is_recorded_and_hears_the_keys(self, talking: LiveConversationBench) -> None:
        assert talking.other is not None
        await talking.conversations.pause_recording(ANA, True)
        await talking.conversations.press(ANA, "12#")
        assert talking.stage.edge.sent[-2:] == [
            PauseRecording(talking.other.leg, True),
            SendDigits(talking.other.leg, "12#"),
        ]

    async def test_who_is_on_hold_hears_music_and_is_not_recorded(self, talking: LiveConversationBench) -> None:
        assert talking.other is not None
        mia, ana, sent = talking.other, talking.stage.agent(ANA), talking.stage.edge.sent
        await talking.conversations.hold(ANA, True)
        assert sent[-3:] == [
            PauseRecording(mia.leg, True),
            Play(mia.leg, 0, (HOLD_MUSIC,), loop=True),
            Play(ana.leg, 0, (PAUSE,), loop=True),
        ]
        assert not mia.talks_with(ana)
        talking.stage.edge.tell(LegHeld(ana.leg, False))  # the key of the phone changes nothing
        await talking.time_passes(0)
        assert not mia.talks_with(ana)
        await talking.conversations.hold(ANA, False)
        assert sent[-3:] == [PauseRecording(mia.leg, False), StopPlaying(mia.leg), StopPlaying(ana.leg)]
        assert mia.talks_with(ana)

    async def test_what_the_agent_kept_out_of_the_recording_stays_out_after_a_hold(
        self, talking: LiveConversationBench
    ) -> None:
        await talking.conversations.pause_recording(ANA, True)
        await talking.conversations.hold(ANA, True)
        await talking.conversations.hold(ANA, False)
        assert [asked.on for asked in talking.stage.sent(PauseRecording)] == [True]

    async def test_a_caller_put_through_while_on_hold_is_recorded_again(self, talking: LiveConversationBench) -> None:
        expert, mia = talking.stage.agent(DEE), talking.other
        assert mia is not None
        await talking.conversations.hold(ANA, True)
        await talking.conversations.transfer(ANA, expert.target)
        await talking.time_passes(15)
        assert mia.talks_with(expert)
        assert [asked.on for asked in talking.stage.sent(PauseRecording)] == [True, False]

    async def test_a_supervisor_takes_part_until_the_conversation_ends(self, talking: LiveConversationBench) -> None:
        ana = talking.stage.agent(ANA)
        await talking.conversations.supervise(ANA, BOSS, Supervision.LISTEN)
        await talking.conversations.supervise(ANA, BOSS, Supervision.JOIN)
        assert talking.stage.sent(Supervise) == [
            Supervise(talking.boss.leg, ana.leg, Supervision.LISTEN),
            Supervise(talking.boss.leg, ana.leg, Supervision.JOIN),
        ]
        await talking.they_hang_up()
        await talking.time_passes(0)
        assert not talking.boss.is_on_a_call

    async def test_a_supervisors_phone_that_is_not_picked_up_takes_part_in_nothing(
        self, talking: LiveConversationBench
    ) -> None:
        talking.boss.will_refuse(486)
        with pytest.raises(Refused, match="486"):
            await talking.conversations.supervise(ANA, BOSS, Supervision.LISTEN)
        assert talking.stage.sent(Supervise) == []
        talking.boss.will_pick_up()
        await talking.conversations.supervise(ANA, BOSS, Supervision.LISTEN)
        assert len(talking.stage.sent(Supervise)) == 1

    async def test_a_conversation_that_ends_while_the_supervisor_is_rung_is_not_joined(
        self, talking: LiveConversationBench
    ) -> None:
        talking.boss.will_pick_up(after=5)
        asked = asyncio.ensure_future(talking.conversations.supervise(ANA, BOSS, Supervision.LISTEN))
        await talking.time_passes(1)
        await talking.they_hang_up()
        await talking.time_passes(5)
        with pytest.raises(Refused, match="over"):
            await asked
        assert not talking.boss.is_on_a_call

    async def test_a_caller_put_through_at_the_desk_leaves_the_agent(self, talking: LiveConversationBench) -> None:
        expert = talking.stage.agent(DEE)
        await talking.conversations.transfer(ANA, expert.target)
        await talking.time_passes(15)
        assert talking.other is not None
        assert talking.other.talks_with(expert)
        assert not talking.stage.agent(ANA).is_on_a_call


class TestMemoryConversations(ConversationsContract):
    """Over dictionaries."""

    @pytest.fixture
    def bench(self, file: HotlineFile) -> MemoryConversationBench:
        return MemoryConversationBench(file)
