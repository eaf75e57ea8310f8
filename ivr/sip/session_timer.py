r"""Session timers (RFC 4028): a call whose other side is gone without a word ends when nobody refreshes it.

asked 1800 s --- half of it: the refresher sends UPDATE or re-INVITE --- agreed anew
             `-- no refresh: 32 s before the end (a third of it, if shorter) the call is over
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.sip.fault import SipFault
from ivr.sip.message import Header, Request, Response, SipMessage
from ivr.sip.text import parameter, parse_parameters
from ivr.sip.timers import Timer, Timers

#: Seconds: what we ask for (RFC 4028, 4), the shortest anyone may ask for (5), the longest we can take seriously.
PREFERRED = 1800
MINIMUM = 90
LONGEST = 86_400
#: The call ends this long before the interval does, or a third of it (10).
_MARGIN = 32.0


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed: seconds, and who refreshes."""

    interval: int
    is_ours: bool


def offered(interval: int = PREFERRED, minimum: int = MINIMUM, *, is_refresh: bool = False) -> tuple[Header, ...]:
    """What a request of ours asks for; a refresh says that we shall be the ones to refresh again."""
    refresher = ";refresher=uac" if is_refresh else ""
    return ("session-expires", f"{max(interval, minimum)}{refresher}"), ("min-se", str(minimum))


def accepted(request: Request) -> tuple[Terms, tuple[Header, ...]]:
    """What we agree to as the server of an INVITE or UPDATE, and the headers of the 2xx that say so.

    Whoever asks for nothing is not bound to anything, but is asked by us whether they are still there.
    Raises SipFault: 422 for an interval that is too short, 400 for one that cannot be read.
    """
    asked, refresher = _read(request)
    knows = any(tag.lower() == "timer" for name in ("supported", "require") for tag in request.listed(name))
    if asked is None or (asked < MINIMUM and not knows):
        # A proxy's wish that the caller knows nothing of cannot be refused (RFC 4028, 9): it is not taken over either.
        asked, refresher = PREFERRED, "uas"
    elif asked < MINIMUM:
        raise SipFault(422, "session interval too small", (("min-se", str(MINIMUM)),))
    is_ours = refresher == "uas" or not knows
    interval = min(asked, LONGEST)
    headers: tuple[Header, ...] = (("session-expires", f"{interval};refresher={'uas' if is_ours else 'uac'}"),)
    return Terms(interval, is_ours), headers if is_ours else (("require", "timer"), *headers)


def granted(response: Response, asked: int) -> Terms:
    """What a 2xx to our request agrees to. Where they know no session timers we refresh on our own account (7.2)."""
    interval, refresher = _read(response)
    if interval is None:
        return Terms(asked, True)
    return Terms(min(max(interval, MINIMUM), LONGEST), refresher != "uas")


def demanded(refusal: Response) -> int | None:
    """The shortest interval that a 422 tolerates; None if it says none that we could keep."""
    try:
        minimum = _seconds(refusal.header("min-se"))
    except SipFault:
        return None
    return minimum if minimum is not None and minimum <= LONGEST else None


class SessionTimer:
    """The two clocks of one session. `refresh` is called at half the interval if that is ours to do, `expire` when
    nobody refreshed in time."""

    def __init__(self, timers: Timers, refresh: Callable[[], None], expire: Callable[[], None]) -> None:
        self.terms = Terms(PREFERRED, True)
        self._timers = timers
        self._refresh = refresh
        self._expire = expire
        self._running: tuple[Timer, ...] = ()

    def start(self, terms: Terms) -> None:
        """From the first, or another, agreement on: a 2xx was sent or came."""
        self.stop()
        self.terms = terms
        interval = float(terms.interval)
        end = self._timers.later(interval - min(_MARGIN, interval / 3), self._expire)
        self._running = (self._timers.later(interval / 2, self._refresh), end) if terms.is_ours else (end,)

    def stop(self) -> None:
        """The session is over."""
        for timer in self._running:
            timer.cancel()
        self._running = ()


def _read(message: SipMessage) -> tuple[int | None, str]:
    """Seconds and refresher of the Session-Expires header; None and "" without it."""
    value = message.header("session-expires")
    if value is None:
        return None, ""
    seconds, _, rest = value.partition(";")
    return _seconds(seconds), (parameter(parse_parameters(rest), "refresher") or "").lower()


def _seconds(text: str | None) -> int | None:
    if text is None:
        return None
    digits = text.partition(";")[0].strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 10:
        raise SipFault(400, "seconds of a session")
    return int(digits)
