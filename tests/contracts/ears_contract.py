"""What every `Ears` promises."""

from __future__ import annotations

import inspect
from typing import Protocol

from ivr.messages import (
    EarsEvent,
    EarsUnavailable,
    Expecting,
    Forget,
    Heard,
    Listen,
    NothingHeard,
    SpeechStarted,
    StopListening,
)
from ivr.ports import Ears

NO_INPUT_YET = 600.0


def listen(leg: str, turn: int, language: str, *, no_input: float = 5.0, maximum: float = 30.0) -> Listen:
    return Listen(leg, turn, language, Expecting.SPEECH, pause=0.8, no_input=no_input, maximum=maximum)


class Line(Protocol):
    """A telephone line with ears at our end; the means to bring about what the contract is about."""

    ears: Ears
    language: str  # one that is heard

    async def speak(self, leg: str) -> None:
        """The caller says a sentence of one to three seconds."""

    async def keep_silent(self, leg: str, seconds: float) -> None:
        """So much silence on the line."""

    async def events(self) -> list[EarsEvent]:
        """All events, once everything that was said has been worked off."""


class EarsContract:
    """To be inherited by a test class with a fixture `line`."""

    async def test_a_sentence_gives_a_start_and_then_what_was_heard(self, line: Line) -> None:
        line.ears.send(listen("a", 1, line.language))
        await line.keep_silent("a", 0.5)
        await line.speak("a")
        await line.keep_silent("a", 2)
        started, heard = await line.events()
        assert started == SpeechStarted("a", 1)
        assert isinstance(heard, Heard)
        assert (heard.leg, heard.turn) == ("a", 1)
        utterance = heard.utterance
        assert utterance.text
        assert utterance.language == line.language
        assert 0 < utterance.confidence <= 1
        assert 0 < utterance.speech <= utterance.duration
        assert -60 < utterance.level < 0
        assert utterance.pitch > 0
        assert utterance.rate > 0
        assert utterance.heard_by

    async def test_silence_ends_in_nothing_heard_after_the_time_and_not_before(self, line: Line) -> None:
        line.ears.send(listen("a", 1, line.language, no_input=3))
        await line.keep_silent("a", 2.5)
        assert await line.events() == []
        await line.keep_silent("a", 1)
        assert await line.events() == [NothingHeard("a", 1)]

    async def test_the_same_turn_again_counts_the_silence_anew_with_other_times(self, line: Line) -> None:
        line.ears.send(listen("a", 1, line.language, no_input=NO_INPUT_YET))
        await line.keep_silent("a", 4)
        line.ears.send(listen("a", 1, line.language, no_input=2))
        await line.keep_silent("a", 1.5)
        assert await line.events() == []
        await line.keep_silent("a", 1)
        assert await line.events() == [NothingHeard("a", 1)]

    async def test_the_same_turn_again_loses_no_speech_in_progress(self, line: Line) -> None:
        line.ears.send(listen("a", 1, line.language, no_input=NO_INPUT_YET))
        await line.speak("a")
        line.ears.send(listen("a", 1, line.language, no_input=5))
        await line.keep_silent("a", 2)
        assert [type(event) for event in await line.events()] == [SpeechStarted, Heard]

    async def test_the_same_turn_again_after_its_end_is_not_heard_twice(self, line: Line) -> None:
        line.ears.send(listen("a", 1, line.language))
        await line.speak("a")
        await line.keep_silent("a", 2)
        line.ears.send(listen("a", 1, line.language, no_input=2))
        await line.keep_silent("a", 4)
        assert [type(event) for event in await line.events()] == [SpeechStarted, Heard]

    async def test_another_turn_replaces_the_listen(self, line: Line) -> None:
        line.ears.send(listen("a", 1, line.language))
        await line.keep_silent("a", 1)
        line.ears.send(listen("a", 2, line.language))
        await line.speak("a")
        await line.keep_silent("a", 2)
        events = await line.events()
        assert events
        assert all(isinstance(event, SpeechStarted | Heard) and event.turn == 2 for event in events)

    async def test_after_stop_listening_nothing_is_told(self, line: Line) -> None:
        line.ears.send(listen("a", 1, line.language, no_input=2))
        line.ears.send(StopListening("a"))
        await line.speak("a")
        await line.keep_silent("a", 3)
        assert await line.events() == []

    async def test_a_forgotten_leg_tells_nothing(self, line: Line) -> None:
        line.ears.send(listen("a", 1, line.language, no_input=2))
        line.ears.send(Forget("a"))
        await line.speak("a")
        await line.keep_silent("a", 3)
        assert await line.events() == []

    async def test_audio_without_a_listen_is_not_answered(self, line: Line) -> None:
        await line.speak("a")
        assert await line.events() == []

    async def test_two_legs_are_heard_apart(self, line: Line) -> None:
        line.ears.send(listen("a", 1, line.language, no_input=4))
        line.ears.send(listen("b", 7, line.language, no_input=4))
        await line.speak("a")
        await line.keep_silent("a", 2)
        await line.keep_silent("b", 5)
        events = await line.events()
        assert [type(event) for event in events if event.leg == "a"] == [SpeechStarted, Heard]
        assert [event for event in events if event.leg == "b"] == [NothingHeard("b", 7)]

    async def test_a_language_nobody_hears_is_unavailable_at_once(self, line: Line) -> None:
        assert "xx" not in line.ears.languages()
        line.ears.send(listen("a", 1, "xx"))
        (event,) = await line.events()
        assert isinstance(event, EarsUnavailable)
        assert (event.leg, event.turn) == ("a", 1)
        assert "xx" in event.reason

    async def test_the_language_of_the_line_is_among_those_heard(self, line: Line) -> None:
        assert line.language in line.ears.languages()

    async def test_no_event_comes_after_stop(self, line: Line) -> None:
        line.ears.send(listen("a", 1, line.language, no_input=1))
        await line.ears.stop()
        await line.keep_silent("a", 2)
        assert await line.events() == []

    def test_hearing_and_commands_do_not_wait(self, line: Line) -> None:
        assert not inspect.iscoroutinefunction(line.ears.send)
        assert not inspect.iscoroutinefunction(line.ears.hear)
