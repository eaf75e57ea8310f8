"""What is different where the transport repeats what is lost (RFC 3261, 17), on virtual time."""

from __future__ import annotations

from ivr.messages import LegFailed
from ivr.sip.answered import Answered
from ivr.sip.hop import Hop
from ivr.sip.message import Request, Response
from tests.sip.bench import SDP, Bench, request
from tests.sip.virtual_timers import VirtualTimers

THEIRS = Hop("192.0.2.9", 40123, "tcp")


def by_tcp(method: str, **more: str) -> bytes:
    data = request(method, body=SDP if method == "INVITE" else "", **more)  # type: ignore[arg-type]  # only texts are passed
    return data.replace(b"SIP/2.0/UDP", b"SIP/2.0/TCP").replace(b";rport", b"")


def test_answers_go_back_on_the_connection_even_if_the_via_says_otherwise() -> None:
    bench = Bench()
    bench.receive(by_tcp("OPTIONS"), THEIRS)
    bench.receive(by_tcp("INVITE", call_id="c2"), THEIRS)
    bench.receive(by_tcp("BYE", call_id="c3"), THEIRS)
    assert [hop for _, hop in bench.wire.sent] == [THEIRS] * 3


def test_a_refusal_is_sent_once_and_forgotten_with_its_ack() -> None:
    bench = Bench()
    leg = bench.arrive()
    bench.agent.legs[leg].hang_up()
    bench.receive(by_tcp("INVITE", call_id="c2"), THEIRS)
    bench.agent.hang_up_all()
    assert [m for m in bench.during(20) if isinstance(m, Response) and m.call_id == "c2"] == []
    before = bench.agent.transactions.count
    bench.receive(by_tcp("ACK", call_id="c2", branch="z9hG4bK-c2-INVITE-1"), THEIRS)
    assert bench.agent.transactions.count == before - 1


def test_a_200_is_repeated_until_it_is_acknowledged_all_the_same() -> None:
    bench = Bench()
    bench.receive(by_tcp("INVITE"), THEIRS)
    [leg] = bench.agent.legs
    ok = bench.answer(leg)
    assert len(bench.during(4)) == 3
    bench.receive(by_tcp("ACK", to=str(ok.to), branch="z9hG4bK-ack"), THEIRS)
    assert bench.during(20) == []
    assert "transport=tcp" in (ok.header("contact") or "")


def test_an_invite_of_ours_is_sent_once_and_its_refusal_forgotten_at_once() -> None:
    bench = Bench()
    invite = bench.dial("sip:agent@192.0.2.9:5062;transport=tcp")
    assert invite.vias[0].transport == "TCP"
    assert bench.during(20) == []
    [ack] = bench.reply(invite, 486)
    assert isinstance(ack, Request)
    assert ack.method == "ACK"
    assert bench.agent.transactions.count == 0
    assert bench.count(LegFailed) == 1


def test_a_connection_that_breaks_fails_what_nobody_has_answered_yet() -> None:
    bench = Bench()
    bench.wire.is_broken = True
    quiet = bench.dial("sip:a@192.0.2.9;transport=tcp", leg="quiet")
    heard = bench.dial("sip:a@192.0.2.9;transport=tcp", leg="heard")
    bench.reply(heard, 180)
    for failed in bench.wire.failures:
        failed()
    assert [event.leg for event in bench.events if isinstance(event, LegFailed)] == ["quiet"]
    assert quiet.call_id != heard.call_id


def test_a_repeated_bye_is_answered_for_half_a_minute_and_then_forgotten() -> None:
    bench = Bench()
    _, to = bench.established()
    bye = request("BYE", to=to, cseq=2)
    [first] = bench.receive(bye)
    bench.during(31)
    [again] = bench.receive(bye)
    assert (first, again) == (again, first)
    bench.during(3)
    assert bench.agent.transactions.count == 0
    assert bench.status_of(bye) == 481


def test_what_is_answered_is_forgotten_in_its_order_and_no_timer_is_left() -> None:
    timers = VirtualTimers()
    answered = Answered(timers, 5.0)
    for second in range(10):
        answered.add((str(second),), b"x", THEIRS)
        timers.advance(1)
    assert answered.get(("0",)) is None
    assert answered.get(("9",)) == (b"x", THEIRS)
    timers.advance(10)
    assert (len(answered), timers.pending) == (0, 0)
