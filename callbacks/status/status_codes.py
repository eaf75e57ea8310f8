"""Codes that prove, on the status page, who somebody is: sent to the contact's own channel, kept nowhere.

A code is made as a time-based one-time password is (RFC 6238, with SHA-256), from our secret and the reference: six
digits, good for ten minutes and a little more.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

_STEP = timedelta(minutes=10)
_DIGITS = 6


class StatusCodes:
    """`secret` is this house's own, and the same over restarts."""

    def __init__(self, secret: str) -> None:
        self._secret = hashlib.sha256(b"status codes\0" + secret.encode()).digest()

    def code(self, reference: str, now: datetime) -> str:
        """The code for the reference at this moment."""
        return self._of(reference, self._step(now))

    def is_right(self, reference: str, code: str, now: datetime) -> bool:
        """Whether the code was made for this reference in this step of ten minutes, or the one before."""
        step = self._step(now)
        given = code.strip().encode()
        right = [hmac.compare_digest(self._of(reference, step - age).encode(), given) for age in (0, 1)]
        return any(right)

    def _of(self, reference: str, step: int) -> str:
        digest = hmac.new(self._secret, f"{reference}\0{step}".encode(), hashlib.sha256).digest()
        offset = digest[-1] & 0x0F  # dynamic truncation, RFC 4226 section 5.3
        number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
        return f"{number % 10**_DIGITS:0{_DIGITS}d}"

    def _step(self, now: datetime) -> int:
        return int(now.timestamp() // _STEP.total_seconds())
