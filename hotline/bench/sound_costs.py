"""What a minute of a conversation costs the edge beside relaying its packets: to record it, and to turn one codec into
another. Processor time of this process, the best of several minutes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from hotline.bench.row import Row
from ivr.media.codec import FRAME_SECONDS, Codec, Samples, new_decoder, new_encoder
from ivr.media.resample import new_resampler
from ivr.media.stereo_file import LEFT, RIGHT, Piece, StereoFile

_SECONDS, _MINUTES = 60, 3
_FRAMES = round(_SECONDS / FRAME_SECONDS)


def rows() -> Iterator[Row]:
    """Recording in both bands, then the one change of codec that costs something."""
    with tempfile.TemporaryDirectory() as folder:
        for codec in (Codec.PCMU, Codec.G722):
            path = Path(folder) / f"{codec.name}.wav"
            taken = _best(partial(_record, codec, path))
            yield Row("sizing", f"a minute recorded, {codec.name}", 1000 * taken, "ms", None, None)
            yield Row("sizing", f"a minute's recording, {codec.name}", path.stat().st_size / 1e6, "MB", None, None)
    yield Row("sizing", "a minute between PCMU and G722, both ways", 1000 * _best(_transcode), "ms", None, None)


def _best(deed: Callable[[], None]) -> float:
    times = []
    for _ in range(_MINUTES):
        began = time.process_time()
        deed()
        times.append(time.process_time() - began)
    return min(times)


def _record(codec: Codec, path: Path) -> None:
    encoder = new_encoder(codec)
    payload = encoder.encode(_noise(codec))
    sound = StereoFile(path)
    for number in range(_FRAMES):
        for side in (LEFT, RIGHT):
            sound.add(Piece(side, number * FRAME_SECONDS, codec, payload))
    sound.close(_SECONDS)


def _transcode() -> None:
    for heard, told in ((Codec.PCMU, Codec.G722), (Codec.G722, Codec.PCMU)):
        decoder, encoder = new_decoder(heard), new_encoder(told)
        resampler = new_resampler(heard.sample_rate, told.sample_rate)
        payload = new_encoder(heard).encode(_noise(heard))
        for _ in range(_FRAMES):
            encoder.encode(resampler.feed(decoder.decode(payload)))


def _noise(codec: Codec) -> Samples:
    return np.random.default_rng(1).integers(-3000, 3000, codec.frame_samples, dtype=np.int16)
