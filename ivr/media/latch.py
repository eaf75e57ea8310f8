"""Which address a leg's audio comes from, and therefore goes to (symmetric RTP, RFC 4961)."""

from __future__ import annotations

from ivr.media.wire import Address

#: After this silence a phone behind a NAT may come back from another port of the same address.
REBIND_SECONDS = 2.0


class Latch:
    """A phone behind a NAT names an address in SDP that cannot be reached: the first source of good packets is taken
    instead and locked, so that a stranger cannot take the call over later. The signalled address always wins."""

    __slots__ = ("_heard", "_signalled", "locked", "target")

    def __init__(self) -> None:
        self.target: Address | None = None
        self.locked: Address | None = None
        self._signalled: Address | None = None
        self._heard = 0.0

    @property
    def settled(self) -> bool:
        """Whether nobody else can be admitted before the source falls silent: the kernel may refuse the others."""
        return self.locked is not None and self._signalled in (None, self.locked)

    def point(self, signalled: Address | None) -> None:
        """Signalling named an address (None: one that cannot be used): begin anew."""
        self.target = self._signalled = signalled
        self.locked = None

    def admit(self, source: Address, now: float) -> bool:
        """Whether a good packet from there belongs to this leg; locks on to the first source."""
        if source != self.locked and not self._may_lock(source, now):
            return False
        self.locked = self.target = source
        self._heard = now
        return True

    def heard(self, now: float) -> None:
        """The source was heard, which somebody else had admitted."""
        self._heard = now

    def silent(self, now: float) -> bool:
        """Whether the source has been silent for so long that it may come from another port."""
        return now - self._heard > REBIND_SECONDS

    def _may_lock(self, source: Address, now: float) -> bool:
        if self.locked is None or source == self._signalled:
            return True
        return source[0] == self.locked[0] and self.silent(now)
