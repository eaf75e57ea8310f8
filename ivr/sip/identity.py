"""Who calls, as far as it can be believed (RFC 3323, 3325, and the older Remote-Party-ID; whether a number was forged:
STIR/SHAKEN, RFC 8224, whose verdict a trunk hands on as `verstat`, 3GPP TS 24.229, 7.2A.20)."""

from __future__ import annotations

import re
from dataclasses import replace

from ivr.sip.address import NameAddress, parse_address
from ivr.sip.fault import SipFault
from ivr.sip.message import Request
from ivr.sip.text import parameter
from ivr.sip.uri import user_part

_WITHHELD_USERS = frozenset({"anonymous", "unavailable", "unknown", "restricted", "private", "withheld"})
_WITHHELD_HOST = "anonymous.invalid"
_VERDICT = re.compile(r";\s*verstat\s*=\s*([A-Za-z-]+)", re.IGNORECASE)
_REFUTED = "tn-validation-failed"
_PRIVACY = frozenset({"id", "user", "header"})


def caller(invite: Request, *, is_trusted: bool) -> str:
    """The caller's number or name, "" where it is withheld.

    A trunk we have a contract with says who calls by P-Asserted-Identity; anybody else may write there what they
    like, so theirs is not looked at and From counts. A caller who asked for privacy stays unnamed even where the trunk
    tells us the number: it was told to the trunk, not to us.
    """
    asked = {part.strip().lower() for value in invite.listed("privacy") for part in value.split(";")}
    if asked & _PRIVACY:
        return ""
    if is_trusted:
        asserted = [_read(value) for value in invite.listed("p-asserted-identity")]
        named = [address for address in asserted if address is not None and user_part(address.uri)]
        # Of two, the telephone number (RFC 3325, 9.1: one sip and one tel at most).
        named.sort(key=lambda address: not user_part(address.uri).removeprefix("+").isdigit())
        if named:
            return user_part(named[0].uri)
        party = next((found for value in invite.listed("remote-party-id") if (found := _read(value))), None)
        if party is not None and (parameter(party.parameters, "party") or "calling") == "calling":
            privacy = (parameter(party.parameters, "privacy") or "off").strip('"').lower()
            return user_part(party.uri) if privacy in ("off", "none") else ""
    user, host = user_part(invite.from_.uri), invite.from_.uri.rpartition("@")[2].partition(";")[0]
    return "" if user.lower() in _WITHHELD_USERS or host.lower() == _WITHHELD_HOST else user


def is_refuted(invite: Request) -> bool:
    """Whether the trunk says of an identity in this INVITE that its signature is wrong: the number is forged."""
    asserted = (_read(value) for value in invite.listed("p-asserted-identity"))
    said = (invite.from_, *(address for address in asserted if address is not None))
    verdicts = (found for address in said for found in _VERDICT.findall(_without_display(address)))
    return any(verdict.lower().startswith(_REFUTED) for verdict in verdicts)


def _without_display(address: NameAddress) -> str:
    """Whoever calls may write into their display name what they like."""
    return str(replace(address, display=""))


def _read(value: str) -> NameAddress | None:
    try:
        return parse_address(value)
    except SipFault:
        return None
