from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.media.rtcp import (
    Goodbye,
    Report,
    ReportBlock,
    SenderInfo,
    is_rtcp,
    pack_goodbye,
    pack_name,
    pack_report,
    parse,
)

words = st.integers(0, 0xFFFFFFFF)
blocks = st.builds(
    ReportBlock, words, st.integers(0, 255), st.integers(-0x800000, 0x7FFFFF), words, words, words, words
)
infos = st.none() | st.builds(SenderInfo, st.integers(0, (1 << 64) - 1), words, words, words)
reports = st.builds(Report, words, infos, st.lists(blocks, max_size=31).map(tuple))

BLOCK = ReportBlock(9, 3, -2, 70000, 12, 5, 6)
RECEIVER = pack_report(Report(7, None, (BLOCK,)))
SENDER = pack_report(Report(7, SenderInfo(1 << 40, 160, 1, 160), ()))


@given(reports)
def test_a_report_is_read_as_it_was_written(report: Report) -> None:
    assert parse(pack_report(report)) == (report,)


def test_the_octets_are_those_of_the_standard() -> None:
    assert bytes.fromhex("81c90007 00000007 00000009 03fffffe 00011170 0000000c 00000005 00000006") == RECEIVER
    assert pack_name(7, "ab") == bytes.fromhex("81ca0003 00000007 01026162 00000000")
    assert pack_goodbye((7,)) == bytes.fromhex("81cb0001 00000007")


@pytest.mark.parametrize("name", ["a", "ab", "abc", "abcd", "x" * 255])
def test_a_name_ends_with_a_null_on_a_word(name: str) -> None:
    packet = pack_name(1, name)
    assert len(packet) % 4 == 0
    assert packet.endswith(b"\0")
    assert parse(packet) == ()


@pytest.mark.parametrize("name", ["", "x" * 256])
def test_a_name_that_does_not_fit_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="255"):
        pack_name(1, name)


def test_a_compound_packet_gives_its_reports_and_farewells() -> None:
    extended = bytes.fromhex("80cf0001 00000007")
    feedback = bytes.fromhex("81cd0002 00000007 00000009")
    application = bytes.fromhex("80cc0002 00000007 6e616d65")
    compound = SENDER + pack_name(7, "a") + extended + feedback + application + pack_goodbye((7,))
    assert parse(compound) == (Report(7, SenderInfo(1 << 40, 160, 1, 160), ()), Goodbye((7,)))


def test_padding_of_the_last_packet_is_taken_off() -> None:
    padded = bytearray(RECEIVER + b"\0\0\0\4")
    padded[0] |= 0x20
    padded[3] += 1
    assert parse(bytes(padded)) == (Report(7, None, (BLOCK,)),)


STUN = bytes.fromhex("000100002112a442") + bytes(12)
RTP = bytes.fromhex("8000000100000001000000ff") + bytes(160)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80",
        STUN,
        RTP,
        RECEIVER[:-1],
        RECEIVER[:8],
        RECEIVER + b"\x80",
        RECEIVER + STUN,
        struct.pack(">BBHI", 0x9F, 200, 1, 7),  # 31 blocks and no room for one
        struct.pack(">BBHI", 0x9F, 203, 1, 7),
        struct.pack(">BBHI", 0x80, 201, 0xFFFF, 7),
        struct.pack(">BBH", 0x80, 201, 0),
        struct.pack(">BBH", 0xA0, 203, 0),  # padding of nothing
        struct.pack(">BBHI", 0xA0, 203, 1, 0),
        struct.pack(">BBHI", 0xA0, 203, 1, 255),
        struct.pack(">BBHI", 0xA0, 201, 1, 4) + RECEIVER,  # padding of a packet that is not the last
    ],
)
def test_what_is_not_whole_rtcp_gives_nothing(data: bytes) -> None:
    assert parse(data) == ()


@given(st.binary(max_size=300) | st.binary(max_size=60).map(lambda tail: b"\x81\xc8\0\x0c" + tail))
def test_nothing_that_comes_raises(data: bytes) -> None:
    parse(data)


@given(reports, st.integers(0, 400), st.integers(0, 255))
def test_nor_does_one_changed_octet(report: Report, place: int, octet: int) -> None:
    data = bytearray(pack_report(report) + pack_name(1, "name"))
    data[place % len(data)] = octet
    parse(bytes(data))


def test_rtcp_is_told_from_rtp_and_stun_on_one_port() -> None:
    assert [is_rtcp(data) for data in (SENDER, RECEIVER, RTP, STUN, b"\x80\xc8")] == [True, True, False, False, False]
