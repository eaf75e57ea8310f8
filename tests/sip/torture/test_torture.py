"""Strange and hostile datagrams: each is answered as it should be, stops nothing, costs nothing, and takes no time."""

from __future__ import annotations

import time

import pytest

from ivr.messages import LegAnswered, LegArrived, LegFailed
from ivr.sip.hop import Hop
from ivr.sip.message import Response
from tests.sip.bench import SDP, Bench, request
from tests.sip.torture.beyond import BEYOND
from tests.sip.torture.case import Case, judge
from tests.sip.torture.corpus import CORPUS
from tests.sip.torture.rfc4475_invalid import INVALID
from tests.sip.torture.rfc4475_layers import LAYERS
from tests.sip.torture.rfc4475_valid import VALID
from tests.sip.torture.rfc5118 import IPV6, IPV6_OFFERS

_THEM6 = Hop("2001:db8::9", 5062)


@pytest.mark.parametrize("case", [*VALID, *INVALID, *LAYERS, *BEYOND], ids=lambda case: case.sentence)
def test_it_is_answered_and_survived(case: Case) -> None:
    judge(case)


@pytest.mark.parametrize("case", [*IPV6, *IPV6_OFFERS], ids=lambda case: case.sentence)
def test_by_ipv6_it_is_answered_and_survived(case: Case) -> None:
    judge(case, _THEM6)


def test_no_single_datagram_holds_up_the_others() -> None:
    # 20 ms is the patience of one frame of audio; an ordinary INVITE takes a hundredth of it.
    slow: dict[str, float] = {}
    for case in CORPUS:
        bench = Bench()
        took = []
        for _ in range(3):
            began = time.thread_time()
            bench.agent.receive(case.data, _THEM6)
            took.append(time.thread_time() - began)
        slow[case.sentence] = min(took)
    worst = max(slow, key=lambda sentence: slow[sentence])
    assert slow[worst] < 0.02, worst


# --- what an answer's status alone does not show ---------------------------------------------------------------------


def _case(start: str) -> bytes:
    [found] = [case.data for case in CORPUS if case.sentence.startswith(start)]
    return found


def test_3_1_1_1_the_answer_to_the_tortuous_invite_repeats_every_hop_and_its_names() -> None:
    bench = Bench()
    [ringing] = bench.receive(_case("3.1.1.1 "))
    assert isinstance(ringing, Response)
    assert [via.host for via in ringing.vias] == ["192.0.2.9", "spool.example", "192.0.2.77"]
    assert ringing.from_.tag == "8a7"
    assert ringing.cseq == 9
    assert bench.last(LegArrived).caller == "ann"


def test_3_1_1_3_escapes_are_read_in_what_people_see() -> None:
    bench = Bench()
    bench.receive(_case("3.1.1.3 "))
    assert bench.last(LegArrived).dialled == "sips:hotline@example.com"


def test_3_1_1_10_every_hop_is_repeated_in_its_order() -> None:
    [answer] = Bench().receive(_case("3.1.1.10 "))
    assert [via.transport for via in answer.vias] == ["UDP", "SCTP", "TLS", "CARRIERPIGEON", "TCP", "WSS"]


@pytest.mark.parametrize("reason", ["= 2**3 * 5**2 но сто девяносто", "", "  "])
def test_3_1_1_12_and_13_a_call_of_ours_is_answered_whatever_the_reason_says(reason: str) -> None:
    bench = Bench()
    asked = bench.dial()
    answer = asked.respond(
        200,
        tag="phone",
        headers=(("contact", "<sip:agent@192.0.2.9:5062>"), ("content-type", "application/sdp")),
        body=SDP.encode(),
    ).serialise()
    bench.receive(answer.replace(b"SIP/2.0 200 OK", f"SIP/2.0 200 {reason}".encode()))
    assert bench.count(LegAnswered) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"CSeq: 1 ", b"CSeq: 9292394834772304023312 "),
        (b"SIP/2.0 503", b"SIP/2.0 4294967301"),
        (b"SIP/2.0 503", b"SIP/2.0 99"),
        (b"CSeq: 1 INVITE", b"CSeq: 1 OPTIONS"),
        (b"branch=z9hG4bK", b"branch=z9hG4bKx"),
        (b"Content-Length: 0", b"Content-Length: 7"),
    ],
)
def test_3_1_2_5_and_19_a_broken_response_is_no_answer_to_our_call(old: bytes, new: bytes) -> None:
    bench = Bench()
    answer = bench.dial().respond(503, tag="phone").serialise()
    assert old in answer
    bench.receive(answer.replace(old, new))
    assert bench.count(LegFailed) == 0


def test_3_1_2_5_numbers_beyond_all_bounds_in_an_answer_that_fits_are_survived() -> None:
    bench = Bench()
    extra = (
        ("retry-after", "949302838503028349304023988"),
        ("warning", "1812 over 'In Space'"),
        ("expires", "9" * 5000),
    )
    bench.reply(bench.dial(), 503, extra=extra)
    assert bench.last(LegFailed).status == 503


def test_3_2_1_two_requests_under_the_bare_cookie_are_two() -> None:
    bench = Bench()
    first = _case("3.2.1 ")
    assert bench.status_of(first) == 200
    second = first.replace(b"Call-ID: cookie", b"Call-ID: biscuit")
    [answer] = bench.receive(second)
    assert answer.call_id == "biscuit@192.0.2.9"


def test_two_calls_under_one_branch_are_two() -> None:
    bench = Bench()
    for call_id in ("first", "second"):
        [ringing] = bench.receive(request("INVITE", body=SDP, call_id=call_id, branch="z9hG4bK-always-the-same"))
        assert ringing.call_id == call_id
    assert bench.count(LegArrived) == 2


def test_3_3_5_the_lacking_extensions_are_named() -> None:
    [answer] = Bench().receive(_case("3.3.5 "))
    assert answer.listed("unsupported") == ("nothingSupportsThis", "norThis")


def test_a_refusal_has_a_tag_of_ours_and_a_repeated_one_the_same() -> None:
    bench = Bench()
    [first] = bench.receive(_case("3.1.2.2 "))
    [second] = bench.receive(_case("3.1.2.2 "))
    assert first.to.tag
    assert first == second


def test_what_could_end_a_line_never_leaves_in_an_answer() -> None:
    bench = Bench()
    bench.receive(_case("a header that would end the line"))
    [answer] = bench.wire.raw
    assert b"\rX-Evil" not in answer
    assert all(line.endswith(b"\r") or not line for line in answer.split(b"\n"))


def test_a_flood_of_bad_calls_costs_no_port() -> None:
    bench = Bench(ports=3)
    for number in range(200):
        bench.receive(request("INVITE", body=SDP.replace("0 8 101", "18"), call_id=f"flood-{number}"))
    assert not bench.media.open
    assert bench.established()
