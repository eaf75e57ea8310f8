from __future__ import annotations

import pytest

from ivr.messages import DigitPressed, EndedBy, LegEnded, MediaReport, ReferEnded
from ivr.sip.hop import Hop
from ivr.sip.message import Request, Response
from tests.sip.bench import SDP, Bench, request


def test_a_bye_ends_the_call_with_its_packet_counts() -> None:
    bench = Bench()
    leg, to = bench.established()
    assert bench.status_of(request("BYE", to=to, cseq=2)) == 200
    assert bench.last(LegEnded) == LegEnded(leg, EndedBy.THEM, MediaReport(10, 20, 3))
    assert bench.status_of(request("BYE", to=to, cseq=3)) == 481


def test_a_bye_with_a_wrong_tag_ends_nothing() -> None:
    bench = Bench()
    _, to = bench.established()
    assert bench.status_of(request("BYE", to=to.split(";")[0] + ";tag=guessed", cseq=2)) == 481
    wrong = request("BYE", to=to, cseq=2, from_="<sip:x@192.0.2.9>;tag=guessed", branch="z9hG4bK-x")
    assert bench.status_of(wrong) == 481
    assert bench.count(LegEnded) == 0


def test_the_same_offer_again_changes_no_audio() -> None:
    bench = Bench()
    leg, to = bench.established()
    [first] = bench.receive(request("INVITE", body=SDP, to=to, cseq=2))
    assert isinstance(first, Response)
    assert first.status == 200
    bench.receive(request("ACK", to=to, cseq=2, branch="z9hG4bK-ack2"))
    assert bench.media.redirected[leg] == 1
    assert bench.during(60) == []


def test_hold_and_resume_redirect_the_audio() -> None:
    bench = Bench()
    leg, to = bench.established()
    [held] = bench.receive(request("INVITE", body=SDP + "a=sendonly\r\n", to=to, cseq=2))
    assert b"a=recvonly" in held.body
    bench.receive(request("ACK", to=to, cseq=2, branch="z9hG4bK-ack2"))
    remote = bench.media.open[leg]
    assert remote is not None
    assert not remote.sending
    bench.receive(request("INVITE", body=SDP, to=to, cseq=3))
    remote = bench.media.open[leg]
    assert remote is not None
    assert remote.sending
    assert bench.media.redirected[leg] == 3


def test_an_impossible_new_offer_leaves_the_call_as_it_is() -> None:
    bench = Bench()
    leg, to = bench.established()
    assert bench.status_of(request("INVITE", body=SDP.replace("0 8 101", "18"), to=to, cseq=2)) == 488
    assert bench.media.redirected[leg] == 1
    assert bench.count(LegEnded) == 0


def test_a_new_offer_while_one_is_under_way_gets_491() -> None:
    bench = Bench()
    leg = bench.arrive()
    ok = bench.answer(leg)
    assert bench.status_of(request("INVITE", body=SDP, to=str(ok.to), cseq=2)) == 491


def test_a_reinvite_without_an_offer_gets_ours() -> None:
    bench = Bench()
    leg, to = bench.established()
    [ok] = bench.receive(request("INVITE", to=to, cseq=2))
    assert b"RTP/AVP 9 0 8 101" in ok.body
    bench.receive(request("ACK", to=to, cseq=2, branch="z9hG4bK-a2", body=SDP.replace("31000", "32000")))
    remote = bench.media.open[leg]
    assert remote is not None
    assert remote.port == 32000


def test_an_update_can_move_the_audio_and_the_target() -> None:
    bench = Bench()
    leg, to = bench.established()
    moved = SDP.replace("31000", "33000")
    [ok] = bench.receive(request("UPDATE", body=moved, to=to, cseq=2, contact="Contact: <sip:c@192.0.2.77>\r\n"))
    assert isinstance(ok, Response)
    assert ok.status == 200
    assert ok.body
    remote = bench.media.open[leg]
    assert remote is not None
    assert remote.port == 33000
    assert bench.status_of(request("UPDATE", to=to, cseq=3, contact="Contact: <sip:c@192.0.2.78>\r\n")) == 200
    bench.agent.legs[leg].hang_up()
    assert bench.wire.sent[-1][1] == Hop("192.0.2.78", 5060)


