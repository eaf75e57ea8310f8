"""Vosk itself, with the packaged Korean model."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from config.errors import ModelMissing
from ivr.messages import Expecting
from ivr.speech.hearing import Hearing
from ivr.speech.models import ModelStore
from ivr.speech.prosody import Samples
from ivr.speech.vosk_recogniser import VoskRecogniser
from tests.speech.sounds import clip, noise, silence

pytestmark = pytest.mark.live

RATE = 16_000


@pytest.fixture(scope="module")
def vosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VoskRecogniser]:
    recogniser = VoskRecogniser()
    recogniser.load("ko", ModelStore(tmp_path_factory.mktemp("models")).vosk()["ko"])
    yield recogniser
    recogniser.close()


def hear(vosk: VoskRecogniser, samples: Samples, expecting: Expecting = Expecting.SPEECH, step: int = 1024) -> Hearing:
    session = vosk.open("ko", expecting)
    data = samples.astype("<i2").tobytes()
    for place in range(0, len(data), step):
        session.accept(data[place : place + step])
    return session.finish(speech=len(samples) / RATE)


def test_a_sentence_gives_words_with_places_and_confidence(vosk: VoskRecogniser) -> None:
    spoken = clip("ko", "thanks")
    hearing = hear(vosk, spoken)
    assert "감사합니다" in hearing.text
    assert hearing.text.split() == [word.word for word in hearing.words]
    assert 0.5 < hearing.confidence <= 1.0
    assert all(0 <= word.start < word.end <= len(spoken) / RATE + 0.1 for word in hearing.words)


def test_the_places_start_anew_with_each_utterance(vosk: VoskRecogniser) -> None:
    first = [hear(vosk, clip("ko", "thanks")) for _ in range(4)]
    assert len({hearing.text for hearing in first}) == 1
    assert max(hearing.words[0].start for hearing in first) < 1.0


def test_the_size_of_the_pieces_changes_nothing(vosk: VoskRecogniser) -> None:
    small, large = (hear(vosk, clip("ko", "thanks"), step=step).text for step in (640, 8_000))
    assert SequenceMatcher(None, small, large).ratio() > 0.7


def test_silence_and_noise_are_heard_as_nothing(vosk: VoskRecogniser) -> None:
    assert hear(vosk, silence(1)).text == ""
    assert hear(vosk, noise(1)).confidence < 0.85


def test_numbers_carry_no_brackets(vosk: VoskRecogniser) -> None:
    assert "[" not in hear(vosk, clip("ko", "callback")).text


def test_a_yes_is_heard_as_one_of_the_expected_answers(vosk: VoskRecogniser) -> None:
    yes = hear(vosk, clip("ko", "yes")[: RATE * 3 // 2], Expecting.YES_NO)
    assert yes.text.startswith(("네", "예"))


def test_a_sentence_is_not_turned_into_a_yes_or_no(vosk: VoskRecogniser) -> None:
    for name in ("refund", "smoke", "thanks", "human"):
        hearing = hear(vosk, clip("ko", name), Expecting.YES_NO)
        assert not hearing.narrowed
        # Two recognisers may differ by a syllable, depending on what each heard before.
        assert SequenceMatcher(None, hearing.text, hear(vosk, clip("ko", name)).text).ratio() > 0.7


def test_an_abandoned_utterance_leaves_nothing_in_the_next(vosk: VoskRecogniser) -> None:
    sessions = [vosk.open("ko", Expecting.SPEECH) for _ in range(3)]
    for session in sessions:
        session.accept(clip("ko", "refund").tobytes())
        session.abandon()
    assert hear(vosk, clip("ko", "thanks")).text.startswith("감사합니다")


def test_many_threads_hear_at_once(vosk: VoskRecogniser) -> None:
    with ThreadPoolExecutor(4) as threads:
        texts = list(threads.map(lambda _: hear(vosk, clip("ko", "thanks")).text, range(8)))
    assert len(texts) == 8
    assert all("안녕히 계세요" in text for text in texts)


def test_a_folder_without_a_model_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="hotline models fetch ko"):
        VoskRecogniser().load("ko", tmp_path)


def test_the_words_so_far_grow_into_the_result(vosk: VoskRecogniser) -> None:
    spoken = clip("ko", "thanks").astype("<i2").tobytes()
    session = vosk.open("ko", Expecting.SPEECH)
    session.accept(spoken[: len(spoken) * 2 // 3])
    so_far = session.partial()
    session.accept(spoken[len(spoken) * 2 // 3 :])
    whole = session.finish(3.0).text
    assert so_far
    assert SequenceMatcher(None, so_far, whole).ratio() > 0.5


def test_the_names_of_categories_are_a_vocabulary_of_their_own(vosk: VoskRecogniser) -> None:
    names = ("환불", "배송", "수리")
    session = vosk.open("ko", Expecting.CATEGORY, names)
    session.accept(clip("ko", "thanks").astype("<i2").tobytes())
    heard = session.finish(3.0)
    assert "감사합니다" in heard.text
    assert not heard.narrowed


def test_names_that_the_model_lacks_leave_the_free_recogniser(vosk: VoskRecogniser) -> None:
    session = vosk.open("ko", Expecting.CATEGORY, ("환불", "zzz"))
    session.accept(clip("ko", "yes").astype("<i2").tobytes())
    assert not session.finish(0.5).narrowed
