"""What a leg is sent of our own: key presses, prompts, a mix of voices, and silence for want of anything else."""

from __future__ import annotations

from collections.abc import Callable

from ivr.media.codec import FRAME_BYTES, SILENCE, Codec
from ivr.media.key_sender import KeySender
from ivr.media.mixing import Mixer
from ivr.media.player import Player, Playing
from ivr.media.sender import Sender

#: Packets of a prompt that are made at a time, up to a sequence number that can be divided by it: as those begin at
#: random, legs that began together do not make theirs together.
_AHEAD = 16


class Outgoing:
    """Makes one packet at a time, of whatever goes first: keys, prompts, a mix."""

    __slots__ = (
        "_codec",
        "_event_payload_type",
        "_keys",
        "_silence",
        "may_hasten",
        "mixer",
        "player",
        "ptime",
        "sender",
    )

    def __init__(self, transmit: Callable[[bytes], object], on_finished: Callable[[int], None]) -> None:
        self.sender = Sender(transmit)
        self.player = Player(on_finished)
        self.mixer: Mixer | None = None
        #: Nothing but the player decides what is sent next, and nobody wants a copy.
        self.may_hasten = False
        #: Milliseconds in a packet: what the other side wishes, as a multiple of 10.
        self.ptime = 20
        self._codec = Codec.PCMU
        self._silence = b""
        self._event_payload_type: int | None = None
        self._keys: KeySender | None = None

    @property
    def occupied(self) -> bool:
        """Whether there is something that goes before another leg's voice."""
        return self.player.playing is not None or self.mixer is not None or self._keys is not None

    def tune(self, codec: Codec, payload_type: int, event_payload_type: int | None, ptime: int) -> None:
        """How to send from now on; keys that are being pressed are let go of."""
        self.rewind()
        self._codec = codec
        self.ptime = max(10, min(60, ptime // 10 * 10))
        self._silence = (SILENCE[codec] * 3)[: FRAME_BYTES * self.ptime // 20]
        self._event_payload_type = event_payload_type
        self._keys = None
        self.sender.speak(payload_type)

    def press(self, digits: str) -> None:
        """Press these keys after those that are being pressed. Raises ValueError for what is not a key."""
        self.rewind()
        keys = self._keys or KeySender(self.sender, self._codec, self.ptime, self._event_payload_type, self._silence)
        keys.press(digits)
        if not keys.done:
            self._keys = keys

    def play(self, playing: Playing) -> None:
        """Play this, in place of what is playing."""
        self.rewind()
        self.player.start(playing)

    def stop_playing(self) -> None:
        """Play no more."""
        self.rewind()
        self.player.stop()

    def stop(self) -> None:
        """Press and play no more."""
        self.stop_playing()
        self._keys = None

    def rewind(self) -> None:
        """Something is about to change: packets made ahead are made anew when they are due."""
        self.player.give_back(self.sender.rewind())

    def next_packet(self) -> bytes | None:
        """The datagram to be sent now, empty if it is sent already; None: there is nothing of our own."""
        if self.sender.ahead:
            return self.sender.ahead.pop()
        if self._keys is not None:
            return self._press(self._keys)
        payload = self.player.next_packet()
        if payload is None:
            if self.mixer is None:
                return None
            payload = self.mixer.next_packet(self.ptime)
        sender = self.sender
        datagram = sender.packet(payload)
        if self.may_hasten:
            payloads = self.player.take(-sender.next_sequence % _AHEAD)
            if payloads:
                sender.make_ahead(payloads)
        return datagram

    def silence(self) -> bytes:
        """The datagram of a packet of silence."""
        return self.sender.packet(self._silence)

    def _press(self, keys: KeySender) -> bytes:
        payload = keys.tick()
        if keys.done:
            self._keys = None
        return b"" if payload is None else self.sender.packet(payload)
