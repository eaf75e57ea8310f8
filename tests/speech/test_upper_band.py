"""The band that a narrow line cut off, filled for the first hearing."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.messages import Expecting, Listen
from ivr.speech.finished import Finished
from ivr.speech.listener import Listener
from ivr.speech.prosody import Samples
from ivr.speech.upper_band import UpperBand, helps
from tests.speech.fake_recognisers import FakeFirst
from tests.speech.sounds import RATE, chunks, clip, silence, tone


def power_above(samples: Samples, hertz: float) -> float:
    """dBFS of what lies above the frequency."""
    spectrum = np.fft.rfft(samples.astype(np.float64) / 32768)
    high = spectrum[np.fft.rfftfreq(len(samples), 1 / RATE) > hertz]
    return float(10 * np.log10(2 * np.sum(np.abs(high) ** 2) / len(samples) ** 2 + 1e-12))


def filled(samples: Samples, step: int = 1024) -> Samples:
    band, audio = UpperBand(), samples.astype("<i2").tobytes()
    return np.frombuffer(b"".join(band.fill(audio[i : i + step]) for i in range(0, len(audio), step)), dtype="<i2")


def test_the_upper_band_is_as_loud_as_the_voice_lets_expect() -> None:
    loud, soft = (filled(tone(3_000.0, 1.0, amplitude)) for amplitude in (0.4, 0.1))
    assert power_above(loud, 4_000) - power_above(soft, 4_000) == pytest.approx(12.0, abs=1.0)
    assert -35 < power_above(loud, 4_000) < -15


def test_silence_stays_silence_and_what_was_there_stays_as_it_was() -> None:
    assert not filled(silence(0.5)).any()
    voice = tone(300.0, 0.5, 0.1)
    below = np.fft.rfft((filled(voice) - voice.astype(np.float64)) / 32768)[: int(3_500 * 0.5)]
    assert 10 * np.log10(2 * np.sum(np.abs(below) ** 2) / len(voice) ** 2) < -70


@pytest.mark.parametrize("step", [2, 64, 1000, 100_000])
def test_the_length_of_the_pieces_makes_no_difference(step: int) -> None:
    voice = clip("ko", "yes")
    assert np.array_equal(filled(voice, step), filled(voice))
    assert len(filled(voice, step)) == len(voice)


def test_only_a_narrow_line_in_a_language_it_was_measured_for_is_filled() -> None:
    assert helps("ko", 8_000)
    assert not helps("ko", 16_000)
    assert not helps("en", 8_000)


@pytest.mark.parametrize(("rate", "fills"), [(8_000, True), (16_000, False)])
def test_the_first_hearing_gets_the_filled_band_and_the_second_the_line_as_it_was(rate: int, fills: bool) -> None:
    first = FakeFirst()
    listener = Listener(first, {"ko"})
    listener.listen(Listen("leg", 1, "ko", Expecting.SPEECH, pause=0.5, no_input=5.0, maximum=20.0))
    said = np.concatenate((clip("ko", "refund"), silence(1.5)))[:: RATE // rate]
    told = [one for chunk in chunks("leg", said, rate) for one in listener.hear(chunk)]
    finished = next(one for one in told if isinstance(one, Finished))
    streamed = np.frombuffer(bytes(first.sessions[0].audio), dtype="<i2")
    difference = power_above(streamed, 4_500) - power_above(finished.samples, 4_500)
    assert (difference > 6) is fills
