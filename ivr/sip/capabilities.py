"""What we say of ourselves in Allow, Supported and Accept. What is not true here must not be said anywhere else."""

from __future__ import annotations

from ivr.sip.message import Header, Request

METHODS = ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE", "PRACK", "NOTIFY", "REFER")
#: Option tags (RFC 3261, 19.2) that we act upon: a request that requires another one gets 420.
EXTENSIONS: tuple[str, ...] = ("100rel", "timer", "replaces", "norefersub")

ALLOW: Header = ("allow", ", ".join(METHODS))
SUPPORTED: Header = ("supported", ", ".join(EXTENSIONS))
ACCEPT: Header = ("accept", "application/sdp")
SDP: Header = ("content-type", "application/sdp")


def unsupported(request: Request) -> tuple[str, ...]:
    """What the request requires of us and we cannot do (RFC 3261, 8.2.2.3)."""
    return tuple(tag for tag in request.listed("require") if tag.lower() not in EXTENSIONS)


def accepts_description(request: Request) -> bool:
    """Whether a session description may be in our answer: without an Accept it may (RFC 3261, 20.1)."""
    kinds = [kind.partition(";")[0].strip().lower() for kind in request.listed("accept")]
    return not kinds or any(kind in ("application/sdp", "application/*", "*/*") for kind in kinds)
