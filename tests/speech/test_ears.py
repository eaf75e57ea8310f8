"""The ears in this process, with recognisers that are made up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest

from ivr.messages import (
    Alternative,
    EarsEvent,
    EarsStrained,
    EarsUnavailable,
    Expecting,
    Heard,
    Listen,
    NothingHeard,
    SpeechStarted,
    StopListening,
)
from ivr.speech.ears import LocalEars
from ivr.speech.hearing import NOTHING, Hearing, RecogniserFailed
from ivr.speech.models import ModelStore
from ivr.speech.recognisers import Recognisers
from tests.speech.fake_recognisers import FakeFirst, FakeSecond, heard
from tests.speech.sounds import chunks, clip, silence

SPOKEN = clip("ko", "yes")
SAID = np.concatenate((SPOKEN, silence(1.5)))


class Events:
    """What the ears told."""

    def __init__(self) -> None:
        self.told: list[EarsEvent] = []
        self._came = asyncio.Event()

    def take(self, event: EarsEvent) -> None:
        self.told.append(event)
        self._came.set()

    async def until(self, kind: type[EarsEvent], count: int = 1) -> EarsEvent:
        """The last event of a kind, once there are so many."""
        async with asyncio.timeout(20):
            while len(found := [event for event in self.told if isinstance(event, kind)]) < count:
                self._came.clear()
                await self._came.wait()
        return found[-1]


Start = Callable[..., Awaitable[LocalEars]]


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
async def start(events: Events, tmp_path: Path) -> AsyncIterator[Start]:
    started: list[LocalEars] = []

    async def begin(
        first: FakeFirst,
        second: FakeSecond | None,
        deadline: float = 20.0,
        most_waiting: float = 20.0,
        workers: int = 1,
        strained_at: float = 20.0,
    ) -> LocalEars:
        recognisers = Recognisers(first, second, close=lambda: None)
        ears = LocalEars(
            ModelStore(tmp_path),
            workers,
            load=lambda _models, _second: recognisers,
            second_deadline=deadline,
            most_waiting=most_waiting,
            strained_at=strained_at,
        )
        await ears.start(events.take)
        started.append(ears)
        return ears

    yield begin
    for ears in started:
        await ears.stop()


def listen(turn: int, language: str = "ko", leg: str = "a", expecting: Expecting = Expecting.SPEECH) -> Listen:
    return Listen(leg, turn, language, expecting, pause=0.8, no_input=5.0, maximum=30.0)


def say(ears: LocalEars, leg: str = "a") -> None:
    for chunk in chunks(leg, SAID):
        ears.hear(chunk)


async def heard_of(events: Events) -> Heard:
    event = await events.until(Heard)
    assert isinstance(event, Heard)
    return event


async def test_a_sure_first_hearing_stands_alone(start: Start, events: Events) -> None:
    second = FakeSecond()
    ears = await start(FakeFirst(heard("환불", 0.95)), second)
    ears.send(listen(1))
    say(ears)
    utterance = (await heard_of(events)).utterance
    assert (utterance.text, utterance.heard_by) == ("환불", "vosk")
    assert utterance.reason == "first hearing is sure"
    assert second.given == []


async def test_an_unsure_first_hearing_is_heard_again(start: Start, events: Events) -> None:
    second = FakeSecond(heard("환불해 주세요", 0.7))
    ears = await start(FakeFirst(heard("보안부", 0.4)), second)
    ears.send(listen(1, expecting=Expecting.YES_NO))
    say(ears)
    utterance = (await heard_of(events)).utterance
    assert (utterance.text, utterance.heard_by, utterance.confidence) == ("환불해 주세요", "whisper", 0.7)
    assert utterance.reason == "first hearing is unsure"
    assert [(language, expecting) for _, language, expecting in second.given] == [("ko", Expecting.YES_NO)]


async def test_who_goes_on_while_they_are_heard_again_is_answered_once_and_wholly(start: Start, events: Events) -> None:
    held = threading.Event()
    second = FakeSecond(heard("환불해 주세요", 0.7), held=held)
    first = FakeFirst(heard("보안부", 0.4))
    ears = await start(first, second)
    ears.send(listen(1))
    say(ears)
    assert await asyncio.to_thread(second.began.wait, 20)
    say(ears)
    async with asyncio.timeout(20):
        while [session.ended for session in first.sessions] != ["finished", "finished"]:  # noqa: ASYNC110 - by a thread
            await asyncio.sleep(0.01)
    held.set()
    await heard_of(events)
    lengths = [samples for samples, _, _ in second.given]
    assert lengths[-1] > 1.5 * lengths[0]
    await asyncio.sleep(0.2)
    assert len([event for event in events.told if isinstance(event, Heard)]) == 1


async def test_who_goes_on_after_the_answer_is_not_answered_twice(start: Start, events: Events) -> None:
    ears = await start(FakeFirst(heard("환불", 0.95)), None)
    ears.send(listen(1))
    say(ears)
    await heard_of(events)
    say(ears)
    ears.send(listen(2))
    say(ears)
    event = await events.until(Heard, 2)
    assert [one.turn for one in events.told if isinstance(one, Heard)] == [1, 2]
    assert isinstance(event, Heard)


async def test_the_first_stands_when_the_second_takes_too_long(start: Start, events: Events) -> None:
    held = threading.Event()
    ears = await start(FakeFirst(heard("보안부", 0.4)), FakeSecond(heard("환불"), held=held), deadline=0.05)
    ears.send(listen(1))
    say(ears)
    utterance = (await heard_of(events)).utterance
    held.set()
    assert (utterance.text, utterance.heard_by) == ("보안부", "vosk")
    assert utterance.reason == "first hearing is unsure; second hearing took too long"


@pytest.mark.parametrize("fault", [RecogniserFailed("broken"), ZeroDivisionError()])
async def test_the_first_stands_when_the_second_fails(start: Start, events: Events, fault: Exception) -> None:
    ears = await start(FakeFirst(heard("보안부", 0.4)), FakeSecond(fault=fault))
    ears.send(listen(1))
    say(ears)
    assert (await heard_of(events)).utterance.text == "보안부"


async def test_a_failed_only_hearing_makes_the_ears_unavailable(start: Start, events: Events) -> None:
    ears = await start(FakeFirst(), FakeSecond(fault=RecogniserFailed("broken")))
    ears.send(listen(3, "en"))
    say(ears)
    assert isinstance(await events.until(EarsUnavailable), EarsUnavailable)


async def test_without_a_second_hearing_the_unsure_first_stands(start: Start, events: Events) -> None:
    ears = await start(FakeFirst(heard("보안부", 0.4)), None)
    ears.send(listen(1))
    say(ears)
    assert (await heard_of(events)).utterance.confidence == 0.4
    assert ears.languages() == {"ko"}


@pytest.mark.parametrize("second", [None, FakeSecond(NOTHING)])
async def test_sound_without_words_is_nothing_heard(start: Start, events: Events, second: FakeSecond | None) -> None:
    ears = await start(FakeFirst(NOTHING), second)
    ears.send(listen(1))
    say(ears)
    assert await events.until(NothingHeard) == NothingHeard("a", 1)
    assert [type(event) for event in events.told] == [SpeechStarted, NothingHeard]


async def test_an_answer_that_is_no_longer_wanted_is_dropped_while_it_is_heard_again(
    start: Start, events: Events
) -> None:
    held = threading.Event()
    second = FakeSecond(heard("환불"), held=held)
    ears = await start(FakeFirst(NOTHING), second)
    ears.send(listen(1))
    say(ears)
    await events.until(SpeechStarted)
    await asyncio.to_thread(second.began.wait, 20)
    ears.send(StopListening("a"))
    held.set()
    await ears.stop()
    assert [type(event) for event in events.told] == [SpeechStarted]


async def test_the_same_turn_again_during_the_second_hearing_loses_nothing(start: Start, events: Events) -> None:
    held = threading.Event()
    second = FakeSecond(heard("환불"), held=held)
    ears = await start(FakeFirst(NOTHING), second)
    ears.send(listen(1))
    say(ears)
    await asyncio.to_thread(second.began.wait, 20)
    ears.send(listen(1))
    held.set()
    assert (await heard_of(events)).turn == 1
    assert [type(event) for event in events.told] == [SpeechStarted, Heard]


async def test_a_recogniser_that_breaks_costs_one_turn_and_not_the_ears(start: Start, events: Events) -> None:
    first = FakeFirst(fails=True)
    ears = await start(first, None)
    ears.send(listen(1))
    say(ears)
    assert await events.until(EarsUnavailable) == EarsUnavailable("a", 1, "the recogniser failed")
    first.fails = False
    ears.send(listen(2))
    say(ears)
    assert (await heard_of(events)).turn == 2


async def test_audio_that_comes_faster_than_it_is_heard_ends_the_listen(start: Start, events: Events) -> None:
    held = threading.Event()
    ears = await start(FakeFirst(held=held), None, most_waiting=1.0)
    ears.send(listen(1))
    for _ in range(3):
        say(ears)  # the first piece of speech blocks the worker
    held.set()
    assert await events.until(EarsUnavailable) == EarsUnavailable("a", 1, "the ears cannot keep up")


async def test_after_an_overflow_the_leg_is_heard_again(start: Start, events: Events) -> None:
    held = threading.Event()
    ears = await start(FakeFirst(held=held), None, most_waiting=1.0)
    ears.send(listen(1))
    for _ in range(3):
        say(ears)
    held.set()
    await events.until(EarsUnavailable)
    ears.send(listen(2))
    for chunk in chunks("a", SAID):
        ears.hear(chunk)
        await asyncio.sleep(0.005)
    assert (await heard_of(events)).turn == 2


async def test_several_workers_hear_several_legs(start: Start, events: Events) -> None:
    ears = await start(FakeFirst(), None, workers=3)
    legs = [f"leg-{number}" for number in range(9)]
    for leg in legs:
        ears.send(listen(1, leg=leg))
        say(ears, leg)
    await events.until(Heard, len(legs))
    assert {event.leg for event in events.told if isinstance(event, Heard)} == set(legs)


async def test_events_come_in_the_event_loops_thread(start: Start, tmp_path: Path) -> None:
    threads: set[int] = set()
    done = asyncio.Event()

    def note(event: EarsEvent) -> None:
        threads.add(threading.get_ident())
        if isinstance(event, Heard):
            done.set()

    recognisers = Recognisers(FakeFirst(), None, close=lambda: None)
    ears = LocalEars(ModelStore(tmp_path), load=lambda _models, _second: recognisers)
    await ears.start(note)
    ears.send(listen(1))
    await asyncio.to_thread(say, ears)
    await asyncio.wait_for(done.wait(), 20)
    await ears.stop()
    assert threads == {threading.get_ident()}


async def test_before_the_start_and_after_the_stop_nothing_happens(tmp_path: Path) -> None:
    result: Hearing = heard("환불")
    recognisers = Recognisers(FakeFirst(result), None, close=lambda: None)
    ears = LocalEars(ModelStore(tmp_path), load=lambda _models, _second: recognisers)
    ears.send(listen(1))
    say(ears)
    assert ears.languages() == frozenset()
    await ears.start(lambda _event: None)
    await ears.stop()
    ears.send(listen(1))
    say(ears)
    assert ears.languages() == frozenset()
    await ears.stop()


async def test_a_strained_machine_tells_it_once_and_hears_nobody_new_until_it_has_caught_up(
    start: Start, events: Events
) -> None:
    held = threading.Event()
    first = FakeFirst(held=held)
    ears = await start(first, None, strained_at=2.0)
    ears.send(listen(1))
    for _ in range(3):
        say(ears)
    strained = await events.until(EarsStrained)
    assert isinstance(strained, EarsStrained)
    assert strained.is_strained
    assert strained.behind >= 2.0
    ears.send(listen(1, leg="b"))
    assert await events.until(EarsUnavailable) == EarsUnavailable("b", 1, "the ears cannot keep up")
    ears.send(listen(1, leg="b"))
    held.set()
    relieved = await events.until(EarsStrained, count=2)
    assert isinstance(relieved, EarsStrained)
    assert not relieved.is_strained
    await events.until(Heard)
    assert [type(event) for event in events.told if event.leg == "b"] == [EarsUnavailable]
    ears.send(listen(2, leg="b"))
    say(ears, "b")
    await events.until(Heard, count=2)


async def test_what_else_was_heard_is_told_with_the_utterance(start: Start, events: Events) -> None:
    ears = await start(FakeFirst(heard("보안부", 0.5)), FakeSecond(heard("환불해 주세요", 0.7)))
    ears.send(listen(1))
    say(ears)
    utterance = (await heard_of(events)).utterance
    assert utterance.alternatives == (Alternative("보안부", 0.5, "vosk"),)
    assert utterance.reason == "first hearing is unsure"


async def test_without_the_small_vocabulary_it_sounded_different(start: Start, events: Events) -> None:
    ears = await start(FakeFirst(Hearing("네", (), 0.9, narrowed=True, freely="내일")), None)
    ears.send(listen(1, expecting=Expecting.YES_NO))
    say(ears)
    utterance = (await heard_of(events)).utterance
    assert (utterance.text, utterance.alternatives) == ("네", (Alternative("내일", 0.9, "vosk"),))
