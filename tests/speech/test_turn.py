"""Turn taking over frames of 32 ms."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.speech.turn import Began, Ended, NoInput, Timing, TurnEvent, TurnTaker, WentOn

FRAME = bytes(1024)
SECONDS = 512 / 16_000
TIMING = Timing(pause=0.8, no_input=5.0, maximum=10.0)


def frames(seconds: float) -> int:
    return round(seconds / SECONDS)


def feed(taker: TurnTaker, seconds: float, voiced: bool) -> list[TurnEvent]:
    return [event for _ in range(frames(seconds)) for event in taker.feed(FRAME, voiced)]


def kinds(events: list[TurnEvent]) -> list[type[TurnEvent]]:
    """Without the audio that goes on."""
    return [type(event) for event in events if not isinstance(event, WentOn)]


def test_speech_then_the_pause_is_one_utterance() -> None:
    taker = TurnTaker(TIMING)
    events = feed(taker, 1, False) + feed(taker, 2, True) + feed(taker, 1, False)
    assert kinds(events) == [Began, Ended]
    assert taker.over
    assert abs(taker.speech - 2) < 0.05


def test_a_pause_that_is_too_short_does_not_end_the_utterance() -> None:
    taker = TurnTaker(TIMING)
    events = feed(taker, 1, True) + feed(taker, 0.7, False) + feed(taker, 1, True)
    assert kinds(events) == [Began]
    assert taker.speaking


def test_the_end_tells_how_much_silence_closed_the_utterance() -> None:
    taker = TurnTaker(TIMING)
    events = feed(taker, 1, True) + feed(taker, 1, False)
    assert isinstance(events[-1], Ended)
    assert 0.8 <= events[-1].silence < 0.84


def test_no_speech_in_time_is_no_input() -> None:
    taker = TurnTaker(TIMING)
    assert feed(taker, 4.9, False) == []
    assert kinds(feed(taker, 0.2, False)) == [NoInput]
    assert feed(taker, 3, True) == []


def test_a_click_is_not_speech() -> None:
    taker = TurnTaker(TIMING)
    events = feed(taker, 1, False) + feed(taker, 0.064, True) + feed(taker, 5, False)
    assert kinds(events) == [NoInput]


def test_the_longest_utterance_is_cut() -> None:
    taker = TurnTaker(TIMING)
    events = feed(taker, 12, True)
    assert kinds(events) == [Began, Ended]
    assert isinstance(events[-1], Ended)
    assert events[-1].silence == 0.0
    audio = sum(len(event.audio) for event in events if isinstance(event, Began | WentOn))
    assert abs(audio / 2 / 16_000 - 10) < 0.05


def test_the_utterance_starts_300_ms_before_the_voice() -> None:
    taker = TurnTaker(TIMING)
    feed(taker, 2, False)
    began = feed(taker, 0.2, True)[0]
    assert isinstance(began, Began)
    voice_so_far = 3 * SECONDS
    assert abs(len(began.audio) / 2 / 16_000 - (0.3 + voice_so_far)) < 0.033


def test_no_audio_is_lost_or_doubled_between_start_and_end() -> None:
    taker = TurnTaker(TIMING)
    numbered = [bytes([number % 256]) * 1024 for number in range(100)]
    heard = b"".join(
        event.audio
        for number, frame in enumerate(numbered)
        for event in taker.feed(frame, 20 <= number < 50)
        if isinstance(event, Began | WentOn)
    )
    assert heard == b"".join(numbered)[20 * 1024 - 9600 : 20 * 1024 - 9600 + len(heard)]
    assert len(heard) > 30 * 1024


def test_other_times_count_the_silence_anew() -> None:
    taker = TurnTaker(TIMING)
    feed(taker, 4.5, False)
    taker.retime(Timing(pause=0.8, no_input=2.0, maximum=10.0))
    assert feed(taker, 1.9, False) == []
    assert kinds(feed(taker, 0.2, False)) == [NoInput]


def test_other_times_do_not_disturb_speech_in_progress() -> None:
    taker = TurnTaker(TIMING)
    feed(taker, 1, True)
    feed(taker, 0.5, False)
    taker.retime(Timing(pause=0.6, no_input=2.0, maximum=10.0))
    assert kinds(feed(taker, 0.15, False)) == [Ended]


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 60)), max_size=30))
def test_a_listen_begins_and_ends_at_most_once(runs: list[tuple[bool, int]]) -> None:
    taker = TurnTaker(TIMING)
    events = [event for voiced, count in runs for _ in range(count) for event in taker.feed(FRAME, voiced)]
    assert kinds(events) in ([], [Began], [Began, Ended], [NoInput])


def test_a_longer_pause_may_be_granted_while_the_caller_thinks() -> None:
    taker = TurnTaker(TIMING)
    feed(taker, 1, True)
    feed(taker, 0.5, False)
    taker.wait_for(1.6)
    assert kinds(feed(taker, 1.0, False)) == []
    assert kinds(feed(taker, 0.2, False)) == [Ended]


def test_each_frame_tells_the_pause_so_far_and_the_one_that_ended() -> None:
    taker = TurnTaker(TIMING)
    feed(taker, 1, True)
    *_, last = feed(taker, 0.48, False)
    (went_on,) = taker.feed(FRAME, True)
    assert isinstance(last, WentOn)
    assert isinstance(went_on, WentOn)
    assert (last.voiced, round(last.gap, 2), last.resumed) == (False, 0.48, 0.0)
    assert (went_on.voiced, went_on.gap, round(went_on.resumed, 2)) == (True, 0.0, 0.48)
