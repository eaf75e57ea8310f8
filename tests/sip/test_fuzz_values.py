"""The parts of messages that have grammars of their own, each damaged by itself: a fault that can be answered is all
that may come of it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.sip import offer_answer, redirect, refer, reliable, replaces, session_timer, sipfrag
from ivr.sip.address import parse_address
from ivr.sip.body import session_description
from ivr.sip.digest import Authenticator, Credentials, strongest
from ivr.sip.fault import SipFault
from ivr.sip.framing import Framing
from ivr.sip.identity import caller
from ivr.sip.info import digit
from ivr.sip.message import Request, Response
from ivr.sip.parser import parse
from ivr.sip.reason import LONGEST, stated
from ivr.sip.sdp import MAXIMUM_STREAMS, parse_sdp
from ivr.sip.text import parse_parameters, split_outside
from ivr.sip.uri import parse_uri, user_part
from tests.sip.bench import SDP, request
from tests.sip.grammar import DESCRIPTIONS, damaged

_MESSY = st.text(st.sampled_from('aZ09;,=<>"\\ :@%&?*+/[]-.\t\r\n\0\udcff한²'), max_size=60)
_HEADERS = [
    "refer-to",
    "replaces",
    "session-expires",
    "min-se",
    "rack",
    "rseq",
    "reason",
    "contact",
    "p-asserted-identity",
    "remote-party-id",
    "privacy",
    "content-type",
    "content-encoding",
    "content-disposition",
    "event",
    "require",
    "supported",
    "accept",
    "www-authenticate",
    "retry-after",
]


def _only_faults(call: Callable[[], object]) -> None:
    with contextlib.suppress(SipFault):
        call()


@given(st.one_of(damaged(DESCRIPTIONS.map(str.encode)), DESCRIPTIONS.map(str.encode), st.binary(max_size=200)))
def test_a_session_description_is_answered_or_refused(body: bytes) -> None:
    try:
        theirs = parse_sdp(body)
        choice = offer_answer.choose(theirs)
    except SipFault as fault:
        if fault.code in (400, 488):
            return
        raise
    assert len(theirs.streams) <= MAXIMUM_STREAMS
    assert 0 < choice.remote.port < 65536
    assert 0 <= choice.remote.payload_type < 128
    assert 10 <= choice.remote.ptime <= 200


@given(st.dictionaries(st.sampled_from(_HEADERS), _MESSY, max_size=4), st.binary(max_size=60))
def test_no_header_that_is_read_for_its_sense_raises_anything_but_a_fault(written: dict[str, str], body: bytes) -> None:
    plain = parse(request("INVITE", body=body))
    assert isinstance(plain, Request)
    asked = Request(
        method="INVITE",
        uri=plain.uri,
        vias=plain.vias,
        from_=plain.from_,
        to=plain.to,
        call_id=plain.call_id,
        cseq=1,
        headers=tuple(written.items()),
        body=body,
    )
    response = asked.respond(302, headers=asked.headers, body=body)
    for read in (
        lambda: refer.read(asked),
        lambda: session_timer.accepted(asked),
        lambda: session_timer.granted(response, 1800),
        lambda: session_timer.demanded(response),
        lambda: session_description(asked),
        lambda: reliable.sequence(response),
        lambda: replaces.parse_replaces(written.get("replaces", "")),
        lambda: asked.contact,
        lambda: digit(asked),
        lambda: sipfrag.status(body),
    ):
        _only_faults(read)
    assert isinstance(caller(asked, is_trusted=True), str)
    assert len(stated(asked)) <= LONGEST
    way = redirect.Redirection("sip:a@192.0.2.9")
    way.take(response)
    while (target := way.next()) is not None:
        assert target


@given(_MESSY, _MESSY)
def test_what_is_unescaped_from_a_stranger_s_text_never_becomes_a_header(name: str, value: str) -> None:
    asked = parse(request("OPTIONS"))
    assert isinstance(asked, Request)
    answer = asked.respond(200, headers=(("warning", f"{value}\r\nX-Evil: 1"), ("subject", name)))
    again = parse(answer.serialise())
    assert [key for key, _ in again.headers] == ["warning", "subject"]


@given(_MESSY)
def test_a_challenge_is_met_or_passed_over(text: str) -> None:
    response = parse(request("OPTIONS").replace(b"OPTIONS sip:hotline@192.0.2.1 SIP/2.0", b"SIP/2.0 401 No"))
    assert isinstance(response, Response)
    for challenge in (f"Digest {text}", f'Digest realm="{text}", nonce={text}', f"{text}"):
        found = strongest([challenge])
        if found is not None:
            Authenticator(Credentials("u", "p")).answer(found, "INVITE", "sip:a")


@given(_MESSY)
def test_addresses_and_uris_are_read_or_refused(text: str) -> None:
    for read in (lambda: parse_address(text), lambda: parse_uri(text), lambda: parse_uri(f"sip:{text}")):
        _only_faults(read)
    assert user_part(text).isprintable() or user_part(text) == ""
    with contextlib.suppress(SipFault):
        address = parse_address(text.replace("\r", " ").replace("\n", " "))
        assert parse_address(str(address)) == address


@given(_MESSY)
def test_nothing_is_lost_or_added_when_a_text_is_taken_apart(text: str) -> None:
    for separator in (",", ";"):
        parts = split_outside(text, separator)
        assert sum(map(len, parts)) <= len(text)
        assert all(part and part == part.strip() for part in parts)
    assert all(name == name.lower() for name, _ in parse_parameters(text))


@given(st.lists(damaged(), min_size=1, max_size=3), st.lists(st.integers(1, 400), max_size=30))
def test_a_stream_gives_the_same_messages_however_it_is_cut(drawn: list[bytes], sizes: list[int]) -> None:
    stream = b"".join(drawn)
    assert _cut(stream, sizes) == _cut(stream, [])


def _cut(stream: bytes, sizes: list[int]) -> tuple[list[bytes], bool]:
    """What comes out before the stream ends or cannot be cut any more."""
    framing, found, at = Framing(), list[bytes](), 0
    for size in [*sizes, len(stream)]:
        try:
            found += framing.feed(stream[at : at + size])
        except SipFault:
            return found, False
        at += size
    return found, True


@pytest.mark.parametrize("filling", [" ", '"', "<", "\\", ";", ",", "a", '"\\', "<>", "=", "[", "@", "%", "9"])
def test_every_text_is_taken_apart_in_time_that_grows_with_its_length_alone(filling: str) -> None:
    # 30,000 blanks after a name, where a bracket should have come, once held the signalling up for 2.7 seconds.
    text = f"a{filling * (30_000 // len(filling))}b"
    began = time.thread_time()
    for one in (text, f"sip:{text}", f'"{text}', f"<{text}", f"sip:a@b;{text}", f"Digest {text}"):
        for read in (parse_address, parse_uri, user_part, parse_parameters, _split, _challenge):
            _only_faults(partial(read, one))
    assert time.thread_time() - began < 0.5


def _split(text: str) -> object:
    return split_outside(text, ",")


def _challenge(text: str) -> object:
    return strongest([text])


def _choose(body: bytes) -> object:
    return offer_answer.choose(parse_sdp(body))


def test_a_description_of_the_worst_kind_is_read_at_once() -> None:
    began = time.thread_time()
    for lines in ("a=rtpmap:0 x\r\n" * 1100, "a=fmtp:0 x\r\n" * 1100, "c=IN IP4 1.2.3.4\r\n" * 800, "=\r\n" * 3000):
        _only_faults(partial(_choose, (SDP + lines).encode()))
    assert time.thread_time() - began < 0.1
