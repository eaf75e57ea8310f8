"""Keys faster than a hand can press them: nobody's call waits behind a flood of them."""

from __future__ import annotations

from ivr.messages import DigitPressed, EdgeEvent, LegEnded, LegFailed
from ivr.sip.admission import TokenBucket

#: Keys a second, and at once: telephones that dial a stored number send a dozen a second.
_RATE, _AT_ONCE = 20.0, 60.0


class KeyGate:
    """Every event that goes out passes here; of keys, no more than so many of one leg."""

    def __init__(self) -> None:
        self._legs: dict[str, TokenBucket] = {}

    @property
    def remembered(self) -> int:
        """Legs in memory."""
        return len(self._legs)

    def passes(self, event: EdgeEvent, now: float) -> bool:
        """Whether the event goes on; `now` is in seconds that never run backwards."""
        if isinstance(event, DigitPressed):
            keys = self._legs.get(event.leg)
            if keys is None:
                keys = self._legs[event.leg] = TokenBucket(_RATE, now, _AT_ONCE)
            return keys.take(now)
        if isinstance(event, LegEnded | LegFailed):
            self._legs.pop(event.leg, None)
        return True
