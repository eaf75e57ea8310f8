"""RTCP packets (RFC 3550, 6): composed to the letter, and parsed without ever raising."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

_HEADER = struct.Struct(">BBH")
_SSRC = struct.Struct(">I")
_SENDER = struct.Struct(">IQIII")
_BLOCK = struct.Struct(">IIIIII")
_VERSION = 0x80
_PADDING, _COUNT = 0x20, 0x1F
_SR, _RR, _SDES, _BYE = 200, 201, 202, 203
#: Payload types that are RTCP when it shares RTP's port (RFC 5761, 4): beyond them it is RTP with the marker set.
_FIRST_TYPE, _LAST_TYPE = 192, 223
_CNAME = 1


class ReportBlock(NamedTuple):
    """What its sender received from `ssrc`. `last_report` is the middle 32 bits of the NTP time of the last sender
    report from there, `delay` the time since, in 1/65536 s; both zero if there was none."""

    ssrc: int
    fraction_lost: int
    lost: int
    highest: int
    jitter: int
    last_report: int
    delay: int


class SenderInfo(NamedTuple):
    """What the sender of a report has sent. `ntp` is seconds with 32 bits of fraction."""

    ntp: int
    timestamp: int
    packets: int
    octets: int


@dataclass(frozen=True, slots=True)
class Report:
    """A sender report, or with no `info` a receiver report."""

    ssrc: int
    info: SenderInfo | None
    blocks: tuple[ReportBlock, ...]


@dataclass(frozen=True, slots=True)
class Goodbye:
    """These sources send no more."""

    ssrcs: tuple[int, ...]


Packet = Report | Goodbye


def is_rtcp(data: bytes) -> bool:
    """Whether a datagram on a port that RTP and RTCP share is RTCP (RFC 5761, 4)."""
    return len(data) >= 8 and data[0] & 0xC0 == _VERSION and _FIRST_TYPE <= data[1] <= _LAST_TYPE


def parse(data: bytes) -> tuple[Packet, ...]:
    """The reports and farewells of a compound packet.

    What we have no use for (source descriptions, feedback, extended reports) is stepped over. A datagram in which any
    length or count is untrue gives nothing at all (RFC 3550, A.2).
    """
    packets: list[Packet] = []
    start, whole = 0, len(data)
    while start < whole:
        if whole - start < _HEADER.size:
            return ()
        first, kind, words = _HEADER.unpack_from(data, start)
        end = start + 4 * (words + 1)
        if first & 0xC0 != _VERSION or not _FIRST_TYPE <= kind <= _LAST_TYPE or end > whole:
            return ()
        body = data[start + 4 : end]
        if first & _PADDING:
            filling = body[-1] if body else 0
            if end != whole or not 0 < filling <= len(body) or filling % 4:
                return ()
            body = body[:-filling]
        try:
            packet = _read(kind, first & _COUNT, body)
        except struct.error:  # shorter than its count says
            return ()
        if packet is not None:
            packets.append(packet)
        start = end
    return tuple(packets)


def _read(kind: int, count: int, body: bytes) -> Packet | None:
    if kind == _SR:
        ssrc, ntp, timestamp, sent, octets = _SENDER.unpack_from(body)
        return Report(ssrc, SenderInfo(ntp, timestamp, sent, octets), _read_blocks(body, _SENDER.size, count))
    if kind == _RR:
        return Report(_SSRC.unpack_from(body)[0], None, _read_blocks(body, _SSRC.size, count))
    if kind == _BYE:
        return Goodbye(struct.unpack_from(f">{count}I", body))
    return None


def _read_blocks(body: bytes, start: int, count: int) -> tuple[ReportBlock, ...]:
    return tuple(_read_block(*_BLOCK.unpack_from(body, start + _BLOCK.size * index)) for index in range(count))


def _read_block(ssrc: int, losses: int, highest: int, jitter: int, last_report: int, delay: int) -> ReportBlock:
    lost = ((losses & 0xFFFFFF) ^ 0x800000) - 0x800000  # 24 bits, signed
    return ReportBlock(ssrc, losses >> 24, lost, highest, jitter, last_report, delay)


def pack_report(report: Report) -> bytes:
    """A sender or receiver report of at most 31 blocks."""
    blocks = b"".join(map(_pack_block, report.blocks))
    if report.info is None:
        return _pack(_RR, len(report.blocks), _SSRC.pack(report.ssrc) + blocks)
    ntp, timestamp, packets, octets = report.info
    info = _SENDER.pack(
        report.ssrc, ntp & (1 << 64) - 1, timestamp & 0xFFFFFFFF, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF
    )
    return _pack(_SR, len(report.blocks), info + blocks)


def pack_name(ssrc: int, cname: str) -> bytes:
    """The source description that every compound packet must hold (RFC 3550, 6.5.1)."""
    name = cname.encode()
    if not 0 < len(name) < 256:
        raise ValueError("a canonical name has 1 to 255 bytes")
    chunk = _SSRC.pack(ssrc) + bytes((_CNAME, len(name))) + name
    # At least one null octet ends the list of items, and more fill up the word.
    return _pack(_SDES, 1, chunk + bytes(4 - len(chunk) % 4))


def pack_goodbye(ssrcs: Sequence[int]) -> bytes:
    """Farewell of up to 31 sources."""
    return _pack(_BYE, len(ssrcs), struct.pack(f">{len(ssrcs)}I", *ssrcs))


def _pack_block(block: ReportBlock) -> bytes:
    lost = max(-0x800000, min(0x7FFFFF, block.lost)) & 0xFFFFFF
    losses = (block.fraction_lost & 0xFF) << 24 | lost
    return _BLOCK.pack(block.ssrc, losses, block.highest, block.jitter & 0xFFFFFFFF, block.last_report, block.delay)


def _pack(kind: int, count: int, body: bytes) -> bytes:
    return _HEADER.pack(_VERSION | count, kind, len(body) // 4) + body
