"""Texts that are sealed one by one, as they stand in a column.

`sealed:1:` and base64 is a sealed text, anything else is as it was said. A text that somebody begins with `sealed:` is
written with `sealed:0:` before it, so that nobody can say something that the program takes for encrypted.
"""

from __future__ import annotations

import base64
import binascii

from config.encryption import ID_BYTES, Keyring, damaged, seal

_FAMILY = "sealed:"
_PLAIN = "sealed:0:"
_SEALED = "sealed:1:"


def seal_text(keyring: Keyring, text: str, purpose: str) -> str:
    """As it is to be stored; an empty text says nothing and stays empty."""
    if keyring.current is None:
        return _PLAIN + text if text.startswith(_FAMILY) else text
    if not text:
        return text
    return _SEALED + base64.b64encode(seal(keyring.current, text.encode(), purpose.encode())).decode()


def open_text(keyring: Keyring, stored: str, purpose: str) -> str:
    """What `seal_text` was given, or what was stored before there was a key. Raises `EncryptionFault`."""
    if stored.startswith(_PLAIN):
        return stored.removeprefix(_PLAIN)
    if not stored.startswith(_SEALED):
        return stored
    return keyring.open(_sealed_bytes(stored), purpose.encode()).decode()


def key_of_text(stored: str) -> str | None:
    """The id of the key that opens it, in hexadecimal; None: it is not sealed. Raises `EncryptionFault`."""
    return _sealed_bytes(stored)[:ID_BYTES].hex() if stored.startswith(_SEALED) else None


def _sealed_bytes(stored: str) -> bytes:
    try:
        return base64.b64decode(stored.removeprefix(_SEALED), validate=True)
    except (binascii.Error, ValueError) as fault:
        raise damaged("an encrypted text") from fault
