"""How long received packets should be held: the delay that the network's unevenness asks for."""

from __future__ import annotations

from collections import deque

#: Timestamp units in a millisecond, of each codec of ours.
UNITS = 8
#: Bounds of the delay.
LEAST, MOST = 20 * UNITS, 200 * UNITS
#: Where it begins, before anything is known of the network.
_BEGINNING = 40 * UNITS
#: Packets looked back upon, 5 s at 20 ms, so that a quiet network is believed after that long.
_REMEMBERED = 250
#: Packets in a hundred that may come too late.
_TOO_LATE = 3
#: Packets between two looks back.
_PACE = 16


class DelayEstimator:
    """Keeps the time each of the last packets was under way, up to a constant that nobody knows; the least of them is
    the empty network's (`base`), and `target` lets 97 in 100 come in time: the approach of adaptive playout with a
    delay histogram (Moon, Kurose, Towsley 1998), here over a window instead of a histogram."""

    __slots__ = ("_offsets", "_unseen", "base", "target")

    def __init__(self) -> None:
        self._offsets: deque[int] = deque(maxlen=_REMEMBERED)
        self._unseen = 0
        self.base = 0
        self.target = _BEGINNING

    def note(self, offset: int) -> None:
        """A packet came `offset` units after its timestamp, by a clock of our own."""
        self.base = min(self.base, offset)
        self._offsets.append(offset)
        self._unseen += 1
        if self._unseen >= _PACE:
            self._look_back()

    def restart(self, offset: int) -> None:
        """Timestamps begin anew, with this offset: what was learnt of the unevenness stays."""
        self._offsets.clear()
        self._unseen = 0
        self.base = offset

    def _look_back(self) -> None:
        self._unseen = 0
        ordered = sorted(self._offsets)
        self.base = ordered[0]
        if len(ordered) < _REMEMBERED // 5:
            return  # too few to tell, beyond what lateness itself tells the buffer
        late = ordered[len(ordered) - 1 - len(ordered) * _TOO_LATE // 100]
        self.target = max(LEAST, min(MOST, late - self.base))
