from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.media.comfort_noise import ComfortNoise, noise_level
from tests.media.sounds import level


@pytest.mark.parametrize(("payload", "decibels"), [(b"\x32", 50), (b"\x46\x80\x81", 70), (b"\xc6", 70), (b"\x7f", 127)])
def test_the_first_octet_is_the_level(payload: bytes, decibels: int) -> None:
    assert noise_level(payload) == decibels


def test_nobody_can_ask_for_loud_noise() -> None:
    assert noise_level(b"\x00") == 35


def test_an_empty_packet_says_nothing() -> None:
    assert noise_level(b"") is None


@pytest.mark.parametrize("decibels", [35, 50, 60])
def test_noise_is_as_loud_as_told(decibels: int) -> None:
    noise = ComfortNoise(decibels)
    sound = np.concatenate([noise.samples(160) for _ in range(200)])
    assert 20 * np.log10(level(sound) / 32767) == pytest.approx(-decibels, abs=0.5)


def test_the_quietest_noise_is_silence() -> None:
    assert not np.any(ComfortNoise(127).samples(1600))


def test_no_two_frames_are_alike() -> None:
    noise = ComfortNoise(50)
    assert not np.array_equal(noise.samples(160), noise.samples(160))


@given(st.binary(max_size=20), st.integers(0, 2000))
def test_any_packet_can_be_heard(payload: bytes, length: int) -> None:
    decibels = noise_level(payload)
    if decibels is not None:
        assert len(ComfortNoise(decibels).samples(length)) == length
