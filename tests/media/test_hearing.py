from __future__ import annotations

import numpy as np
import pytest

from ivr.media.codec import Codec, Samples, new_encoder
from ivr.media.hearing import Hearing
from tests.media.sounds import level, signal_to_noise, tone


def hearing_of(codec: Codec, *ears: Ear) -> Hearing:
    return Hearing(codec, -1, ears)


class Ear:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.rates: list[int] = []
        self.frames: list[Samples] = []

    def begin(self, rate: int) -> None:
        self.rates.append(rate)

    def feed(self, samples: Samples) -> None:
        self.frames.append(samples)

    @property
    def heard(self) -> Samples:
        return np.concatenate(self.frames) if self.frames else np.zeros(0, dtype=np.int16)


def say(hearing: Hearing, coded: bytes, first: int = 0, lost: frozenset[int] = frozenset()) -> None:
    """Packets of 20 ms, each when it is due, numbered from `first`."""
    for number in range(len(coded) // 160):
        now = 50.0 + (first + number) * 0.02
        if number not in lost:
            payload = coded[number * 160 : number * 160 + 160]
            hearing.packet(False, first + number, (first + number) * 160, payload, now)
        hearing.due(now)


@pytest.mark.parametrize("codec", list(Codec))
def test_what_is_said_is_heard_evenly_and_losses_are_filled(codec: Codec) -> None:
    sent = tone(400, 1.0, codec.sample_rate)
    ear = Ear()
    hearing = hearing_of(codec, ear)
    say(hearing, new_encoder(codec).encode(sent), lost=frozenset({20, 35}))
    hearing.finish()
    assert ear.rates == [codec.sample_rate]
    assert len(ear.heard) == codec.sample_rate
    frame = codec.frame_samples
    assert level(ear.heard[20 * frame : 21 * frame]) > 0.5 * level(sent)
    assert signal_to_noise(sent[: 20 * frame], ear.heard[: 20 * frame]) > 15


def test_whoever_listened_already_hears_no_break_when_another_joins() -> None:
    coded = new_encoder(Codec.G722).encode(tone(400, 1.0))
    first, second, alone = Ear(), Ear(), Ear()
    hearing, undisturbed = hearing_of(Codec.G722, first), hearing_of(Codec.G722, alone)
    say(hearing, coded[:4000])
    hearing.attend((first, second))
    say(hearing, coded[4000:], first=25)
    hearing.attend((second,))
    say(undisturbed, coded)
    assert (first.rates, second.rates) == ([16000], [16000])
    assert np.array_equal(first.heard, alone.heard)
    assert np.array_equal(second.heard, alone.heard[-len(second.heard) :])


def test_the_noise_a_phone_tells_of_fills_its_pauses() -> None:
    ear = Ear()
    hearing = hearing_of(Codec.PCMU, ear)
    say(hearing, new_encoder(Codec.PCMU).encode(tone(400, 0.1, 8000)))
    hearing.packet(False, 5, 800, b"", 50.1)
    hearing.noise(b"\x32")
    for tick in range(100):
        hearing.due(50.1 + tick * 0.02)
    pause = ear.heard[4000:]
    assert 20 * np.log10(level(pause) / 32767) == pytest.approx(-50, abs=1)


def test_without_a_word_of_noise_pauses_are_silent() -> None:
    ear = Ear()
    hearing = hearing_of(Codec.PCMU, ear)
    hearing.noise(b"")
    for tick in range(50):
        hearing.due(50.0 + tick * 0.02)
    assert len(ear.heard) > 4000
    assert not np.any(ear.heard)


def test_listeners_are_never_fed_more_than_twenty_milliseconds_of_a_gap() -> None:
    ear = Ear()
    hearing = hearing_of(Codec.G722, ear)
    coded = new_encoder(Codec.G722).encode(tone(400, 1.0))
    say(hearing, coded, lost=frozenset(range(20, 40)))
    hearing.finish()
    assert len(ear.heard) == pytest.approx(16000, abs=16000 * 0.25)
    assert {len(frame) for frame in ear.frames} == {320}
