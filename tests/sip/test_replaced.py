"""INVITE with Replaces (RFC 3891): somebody else takes the place of one of our legs' other side."""

from __future__ import annotations

import pytest

from ivr.media.codec import Codec
from ivr.messages import EndedBy, LegAnswered, LegEnded, LegFailed, LegHeld
from ivr.sip.message import Response
from tests.sip.bench import SDP, Bench, request
from tests.sip.in_dialog import ack, dialled, of, response, sent

NEW_SDP = SDP.replace("31000", "37000").replace("0 8 101", "9 101")
NEW = "<sip:taker@192.0.2.9>;tag=taker"


def taking(
    call_id: str, to_tag: str, from_tag: str, *, body: str = NEW_SDP, more: str = "", call: str = "new"
) -> bytes:
    replaces = f"Replaces: {call_id};to-tag={to_tag};from-tag={from_tag}{more}\r\n"
    contact = "Contact: <sip:taker@192.0.2.9:5077>\r\n"
    return request(
        "INVITE", call_id=call, body=body, from_=NEW, contact=contact, extra=f"Require: replaces\r\n{replaces}"
    )


def confirm(bench: Bench, ok: Response, body: str = "") -> None:
    bench.receive(request("ACK", call_id="new", from_=NEW, to=str(ok.to), branch="z9hG4bK-ack-new", body=body))


def test_the_leg_goes_on_with_whoever_takes_the_call() -> None:
    bench = Bench()
    invite = dialled(bench)
    told = len(bench.events)
    messages = bench.receive(taking(invite.call_id, invite.from_.tag, "phone"))
    [bye] = of(messages, "BYE")
    assert (bye.call_id, bye.to.tag) == (invite.call_id, "phone")
    [ok] = [message for message in messages if isinstance(message, Response)]
    assert ok.status == 200
    assert ok.body
    confirm(bench, ok)
    remote = bench.media.open["out"]
    assert remote is not None
    assert (remote.port, remote.codec) == (37000, Codec.G722)
    assert bench.events[told:] == []
    bench.reply(bye, 200, tag="")
    bench.agent.legs["out"].hang_up()
    assert sent(bench, "BYE").call_id == "new"
    assert sent(bench, "BYE").uri == "sip:taker@192.0.2.9:5077"
    assert bench.last(LegEnded).by is EndedBy.US


def test_a_caller_can_be_replaced_too_and_the_new_one_can_hang_up() -> None:
    bench = Bench()
    leg, to = bench.established()
    ok = [
        message
        for message in bench.receive(taking("call-1", to.rpartition("tag=")[2], "theirs"))
        if isinstance(message, Response)
    ][-1]
    confirm(bench, ok)
    assert bench.status_of(request("BYE", to=to, cseq=9)) == 200  # the old one, crossing our BYE
    assert bench.count(LegEnded) == 0
    assert bench.status_of(request("BYE", call_id="new", from_=NEW, to=str(ok.to), cseq=2)) == 200
    assert bench.last(LegEnded).leg == leg
    assert bench.last(LegEnded).by is EndedBy.THEM


def test_a_call_taken_without_an_offer_goes_on_with_the_answer_to_ours() -> None:
    bench = Bench()
    invite = dialled(bench)
    ok = [
        message
        for message in bench.receive(taking(invite.call_id, invite.from_.tag, "phone", body=""))
        if isinstance(message, Response)
    ][-1]
    assert b"RTP/AVP 9 0 8 101" in ok.body
    confirm(bench, ok, NEW_SDP)
    remote = bench.media.open["out"]
    assert remote is not None
    assert remote.port == 37000


def test_somebody_else_picks_up_for_a_phone_that_rings() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 180)
    messages = bench.receive(taking(invite.call_id, invite.from_.tag, "phone", more=";early-only"))
    assert of(messages, "CANCEL")
    assert bench.last(LegAnswered) == LegAnswered("out", "G722", True)
    assert of(bench.reply(invite, 200, body=SDP.encode()), "BYE")  # it answered just then
    bench.during(60)
    assert bench.count(LegFailed) == 0
    assert bench.count(LegHeld) == 0


def test_what_cannot_be_taken_over_is_refused_as_the_rules_say() -> None:
    bench = Bench()
    invite = dialled(bench)
    leg = bench.arrive(call_id="early")
    early = bench.agent.legs[leg].dialog
    assert early is not None
    cases = (
        (taking("unknown", "a", "b", call="n1"), 481),
        (taking(invite.call_id, "wrong", "phone", call="n2"), 481),
        (taking(invite.call_id, invite.from_.tag, "phone", more=";early-only", call="n3"), 486),
        (taking("early", early.local.tag, "theirs", call="n4"), 481),
        (taking(invite.call_id, invite.from_.tag, "phone", more="\r\nReplaces: x;to-tag=1;from-tag=2", call="n5"), 400),
        (taking(invite.call_id, invite.from_.tag, "phone", more="\r\nJoin: x;to-tag=1;from-tag=2", call="n6"), 400),
        (taking(invite.call_id, invite.from_.tag, "phone", body=SDP.replace("0 8 101", "18"), call="n7"), 488),
    )
    for data, status in cases:
        assert bench.status_of(data) == status
    bench.agent.legs["out"].hang_up()
    assert bench.status_of(taking(invite.call_id, invite.from_.tag, "phone", call="n8")) == 603
    assert bench.count(LegEnded) == 1


@pytest.mark.parametrize("when", ["before the ACK", "during our refresh"])
def test_a_call_with_an_offer_under_way_is_not_taken_over(when: str) -> None:
    bench = Bench()
    leg = bench.arrive()
    to = str(bench.answer(leg).to)
    if when == "during our refresh":
        bench.receive(ack(to))
        bench.during(901)
    refusal = response(bench, taking("call-1", to.rpartition("tag=")[2], "theirs"))
    assert (refusal.status, bool(refusal.header("retry-after"))) == (500, True)
