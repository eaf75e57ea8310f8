"""One leg's ears, with real voice activity and a recogniser that is made up."""

from __future__ import annotations

import numpy as np

from ivr.messages import EarsUnavailable, Expecting, Listen, NothingHeard, SpeechStarted
from ivr.speech.listener import Finished, Listener, Told
from ivr.speech.prosody import Samples
from tests.speech.fake_recognisers import FakeFirst, FakeSession
from tests.speech.sounds import chunks, clip, noise, silence

ALL = frozenset({"ko", "en"})
SPOKEN = clip("ko", "refund")


def listen(turn: int, language: str = "ko", *, no_input: float = 5.0, maximum: float = 30.0) -> Listen:
    return Listen("a", turn, language, Expecting.SPEECH, pause=0.8, no_input=no_input, maximum=maximum)


def hear(listener: Listener, samples: Samples, rate: int = 16_000) -> list[Told]:
    return [told for chunk in chunks("a", samples, rate) for told in listener.hear(chunk)]


def test_an_utterance_is_streamed_to_the_recogniser_and_finished() -> None:
    first = FakeFirst()
    listener = Listener(first, ALL)
    listener.listen(listen(1))
    started, finished = hear(listener, np.concatenate((silence(1), SPOKEN, silence(2))))
    assert started == SpeechStarted("a", 1)
    assert isinstance(finished, Finished)
    assert finished.first == first.result
    assert finished.wide_band
    assert abs(finished.speech - len(SPOKEN) / 16_000) < 0.8
    (session,) = first.sessions
    assert session.ended == "finished"
    assert len(session.audio) == 2 * round(finished.length * 16_000)


def test_a_second_hearing_gets_only_a_little_of_the_closing_silence() -> None:
    listener = Listener(FakeFirst(), ALL)
    listener.listen(listen(1))
    finished = hear(listener, np.concatenate((SPOKEN, silence(2))))[-1]
    assert isinstance(finished, Finished)
    assert 0.45 < finished.length - finished.duration < 0.55
    assert len(finished.samples) == round(finished.duration * 16_000)


def test_a_language_without_a_streaming_recogniser_is_collected_for_the_second() -> None:
    first = FakeFirst()
    listener = Listener(first, ALL)
    listener.listen(listen(1, "en"))
    finished = hear(listener, np.concatenate((SPOKEN, silence(2))))[-1]
    assert isinstance(finished, Finished)
    assert finished.first is None
    assert not first.sessions


def test_the_telephone_band_is_told() -> None:
    listener = Listener(FakeFirst(), ALL)
    listener.listen(listen(1))
    finished = hear(listener, np.concatenate((SPOKEN[::2], silence(2, 8_000))), 8_000)[-1]
    assert isinstance(finished, Finished)
    assert not finished.wide_band


def test_noise_is_nothing_heard() -> None:
    listener = Listener(FakeFirst(), ALL)
    listener.listen(listen(1, no_input=3))
    assert hear(listener, noise(4, level=1500.0)) == [NothingHeard("a", 1)]


def test_an_abandoned_utterance_gives_its_recogniser_back() -> None:
    first = FakeFirst()
    listener = Listener(first, ALL)
    listener.listen(listen(1))
    hear(listener, SPOKEN)
    listener.stop()
    assert [session.ended for session in first.sessions] == ["abandoned"]
    assert hear(listener, silence(3)) == []


def test_a_new_turn_in_mid_speech_abandons_the_old_one_and_hears_on() -> None:
    first = FakeFirst()
    listener = Listener(first, ALL)
    listener.listen(listen(1))
    half = len(SPOKEN) // 2
    hear(listener, SPOKEN[:half])
    listener.listen(listen(2))
    told = hear(listener, np.concatenate((SPOKEN[half:], silence(2))))
    assert told[0] == SpeechStarted("a", 2)
    assert [session.ended for session in first.sessions] == ["abandoned", "finished"]


def test_a_caller_who_was_quicker_than_the_listen_is_heard_from_the_start() -> None:
    first = FakeFirst()
    listener = Listener(first, ALL)
    listener.listen(listen(1, no_input=0.5))
    hear(listener, silence(1))
    quick = int(0.25 * 16_000)
    start = int(np.argmax(np.abs(SPOKEN) > 500))
    hear(listener, SPOKEN[start : start + quick])
    told = listener.listen(listen(2))
    told += hear(listener, np.concatenate((SPOKEN[start + quick :], silence(2))))
    assert [type(one) for one in told] == [SpeechStarted, Finished]
    session: FakeSession = first.sessions[-1]
    assert SPOKEN[start + 400 : start + quick].astype("<i2").tobytes() in bytes(session.audio)


def test_speech_beyond_the_maximum_is_cut() -> None:
    listener = Listener(FakeFirst(), ALL)
    listener.listen(listen(1, maximum=1.0))
    finished = hear(listener, SPOKEN)[-1]
    assert isinstance(finished, Finished)
    assert 1.0 <= finished.length < 1.4


def test_an_unknown_language_is_unavailable_once() -> None:
    listener = Listener(FakeFirst(), ALL)
    (told,) = listener.listen(listen(1, "fi"))
    assert isinstance(told, EarsUnavailable)
    assert listener.listen(listen(1, "fi")) == []
    assert hear(listener, silence(10)) == []


def test_giving_up_is_told_only_within_a_listen() -> None:
    listener = Listener(FakeFirst(), ALL)
    assert listener.fail("too much") == []
    listener.listen(listen(4))
    assert listener.fail("too much") == [EarsUnavailable("a", 4, "too much")]
    assert listener.fail("too much") == []
