"""`message/sipfrag` (RFC 3420): how a transfer goes, as told by NOTIFY (RFC 3515, 2.4.5)."""

from __future__ import annotations

import re

from ivr.sip.fault import phrase
from ivr.sip.message import Header

TYPE: Header = ("content-type", "message/sipfrag;version=2.0")
_STATUS_LINE = re.compile(rb"\s*SIP/2\.0\s+([1-6]\d\d)(?:\s|$)")


def status(body: bytes) -> int | None:
    """The status in the fragment's first line."""
    found = _STATUS_LINE.match(body)
    return int(found[1]) if found else None


def fragment(status: int) -> bytes:
    """The fragment that tells a status."""
    return f"SIP/2.0 {status} {phrase(status)}\r\n".encode()
