"""Passwords are kept as argon2id hashes."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from console.errors import PasswordRefused

LEAST_LENGTH = 10
_MOST_LENGTH = 1024
_LEAST_DIFFERENT = 5

#: RFC 9106, section 4: the second recommended option, three passes over 64 MiB; OWASP's Password Storage Cheat Sheet
#: asks for two passes over 19 MiB at least. One lane, so that a sign-in takes one core for a tenth of a second: calls
#: are heard by the other.
_hasher = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)


def hash_password(password: str, user_id: str = "") -> str:
    """The hash to keep. Refused when the password is too short, or simple, or the person's own name."""
    if not LEAST_LENGTH <= len(password) <= _MOST_LENGTH:
        remedy = f"use {LEAST_LENGTH} to {_MOST_LENGTH} characters"
        raise PasswordRefused("length", "the password is too short or too long", remedy)
    if len(set(password)) < _LEAST_DIFFERENT or (user_id and user_id in password.lower() and len(password) < 20):
        remedy = "use several words that do not belong together"
        raise PasswordRefused("simple", "the password is too easy to guess", remedy)
    return hash_again(password)


def hash_again(password: str) -> str:
    """The hash to keep of a password that was taken before, by whatever rules counted then."""
    return _hasher.hash(password)


#: Checked when there is no such user, so that the answer takes as long as for a wrong password.
NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def matches(password: str, kept: str) -> bool:
    """Whether the password is the one that was hashed. Takes a tenth of a second on purpose: call it in a thread."""
    if len(password) > _MOST_LENGTH:
        return False
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def is_weaker(kept: str) -> bool:
    """Whether the hash was made with less work than one made today; the password is needed to make it anew."""
    try:
        made = extract_parameters(kept)
    except InvalidHashError:
        return True
    less = made.time_cost < _hasher.time_cost or made.memory_cost < _hasher.memory_cost
    return less or made.type is not Type.ID


def generate() -> str:
    """A password nobody has used: 96 random bits in 16 characters."""
    return secrets.token_urlsafe(12)
