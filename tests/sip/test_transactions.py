"""Repeats and timeouts, on virtual time."""

from __future__ import annotations

from ivr.messages import EndedBy, LegEnded, LegFailed, MediaReport
from ivr.sip.message import Request, Response
from tests.sip.bench import SDP, Bench, request


def times(bench: Bench, seconds: float, method: str = "", status: int = 0) -> list[float]:
    """When such messages were sent, in seconds from now."""
    start, found = bench.timers.now, []
    while bench.timers.now < start + seconds:
        for message in bench.during(0.125):
            fits = (
                isinstance(message, Response) and message.status == status if status else isinstance(message, Request)
            )
            if fits and (not method or message.method == method):
                found.append(bench.timers.now - start)
    return found


def test_an_unanswered_invite_is_repeated_at_doubling_pauses_and_fails_with_408() -> None:
    bench = Bench()
    bench.dial(ring=60)
    assert times(bench, 33, "INVITE") == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert bench.events == [LegFailed("out", 408, "unreachable")]
    assert not bench.media.open


def test_a_provisional_response_ends_the_repeats_and_lets_it_ring() -> None:
    bench = Bench()
    invite = bench.dial(ring=100)
    bench.reply(invite, 100)
    assert bench.during(60) == []
    assert bench.events == []


def test_what_cannot_be_sent_fails_with_503() -> None:
    bench = Bench()
    bench.wire.is_broken = True
    bench.dial()
    for failed in bench.wire.failures:
        failed()
    assert bench.events == [LegFailed("out", 503, "unreachable")]
    assert bench.during(60) == []


def test_a_refusal_is_acknowledged_each_time_it_comes() -> None:
    bench = Bench()
    invite = bench.dial()
    for _ in range(3):
        [ack] = bench.reply(invite, 486)
        assert ack.method == "ACK"
        assert ack.vias == invite.vias
        assert ack.to.tag == "phone"
    assert bench.count(LegFailed) == 1


def test_a_repeated_answer_is_acknowledged_again_with_the_same_ack() -> None:
    bench = Bench()
    invite = bench.dial()
    [first] = bench.reply(invite, 200, body=SDP.encode())
    [second] = bench.reply(invite, 200, body=SDP.encode())
    assert first == second
    assert first.vias != invite.vias


def test_a_bye_is_repeated_every_four_seconds_at_most_and_given_up() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 200, body=SDP.encode())
    bench.agent.legs["out"].hang_up()
    assert bench.events[-1] == LegEnded("out", EndedBy.US, MediaReport(10, 20, 3))
    assert times(bench, 40, "BYE") == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert bench.agent.transactions.unanswered == 0


def test_a_200_is_repeated_until_the_ack_comes() -> None:
    bench = Bench()
    leg = bench.arrive()
    ok = bench.answer(leg)
    assert times(bench, 4, status=200) == [0.5, 1.5, 3.5]
    bench.receive(request("ACK", to=str(ok.to), branch="z9hG4bK-ack"))
    assert bench.during(60) == []
    assert leg in bench.agent.legs


def test_a_call_whose_ack_never_comes_is_ended_and_told() -> None:
    bench = Bench()
    leg = bench.arrive()
    bench.answer(leg)
    bench.during(31.9)
    assert bench.count(LegEnded) == 0
    sent = bench.during(0.2)
    assert bench.last(LegEnded) == LegEnded(leg, EndedBy.FAULT, MediaReport(10, 20, 3), "never acknowledged")
    assert [message.method for message in sent] == ["BYE"]
    assert not bench.media.open


def test_hanging_up_before_the_ack_sends_the_bye_after_it() -> None:
    bench = Bench()
    leg = bench.arrive()
    ok = bench.answer(leg)
    bench.agent.legs[leg].hang_up()
    assert bench.last(LegEnded).by is EndedBy.US
    assert all(message.method == "INVITE" for message in bench.during(2))
    [bye] = bench.receive(request("ACK", to=str(ok.to), branch="z9hG4bK-ack"))
    assert bye.method == "BYE"
    assert bench.count(LegEnded) == 1


def test_a_repeated_request_gets_the_same_answer_and_happens_once() -> None:
    bench = Bench()
    data = request("INVITE", body=SDP)
    [first] = bench.receive(data)
    [second] = bench.receive(data)
    assert first == second
    assert len(bench.events) == 1


def test_a_refusal_of_ours_is_repeated_until_acknowledged() -> None:
    bench = Bench()
    bench.receive(request("INVITE", body="v=0\r\n"))
    assert times(bench, 4, status=488) == [0.5, 1.5, 3.5]
    bench.receive(request("ACK", branch="z9hG4bK-call-1-INVITE-1"))
    assert bench.during(60) == []


def test_nothing_stays_in_memory_when_everything_is_over() -> None:
    bench = Bench()
    for number in range(5):
        leg = bench.arrive(call_id=f"call-{number}")
        bench.agent.legs[leg].hang_up()
    invite = bench.dial()
    bench.reply(invite, 486)
    bench.during(80)
    assert bench.agent.transactions.count == 0
    assert bench.timers.pending == 0
    assert not bench.agent.legs


def test_quiet_is_told_once_everything_asked_is_answered() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 200, body=SDP.encode())
    bench.agent.legs["out"].hang_up()
    bye = bench.wire.sent[-1][0]
    told: list[bool] = []
    bench.agent.transactions.when_quiet(lambda: told.append(True))
    assert told == []
    assert isinstance(bye, Request)
    bench.reply(bye, 200)
    assert told == [True]
