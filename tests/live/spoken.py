"""How people speak into a telephone, made from clean clips: hesitating, mumbling, shouting, in noise. All at 16,000
samples a second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hotline.demo.people import clip
from ivr.media.clips import read_clip

RATE = 16_000
Samples = NDArray[np.int16]
_MUMBLED_HERTZ = 2_000
_MUMBLED_DECIBELS = -18.0
_SHOUTED_DECIBELS = 12.0
_NOISE_DECIBELS = 10.0  # speech above noise
_SEED = 27


def plain(language: str, name: str) -> Samples:
    """The clip as it is."""
    return read_clip(clip(language, name), RATE)


def hesitating(speech: Samples, pause: float) -> Samples:
    """Cut in two where it is quietest near the middle, and `pause` seconds of silence between."""
    third, frame = len(speech) // 3, RATE // 50
    middle = speech[third : 2 * third].astype(np.float64)
    loudness = np.square(middle[: len(middle) // frame * frame].reshape(-1, frame)).sum(axis=1)
    cut = third + int(np.argmin(loudness)) * frame + frame // 2
    return np.concatenate([speech[:cut], np.zeros(round(pause * RATE), np.int16), speech[cut:]])


def mumbling(speech: Samples) -> Samples:
    """Quiet, and without the sounds that tell consonants apart."""
    spectrum = np.fft.rfft(speech.astype(np.float64))
    spectrum[round(_MUMBLED_HERTZ * len(speech) / RATE) :] = 0.0
    return _sampled(np.fft.irfft(spectrum, len(speech)) * _factor(_MUMBLED_DECIBELS))


def shouting(speech: Samples) -> Samples:
    """So loud that the telephone cuts the peaks off."""
    return _sampled(speech.astype(np.float64) * _factor(_SHOUTED_DECIBELS))


def noisy(speech: Samples, lead: float = 0.5) -> Samples:
    """In pink noise that begins `lead` seconds before and ends as long after."""
    padded = np.pad(speech.astype(np.float64), round(lead * RATE))
    noise = _pink(len(padded))
    loud = np.sqrt(np.mean(np.square(speech.astype(np.float64))))
    return _sampled(padded + noise * loud * _factor(-_NOISE_DECIBELS))


def _pink(length: int) -> NDArray[np.float64]:
    """Noise of level one whose power falls with frequency; always the same."""
    spectrum = np.fft.rfft(np.random.default_rng(_SEED).standard_normal(length))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[0] = 0.0
    noise: NDArray[np.float64] = np.fft.irfft(spectrum, length)
    return noise / float(np.sqrt(np.mean(np.square(noise))))


def _factor(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def _sampled(sound: NDArray[np.float64]) -> Samples:
    return np.clip(np.round(sound), -32_768, 32_767).astype(np.int16)
