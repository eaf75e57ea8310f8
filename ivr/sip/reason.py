"""Why a request was sent, in the sender's words (RFC 3326)."""

from __future__ import annotations

from ivr.sip.message import SipMessage
from ivr.sip.text import parameter, parse_parameters

#: Strangers write these texts and people read them: no longer than a line.
LONGEST = 120


def stated(message: SipMessage) -> str:
    """`Q.850 17: User busy` for `Reason: Q.850;cause=17;text="User busy"`; several joined by commas, "" for none."""
    return _printable(", ".join(_one(value) for value in message.listed("reason")))


def with_phrase(phrase: str, message: SipMessage) -> str:
    """A response's reason phrase, and its Reason header behind it where there is one."""
    said = stated(message)
    return _printable(f"{phrase} ({said})" if said else phrase)


def _one(value: str) -> str:
    protocol, _, rest = value.partition(";")
    parameters = parse_parameters(rest)
    cause = parameter(parameters, "cause")
    text = (parameter(parameters, "text") or "").strip('"')
    head = " ".join(part for part in (protocol.strip(), cause) if part)
    return f"{head}: {text}" if text else head


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable())[:LONGEST]
