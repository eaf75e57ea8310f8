"""When the voice activity model is spared."""

from __future__ import annotations

import numpy as np

from ivr.speech.level_gate import LevelGate
from ivr.speech.voice_activity import FRAME_BYTES

RNG = np.random.default_rng(3)


def frame(level: float) -> bytes:
    """Noise of so many dBFS."""
    return RNG.normal(0, 32768 * 10 ** (level / 20), FRAME_BYTES // 2).clip(-32768, 32767).astype("<i2").tobytes()


def asked(gate: LevelGate, level: float, frames: int, *, voiced: bool, probability: float) -> int:
    """How often the model was asked."""
    count = 0
    for _ in range(frames):
        if gate.verdict(frame(level)) is None:
            count += 1
            gate.told(voiced, probability)
    return count


def test_digital_silence_is_not_asked_about() -> None:
    gate = LevelGate()
    assert [gate.verdict(bytes(FRAME_BYTES)) for _ in range(10)] == [False] * 10


def test_a_steady_noise_is_soon_the_lines_own() -> None:
    gate = LevelGate()
    assert asked(gate, -55, 100, voiced=False, probability=0.1) < 15


def test_louder_than_the_noise_is_asked_about_at_once() -> None:
    gate = LevelGate()
    asked(gate, -55, 60, voiced=False, probability=0.1)
    assert gate.verdict(frame(-45)) is None


def test_half_of_a_loud_certain_voice_is_taken_for_voice() -> None:
    gate = LevelGate()
    asked(gate, -70, 60, voiced=False, probability=0.1)
    assert 25 <= asked(gate, -25, 50, voiced=True, probability=0.99) <= 27


def test_in_noise_or_doubt_the_model_is_always_asked() -> None:
    gate = LevelGate()
    asked(gate, -40, 60, voiced=False, probability=0.1)
    assert asked(gate, -25, 50, voiced=True, probability=0.99) == 50
    gate = LevelGate()
    asked(gate, -70, 60, voiced=False, probability=0.1)
    assert asked(gate, -25, 50, voiced=True, probability=0.6) == 50


def test_a_voice_that_falls_is_asked_about() -> None:
    gate = LevelGate()
    asked(gate, -70, 60, voiced=False, probability=0.1)
    asked(gate, -25, 21, voiced=True, probability=0.99)
    assert gate.verdict(frame(-35)) is None
