"""Where a call goes on after 3xx (RFC 3261, 8.1.3.4): their contacts, best first, none twice, not for ever."""

from __future__ import annotations

from ivr.sip.address import parse_address
from ivr.sip.fault import SipFault
from ivr.sip.message import Response
from ivr.sip.text import parameter
from ivr.sip.uri import parse_uri, user_part

#: Targets tried in all, the first included.
MOST_TARGETS = 5
#: "Multiple choices", "moved permanently", "moved temporarily". 305 means a proxy and 380 another service.
FOLLOWED = frozenset({300, 301, 302})


class Redirection:
    """The targets of one call. `target` is a SIP URI or, from a `tel:` contact, a number."""

    def __init__(self, target: str) -> None:
        self._tried = [_key(target)]
        self._waiting: list[tuple[float, str]] = []

    def take(self, response: Response) -> None:
        """Note the contacts of a 3xx; what cannot be read or called is left out."""
        if response.status not in FOLLOWED:
            return
        for value in response.listed("contact"):
            try:
                address = parse_address(value)
                target = user_part(address.uri) if address.uri[:4].lower() == "tel:" else _callable(address.uri)
            except SipFault:
                continue
            if target:
                self._waiting.append((_quality(parameter(address.parameters, "q")), target))
        self._waiting.sort(key=lambda pair: -pair[0])  # stable: equals stay as they were named

    def next(self) -> str | None:
        """The next target to try; None when there is no other one, or enough were tried."""
        while self._waiting and len(self._tried) < MOST_TARGETS:
            _, target = self._waiting.pop(0)
            key = _key(target)
            if key not in self._tried:
                self._tried.append(key)
                return target
        return None


def _callable(uri: str) -> str:
    """The URI as it can be dialled. Raises SipFault for another scheme than sip."""
    parsed = parse_uri(uri)
    if parsed.scheme != "sip":
        raise SipFault(416, "only sip: can be called")
    return uri.partition("?")[0]


def _quality(text: str | None) -> float:
    try:
        return min(1.0, max(0.0, float(text))) if text else 1.0
    except ValueError:
        return 1.0


def _key(target: str) -> tuple[str, ...]:
    """What two ways of writing one target share."""
    if ":" not in target:
        return (target,)
    uri = parse_uri(target)
    host, port = uri.host.lower(), uri.port or 5060
    return uri.user, host, str(port), (parameter(uri.parameters, "transport") or "udp").lower()
