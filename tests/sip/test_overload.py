"""Overload and draining, as they are seen on the wire."""

from __future__ import annotations

import pytest

from ivr.messages import LegArrived
from ivr.sip.hop import Hop
from ivr.sip.lag import LagWatch
from ivr.sip.message import Response
from ivr.sip.settings import AdmissionLimits, EdgeSettings, Trunk
from tests.sip.bench import SDP, Bench, request
from tests.sip.virtual_timers import VirtualTimers

ONE_A_SECOND = EdgeSettings("192.0.2.1", admission=AdmissionLimits(calls=1000, rate_of_one_source=1))
FLOOD = Hop("203.0.113.6", 5060)


def test_draining_refuses_new_calls_and_options_and_leaves_those_in_progress_alone() -> None:
    bench = Bench()
    leg, to = bench.established()
    bench.agent.drain(True)
    [refusal] = bench.receive(request("INVITE", body=SDP, call_id="c2"))
    assert isinstance(refusal, Response)
    assert (refusal.status, refusal.header("retry-after")) == (503, "10")
    assert bench.status_of(request("OPTIONS", call_id="c3")) == 503
    assert bench.status_of(request("INVITE", body=SDP, to=to, cseq=2)) == 200
    assert leg in bench.agent.legs
    bench.agent.drain(False)
    assert bench.status_of(request("OPTIONS", call_id="c4")) == 200
    assert bench.status_of(request("INVITE", body=SDP, call_id="c5")) == 180


def test_a_flood_of_invites_costs_no_memory_and_harms_nobody_else() -> None:
    bench = Bench(ONE_A_SECOND)
    for number in range(1000):
        bench.receive(request("INVITE", body=SDP, call_id=f"flood-{number}"), FLOOD)
    assert bench.count(LegArrived) == 2
    assert len(bench.wire.sent) < 10
    assert bench.agent.transactions.count == 2
    assert bench.status_of(request("INVITE", body=SDP, call_id="honest")) == 180


def test_a_repeat_of_a_refused_call_gets_the_same_answer_and_its_ack_is_silent() -> None:
    bench = Bench(EdgeSettings("192.0.2.1", admission=AdmissionLimits(calls=0)))
    [first] = bench.receive(request("INVITE", body=SDP))
    [second] = bench.receive(request("INVITE", body=SDP))
    assert first == second
    assert first.to.tag
    assert bench.receive(request("ACK", to=str(first.to), branch="z9hG4bK-call-1-INVITE-1")) == []
    assert bench.timers.pending == 0


def test_calls_of_a_trunk_are_not_limited_as_one_source() -> None:
    trunk = Trunk("203.0.113.6")
    bench = Bench(EdgeSettings("192.0.2.1", trunks=(trunk,), admission=ONE_A_SECOND.admission))
    for number in range(20):
        assert bench.receive(request("INVITE", body=SDP, call_id=f"c{number}"), FLOOD)
    assert bench.count(LegArrived) == 20


@pytest.mark.parametrize("method", ["OPTIONS", "REGISTER", "NOTIFY", "BYE", "MESSAGE", "FOO", "CANCEL"])
def test_requests_that_concern_no_call_leave_nothing_in_memory(method: str) -> None:
    bench = Bench()
    for number in range(200):
        assert bench.receive(request(method, call_id=f"c{number}"))
    assert bench.agent.transactions.count == 0
    assert bench.timers.pending == 0


def test_one_stall_is_no_overload_but_many_are() -> None:
    timers, told = VirtualTimers(), list[float]()
    LagWatch(timers, told.append)
    timers.advance(1.0)
    assert max(told) == 0
    timers.now += 0.6  # nothing ran meanwhile
    timers.advance(0.0)
    assert 0 < told[-1] < 0.25
    for _ in range(5):
        timers.now += 0.6
        timers.advance(0.0)
    assert told[-1] > 0.25
    timers.advance(2.0)
    assert told[-1] < 0.05
