from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.sip.fault import SipFault
from ivr.sip.framing import MAXIMUM_HEAD, PING, Framing

FIRST = b"OPTIONS sip:a SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 4\r\n\r\nbody"
SECOND = b"BYE sip:a SIP/2.0\r\nCall-ID: 2\r\nl : 0\r\n\r\n"


def test_messages_that_come_at_once_are_parted() -> None:
    assert list(Framing().feed(FIRST + SECOND + FIRST)) == [FIRST, SECOND, FIRST]


@given(st.lists(st.integers(1, 40), max_size=40))
def test_messages_are_found_however_the_stream_is_cut(sizes: list[int]) -> None:
    stream = PING + FIRST + b"\r\n" + SECOND + PING + FIRST
    framing, found, at = Framing(), list[bytes](), 0
    for size in [*sizes, len(stream)]:
        found += framing.feed(stream[at : at + size])
        at += size
    assert [piece for piece in found if piece != PING] == [FIRST, SECOND, FIRST]
    assert framing.is_between_messages


def test_a_keep_alive_is_told_from_blank_lines_before_a_message() -> None:
    framing = Framing()
    assert list(framing.feed(b"\r\n")) == []
    assert list(framing.feed(b"\r\n")) == [PING]
    assert list(framing.feed(b"\r\n" + SECOND)) == [SECOND]


def test_headers_folded_around_the_length_do_not_hide_it() -> None:
    message = b"BYE sip:a SIP/2.0\r\nSubject: a\r\n Content-Length: 9\r\nContent-Length: 2\r\n\r\nxy"
    assert list(Framing().feed(message)) == [message]


@pytest.mark.parametrize(
    "stream",
    [
        b"OPTIONS sip:a SIP/2.0\r\nCall-ID: 1\r\n\r\n",
        b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n",
        b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 4\r\nl: 5\r\n\r\n",
        b"OPTIONS sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n",
        b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 4, 4\r\n\r\n",
        b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 99999999\r\n\r\n",
        b"x" * (MAXIMUM_HEAD + 1),
        b"OPTIONS sip:a SIP/2.0\r\nSubject: " + b"x" * MAXIMUM_HEAD + b"\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_a_stream_whose_end_of_message_cannot_be_known_is_given_up(stream: bytes) -> None:
    with pytest.raises(SipFault):
        list(Framing().feed(stream))


def test_one_message_in_single_bytes_costs_no_more_than_its_length() -> None:
    framing = Framing()
    for byte in b"x" * 20_000:
        assert list(framing.feed(bytes([byte]))) == []
    assert not framing.is_between_messages
