"""Keys that come by INFO: `application/dtmf-relay` and `application/dtmf`, as phones have sent them since 1999."""

from __future__ import annotations

from ivr.sip.fault import SipFault
from ivr.sip.message import Request

KEYS = "0123456789*#ABCD"
_TYPES = ("application/dtmf-relay", "application/dtmf")


def digit(request: Request) -> str | None:
    """The key that an INFO reports; None if it has no body, or reports no key of a telephone (a hook flash).

    Raises SipFault: 415 for a body of another kind, 469 for one that belongs to a package (RFC 6086): we have none.
    """
    if request.header("info-package") is not None:
        raise SipFault(469, "info package", (("recv-info", ""),))
    if not request.body:
        return None
    if request.content_type not in _TYPES or request.header("content-encoding"):
        raise SipFault(415, "info", (("accept", ", ".join(_TYPES)),))
    text = request.body.decode("ascii", "replace")
    if request.content_type == "application/dtmf-relay":
        signals = [line.partition("=")[2] for line in text.splitlines() if line.strip().lower().startswith("signal")]
        key = signals[0] if signals else ""
    else:
        key = text
    key = {"10": "*", "11": "#"}.get(key.strip(), key.strip().upper())
    return key if len(key) == 1 and key in KEYS else None
