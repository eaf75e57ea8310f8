"""What can go wrong between a person and the console, beside `config.errors`."""

from __future__ import annotations

from collections.abc import Sequence

from config.errors import HotlineError, Refused
from routing.windows import Window


class NotSignedIn(HotlineError):
    """Nobody is signed in, or name and password do not match."""


class TooManyFailures(HotlineError):
    """Sign-in is locked for a while after repeated failures. `seconds` says for how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many failed attempts to sign in", remedy=f"try again in {seconds} s")
        self.seconds = seconds


class Forbidden(HotlineError):
    """The role of the person does not allow this."""


class NotUnderstood(HotlineError):
    """A part of the request cannot be read; `where` names it, as `query.cursor` or `body.number`."""

    def __init__(self, where: str, what: str, *, remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)


class WindowRefused(Refused):
    """The floor cannot keep a promise in this window; `nearest` are windows near it in which it can."""

    def __init__(self, why: str, nearest: Sequence[Window]) -> None:
        super().__init__(f"this window cannot be promised: {why}", remedy="choose another window")
        self.nearest = nearest


class PasswordToBeChanged(Forbidden):
    """The person has a password that somebody else made; nothing is possible until they set their own."""

    def __init__(self) -> None:
        super().__init__("your password has to be changed first", remedy="set a password of your own at /password")


class PasswordRefused(Refused):
    """A password that cannot be set; `reason` is a code, for which each language has words: `wrong-old`, `length`,
    `simple` or `same`."""

    def __init__(self, reason: str, what: str, remedy: str) -> None:
        super().__init__(what, remedy=remedy)
        self.reason = reason


class LastAdmin(Refused):
    """Nobody would be left who can let people in."""

    def __init__(self) -> None:
        super().__init__("this is the last admin who can sign in", remedy="make somebody else an admin first")
