"""Which address a leg's audio comes from, and therefore goes to (symmetric RTP, RFC 4961)."""

from __future__ import annotations

from ivr.media.sender import Address

#: After this silence a phone behind a NAT may come back from another port of the same address.
_REBIND_SECONDS = 2.0


class Latch:
    """A phone behind a NAT names an address in SDP that cannot be reached: the first source of good packets is taken
    instead and locked, so that a stranger cannot take the call over later. The signalled address always wins."""

    def __init__(self) -> None:
        self.target: Address | None = None
        self._signalled: Address | None = None
        self._locked: Address | None = None
        self._heard = 0.0

    def point(self, signalled: Address | None) -> None:
        """Signalling named an address (None: one that cannot be used): begin anew."""
        self.target = self._signalled = signalled
        self._locked = None

    def admit(self, source: Address, now: float) -> bool:
        """Whether a good packet from there belongs to this leg; locks on to the first source."""
        if source != self._locked and not self._may_lock(source, now):
            return False
        self._locked = self.target = source
        self._heard = now
        return True

    def _may_lock(self, source: Address, now: float) -> bool:
        if self._locked is None or source == self._signalled:
            return True
        return source[0] == self._locked[0] and now - self._heard > _REBIND_SECONDS
