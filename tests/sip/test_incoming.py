from __future__ import annotations

from ivr.media.codec import Codec
from ivr.messages import EndedBy, LegAnswered, LegArrived, LegEnded, MediaReport
from ivr.sip.hop import Hop
from ivr.sip.message import Request, Response
from ivr.sip.settings import AdmissionLimits, EdgeSettings
from tests.sip.bench import SDP, THEM, Bench, request


def test_a_call_rings_at_once_and_is_told() -> None:
    bench = Bench()
    [ringing] = bench.receive(request("INVITE", body=SDP, uri="sip:+8215880000@192.0.2.1"))
    assert isinstance(ringing, Response)
    assert ringing.status == 180
    assert ringing.to.tag
    assert bench.events == [LegArrived(bench.last(LegArrived).leg, "+82105550123", "+8215880000", is_verified=False)]


def test_an_answer_connects_the_audio_and_says_where() -> None:
    bench = Bench()
    leg = bench.arrive()
    ok = bench.answer(leg)
    assert ok.status == 200
    assert ok.contact == "sip:192.0.2.1:5060"
    assert b"m=audio 40002 RTP/AVP 0 101" in ok.body
    remote = bench.media.open[leg]
    assert remote is not None
    assert (remote.address, remote.port, remote.codec) == ("192.0.2.9", 31000, Codec.PCMU)
    assert bench.last(LegAnswered) == LegAnswered(leg, "PCMU", False)


def test_the_proxies_on_the_way_are_in_the_200_and_on_the_way_back() -> None:
    bench = Bench()
    route = "Record-Route: <sip:192.0.2.7:5080;lr>\r\nRecord-Route: <sip:192.0.2.8;lr>\r\n"
    leg = bench.arrive(extra=route)
    ok = bench.answer(leg)
    assert ok.record_route == ("sip:192.0.2.7:5080;lr", "sip:192.0.2.8;lr")
    bench.receive(request("ACK", to=str(ok.to), branch="z9hG4bK-ack"))
    bench.agent.legs[leg].hang_up()
    bye, destination = bench.wire.sent[-1]
    assert isinstance(bye, Request)
    assert bye.uri == "sip:caller@192.0.2.9:5062"
    assert bye.listed("route") == ("<sip:192.0.2.7:5080;lr>", "<sip:192.0.2.8;lr>")
    assert destination == Hop("192.0.2.7", 5080)
    assert bye.from_.tag == ok.to.tag
    assert bye.to.tag == "theirs"


def test_a_strict_router_gets_the_request_uri() -> None:
    bench = Bench()
    leg, _ = bench.established(extra="Record-Route: <sip:192.0.2.7>\r\n")
    bench.agent.legs[leg].hang_up()
    bye = bench.wire.sent[-1][0]
    assert isinstance(bye, Request)
    assert bye.uri == "sip:192.0.2.7"
    assert bye.listed("route") == ("<sip:caller@192.0.2.9:5062>",)


def test_a_cancelled_call_gets_487_and_is_over() -> None:
    bench = Bench()
    leg = bench.arrive()
    answers = bench.receive(request("CANCEL", branch="z9hG4bK-call-1-INVITE-1"))
    assert [(m.method, m.status) for m in answers if isinstance(m, Response)] == [("CANCEL", 200), ("INVITE", 487)]
    assert bench.last(LegEnded).by is EndedBy.THEM
    assert bench.media.closed == [leg]


def test_a_cancel_after_the_answer_changes_nothing() -> None:
    bench = Bench()
    leg = bench.arrive()
    bench.answer(leg)
    assert bench.status_of(request("CANCEL", branch="z9hG4bK-call-1-INVITE-1")) == 200
    assert bench.count(LegEnded) == 0


def test_a_cancel_of_nothing_gets_481() -> None:
    assert Bench().status_of(request("CANCEL")) == 481


