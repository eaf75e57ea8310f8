"""The *talk* event package: a phone that rings is asked, within its early dialog, to answer by itself.

No RFC: makers of telephones share it for click-to-answer, after BroadSoft's SIP access side extensions. A phone says in
its 180 that it takes the event (`Allow-Events: talk`), and goes off the hook on a NOTIFY of it.
"""

from __future__ import annotations

from ivr.sip.message import Header, Response

_PACKAGE = "talk"

#: The headers of the NOTIFY, which has no body. RFC 6665 wants a state of a subscription, and nobody subscribed.
REQUEST: tuple[Header, ...] = (("event", _PACKAGE), ("subscription-state", "active"))


def is_allowed(response: Response) -> bool:
    """Whether who rings says that it takes the event."""
    return any(package.strip().lower() == _PACKAGE for package in response.listed("allow-events"))
