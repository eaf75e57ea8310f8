"""What of an utterance the recogniser is given: the voice with the edges of its pauses. Pure.

A recogniser works as hard on silence as on words. The middle of each pause is left out, and so is the silence that
ends the utterance; where words lie in what was really said is reckoned back.
"""

from __future__ import annotations

from ivr.speech.turn import RATE

_BYTES = 2 * RATE
#: Seconds: the last sound of a word dies away, and the first one begins softly. Korean, pairs of clips around a pause:
#: the text then differs from that of the whole audio no more than with twice as much (7 and 8 % of the characters; the
#: whole audio heard twice differs from itself by 4).
_AFTER, _BEFORE = 0.25, 0.15


class GapFilter:
    """One utterance on its way to the recogniser."""

    def __init__(self) -> None:
        self._given = 0  # bytes
        self._silence = 0  # bytes since the last voice, that were given
        self._held = bytearray()
        self._left_out: list[tuple[float, float]] = []  # (place in what was given, seconds left out there)
        self._dropped = 0

    def feed(self, audio: bytes, voiced: bool) -> bytes:
        """Take the next of the utterance; give what the recogniser should hear now. Samples of 16 bits."""
        if voiced:
            return self._voice(audio)
        room = max(0, round(_AFTER * RATE) * 2 - self._silence)
        now, later = audio[:room], audio[room:]
        self._silence += len(now)
        self._given += len(now)
        self._held += later
        excess = len(self._held) - round(_BEFORE * RATE) * 2
        if excess > 0:
            del self._held[:excess]
            self._dropped += excess
        return now

    def placed(self, seconds: float) -> float:
        """Where in the utterance that is, what stands at `seconds` of what was given."""
        return seconds + sum(left_out for place, left_out in self._left_out if place <= seconds)

    def _voice(self, audio: bytes) -> bytes:
        if self._dropped:
            self._left_out.append((self._given / _BYTES, self._dropped / _BYTES))
        now = bytes(self._held) + audio
        self._held.clear()
        self._dropped = self._silence = 0
        self._given += len(now)
        return now
