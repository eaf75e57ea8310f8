"""The session description of one leg over its life: what we said last, what they said last, the port between."""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import replace

from ivr.media.remote import RemoteMedia
from ivr.messages import MediaReport
from ivr.sip import offer_answer
from ivr.sip.media_port import MediaPort
from ivr.sip.offer_answer import Choice
from ivr.sip.sdp import SessionDescription, parse_sdp


class MediaSession:
    """Holds one media port from the first to the last moment of a leg. `address` is ours, a literal whose family the
    other side must share. Raises `PortsExhausted` when made."""

    def __init__(self, leg: str, media: MediaPort, address: str) -> None:
        self._leg = leg
        self._media = media
        self._address = address
        self._is_ipv6 = ":" in address
        self._session_id = secrets.randbits(31)
        self._version = 0
        self._said: SessionDescription | None = None
        self._port = media.open_leg(leg, self._is_ipv6)
        #: What is agreed; whoever juggles several answers to one offer (a fork) may put an earlier one back.
        self.agreed: Choice | None = None

    @property
    def remote(self) -> RemoteMedia | None:
        """The other side, None before anything is agreed."""
        return self.agreed.remote if self.agreed else None

    @property
    def is_held(self) -> bool:
        """Whether the other side does not want to hear us."""
        return self.remote is not None and not self.remote.sending

    def offer(self, *, anew: bool = False) -> bytes:
        """Our offer of all we can do, as a body. `anew`: in another dialog than before, so that no place of a stream
        and no payload type is given."""
        said, agreed = (self._said.streams, self.agreed) if self._said and not anew else ((), None)
        return self._say(offer_answer.offer(self._session_id, self._version, self._address, self._port, said, agreed))

    def repeat(self) -> bytes:
        """What we said last, once more: an offer that changes nothing."""
        return self._said.serialise() if self._said else self.offer()

    def answer(self, body: bytes) -> bytes:
        """Take their offer and give our answer. Raises SipFault, and then nothing has changed."""
        theirs = parse_sdp(body)
        choice = offer_answer.choose(theirs, is_ipv6=self._is_ipv6)
        ours = offer_answer.answer(theirs, choice, self._session_id, self._version, self._address, self._port)
        self._agree(choice)
        return self._say(ours)

    def take_answer(self, body: bytes) -> None:
        """Take their answer to our offer. Raises SipFault, and then nothing has changed."""
        self._agree(offer_answer.choose(parse_sdp(body), is_answer=True, is_ipv6=self._is_ipv6))

    def connect(self) -> None:
        """Let the audio flow as agreed last."""
        if self.remote is not None:
            self._media.connect(self._leg, self.remote)

    def close(self) -> MediaReport:
        """Give the port back."""
        return self._media.close_leg(self._leg)

    def _agree(self, choice: Choice) -> None:
        was = self.remote
        if was is not None and ipaddress.ip_address(choice.remote.address).is_unspecified:
            # Held the old way (RFC 3264, 8.4): they are where they were, and nobody is at 0.0.0.0.
            choice = replace(choice, remote=replace(choice.remote, address=was.address, port=was.port))
        self.agreed = choice

    def _say(self, ours: SessionDescription) -> bytes:
        # The version rises with each change and only then (RFC 3264, 5), so that a repeated offer is seen as no change.
        if self._said is not None and ours.streams != self._said.streams:
            self._version += 1
        self._said = SessionDescription(ours.session_id, self._version, ours.address, ours.streams)
        return self._said.serialise()
