"""What can go wrong between a person and the console, beside `config.errors`."""

from __future__ import annotations

from config.errors import HotlineError


class NotSignedIn(HotlineError):
    """Nobody is signed in, or name and password do not match."""


class TooManyFailures(HotlineError):
    """Sign-in is locked for a while after repeated failures. `seconds` says for how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many failed attempts to sign in", remedy=f"try again in {seconds} s")
        self.seconds = seconds


class Forbidden(HotlineError):
    """The role of the person does not allow this."""
