"""A long file that is sealed while it is written, and can be read from any place.

The bytes are cut into chunks of 32 KiB, each sealed by AES-256-GCM under the file's own key with its number and whether
it is the last as nonce: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizar: Online Authenticated-Encryption
and its Nonce-Reuse Misuse-Resistance, CRYPTO 2015), laid out as in the age file format (https://age-encryption.org/v1).
Chunks cannot be changed, moved, repeated or taken from another file, and a file that was cut is told from a whole one.

A file is `magic (8 bytes) | key id (8) | salt (16) | chunks`; each chunk is 16 bytes longer than what is in it, and the
last may be short or empty. A process that is killed leaves no last chunk: what came before can be read, and is said to
be cut short.
"""

from __future__ import annotations

import os
import secrets
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from config.encryption import ID_BYTES, SALT_BYTES, TAG_BYTES, Key, Keyring, damaged

MAGIC = b"HOTSEAL1"
CHUNK = 32 * 1024
_SEALED_CHUNK = CHUNK + TAG_BYTES
_HEADER = len(MAGIC) + ID_BYTES + SALT_BYTES
_PURPOSE = b"file"


class SealedWriter:
    """Seals what is written to `file`, an empty one. Each chunk is with the system once it is complete."""

    def __init__(self, file: BinaryIO, key: Key) -> None:
        salt = secrets.token_bytes(SALT_BYTES)
        self._file = file
        self._cipher = AESGCM(key.derive(salt, _PURPOSE))
        self._header = MAGIC + key.id + salt
        self._waiting = bytearray()
        self._chunks = 0
        file.write(self._header)
        file.flush()

    def write(self, plain: bytes) -> None:
        """Raises OSError."""
        self._waiting += plain
        while len(self._waiting) > CHUNK:  # what might be the last chunk waits
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def close(self) -> None:
        """Write the last chunk; the file stays open. Raises OSError."""
        self._seal(bytes(self._waiting), last=True)

    def leave(self) -> None:
        """Write what waits, a whole chunk or nothing, and no end: a copy of what was cut short. Raises OSError."""
        if self._waiting:
            self._seal(bytes(self._waiting), last=False)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._chunks, last), plain, self._header))
        self._file.flush()
        self._chunks += 1


class SealedReader:
    """Reads what a `SealedWriter` wrote, or is writing. `size` is the number of bytes that can be read; `complete` is
    False where the writer did not come to its end."""

    def __init__(self, file: BinaryIO, keyring: Keyring) -> None:
        """Raises `EncryptionFault` when the key is not there or nothing fits it, and OSError."""
        file.seek(0)
        self._header = file.read(_HEADER)
        if len(self._header) < _HEADER or not self._header.startswith(MAGIC):
            raise damaged("an encrypted file")
        key = keyring.key(self._header[len(MAGIC) : len(MAGIC) + ID_BYTES])
        self._cipher = AESGCM(key.derive(self._header[-SALT_BYTES:], _PURPOSE))
        self._file = file
        whole, rest = divmod(file.seek(0, os.SEEK_END) - _HEADER, _SEALED_CHUNK)
        self._last: int | None = None
        if self._tail(whole, rest) or (rest == 0 and self._tail(whole - 1, _SEALED_CHUNK)):
            return
        self.size = whole * CHUNK  # a piece of a chunk that was being written is not read
        if whole:
            self._chunk(whole - 1)

    @property
    def complete(self) -> bool:
        return self._last is not None

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` to before `end`, as far as there are any. Raises `EncryptionFault`."""
        end = min(end, self.size)
        if start >= end:
            return b""
        first = start // CHUNK
        chunks = b"".join(self._chunk(number) for number in range(first, (end - 1) // CHUNK + 1))
        return chunks[start - first * CHUNK : end - first * CHUNK]

    def _tail(self, number: int, length: int) -> bool:
        """Whether the chunk, `length` bytes as it is sealed, is the last one of a whole file."""
        if number < 0 or length < TAG_BYTES:
            return False
        try:
            plain = self._decrypt(number, length, last=True)
        except InvalidTag:
            return False
        self._last, self.size = number, number * CHUNK + len(plain)
        return True

    def _chunk(self, number: int) -> bytes:
        try:
            return self._decrypt(number, _SEALED_CHUNK, last=number == self._last)
        except InvalidTag as fault:
            raise damaged("an encrypted file") from fault

    def _decrypt(self, number: int, length: int, *, last: bool) -> bytes:
        self._file.seek(_HEADER + number * _SEALED_CHUNK)
        return self._cipher.decrypt(_nonce(number, last), self._file.read(length), self._header)


def key_of_file(file: BinaryIO) -> str | None:
    """The id of the key that the file was sealed with, in hexadecimal; None: it is not sealed."""
    file.seek(0)
    header = file.read(_HEADER)
    if not header.startswith(MAGIC) or len(header) < _HEADER:
        return None
    return header[len(MAGIC) : len(MAGIC) + ID_BYTES].hex()


def _nonce(number: int, last: bool) -> bytes:
    """Eleven bytes of counter and the last-flag, as age has it."""
    return number.to_bytes(11, "big") + bytes((last,))