def test_a_request_out_of_order_is_refused() -> None:
    bench = Bench()
    _, to = bench.established()
    assert bench.status_of(request("INFO", to=to, cseq=5)) == 200
    assert bench.status_of(request("INFO", to=to, cseq=4)) == 500


@pytest.mark.parametrize(
    ("body", "content_type", "digit"),
    [
        ("Signal=5\r\nDuration=160\r\n", "application/dtmf-relay", "5"),
        ("signal = *\n", "application/dtmf-relay", "*"),
        ("Signal=11\r\n", "application/dtmf-relay", "#"),
        ("a", "application/dtmf", "A"),
    ],
)
def test_keys_come_by_info(body: str, content_type: str, digit: str) -> None:
    bench = Bench()
    leg, to = bench.established()
    assert bench.status_of(request("INFO", body=body, to=to, cseq=2, content_type=content_type)) == 200
    assert bench.last(DigitPressed) == DigitPressed(leg, digit)


@pytest.mark.parametrize("body", ["Signal=flash\r\n", "Duration=1\r\n", "Signal=\r\n", "\udcff"])
def test_what_is_no_key_is_no_key(body: str) -> None:
    bench = Bench()
    _, to = bench.established()
    data = request(
        "INFO", body=body.encode("utf-8", "surrogateescape"), to=to, cseq=2, content_type="application/dtmf-relay"
    )
    assert bench.status_of(data) == 200
    assert bench.count(DigitPressed) == 0


def refer(bench: Bench, leg: str, target: str = "sip:other@192.0.2.50") -> Request:
    bench.agent.legs[leg].refer(target)
    message = bench.wire.sent[-1][0]
    assert isinstance(message, Request)
    return message


def notify(to: str, cseq: int, line: str, state: str = "active") -> bytes:
    extra = f"Event: refer;id=1\r\nSubscription-State: {state}\r\n"
    return request("NOTIFY", body=line, to=to, cseq=cseq, extra=extra, content_type="message/sipfrag")


def test_a_transfer_ends_with_the_status_that_notify_brings() -> None:
    bench = Bench()
    leg, to = bench.established()
    asked = refer(bench, leg)
    assert asked.method == "REFER"
    assert asked.header("refer-to") == "<sip:other@192.0.2.50>"
    bench.reply(asked, 202)
    assert bench.status_of(notify(to, 2, "SIP/2.0 180 Ringing\r\n")) == 200
    assert bench.count(ReferEnded) == 0
    assert bench.status_of(notify(to, 3, "SIP/2.0 200 OK", "terminated")) == 200
    assert bench.last(ReferEnded) == ReferEnded(leg, 200)
    assert bench.status_of(notify(to, 4, "SIP/2.0 200 OK")) == 481
    assert bench.count(ReferEnded) == 1


def test_a_refused_transfer_ends_with_its_own_status() -> None:
    bench = Bench()
    leg, _ = bench.established()
    bench.reply(refer(bench, leg), 603)
    assert bench.last(ReferEnded) == ReferEnded(leg, 603)


def test_a_call_that_ends_during_a_transfer_tells_what_was_known() -> None:
    bench = Bench()
    leg, to = bench.established()
    bench.reply(refer(bench, leg), 202)
    bench.receive(request("BYE", to=to, cseq=2))
    assert bench.events[-2:] == [ReferEnded(leg, 202), LegEnded(leg, EndedBy.THEM, MediaReport(10, 20, 3))]


def test_a_transfer_to_a_number_needs_a_trunk() -> None:
    bench = Bench()
    leg, _ = bench.established()
    bench.agent.legs[leg].refer("+82101234567")
    assert bench.last(ReferEnded) == ReferEnded(leg, 503)


def test_a_notify_of_something_else_is_refused() -> None:
    bench = Bench()
    _, to = bench.established()
    assert bench.status_of(request("NOTIFY", to=to, cseq=2, extra="Event: presence\r\n")) == 489
