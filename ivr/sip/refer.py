"""REFER, read and written (RFC 3515, 4488, 5589): whom to call, and in whose place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import unquote

from ivr.sip.address import parse_address
from ivr.sip.fault import SipFault
from ivr.sip.message import Header, Request
from ivr.sip.replaces import Replaces, parse_replaces
from ivr.sip.uri import parse_uri, user_part


@dataclass(frozen=True, slots=True)
class Referral:
    """What a REFER asks for. `target` is a SIP URI or, where they wrote `tel:`, a number. `is_watched`: they want to
    be told by NOTIFY how it goes."""

    target: str
    replaces: Replaces | None = None
    is_watched: bool = True


def read(request: Request) -> Referral:
    """Raises SipFault: 400 for not exactly one Refer-To that can be read, 416 for a scheme we do not call, 603 for
    another method than INVITE."""
    found = request.listed("refer-to")
    if len(found) != 1:
        raise SipFault(400, "one Refer-To is needed")
    text = parse_address(found[0]).uri
    is_watched = (request.header("refer-sub") or "").strip().lower() != "false"
    if text[:4].lower() == "tel:":
        number = user_part(text)
        if not number:
            raise SipFault(400, "Refer-To")
        return Referral(number, None, is_watched)
    uri = parse_uri(text)
    if uri.scheme != "sip":
        raise SipFault(416, "only sip: can be called")
    parameters = []
    for name, value in uri.parameters:
        if name != "method":
            parameters.append((name, value))
        elif (value or "").upper() != "INVITE":
            raise SipFault(603, "only INVITE can be referred to")
    wanted = _headers(uri.headers).get("replaces")
    target = str(replace(uri, parameters=tuple(parameters), headers=""))
    return Referral(target, parse_replaces(wanted) if wanted is not None else None, is_watched)


def refer_to(uri: str, replaces: Replaces | None = None) -> Header:
    """The Refer-To that asks for a call of `uri`, in place of the dialog that `replaces` names."""
    if replaces is None:
        return "refer-to", f"<{uri}>"
    bare = str(replace(parse_uri(uri), headers=""))
    return "refer-to", f"<{bare}?Replaces={replaces.escaped}>"


def _headers(text: str) -> dict[str, str]:
    """`a=1&b=%20` as a mapping by lower-case name; escapes resolved."""
    found = {}
    for pair in text.split("&") if text else ():
        name, _, value = pair.partition("=")
        found[unquote(name).lower()] = unquote(value, errors="replace")
    return found
