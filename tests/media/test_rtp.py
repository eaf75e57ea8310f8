from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.media.rtp import RtpPacket, pack, parse, sequence_distance

PACKETS = st.builds(
    RtpPacket,
    st.integers(0, 127),
    st.booleans(),
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFFFFFF),
    st.integers(0, 0xFFFFFFFF),
    st.binary(max_size=400),
)


@given(PACKETS)
def test_what_is_packed_is_parsed_alike(packet: RtpPacket) -> None:
    assert parse(pack(*packet)) == packet


@given(st.binary(max_size=200))
def test_no_bytes_make_the_parser_fail(data: bytes) -> None:
    packet = parse(data)
    assert packet is None or len(packet.payload) <= len(data) - 12


def test_sources_extension_and_padding_are_no_payload() -> None:
    plain = pack(0, False, 1, 2, 3, b"")
    first = bytes([plain[0] | 0x20 | 0x10 | 2])
    data = first + plain[1:] + bytes(8) + b"\xbe\xde\x00\x01" + bytes(4) + b"voice" + b"\x00\x00\x03"
    packet = parse(data)
    assert packet is not None
    assert packet.payload == b"voice"


def test_padding_longer_than_the_packet_is_refused() -> None:
    plain = pack(0, False, 1, 2, 3, b"\xff")
    assert parse(bytes([plain[0] | 0x20]) + plain[1:]) is None


def test_numbers_wrap() -> None:
    packet = parse(pack(9, True, 0x10000, 0x100000005, 1, b""))
    assert packet is not None
    assert (packet.sequence, packet.timestamp) == (0, 5)
    assert sequence_distance(2, 0xFFFE) == 4
    assert sequence_distance(0xFFFE, 2) == -4
