"""Passwords are kept as argon2id hashes (RFC 9106, the library's recommended parameters)."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from config.errors import Refused

LEAST_LENGTH = 10
_MOST_LENGTH = 1024
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The hash to keep. Refused when the password is too short to be one."""
    if not LEAST_LENGTH <= len(password) <= _MOST_LENGTH:
        raise Refused(
            "the password is too short or too long", remedy=f"use {LEAST_LENGTH} to {_MOST_LENGTH} characters"
        )
    return _hasher.hash(password)


#: Checked when there is no such user, so that the answer takes as long as for a wrong password.
NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def matches(password: str, kept: str) -> bool:
    """Whether the password is the one that was hashed. Takes tens of milliseconds on purpose: call it in a thread."""
    if len(password) > _MOST_LENGTH:
        return False
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def generate() -> str:
    """A password nobody has used: 96 random bits in 16 characters."""
    return secrets.token_urlsafe(12)
