"""Identifiers. Internal ones are random and unguessable; a reference is short enough to be spoken and keyed in."""

from __future__ import annotations

import secrets
import uuid

REFERENCE_DIGITS = 6


def new_id() -> str:
    """A random identifier of 32 hexadecimal characters."""
    return uuid.uuid4().hex


def new_reference() -> str:
    """Six digits, the first not zero: what a caller hears, notes down and can press on a telephone."""
    return str(secrets.randbelow(9 * 10 ** (REFERENCE_DIGITS - 1)) + 10 ** (REFERENCE_DIGITS - 1))
