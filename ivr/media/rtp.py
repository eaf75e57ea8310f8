"""RTP packets (RFC 3550, 5.1): checked on the way in, packed on the way out."""

from __future__ import annotations

import struct
from typing import NamedTuple

_HEADER = struct.Struct(">BBHII")
_VERSION = 0x80
_PADDING, _EXTENSION, _SOURCES = 0x20, 0x10, 0x0F
_MARKER = 0x80


class RtpPacket(NamedTuple):
    """One packet. A tuple rather than a dataclass: two thousand legs make 200,000 of these a second."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes


def parse(data: bytes) -> RtpPacket | None:
    """The packet in a datagram, or None if it is not RTP: STUN, too short, or lying about its own lengths."""
    length = len(data)
    if length < _HEADER.size:
        return None
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if first & 0xC0 != _VERSION:
        return None
    start, end = _HEADER.size + 4 * (first & _SOURCES), length
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
    return RtpPacket(second & 0x7F, bool(second & _MARKER), sequence, timestamp, ssrc, data[start:end])


def pack(payload_type: int, marker: bool, sequence: int, timestamp: int, ssrc: int, payload: bytes) -> bytes:
    """The datagram of a packet; `sequence` and `timestamp` wrap."""
    second = payload_type | _MARKER if marker else payload_type
    return _HEADER.pack(_VERSION, second, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc) + payload


def sequence_distance(later: int, earlier: int) -> int:
    """How far `later` lies after `earlier`, -32768 to 32767, over the wrap."""
    return ((later - earlier + 0x8000) & 0xFFFF) - 0x8000
