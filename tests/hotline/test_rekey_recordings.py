"""Encrypting recordings anew: each sounds as before, under the new key alone, and what is removed stays removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.encryption import EncryptionFault, Key, Keyring
from config.sealed_stream import SealedReader
from hotline.rekey_recordings import (
    ANEW,
    key_of_recording,
    keys_of_recordings,
    recordings_in,
    rekey_recording,
    remove_recording,
)
from ivr.media.codec import Codec
from ivr.media.recorded_sound import pieces_of_sound, size_of_sound
from ivr.media.stereo_file import LEFT, Piece, StereoFile, rescue

OLD, NEW = Key(bytes(range(32))), Key(bytes(32))
BOTH = Keyring((NEW, OLD))


def record(path: Path, key: Key | None, *, whole: bool = True) -> None:
    file = StereoFile(path, key)
    for second in range(4):
        file.add(Piece(LEFT, float(second), Codec.PCMU, bytes(range(250)) * 32))
    if whole:
        file.close(4.0)
    else:
        file.abandon()
        rescue(path.parent)


def sound(path: Path, ring: Keyring) -> bytes:
    return b"".join(pieces_of_sound(path, ring, 0, size_of_sound(path, ring)))


@pytest.mark.parametrize("before", [OLD, None])
def test_a_recording_sounds_the_same_under_the_new_key_alone(tmp_path: Path, before: Key | None) -> None:
    path = tmp_path / "a.wav"
    record(path, before)
    was = sound(path, BOTH)
    assert rekey_recording(path, BOTH, NEW)
    assert sound(path, Keyring((NEW,))) == was
    assert not rekey_recording(path, BOTH, NEW)
    assert [one.name for one in tmp_path.iterdir()] == ["a.wav"]
    assert path.stat().st_mode & 0o077 == 0


def test_one_that_was_cut_short_is_still_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    record(path, OLD, whole=False)
    was = sound(path, BOTH)
    assert rekey_recording(path, BOTH, NEW)
    assert sound(path, BOTH) == was
    with path.open("rb") as file:
        assert not SealedReader(file, BOTH).complete


def test_a_plain_one_that_was_cut_short_is_encrypted_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    record(path, None, whole=False)
    was = sound(path, BOTH)
    assert rekey_recording(path, BOTH, NEW)
    assert sound(path, BOTH) == was


def test_what_cannot_be_read_stays_as_it_is(tmp_path: Path) -> None:
    record(tmp_path / "a.wav", Key(bytes(31) + b"x"))
    (tmp_path / "b.wav").write_bytes(b"RIFF" * 99)
    for path, said in ((tmp_path / "a.wav", "encrypted with the key"), (tmp_path / "b.wav", "not as it was written")):
        was = path.read_bytes()
        with pytest.raises(EncryptionFault, match=said):
            rekey_recording(path, BOTH, NEW)
        assert path.read_bytes() == was
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.wav", "b.wav"]


@pytest.mark.parametrize("when", ["before it is read", "before it is put in place"])
def test_one_that_is_removed_meanwhile_stays_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    path = tmp_path / "a.wav"
    record(path, OLD)
    if when == "before it is read":
        monkeypatch.setattr("hotline.rekey_recordings.key_of_recording", lambda path: remove_recording(path))
    else:
        monkeypatch.setattr("os.fsync", lambda _: remove_recording(path))
    assert not rekey_recording(path, BOTH, NEW)
    assert list(tmp_path.iterdir()) == []


def test_removing_one_removes_what_a_rotation_had_begun(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    record(path, OLD)
    (tmp_path / f"a.wav{ANEW}").write_bytes(b"half")
    remove_recording(path)
    assert list(tmp_path.iterdir()) == []


def test_recordings_are_counted_by_their_keys(tmp_path: Path) -> None:
    for name, key in (("a", OLD), ("b", NEW), ("c", NEW), ("d", None)):
        record(tmp_path / f"{name}.wav", key)
    (tmp_path / "e.wav.part").write_bytes(b"going on")
    assert [path.name for path in recordings_in(tmp_path)] == ["a.wav", "b.wav", "c.wav", "d.wav"]
    assert keys_of_recordings(tmp_path) == {OLD.id.hex(): 1, NEW.id.hex(): 2, None: 1}
    assert key_of_recording(tmp_path / "a.wav") == OLD.id.hex()
