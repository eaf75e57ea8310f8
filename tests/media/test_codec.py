from __future__ import annotations

import numpy as np
import pytest

from ivr.media.clips import encode_clip
from ivr.media.codec import FRAME_BYTES, SILENCE, Codec, new_decoder, new_encoder
from ivr.media.resample import new_resampler, resample
from tests.media.sounds import babble, level, signal_to_noise, tone


@pytest.mark.parametrize(("codec", "least"), [(Codec.G722, 30.0), (Codec.PCMU, 35.0), (Codec.PCMA, 35.0)])
def test_a_tone_comes_back_nearly_as_it_was(codec: Codec, least: float) -> None:
    sent = tone(997, 0.5, codec.sample_rate)
    encoder, decoder = new_encoder(codec), new_decoder(codec)
    frames = sent.reshape(-1, codec.frame_samples)
    received = np.concatenate([decoder.decode(encoder.encode(frame)) for frame in frames])
    half = len(sent) // 2  # G.722 needs some milliseconds to adapt to the abrupt beginning
    assert signal_to_noise(sent[half:], received[half:]) > least


@pytest.mark.parametrize("codec", Codec)
def test_twenty_milliseconds_are_160_bytes_in_every_codec(codec: Codec) -> None:
    assert len(new_encoder(codec).encode(np.zeros(codec.frame_samples, dtype=np.int16))) == FRAME_BYTES
    assert len(SILENCE[codec]) == FRAME_BYTES


@pytest.mark.parametrize("codec", Codec)
def test_silence_may_be_repeated_for_ever_and_stays_silent(codec: Codec) -> None:
    decoder = new_decoder(codec)
    decoder.decode(new_encoder(codec).encode(babble(1.0, 1, codec.sample_rate)))
    heard = np.concatenate([decoder.decode(SILENCE[codec]) for _ in range(100)])
    assert level(heard[codec.sample_rate // 5 :]) < 40  # -58 dBFS


def test_a_g722_clip_after_silence_does_not_begin_with_a_bang() -> None:
    sound = tone(440, 0.2, level=0.25)
    ramped = (sound * np.minimum(1, np.arange(len(sound)) / 800)).astype(np.int16)
    payload = encode_clip(ramped, Codec.G722)
    decoder = new_decoder(Codec.G722)
    for _ in range(50):
        decoder.decode(SILENCE[Codec.G722])
    assert np.abs(decoder.decode(payload).astype(int)).max() < 1.3 * np.abs(ramped.astype(int)).max()


@pytest.mark.parametrize("codec", Codec)
def test_a_payload_of_any_length_can_be_decoded(codec: Codec) -> None:
    decoder = new_decoder(codec)
    for length in (0, 1, 7, 159, 160, 161, 1000):
        assert len(decoder.decode(bytes(length))) == length * codec.sample_rate // 8000


@pytest.mark.parametrize(("rate", "wanted"), [(16000, 8000), (8000, 16000)])
def test_live_resampling_frame_by_frame_equals_the_whole(rate: int, wanted: int) -> None:
    sent = tone(700, 0.4, rate)
    live = new_resampler(rate, wanted)
    received = np.concatenate([live.feed(frame) for frame in sent.reshape(-1, rate // 50)])
    assert len(received) == len(sent) * wanted // rate
    assert signal_to_noise(tone(700, 0.4, wanted)[100:], received[100:], 20) > 15
    whole = new_resampler(rate, wanted).feed(sent)
    assert np.array_equal(whole, received)


def test_halving_the_rate_does_not_fold_high_tones_down() -> None:
    assert level(new_resampler(16000, 8000).feed(tone(6500, 0.2))[50:]) < level(tone(6500, 0.2)) / 100


def test_a_clip_of_another_rate_keeps_its_length_in_seconds() -> None:
    assert len(resample(tone(440, 1.0, 44100), 44100, 16000)) == 16000
