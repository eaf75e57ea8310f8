"""A recording as it is played: a WAV file, whether it lies encrypted or not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from config.encryption import Keyring
from config.sealed_stream import SealedReader, key_of_file
from ivr.media.wav import WAV_HEADER, wav_header

_PIECE = 256 * 1024


class RecordedSound:
    """The WAV file that a recording is, `size` bytes. `complete` is False for an encrypted one whose writer was killed,
    or that somebody has cut: it is what is left."""

    def __init__(self, file: BinaryIO, keyring: Keyring) -> None:
        """Raises `EncryptionFault` when its key is not there or it was changed."""
        self._file = file
        self._sealed = SealedReader(file, keyring) if key_of_file(file) else None
        if self._sealed is None:
            self.size, self.complete = file.seek(0, os.SEEK_END), True
        else:
            self.size, self.complete = WAV_HEADER + self._sealed.size, self._sealed.complete

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` to before `end`, as far as there are any. Raises like the constructor."""
        if self._sealed is None:
            self._file.seek(start)
            return self._file.read(max(end - start, 0))
        header = wav_header(self._sealed.size)[start:end]
        return header + self._sealed.read(max(start - WAV_HEADER, 0), max(end - WAV_HEADER, 0))


def size_of_sound(path: Path, keyring: Keyring) -> int:
    """Bytes of the WAV file. Raises `EncryptionFault` and OSError."""
    with path.open("rb") as file:
        return RecordedSound(file, keyring).size


def pieces_of_sound(path: Path, keyring: Keyring, start: int, end: int) -> Iterator[bytes]:
    """The bytes from `start` to before `end`, a piece at a time. Raises `EncryptionFault` and OSError."""
    with path.open("rb") as file:
        sound = RecordedSound(file, keyring)
        for at in range(start, end, _PIECE):
            yield sound.read(at, min(at + _PIECE, end))
