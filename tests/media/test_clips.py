from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.media.clips import ClipLibrary, encode_clip, packets, read_clip
from ivr.media.codec import FRAME_BYTES, SILENCE, Codec, new_decoder
from tests.media.sounds import babble, tone


@pytest.mark.parametrize(
    ("name", "kind"), [("a.wav", "PCM_16"), ("a.flac", "PCM_16"), ("a.ogg", "OPUS"), ("a.ogg", "VORBIS")]
)
def test_clips_of_the_usual_formats_are_read(tmp_path: Path, name: str, kind: str) -> None:
    soundfile.write(tmp_path / name, babble(1.0, 1), 16000, subtype=kind)
    assert abs(len(read_clip(tmp_path / name, 8000)) - 8000) <= 80


def test_stereo_becomes_mono_at_the_wanted_rate(tmp_path: Path) -> None:
    left = tone(440, 1.0, 48000)
    soundfile.write(tmp_path / "a.wav", np.column_stack((left, np.zeros_like(left))), 48000)
    mono = read_clip(tmp_path / "a.wav", 16000)
    assert len(mono) == 16000
    assert abs(int(mono.max()) - int(left.max()) // 2) < 100


@pytest.mark.parametrize("codec", Codec)
def test_a_clip_is_encoded_in_whole_frames(codec: Codec) -> None:
    payload = encode_clip(tone(440, 0.33, codec.sample_rate), codec)
    assert len(payload) == 17 * FRAME_BYTES
    assert len(new_decoder(codec).decode(payload)) == 17 * codec.frame_samples


def test_a_clip_is_found_in_any_folder_or_by_its_absolute_path(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    soundfile.write(tmp_path / "two" / "a.wav", tone(440, 0.1), 16000)
    library = ClipLibrary((tmp_path / "one", tmp_path / "two"))
    found = library.load(("a.wav", str(tmp_path / "two" / "a.wav")), Codec.PCMU)
    assert len(found) == 2
    assert found[0] is found[1]
    library.close()


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_bytes(b"RIFF no audio")
    soundfile.write(tmp_path / "good.wav", tone(440, 0.1), 16000)
    library = ClipLibrary((tmp_path,))
    assert len(library.load(("missing.wav", "broken.wav", "good.wav", "a\0b"), Codec.G722)) == 1
    library.close()


def test_a_clip_that_was_recorded_anew_is_read_anew(tmp_path: Path) -> None:
    library = ClipLibrary((tmp_path,))
    lengths = []
    for seconds in (0.1, 0.3):
        soundfile.write(tmp_path / "a.wav", tone(440, seconds), 16000)
        lengths.append(len(library.load(("a.wav",), Codec.G722)[0]))
    assert lengths == [5, 15]
    library.close()


def test_the_cache_keeps_to_its_size_and_drops_what_was_not_used_for_longest(tmp_path: Path) -> None:
    for name in "abc":
        soundfile.write(tmp_path / f"{name}.wav", tone(440, 0.1), 16000)
    library = ClipLibrary((tmp_path,), cache_bytes=1700)  # two clips of 800
    a, b = library.load(("a.wav", "b.wav"), Codec.PCMA)
    library.load(("a.wav", "c.wav"), Codec.PCMA)
    assert library.load(("a.wav",), Codec.PCMA)[0] is a
    assert library.load(("b.wav",), Codec.PCMA)[0] is not b
    library.close()


def test_clips_are_cut_into_packets_of_the_length_that_is_wished_without_a_gap_between_them() -> None:
    frames = tuple(bytes([number]) * 160 for number in range(5))
    assert packets((frames,), Codec.PCMU, 20) is frames
    assert packets((frames, frames), Codec.PCMU, 20) == frames * 2
    for ptime in (10, 30, 40, 60):
        cut = packets((frames, frames), Codec.PCMU, ptime)
        assert {len(payload) for payload in cut} == {8 * ptime}
        whole = b"".join(cut)
        assert whole[:1600] == b"".join(frames * 2)
        assert set(whole[1600:]) <= set(SILENCE[Codec.PCMU])
