"""The session description of one leg over its life: what we said last, what they said last, the port between."""

from __future__ import annotations

import secrets

from ivr.media.remote import RemoteMedia
from ivr.messages import MediaReport
from ivr.sip import offer_answer
from ivr.sip.media_port import MediaPort
from ivr.sip.sdp import SessionDescription, parse_sdp


class MediaSession:
    """Holds one media port from the first to the last moment of a leg. Raises `PortsExhausted` when made."""

    def __init__(self, leg: str, media: MediaPort, address: str) -> None:
        self._leg = leg
        self._media = media
        self._address = address
        self._session_id = secrets.randbits(31)
        self._version = 0
        self._said: SessionDescription | None = None
        self._port = media.open_leg(leg)
        self.remote: RemoteMedia | None = None

    def offer(self) -> bytes:
        """Our offer, as a body."""
        return self._say(offer_answer.offer(self._session_id, self._version, self._address, self._port))

    def answer(self, body: bytes) -> bytes:
        """Take their offer and give our answer. Raises SipFault, and then nothing has changed."""
        theirs = parse_sdp(body)
        choice = offer_answer.choose(theirs)
        ours = offer_answer.answer(theirs, choice, self._session_id, self._version, self._address, self._port)
        self.remote = choice.remote
        return self._say(ours)

    def take_answer(self, body: bytes) -> None:
        """Take their answer to our offer. Raises SipFault, and then nothing has changed."""
        self.remote = offer_answer.choose(parse_sdp(body), is_answer=True).remote

    def connect(self) -> None:
        """Let the audio flow as agreed last."""
        if self.remote is not None:
            self._media.connect(self._leg, self.remote)

    def close(self) -> MediaReport:
        """Give the port back."""
        return self._media.close_leg(self._leg)

    def _say(self, ours: SessionDescription) -> bytes:
        # The version rises with each change and only then (RFC 3264, 5), so that a repeated offer is seen as no change.
        if self._said is not None and ours.streams != self._said.streams:
            self._version += 1
        self._said = SessionDescription(ours.session_id, self._version, ours.address, ours.streams)
        return self._said.serialise()