def test_a_bye_before_the_answer_ends_the_invite_too() -> None:
    bench = Bench()
    bench.arrive()
    ringing = bench.wire.sent[-1][0]
    answers = bench.receive(request("BYE", to=str(ringing.to), cseq=2))
    assert [m.status for m in answers if isinstance(m, Response)] == [200, 487]
    assert bench.last(LegEnded).by is EndedBy.THEM


def test_a_late_offer_is_made_in_the_200_and_answered_in_the_ack() -> None:
    bench = Bench()
    leg = bench.arrive(body="")
    ok = bench.answer(leg)
    assert b"RTP/AVP 9 0 8 101" in ok.body
    assert bench.count(LegAnswered) == 0
    bench.receive(request("ACK", to=str(ok.to), branch="z9hG4bK-ack", body=SDP.replace("0 8 101", "9 101")))
    assert bench.last(LegAnswered) == LegAnswered(leg, "G722", True)
    assert bench.media.open[leg] is not None


def test_a_late_offer_that_is_never_answered_ends_the_call() -> None:
    bench = Bench()
    leg = bench.arrive(body="")
    ok = bench.answer(leg)
    [bye] = bench.receive(request("ACK", to=str(ok.to), branch="z9hG4bK-ack"))
    assert bye.method == "BYE"
    assert bench.last(LegEnded) == LegEnded(leg, EndedBy.FAULT, MediaReport(10, 20, 3), "unusable answer")


def test_one_call_that_comes_by_two_ways_is_one_call() -> None:
    bench = Bench()
    bench.arrive()
    assert bench.status_of(request("INVITE", body=SDP, branch="z9hG4bK-other-way")) == 482
    assert bench.count(LegArrived) == 1


def test_an_offer_we_cannot_meet_leaves_no_trace() -> None:
    bench = Bench()
    assert bench.status_of(request("INVITE", body=SDP.replace("0 8 101", "18"))) == 488
    assert not bench.events
    assert not bench.media.open
    assert not bench.agent.legs


def test_bodies_that_are_not_sdp_are_refused_with_what_we_take() -> None:
    bench = Bench()
    [refusal] = bench.receive(request("INVITE", body="hello", content_type="text/plain"))
    assert isinstance(refusal, Response)
    assert refusal.status == 415
    assert refusal.header("accept") == "application/sdp"
    assert bench.status_of(request("INVITE", body=SDP, call_id="c2", extra="Content-Encoding: gzip\r\n")) == 415


def test_a_call_beyond_the_maximum_gets_503_and_the_others_go_on() -> None:
    bench = Bench(EdgeSettings("192.0.2.1", admission=AdmissionLimits(calls=1)))
    bench.established()
    assert bench.status_of(request("INVITE", body=SDP, call_id="call-2")) == 503
    assert bench.count(LegArrived) == 1
    assert bench.count(LegEnded) == 0


def test_without_a_media_port_a_call_gets_503() -> None:
    bench = Bench(ports=0)
    assert bench.status_of(request("INVITE", body=SDP)) == 503
    assert not bench.agent.legs


def test_a_call_without_a_contact_is_a_bad_request() -> None:
    bench = Bench()
    assert bench.status_of(request("INVITE", body=SDP, contact="")) == 400
    assert bench.status_of(request("INVITE", body=SDP, contact="Contact: <mailto:a@b>\r\n", call_id="c2")) == 416
    assert not bench.media.open


def test_new_calls_are_taken_from_allowed_sources_only() -> None:
    bench = Bench(EdgeSettings("192.0.2.1", allowed_sources=("192.0.2.0/24",)))
    assert bench.receive(request("INVITE", body=SDP), Hop("203.0.113.5", 5060)) == []
    assert bench.receive(request("OPTIONS").replace(b"From: <", b'From: "<'), Hop("203.0.113.5", 5060)) == []
    assert not bench.events
    _, to = bench.established()
    assert bench.status_of(request("BYE", to=to, cseq=2), Hop("203.0.113.5", 5060)) == 200
    assert bench.receive(request("OPTIONS", call_id="c3"), THEM)
