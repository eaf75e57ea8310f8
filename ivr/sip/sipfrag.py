"""`message/sipfrag` (RFC 3420): how a transfer goes, as told by NOTIFY (RFC 3515, 2.4.5)."""

from __future__ import annotations

import re

_STATUS_LINE = re.compile(rb"\s*SIP/2\.0\s+([1-6]\d\d)(?:\s|$)")


def status(body: bytes) -> int | None:
    """The status in the fragment's first line."""
    found = _STATUS_LINE.match(body)
    return int(found[1]) if found else None
