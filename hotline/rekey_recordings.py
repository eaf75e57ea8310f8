"""Every recording under the key in force."""

from __future__ import annotations

import os
import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from config.encryption import Key, Keyring, damaged
from config.sealed_stream import CHUNK, SealedReader, SealedWriter, key_of_file
from ivr.media.wav import WAV_HEADER, wav_header

#: What is being written anew.
ANEW = ".anew"


def recordings_in(folder: Path) -> list[Path]:
    """Recordings that are finished."""
    return sorted(path for path in folder.rglob("*.wav") if path.is_file())


def key_of_recording(path: Path) -> str | None:
    """The id of its key, in hexadecimal; None: it is not encrypted. Raises OSError."""
    with path.open("rb") as file:
        return key_of_file(file)


def keys_of_recordings(folder: Path) -> Counter[str | None]:
    """How many recordings each key is needed for; None: those that are not encrypted."""
    return Counter(key_of_recording(path) for path in recordings_in(folder))


def rekey_recording(path: Path, keyring: Keyring, key: Key) -> bool:
    """Encrypt it with `key` unless it is; whether it was done. One that is removed meanwhile stays removed.

    Raises `EncryptionFault` where it is damaged, is not one of ours, or its key is not in `keyring`; and OSError.
    """
    anew = path.with_name(path.name + ANEW)
    try:
        if key_of_recording(path) == key.id.hex():
            return False
        # First the new file, then the old one is opened: see `remove_recording`.
        with open(os.open(anew, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as to, path.open("rb") as file:
            _copy(file, to, keyring, key)
            to.flush()
            os.fsync(to.fileno())
        anew.rename(path)
    except FileNotFoundError:
        return False
    finally:
        anew.unlink(missing_ok=True)
    return True


def remove_recording(path: Path) -> None:
    """Remove it for good, even if `rekey_recording` works on it at this moment. Raises OSError.

    What that renames before the last line goes with it. To rename after, it would have had to make its file after the
    second line, and then no longer have found the recording.
    """
    path.unlink(missing_ok=True)
    path.with_name(path.name + ANEW).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def _copy(file: BinaryIO, to: BinaryIO, keyring: Keyring, key: Key) -> None:
    sealed = SealedReader(file, keyring) if key_of_file(file) else None
    writer = SealedWriter(to, key)
    for piece in _plain(file) if sealed is None else _opened(sealed):
        writer.write(piece)
    if sealed is None or sealed.complete:
        writer.close()
    else:
        writer.leave()


def _opened(sealed: SealedReader) -> Iterator[bytes]:
    for start in range(0, sealed.size, CHUNK):
        yield sealed.read(start, start + CHUNK)


def _plain(file: BinaryIO) -> Iterator[bytes]:
    """The samples of a WAV file that we wrote."""
    file.seek(0)
    header = file.read(WAV_HEADER)
    if len(header) < WAV_HEADER or header[8:40] != wav_header(0)[8:40]:
        raise damaged("a recording")
    (left,) = struct.unpack("<I", header[40:])
    while left and (piece := file.read(min(left, CHUNK))):
        left -= len(piece)
        yield piece
