"""The operator's keys, and sealing with them what people said.

Every sealed thing has a key of its own: HKDF-SHA256 (RFC 5869) of the operator's key with 16 random bytes as salt. So
AES-256-GCM never sees two messages under one key and nonce, however many there are; under a single key random nonces
would be used up after 2^32 of them (NIST SP 800-38D, 8.3), which is 200 days of a million callers.

Sealed: `key id (8 bytes) | salt (16 bytes) | ciphertext | tag (16 bytes)`. The key's id, derived from the key as well,
tells which one is needed before anything is decrypted: a wrong key is named, and never yields noise.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from config.errors import HotlineError

KEY_BYTES = 32
ID_BYTES = 8
SALT_BYTES = 16
TAG_BYTES = 16
#: Each derived key seals one message, so its nonce may be the same each time.
_ONLY_NONCE = bytes(12)
_BETWEEN = re.compile(r"[\s,]+")


class EncryptionFault(HotlineError):
    """Something sealed cannot be opened: its key is not given, or it is not as it was written."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the operator's. `id` may be known to anybody."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        return _hkdf(self.secret, b"", b"hotline key id", ID_BYTES)

    def derive(self, salt: bytes, purpose: bytes) -> bytes:
        """The key, 32 bytes, of one sealed thing."""
        return _hkdf(self.secret, salt, b"hotline " + purpose, KEY_BYTES)


class Keyring:
    """The keys in force: the first seals, every one of them opens. Without any, nothing is sealed."""

    def __init__(self, keys: tuple[Key, ...] = ()) -> None:
        self._keys = {key.id: key for key in keys}
        self.current = keys[0] if keys else None

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all keys in hexadecimal."""
        return frozenset(key.hex() for key in self._keys)

    def key(self, key_id: bytes) -> Key:
        """The key with this id. Raises `EncryptionFault`."""
        found = self._keys.get(key_id)
        if found is None:
            raise missing_keys({key_id.hex()})
        return found

    def open(self, sealed: bytes, purpose: bytes) -> bytes:
        """What `seal` was given. Raises `EncryptionFault`."""
        head, salt = sealed[:ID_BYTES], sealed[ID_BYTES : ID_BYTES + SALT_BYTES]
        key = self.key(head)
        try:
            return AESGCM(key.derive(salt, purpose)).decrypt(_ONLY_NONCE, sealed[ID_BYTES + SALT_BYTES :], purpose)
        except (InvalidTag, ValueError) as fault:
            raise damaged("an encrypted text") from fault


def seal(key: Key, plain: bytes, purpose: bytes) -> bytes:
    """Encrypted and protected against change. `purpose`, such as a column's name, is what it can be opened for."""
    salt = secrets.token_bytes(SALT_BYTES)
    return key.id + salt + AESGCM(key.derive(salt, purpose)).encrypt(_ONLY_NONCE, plain, purpose)


def read_keys(text: str) -> Keyring:
    """Keys as `new_key` writes them, separated by commas, spaces or lines. Raises `ValueError` that repeats none."""
    keys = []
    for number, word in enumerate(filter(None, _BETWEEN.split(text)), 1):
        try:
            secret = base64.b64decode(word, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if len(secret) != KEY_BYTES:
            raise ValueError(f"key {number} is not one that `hotline keys new` makes: 32 bytes in base64")
        keys.append(Key(secret))
    if not keys:
        raise ValueError("there is no key in it; `hotline keys new` makes one")
    return Keyring(tuple(keys))


def new_key() -> str:
    """A key from the system's source of randomness, as the settings take it."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def missing_keys(ids: set[str] | frozenset[str]) -> EncryptionFault:
    """The fault of keys with these ids not being given."""
    named = ", ".join(sorted(ids))
    return EncryptionFault(
        f"encrypted with the key {named}, which is not among those given",
        remedy="give that key, too, in HOTLINE_ENCRYPTION_KEY, behind the one in force",
    )


def damaged(what: str) -> EncryptionFault:
    """The fault of something sealed that was changed, cut or moved since."""
    return EncryptionFault(f"{what} is not as it was written", remedy="restore it from a back-up")


def _hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
