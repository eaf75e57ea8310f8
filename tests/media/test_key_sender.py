from __future__ import annotations

import pytest

from ivr.media.codec import SILENCE, Codec, new_decoder
from ivr.media.dtmf import KeyPressReceiver
from ivr.media.inband_dtmf import InbandKeyReceiver
from ivr.media.key_sender import KeySender
from ivr.media.rtp import parse
from ivr.media.sender import Sender

PTIMES = pytest.mark.parametrize("ptime", [10, 20, 30, 60])


def sent(digits: str, codec: Codec, ptime: int, events: int | None) -> list[bytes]:
    """The datagrams of a leg that presses the keys and is silent for three packets before and after."""
    datagrams: list[bytes] = []
    sender = Sender(datagrams.append)
    sender.speak(codec.payload_type)
    silence = (SILENCE[codec] * 3)[: 8 * ptime]
    keys = KeySender(sender, codec, ptime, events, silence)
    for _ in range(3):
        sender.voice(silence)
    keys.press(digits[:1])
    keys.press(digits[1:])
    while not keys.done:
        payload = keys.tick()
        if payload is not None:
            sender.voice(payload)
    for _ in range(3):
        sender.voice(silence)
    return datagrams


@PTIMES
def test_keys_go_out_as_events_and_the_stream_goes_on_behind_them(ptime: int) -> None:
    receiver, heard = KeyPressReceiver(), ""
    packets = [packet for data in sent("119#", Codec.PCMU, ptime, 101) if (packet := parse(data)) is not None]
    for place, packet in enumerate(packets):
        if packet.payload_type == 101:
            key = receiver.feed(packet.timestamp, packet.payload, packet.marker, place * ptime / 1000)
            heard += key or ""
        else:
            # Voice lies where it would have lain, had nothing been pressed.
            assert (packet.timestamp - packets[0].timestamp) & 0xFFFFFFFF == place * 8 * ptime
    assert heard == "119#"
    numbers = [(packet.sequence - packets[0].sequence) & 0xFFFF for packet in packets]
    assert numbers == [*range(len(packets))]
    assert {packet.payload_type for packet in packets} == {0, 101}


@PTIMES
@pytest.mark.parametrize("codec", list(Codec))
def test_without_events_keys_go_out_as_tones(codec: Codec, ptime: int) -> None:
    packets = [packet for data in sent("159D*#", codec, ptime, None) if (packet := parse(data)) is not None]
    assert {len(packet.payload) for packet in packets} == {8 * ptime}
    sound = new_decoder(codec).decode(b"".join(packet.payload for packet in packets))
    assert InbandKeyReceiver(codec.sample_rate).feed(sound) == "159D*#"


def test_what_is_no_key_is_refused() -> None:
    for events in (101, None):
        with pytest.raises(ValueError, match="substring"):
            KeySender(Sender(lambda _: None), Codec.PCMU, 20, events, b"").press("x")
