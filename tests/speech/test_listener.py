"""One leg's ears, with real voice activity and a recogniser that is made up."""

from __future__ import annotations

import numpy as np

from ivr.messages import EarsUnavailable, Expecting, Listen, NothingHeard, SpeechStarted, Word
from ivr.speech.finished import Finished
from ivr.speech.hearing import Hearing
from ivr.speech.listener import GoesOn, Listener, Told
from ivr.speech.prosody import Samples
from tests.speech.fake_recognisers import FakeFirst, FakeSession, heard
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
    of_the_closing_silence = len(session.audio) / 2 / 16_000 - (finished.length - 0.8)
    assert 0.2 < of_the_closing_silence < 0.3


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


def into_a_prompt(turn: int, prompt: str, language: str = "ko") -> Listen:
    return Listen("a", turn, language, Expecting.SPEECH, 0.8, 600.0, 30.0, prompt=prompt)


def test_an_echo_of_the_prompt_is_not_the_caller_who_is_heard_after_it() -> None:
    prompt = "무슨 일이 있었는지 자세히 말씀해 주세요"
    first = FakeFirst(so_far="무슨 일이 있었는지 자세히")
    listener = Listener(first, ALL)
    listener.listen(into_a_prompt(1, prompt))
    assert hear(listener, np.concatenate((SPOKEN, silence(2)))) == []
    assert {session.ended for session in first.sessions} == {"abandoned"}
    first.so_far = "환불"
    listener.listen(listen(1))
    told = hear(listener, np.concatenate((SPOKEN, silence(2))))
    assert [type(one) for one in told] == [SpeechStarted, Finished]


def test_a_caller_who_speaks_into_the_prompt_stops_it_once_a_word_is_known() -> None:
    first = FakeFirst(so_far="환불")
    listener = Listener(first, ALL)
    listener.listen(into_a_prompt(1, "무엇을 도와 드릴까요"))
    told = hear(listener, SPOKEN[: 16_000 * 2])
    assert told == [SpeechStarted("a", 1)]


def test_a_sound_into_the_prompt_that_nobody_understands_is_not_the_caller() -> None:
    first = FakeFirst(result=Hearing("", (), 0.0))
    listener = Listener(first, ALL)
    listener.listen(into_a_prompt(1, "무엇을 도와 드릴까요"))
    start = int(np.argmax(np.abs(SPOKEN) > 500))
    assert hear(listener, np.concatenate((SPOKEN[start : start + 5_000], silence(2)))) == []
    first.result, first.so_far = heard("환불"), "환불"
    assert [type(one) for one in hear(listener, np.concatenate((SPOKEN, silence(2))))] == [SpeechStarted, Finished]


def test_a_phrase_that_cannot_end_there_is_waited_for() -> None:
    waited = []
    for so_far in ("환불해 주세요", "지난주에 샀는데"):
        listener = Listener(FakeFirst(so_far=so_far), ALL)
        listener.listen(listen(1))
        finished = hear(listener, np.concatenate((SPOKEN, silence(2.5))))[-1]
        assert isinstance(finished, Finished)
        waited.append(finished.length)
    assert 0.35 < waited[1] - waited[0] < 0.45


def test_a_caller_who_paused_long_is_given_more_time_in_later_turns() -> None:
    lengths = []
    for own in (0.2, 0.72):
        listener = Listener(FakeFirst(), ALL)
        listener.listen(listen(1))
        hear(listener, np.concatenate((SPOKEN, silence(own), SPOKEN, silence(3))))
        listener.listen(listen(2))
        finished = hear(listener, np.concatenate((SPOKEN, silence(3))))[-1]
        assert isinstance(finished, Finished)
        lengths.append(finished.length)
    assert lengths[1] > lengths[0] + 0.05


def test_the_middle_of_a_pause_is_not_given_to_the_recogniser_and_words_keep_their_places() -> None:
    said = Hearing("환불", (Word("환불", 3.9, 4.2, 0.9),), 0.9)
    first = FakeFirst(result=said)
    listener = Listener(first, ALL)
    listener.listen(listen(1))
    finished = hear(listener, np.concatenate((SPOKEN, silence(0.75), SPOKEN, silence(2))))[-1]
    assert isinstance(finished, Finished)
    (session,) = first.sessions
    spared = finished.length - 0.8 + 0.25 - len(session.audio) / 32_000
    assert spared > 0.2
    assert finished.first is not None
    assert finished.first.words[0].start > 3.9 + 0.15


def test_a_caller_who_goes_on_before_the_answer_is_heard_as_one() -> None:
    words = (Word("환불", 0.1, 0.5, 0.9),)
    first = FakeFirst(Hearing("환불", words, 0.9))
    listener = Listener(first, ALL)
    listener.listen(listen(1))
    before = hear(listener, np.concatenate((SPOKEN, silence(1))))[-1]
    went_on, both = hear(listener, np.concatenate((SPOKEN, silence(2))))
    assert isinstance(before, Finished)
    assert went_on == GoesOn(listen(1))
    assert isinstance(both, Finished)
    assert both.first is not None
    assert both.first.text == f"{first.result.text} {first.result.text}"
    assert len(both.first.words) == 2 * len(first.result.words)
    assert both.first.words[-1].start >= before.duration
    assert abs(both.speech - 2 * before.speech) < 0.3
    assert len(both.samples) == round(both.duration * 16_000)
    assert hear(listener, np.concatenate((SPOKEN, silence(2))))[0] == GoesOn(listen(1)), "and once more"


def test_a_cough_after_an_utterance_changes_nothing() -> None:
    listener = Listener(FakeFirst(), ALL)
    listener.listen(listen(1))
    hear(listener, np.concatenate((SPOKEN, silence(1))))
    loud = int(np.argmax(np.abs(SPOKEN) > 500))
    cough = SPOKEN[loud : loud + int(0.2 * 16_000)]
    assert hear(listener, np.concatenate((cough, silence(3)))) == []
    assert hear(listener, SPOKEN) == [GoesOn(listen(1))]


def test_what_was_said_before_stands_when_the_ears_fail_while_the_caller_goes_on() -> None:
    listener = Listener(FakeFirst(), ALL)
    listener.listen(listen(1))
    before = hear(listener, np.concatenate((SPOKEN, silence(1))))[-1]
    assert listener.fail("no more") == []
    listener.listen(listen(2))
    before = hear(listener, np.concatenate((SPOKEN, silence(1))))[-1]
    hear(listener, SPOKEN)
    assert listener.fail("no more") == [before]


def test_the_caller_who_goes_on_is_cut_at_the_maximum_of_both() -> None:
    listener = Listener(FakeFirst(), ALL)
    length = len(SPOKEN) / 16_000
    listener.listen(listen(1, maximum=length + 1.5))
    hear(listener, np.concatenate((SPOKEN, silence(1))))
    both = hear(listener, np.concatenate((SPOKEN, SPOKEN, SPOKEN)))[-1]
    assert isinstance(both, Finished)
    assert both.length <= length + 2


def test_the_next_turn_is_not_more_of_the_last_one() -> None:
    listener = Listener(FakeFirst(), ALL)
    listener.listen(listen(1))
    hear(listener, np.concatenate((SPOKEN, silence(1))))
    listener.listen(listen(2))
    started, finished = hear(listener, np.concatenate((SPOKEN, silence(2))))
    assert started == SpeechStarted("a", 2)
    assert isinstance(finished, Finished)
    assert finished.length < len(SPOKEN) / 16_000 + 1.2
