"""Hold, and offers that cross (RFC 3264, 8.4; RFC 3311; RFC 6337)."""

from __future__ import annotations

import pytest

from ivr.messages import EndedBy, LegAnswered, LegEnded, LegHeld
from tests.sip.bench import SDP, Bench, request
from tests.sip.in_dialog import ack, count, dialled, from_called, of, response, sent

OLD_STYLE = SDP.replace("c=IN IP4 192.0.2.9", "c=IN IP4 0.0.0.0")


@pytest.mark.parametrize("held", [SDP + "a=sendonly\r\n", SDP + "a=inactive\r\n", OLD_STYLE])
@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_hold_is_told_when_it_begins_and_when_it_ends(held: str, method: str) -> None:
    bench = Bench()
    leg, to = bench.established()
    for cseq, body in ((2, held), (3, held), (4, SDP), (5, SDP)):
        assert bench.status_of(request(method, to=to, cseq=cseq, body=body)) == 200
        if method == "INVITE":
            bench.receive(ack(to, cseq))
    assert [event for event in bench.events if isinstance(event, LegHeld)] == [LegHeld(leg, True), LegHeld(leg, False)]


def test_held_the_old_way_nothing_is_sent_to_nowhere() -> None:
    bench = Bench()
    leg, to = bench.established()
    bench.receive(request("UPDATE", to=to, cseq=2, body=OLD_STYLE))
    remote = bench.media.open[leg]
    assert remote is not None
    assert (remote.address, remote.sending) == ("192.0.2.9", False)


def test_a_called_phone_can_hold_too() -> None:
    bench = Bench()
    invite = dialled(bench)
    held = response(bench, from_called(invite, "INVITE", body=SDP + "a=sendonly\r\n"))
    assert b"a=recvonly" in held.body
    assert bench.last(LegHeld) == LegHeld("out", True)


def test_a_call_that_comes_on_hold_is_told_after_it_is_up() -> None:
    bench = Bench()
    leg = bench.arrive(body=SDP + "a=sendonly\r\n")
    bench.answer(leg)
    assert bench.events[-2:] == [LegAnswered(leg, "PCMU", False), LegHeld(leg, True)]


def test_taking_it_off_hold_without_an_offer_works_by_ours() -> None:
    bench = Bench()
    leg, to = bench.established()
    bench.receive(request("UPDATE", to=to, cseq=2, body=SDP + "a=inactive\r\n"))
    ours = response(bench, request("INVITE", to=to, cseq=3))
    assert b"a=sendrecv" in ours.body
    assert b"RTP/AVP 9 0 8 101" in ours.body
    bench.receive(ack(to, 3, SDP))
    assert bench.last(LegHeld) == LegHeld(leg, False)


def test_an_answer_to_our_offer_that_is_of_no_use_ends_the_call() -> None:
    bench = Bench()
    _, to = bench.established()
    bench.receive(request("INVITE", to=to, cseq=2))
    assert of(bench.receive(ack(to, 2)), "BYE")
    assert (bench.last(LegEnded).by, bench.last(LegEnded).why) == (EndedBy.FAULT, "unusable answer")


def test_offers_wait_for_the_answer_to_ours() -> None:
    bench = Bench()
    _, to = bench.established()
    bench.receive(request("INVITE", to=to, cseq=2))
    assert bench.status_of(request("UPDATE", to=to, cseq=3, body=SDP)) == 491
    assert bench.status_of(request("INVITE", to=to, cseq=4, body=SDP)) == 491
    assert bench.status_of(request("UPDATE", to=to, cseq=5)) == 200


def test_their_offer_that_crosses_our_refresh_gives_way() -> None:
    bench = Bench()
    _, to = bench.established()
    bench.during(901)
    ours = sent(bench, "INVITE")
    for cseq, method in ((2, "INVITE"), (3, "UPDATE")):
        assert bench.status_of(request(method, to=to, cseq=cseq, body=SDP)) == 491
    bench.reply(ours, 200, body=SDP.encode(), tag="")
    assert bench.status_of(request("UPDATE", to=to, cseq=4, body=SDP)) == 200


def test_silence_ends_a_call_unless_it_is_on_hold() -> None:
    bench = Bench()
    leg, to = bench.established()
    found = bench.agent.legs[leg]
    for cseq, body in ((2, SDP + "a=inactive\r\n"), (3, SDP + "a=sendonly\r\n"), (4, SDP + "a=recvonly\r\n")):
        bench.receive(request("UPDATE", to=to, cseq=cseq, body=body))
        found.media_lost()
        assert bench.count(LegEnded) == 0
    bench.receive(request("UPDATE", to=to, cseq=5, body=SDP))
    found.media_lost()
    assert (bench.last(LegEnded).by, bench.last(LegEnded).why) == (EndedBy.FAULT, "media timeout")
    assert count(bench, "BYE")


def test_silence_before_the_answer_says_nothing() -> None:
    bench = Bench()
    leg = bench.arrive()
    bench.agent.legs[leg].media_lost()
    bench.dial()
    bench.agent.legs["out"].media_lost()
    assert bench.count(LegEnded) == 0


def test_an_offer_among_parts_is_found() -> None:
    bench = Bench()
    body = f"--b\r\nContent-Type: application/sdp\r\n\r\n{SDP}\r\n--b--\r\n"
    leg = bench.arrive(body=body, content_type="multipart/mixed;boundary=b")
    assert b"m=audio 40002 RTP/AVP 0 101" in bench.answer(leg).body
