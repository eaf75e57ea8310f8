"""RTP packets (RFC 3550, 5.1): checked on the way in, packed on the way out."""

from __future__ import annotations

import struct
from typing import NamedTuple

#: Two bytes of flags and payload type as one number, sequence number, timestamp, source id.
HEADER = struct.Struct(">HHII")
#: The first byte of a plain packet: neither padding nor extension nor contributing sources.
VERSION = 0x80
#: In the second byte.
MARKER = 0x80
_PADDING, _EXTENSION, _SOURCES = 0x20, 0x10, 0x0F


class RtpPacket(NamedTuple):
    """One packet, where it is not taken apart in place (`Leg.receive`)."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes


def parse(data: bytes) -> RtpPacket | None:
    """The packet in a datagram, or None if it is not RTP: STUN, too short, or lying about its own lengths."""
    length = len(data)
    if length < HEADER.size:
        return None
    head, sequence, timestamp, ssrc = HEADER.unpack_from(data)
    first, second = head >> 8, head & 0xFF
    if first & 0xC0 != VERSION:
        return None
    start, end = HEADER.size + 4 * (first & _SOURCES), length
    if first & _EXTENSION:
        if length < start + 4:
            return None
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
    if first & _PADDING:
        if data[-1] == 0:
            return None
        end -= data[-1]
    if start > end:
        return None
    return RtpPacket(second & 0x7F, bool(second & MARKER), sequence, timestamp, ssrc, data[start:end])


def pack(payload_type: int, marker: bool, sequence: int, timestamp: int, ssrc: int, payload: bytes) -> bytes:
    """The datagram of a packet; `sequence` and `timestamp` wrap."""
    head = VERSION << 8 | (payload_type | MARKER if marker else payload_type)
    return HEADER.pack(head, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc) + payload


def sequence_distance(later: int, earlier: int) -> int:
    """How far `later` lies after `earlier`, -32768 to 32767, over the wrap."""
    return ((later - earlier + 0x8000) & 0xFFFF) - 0x8000
