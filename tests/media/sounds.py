"""Sounds made by arithmetic: tones, and babble with the rhythm and spectrum of speech."""

from __future__ import annotations

import numpy as np

from ivr.media.codec import Samples


def tone(hertz: float, seconds: float, rate: int = 16000, level: float = 0.3) -> Samples:
    """A sine; `level` is its peak, 1 is full scale."""
    places = np.arange(int(seconds * rate))
    return (32767 * level * np.sin(2 * np.pi * hertz * places / rate)).astype(np.int16)


def babble(seconds: float, seed: int, rate: int = 16000) -> Samples:
    """Voiced syllables, four a second, of wandering pitch with harmonics up to 3 kHz: no stretch repeats another."""
    random = np.random.default_rng(seed)
    places = np.arange(int(seconds * rate)) / rate
    pitch = np.interp(places, np.linspace(0, seconds, 40), random.uniform(90, 220, 40))
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    sound = np.zeros(len(places))
    for harmonic in range(1, 15):
        weight = np.interp(places, np.linspace(0, seconds, 30), random.uniform(0, 1 / harmonic, 30))
        sound += weight * np.sin(harmonic * phase)
    syllables = np.clip(np.sin(2 * np.pi * 4 * places + random.uniform(0, 6)) + 0.5, 0, None)
    spoken = sound * syllables
    samples: Samples = (9000 * spoken / np.abs(spoken).max()).astype(np.int16)
    return samples


def level(samples: Samples) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) if len(samples) else 0.0


def signal_to_noise(sent: Samples, received: Samples, most_delay: int = 100) -> float:
    """In decibels, at the delay in samples that gives the most."""
    length = min(len(sent), len(received)) - most_delay
    original = sent[:length].astype(np.float64)
    noises = (np.sum((received[d : d + length] - original) ** 2) for d in range(most_delay))
    return float(10 * np.log10(np.sum(original**2) / max(min(noises), 1e-9)))
