from __future__ import annotations

from ivr.messages import Dial, EndedBy, LegAnswered, LegEnded, LegFailed, LegRinging
from ivr.sip.hop import Hop
from ivr.sip.message import Request
from ivr.sip.settings import EdgeSettings, Trunk
from tests.sip.bench import SDP, THEM, Bench, request

TRUNK = EdgeSettings("192.0.2.1", trunks=(Trunk("192.0.2.200", 5060, "account", "secret"),))
CHALLENGE = (("proxy-authenticate", 'Digest realm="r", nonce="n", qop="auth"'),)


def methods(messages: list[object]) -> list[str]:
    return [message.method for message in messages if isinstance(message, Request)]


def test_a_sip_address_is_dialled_as_it_is() -> None:
    bench = Bench()
    invite = bench.dial("sip:agent@192.0.2.9:5062;transport=udp?subject=x")
    assert invite.uri == "sip:agent@192.0.2.9:5062;transport=udp"
    assert invite.from_.uri == "sip:+8215880000@192.0.2.1"
    assert bench.wire.sent[-1][1] == THEM


def test_a_number_goes_through_the_trunk_and_proves_who_we_are() -> None:
    bench = Bench(TRUNK)
    invite = bench.dial("+82101234567")
    assert invite.uri == "sip:+82101234567@192.0.2.200:5060"
    assert invite.from_.uri == "sip:+8215880000@192.0.2.200"
    ack, again = bench.reply(invite, 407, extra=CHALLENGE)
    assert ack.method == "ACK"
    assert isinstance(again, Request)
    assert again.cseq == invite.cseq + 1
    assert again.vias != invite.vias
    assert 'username="account"' in (again.header("proxy-authorization") or "")
    bench.reply(again, 407, tag="second", extra=CHALLENGE)
    assert bench.last(LegFailed).status == 407


def test_nobody_but_the_trunk_is_told_who_we_are() -> None:
    bench = Bench(TRUNK)
    bench.reply(bench.dial(), 407, extra=CHALLENGE)
    assert bench.last(LegFailed).status == 407


def test_a_number_without_a_trunk_fails_at_once() -> None:
    bench = Bench()
    bench.agent.dial(Dial("out", "+82101234567", "1", 20))
    assert bench.last(LegFailed).status == 503
    assert not bench.media.open


def test_what_cannot_be_dialled_fails_with_the_reason() -> None:
    bench = Bench()
    for target, status in (("tel:+82", 416), ("sips:a@b", 416), ("sip:a b@c", 400), ("sip:a@b\r\nX: y", 400)):
        bench.agent.dial(Dial("out", target, "1", 20))
        assert bench.last(LegFailed).status == status
    assert not bench.wire.sent


def test_ringing_is_told_once_and_trying_is_not() -> None:
    bench = Bench()
    invite = bench.dial()
    for status in (100, 180, 183, 180):
        bench.reply(invite, status)
    assert bench.events == [LegRinging("out")]


def test_a_phone_that_says_so_is_asked_to_answer_by_itself() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 180, extra=(("allow-events", "hold, talk"),))
    assert bench.events == [LegRinging("out", can_pick_up=True)]
    bench.agent.pick_up("out")
    notify = bench.wire.sent[-1][0]
    assert isinstance(notify, Request)
    assert (notify.method, notify.header("event"), notify.header("subscription-state")) == ("NOTIFY", "talk", "active")
    assert (notify.call_id, notify.to.tag, notify.cseq) == (invite.call_id, "phone", invite.cseq + 1)
    bench.reply(notify, 200)
    [ack] = bench.reply(invite, 200, body=SDP.encode())
    assert isinstance(ack, Request)
    assert bench.last(LegAnswered).leg == "out"


def test_a_phone_that_does_not_say_so_is_not_asked() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 180, extra=(("allow-events", "presence"),))
    sent = len(bench.wire.sent)
    for leg in ("out", "nobody"):
        bench.agent.pick_up(leg)
    assert len(bench.wire.sent) == sent


def test_of_several_phones_the_first_that_can_is_asked_and_that_is_told() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 180, tag="kitchen")
    for phone in ("desk", "cellar"):
        bench.reply(invite, 180, tag=phone, extra=(("allow-events", "talk"),))
    assert bench.events == [LegRinging("out"), LegRinging("out", can_pick_up=True)]
    bench.agent.pick_up("out")
    notify = bench.wire.sent[-1][0]
    assert isinstance(notify, Request)
    assert notify.to.tag == "desk"


