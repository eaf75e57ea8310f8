"""Makes every clip, rendered or recorded, equally loud, without silence around it or a click at its edges.

The only module that knows pydub. It works on samples in memory, so that no ffmpeg is needed; `read_recording` takes
whatever libsndfile reads (WAV, FLAC, Ogg, MP3), for the recordings that admins upload.
"""

from __future__ import annotations

import math
import warnings
from io import BytesIO

import numpy as np
import soundfile
import soxr

from config.errors import Refused
from prompts.voices.voice import Sound

with warnings.catch_warnings():
    # pydub warns of a missing ffmpeg, which nothing here needs, and Python of pydub's own old-fashioned source.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment
    from pydub.silence import detect_leading_silence

RATE = 16_000
SPEECH_LEVEL = -20.0  # dBFS, RMS over the frames in which someone speaks
PEAK = -2.0  # dBFS
_FRAME = 20  # ms
_ACTIVE_WITHIN = 40.0  # dB below the loudest frame a frame still counts as speech
_LONGEST_SECONDS = 120
_MARGIN = 40  # ms of quiet kept before and after
_FADE_IN, _FADE_OUT = 8, 25  # ms
_COMPRESSION = 0.92  # libsndfile's scale from 0 (large) to 1 (small): about 26 kbit/s of mono speech


RECIPE = f"{RATE} {SPEECH_LEVEL} {PEAK} {_COMPRESSION}"  # changes whenever a levelled clip would sound different


def level(sound: Sound, *, speech_level: float = SPEECH_LEVEL, peak: float = PEAK) -> Sound:
    """Trim, level and fade a mono sound and bring it to 16 kHz. Raises `Refused` when there is nothing but silence."""
    segment = _segment(sound)
    if not math.isfinite(segment.max_dBFS) or segment.max_dBFS < -60:
        raise Refused("the recording is silent", remedy="record it again, nearer to the microphone")
    segment = _trimmed(segment)
    gain = min(speech_level - _speech_level(segment), peak - segment.max_dBFS)
    segment = segment.apply_gain(gain).fade_in(_FADE_IN).fade_out(_FADE_OUT)
    return Sound((np.asarray(segment.get_array_of_samples()) / 32_768).astype(np.float32), RATE)


def loudness(sound: Sound) -> float:
    """dBFS of the speech in a sound that is not silent."""
    return _speech_level(_segment(sound))


def read_recording(data: bytes) -> Sound:
    """An uploaded recording, channels mixed. Raises `Refused` when the bytes are not a sound file that we can read, or
    one of more than two minutes: silence packs so well that a small file may fill the memory."""
    try:
        with soundfile.SoundFile(BytesIO(data)) as file:
            most = int(file.samplerate * _LONGEST_SECONDS)
            samples, rate = file.read(most + 1, dtype="float32", always_2d=True), file.samplerate
    except soundfile.LibsndfileError as fault:
        raise Refused("this is not a sound file that can be read", remedy="upload WAV, FLAC, Ogg or MP3") from fault
    if len(samples) > most:
        raise Refused(f"the recording is longer than {_LONGEST_SECONDS} seconds", remedy="cut it into its sentences")
    return Sound(samples.mean(axis=1), int(rate))


def write_opus(sound: Sound) -> bytes:
    """The sound as Ogg Opus, mono, at its own rate (8, 12, 16, 24 or 48 kHz)."""
    stream = BytesIO()
    soundfile.write(stream, sound.samples, sound.rate, format="OGG", subtype="OPUS", compression_level=_COMPRESSION)
    return stream.getvalue()


def _segment(sound: Sound) -> AudioSegment:
    samples = sound.samples
    if sound.rate != RATE:
        samples = soxr.resample(samples, sound.rate, RATE)
    raw = (np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes()
    return AudioSegment(raw, frame_rate=RATE, sample_width=2, channels=1)


def _trimmed(segment: AudioSegment) -> AudioSegment:
    threshold = segment.max_dBFS - _ACTIVE_WITHIN
    start = max(0, detect_leading_silence(segment, threshold, 5) - _MARGIN)
    end = max(0, detect_leading_silence(segment.reverse(), threshold, 5) - _MARGIN)
    return segment[start : len(segment) - end]


def _speech_level(segment: AudioSegment) -> float:
    """dBFS of the speech: mean power of the frames not more than 40 dB below the loudest (after ITU-T P.56's aim)."""
    powers = [segment[at : at + _FRAME].rms ** 2 for at in range(0, len(segment), _FRAME)]
    active = [power for power in powers if power > max(powers) * 10 ** (-_ACTIVE_WITHIN / 10)]
    return 10 * math.log10(sum(active) / len(active)) - 20 * math.log10(segment.max_possible_amplitude)
