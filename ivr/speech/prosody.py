"""How an utterance was said: level, pitch and syllable rate, by numpy alone.

Pitch: autocorrelation of windowed frames, divided by the window's own (Boersma 1993). Syllable rate: peaks of the
intensity that stand out from the dips beside them (de Jong & Wempe 2009).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ivr.speech.mood import Prosody

Samples = NDArray[np.int16]
_Floats = NDArray[np.float32]

_FULL_SCALE = 32768.0
_FLOOR = 1e-5  # amplitude of -100 dBFS: digital silence has a level too

_WINDOW, _HOP = 0.04, 0.02  # seconds; three periods of the deepest voice
# Hertz. A high voice that rises by a third passes 400: up to there it was found half an octave too low.
_LOWEST, _HIGHEST = 70.0, 550.0
_VOICED_ABOVE = 0.5  # correlation at the period
_BELOW_PEAK = 30.0  # dB below the loud parts that count as silence
_NEARLY_BEST = 0.9  # the shortest period within this share of the best one, against octave errors

_ENVELOPE_HOP = 0.01
_ENVELOPE_SMOOTH = 9  # frames of the envelope: a syllable lasts 100 ms or more
_DIP = 2.0  # dB
_RATE_FROM = 1.0  # seconds of voice


def prosody_of(samples: Samples, rate: int, speech: float) -> Prosody:
    """Level (dBFS of the speech), median pitch (Hz, 0 if nothing was voiced) and syllables a second of `samples`,
    mono 16-bit, `rate` a second. `speech` is how many seconds of it are voice; less than one holds too few syllables to
    tell how fast they come, and gives a rate of 0."""
    wave = samples.astype(np.float32) / np.float32(_FULL_SCALE)
    if len(wave) < int(_WINDOW * rate):
        return Prosody(level=_level(wave), pitch=0.0, rate=0.0)
    frames = np.lib.stride_tricks.sliding_window_view(wave, int(_WINDOW * rate))[:: int(_HOP * rate)]
    levels = _decibels(frames)
    loud = levels > np.percentile(levels, 95) - _BELOW_PEAK
    return Prosody(
        level=_level(frames[loud]),
        pitch=_median_pitch(frames[loud], rate),
        rate=_syllables(wave, rate) / speech if speech >= _RATE_FROM else 0.0,
    )


def _level(wave: _Floats) -> float:
    power = float(np.mean(np.square(wave))) if wave.size else 0.0
    return 10 * float(np.log10(power + _FLOOR**2))


def _decibels(frames: _Floats) -> _Floats:
    levels: _Floats = 10 * np.log10(np.mean(np.square(frames), axis=1) + np.float32(_FLOOR**2))
    return levels


def _median_pitch(frames: _Floats, rate: int) -> float:
    if np.max(np.abs(frames), initial=0.0) <= _FLOOR:
        return 0.0
    width = frames.shape[1]
    window = np.hanning(width).astype(np.float32)
    centred = (frames - frames.mean(axis=1, keepdims=True)) * window
    correlation = _autocorrelation(centred, width) / _autocorrelation(window[np.newaxis], width)
    shortest, longest = int(rate / _HIGHEST), int(rate / _LOWEST)
    lags = correlation[:, shortest - 1 : longest + 2]
    inner = lags[:, 1:-1]
    peaks = (inner >= lags[:, :-2]) & (inner > lags[:, 2:])
    best = np.where(peaks, inner, 0.0).max(axis=1, keepdims=True)
    chosen = (peaks & (inner >= _NEARLY_BEST * best)).argmax(axis=1)
    voiced = best[:, 0] > _VOICED_ABOVE
    if not voiced.any():
        return 0.0
    rows = np.flatnonzero(voiced)
    before, at, after = (lags[rows, chosen[rows] + shift] for shift in (0, 1, 2))
    curve = before - 2 * at + after
    shift = np.where(np.abs(curve) > 1e-9, 0.5 * (before - after) / np.where(curve == 0, 1, curve), 0.0)
    return float(np.median(rate / (chosen[rows] + shortest + shift)))


def _autocorrelation(frames: _Floats, width: int) -> _Floats:
    """Of each row, scaled to 1 at lag zero."""
    spectrum = np.fft.rfft(frames, 1 << (2 * width - 1).bit_length(), axis=1)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :width]
    scaled: _Floats = (correlation / np.maximum(correlation[:, :1], 1e-9)).astype(np.float32)
    return np.maximum(scaled, 1e-3) if len(frames) == 1 else scaled


def _syllables(wave: _Floats, rate: int) -> int:
    """How many peaks of the smoothed intensity rise at least `_DIP` above the dips on both sides."""
    hop = int(_ENVELOPE_HOP * rate)
    blocks = wave[: len(wave) // hop * hop].reshape(-1, hop)
    kernel = np.hanning(_ENVELOPE_SMOOTH + 2)[1:-1]
    power = np.convolve(np.mean(np.square(blocks), axis=1), kernel / kernel.sum(), mode="same")
    levels = 10 * np.log10(power + _FLOOR**2)
    quiet = np.percentile(levels, 95) - _BELOW_PEAK / 1.5
    count, low, high, rising = 0, float(levels[0]), float(levels[0]), True
    for level in levels.tolist():
        high, low = max(high, level), min(low, level)
        if rising and high - level >= _DIP:  # the peak is behind us
            count += int(high > quiet)
            rising, low = False, level
        elif not rising and level - low >= _DIP:
            rising, high = True, level
    return count