def test_who_refuses_to_answer_by_itself_rings_on() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 180, extra=(("allow-events", "talk"),))
    bench.agent.pick_up("out")
    notify = bench.wire.sent[-1][0]
    assert isinstance(notify, Request)
    bench.reply(notify, 489)
    assert bench.count(LegFailed) == 0
    [ack] = bench.reply(invite, 200, body=SDP.encode())
    assert isinstance(ack, Request)


def test_an_answered_call_takes_the_route_of_the_answer() -> None:
    bench = Bench()
    invite = bench.dial()
    routes = (("record-route", "<sip:192.0.2.8;lr>, <sip:192.0.2.7;lr>"),)
    [ack] = bench.reply(invite, 200, body=SDP.encode(), extra=routes)
    assert isinstance(ack, Request)
    assert ack.listed("route") == ("<sip:192.0.2.7;lr>", "<sip:192.0.2.8;lr>")
    assert bench.wire.sent[-1][1] == Hop("192.0.2.7", 5060)
    assert ack.cseq == invite.cseq
    assert bench.last(LegAnswered) == LegAnswered("out", "PCMU", False)


def test_no_answer_in_time_is_408_and_a_cancel() -> None:
    bench = Bench()
    invite = bench.dial(ring=20)
    bench.reply(invite, 180)
    [cancel] = bench.during(20.1)
    assert isinstance(cancel, Request)
    assert cancel.method == "CANCEL"
    assert cancel.vias == invite.vias
    assert cancel.cseq == invite.cseq
    assert bench.last(LegFailed) == LegFailed("out", 408, "no answer")
    bench.reply(cancel, 200)
    assert methods([*bench.reply(invite, 487)]) == ["ACK"]
    assert bench.count(LegFailed) == 1


def test_a_cancel_waits_for_the_first_provisional_response() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.agent.legs["out"].hang_up()
    assert bench.last(LegFailed).status == 487
    assert [*bench.wire.sent][-1][0] is invite
    assert methods([*bench.reply(invite, 180)]) == ["CANCEL"]
    assert methods([*bench.reply(invite, 180)]) == []
    assert bench.count(LegRinging) == 0


def test_a_call_answered_after_the_cancel_is_acknowledged_and_ended() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.agent.legs["out"].hang_up()
    assert methods([*bench.reply(invite, 200, body=SDP.encode())]) == ["ACK", "BYE"]
    assert methods([*bench.reply(invite, 200, body=SDP.encode())]) == ["ACK"]
    assert bench.count(LegAnswered) == 0
    assert bench.count(LegEnded) == 0


def test_a_challenge_after_giving_up_starts_no_new_call() -> None:
    bench = Bench(TRUNK)
    invite = bench.dial("+82101234567")
    bench.reply(invite, 100)
    bench.agent.legs["out"].hang_up()
    assert methods([*bench.reply(invite, 407, extra=CHALLENGE)]) == ["ACK"]


def test_a_cancelled_call_that_is_never_answered_is_forgotten() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 180)
    bench.agent.legs["out"].hang_up()
    bench.during(80)
    assert bench.agent.transactions.count == 0


def test_a_second_phone_that_answers_is_told_goodbye() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 200, tag="first", body=SDP.encode())
    assert methods([*bench.reply(invite, 200, tag="second", body=SDP.encode())]) == ["ACK", "BYE"]
    assert bench.agent.legs["out"].dialog is not None
    assert bench.agent.legs["out"].dialog.remote.tag == "first"
    assert bench.count(LegEnded) == 0


def test_an_answer_without_usable_audio_is_ended_politely() -> None:
    bench = Bench()
    assert methods([*bench.reply(bench.dial(), 200, body=b"v=0\r\n")]) == ["ACK", "BYE"]
    assert bench.last(LegFailed).status == 488
    assert not bench.media.open


def test_the_called_side_can_end_it() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 200, body=SDP.encode())
    from_, to = f"{invite.to};tag=phone", str(invite.from_)
    assert bench.status_of(request("BYE", call_id=invite.call_id, from_=from_, to=to)) == 200
    assert bench.last(LegEnded).by is EndedBy.THEM


def test_a_bye_that_is_challenged_is_proved() -> None:
    bench = Bench(TRUNK)
    invite = bench.dial("+82101234567")
    bench.reply(invite, 200, body=SDP.encode())
    bench.agent.legs["out"].hang_up()
    bye = bench.wire.sent[-1][0]
    assert isinstance(bye, Request)
    [again] = bench.reply(bye, 407, extra=CHALLENGE)
    assert again.method == "BYE"
    assert again.cseq == bye.cseq + 1


def test_a_second_dial_with_the_same_leg_does_nothing() -> None:
    bench = Bench()
    bench.dial()
    bench.agent.dial(Dial("out", "sip:x@192.0.2.9", "1", 20))
    assert len(bench.wire.sent) == 1
