"""Keys that come by INFO: `application/dtmf-relay` and `application/dtmf`, as phones have sent them since 1999."""

from __future__ import annotations

from ivr.sip.message import Request

KEYS = "0123456789*#ABCD"


def digit(request: Request) -> str | None:
    """The key that an INFO reports, None if it is about something else."""
    text = request.body.decode("ascii", "replace")
    if request.content_type == "application/dtmf-relay":
        signals = [line.partition("=")[2] for line in text.splitlines() if line.strip().lower().startswith("signal")]
        key = signals[0] if signals else ""
    elif request.content_type == "application/dtmf":
        key = text
    else:
        return None
    key = {"10": "*", "11": "#"}.get(key.strip(), key.strip().upper())
    return key if len(key) == 1 and key in KEYS else None
