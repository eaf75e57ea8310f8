from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.sip.fault import SipFault
from ivr.sip.message import Request, Response
from ivr.sip.parser import parse, read_lines, refuse
from tests.sip.bench import SDP, THEM, Bench, request


def test_compact_lower_case_and_folded_headers_are_read() -> None:
    data = (
        b"INVITE sip:hotline@192.0.2.1 SIP/2.0\r\nv: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n"
        b'f: "Ann\r\n  Lee" <sip:ann@192.0.2.9>;tag=1\r\nt: sip:hotline@192.0.2.1\r\ni: a@b\r\ncseq: 7 INVITE\r\n'
        b"m:<sip:ann@192.0.2.9>\r\nc: application/sdp\r\nl: 2\r\n\r\nv=trailing"
    )
    message = parse(data)
    assert isinstance(message, Request)
    assert message.from_.display == "Ann Lee"
    assert message.from_.tag == "1"
    assert message.to.uri == "sip:hotline@192.0.2.1"
    assert message.cseq == 7
    assert message.contact == "sip:ann@192.0.2.9"
    assert message.content_type == "application/sdp"
    assert message.body == b"v="


def test_comma_lists_and_repeated_headers_are_one_list() -> None:
    vias = "SIP/2.0/UDP a.example;branch=z9hG4bKa, SIP/2.0/UDP b.example:5070;branch=z9hG4bKb"
    data = request("INVITE").replace(b"Via: ", f"Via: {vias}\r\nVia: ".encode())
    data = data.replace(
        b"Max-",
        b'Record-Route: <sip:p1.example;lr>, "a, b" <sip:p2.example;lr>\r\nRecord-Route: <sip:p3.example;lr>\r\nMax-',
    )
    message = parse(data)
    assert [via.host for via in message.vias] == ["a.example", "b.example", "192.0.2.9"]
    assert message.record_route == ("sip:p1.example;lr", "sip:p2.example;lr", "sip:p3.example;lr")


def test_a_display_name_that_is_not_utf_8_survives_the_round_trip() -> None:
    data = request("INVITE", from_='"\udce9\udcff" <sip:t@192.0.2.9>;tag=1')
    assert b'"\xe9\xff" <sip:t@192.0.2.9>;tag=1' in parse(data).serialise()


def test_what_is_written_is_read_back_the_same() -> None:
    message = parse(request("INVITE", body=SDP, extra="X-Note: kept\r\n"))
    assert isinstance(message, Request)
    assert parse(message.serialise()) == message
    response = message.respond(200, tag="ours", body=b"v=0")
    assert parse(response.serialise()) == response


def test_a_control_character_in_a_header_cannot_end_a_line_in_our_answer() -> None:
    message = parse(request("OPTIONS", from_='"a\rX-Evil: 1" <sip:t@192.0.2.9>;tag=1'))
    assert isinstance(message, Request)
    assert b"\rX-Evil" not in message.respond(200).serialise()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ((b"SIP/2.0\r\nVia", b"SIP/3.0\r\nVia"), 505),
        ((b"CSeq: 1 OPTIONS", b"CSeq: 1 BYE"), 400),
        ((b"CSeq: 1 OPTIONS", b"CSeq: 36893488147419103232 OPTIONS"), 400),
        ((b"CSeq: 1 OPTIONS", b"CSeq: x OPTIONS"), 400),
        ((b"Content-Length: 0", b"Content-Length: -999"), 400),
        ((b"Content-Length: 0", b"Content-Length: 99"), 400),
        ((b"Content-Length: 0", "Content-Length: ²".encode()), 400),
        ((b"From: <", b'From: "Bob <'), 400),
        ((b"Max-Forwards: 70", b"\r\n".join([b"X-A: 1"] * 300)), 513),
        ((b"Max-Forwards: 70", b"X-A: " + b"a" * 40_000), 513),
        ((b"To: <", b"To: <sip:a@b>\r\nTo: <"), 400),
    ],
)
def test_a_request_that_breaks_the_rules_is_answered(change: tuple[bytes, bytes], code: int) -> None:
    data = request("OPTIONS").replace(*change)
    with pytest.raises(SipFault) as caught:
        parse(data)
    assert caught.value.code == code
    answer = refuse(read_lines(data), THEM, caught.value)
    assert answer is not None
    refusal = answer[0].decode("utf-8", "surrogateescape")
    assert refusal.startswith(f"SIP/2.0 {code} ")
    assert "branch=z9hG4bK-call-1-OPTIONS-1;rport=5062;received=192.0.2.9" in refusal
    assert answer[1] == THEM


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"INVITE",
        b"INVITE\r\n\r\n",
        b"INVITE sip:x SIP/2.0\r\n\r\n",
        b"SIP/2.0\r\n\r\n",
        request("OPTIONS").replace(b"Via:", b"X-Via:"),
        request("OPTIONS").replace(b"192.0.2.9:5062;", b"192.0.2.9:99999;"),
        request("OPTIONS").replace(b"SIP/2.0/UDP", b"nonsense"),
        request("OPTIONS").replace(b"Max-Forwards: 70", b"no colon here"),
    ],
)
def test_what_cannot_be_answered_is_refused_without_an_answer(data: bytes) -> None:
    with pytest.raises(SipFault) as caught:
        parse(data)
    assert caught.value.code == 0


def test_neither_an_ack_nor_a_response_is_ever_refused() -> None:
    fault = SipFault(400, "test")
    ack = request("ACK").replace(b"CSeq: 1", b"CSeq: x")
    response = request("OPTIONS").replace(b"OPTIONS sip:hotline@192.0.2.1 SIP/2.0", b"SIP/2.0 200 OK")
    assert refuse(read_lines(ack), THEM, fault) is None
    assert isinstance(parse(response), Response)
    assert refuse(read_lines(response), THEM, fault) is None


_INVITE = request("INVITE", body=SDP)
_fragments = st.sampled_from(
    [b"\r\n", b"\n", b"\0", b":", b";", b"<", b">", b'"', b",", b"=", b"\xff", b" ", b"m=audio 1 RTP/AVP 0\r\n", b"a="]
)


@given(st.binary(max_size=400))
def test_no_bytes_crash_the_parser(data: bytes) -> None:
    _only_faults(data)


@given(
    st.lists(st.tuples(st.integers(0, len(_INVITE)), st.integers(0, 30), st.one_of(_fragments, st.binary(max_size=6))))
)
def test_no_damage_to_an_invite_crashes_the_user_agent(damages: list[tuple[int, int, bytes]]) -> None:
    data = _INVITE
    for place, length, inserted in damages:
        data = data[:place] + inserted + data[place + length :]
    _only_faults(data)
    bench = Bench()
    bench.receive(data)
    for leg in list(bench.agent.legs):
        bench.answer(leg)
    bench.during(40)
    bench.agent.hang_up_all()
    bench.during(40)
    assert not bench.media.open
    assert bench.agent.transactions.count == 0


def _only_faults(data: bytes) -> None:
    try:
        message = parse(data)
    except SipFault:
        return
    parse(message.serialise())
