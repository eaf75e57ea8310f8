"""Who is believed about who calls, and how often one caller may ring."""

from __future__ import annotations

import pytest

from ivr.messages import LegArrived
from ivr.sip.hop import Hop
from ivr.sip.message import Response
from ivr.sip.settings import AdmissionLimits, EdgeSettings, Trunk
from tests.sip.bench import SDP, THEM, Bench, request

TRUNK = Hop("198.51.100.1", 5060)
ASSERTED = "P-Asserted-Identity: <sip:+82299998888@h>\r\n"
THREE_A_MINUTE = EdgeSettings("192.0.2.1", admission=AdmissionLimits(calls_a_minute_of_one_caller=3))


def arrived(bench: Bench, source: Hop, extra: str = "") -> tuple[str, bool]:
    bench.receive(request("INVITE", body=SDP, extra=extra), source)
    told = bench.last(LegArrived)
    return told.caller, told.is_verified


def test_a_stranger_is_not_believed_whatever_number_he_claims() -> None:
    assert arrived(Bench(), THEM, ASSERTED) == ("+82105550123", False)


def test_trunks_and_the_allow_list_are_believed_who_calls() -> None:
    listed = EdgeSettings("192.0.2.1", allowed_sources=("192.0.2.0/24",))
    assert arrived(Bench(listed), THEM, ASSERTED) == ("+82299998888", True)
    trunk = EdgeSettings("192.0.2.1", trunks=(Trunk(TRUNK.host),))
    assert arrived(Bench(trunk), TRUNK, ASSERTED) == ("+82299998888", True)
    assert arrived(Bench(trunk), THEM, ASSERTED) == ("+82105550123", False)


def test_a_program_on_this_machine_is_believed_where_there_is_no_allow_list() -> None:
    assert arrived(Bench(), Hop("127.0.0.1", 5062)) == ("+82105550123", True)
    assert arrived(Bench(), Hop("::1", 5062)) == ("+82105550123", True)


def test_a_trunk_that_says_a_number_is_forged_is_believed_in_that_too() -> None:
    forged = "P-Asserted-Identity: <tel:+82299998888;verstat=TN-Validation-Failed>\r\n"
    bench = Bench(EdgeSettings("192.0.2.1", trunks=(Trunk(TRUNK.host),)))
    assert arrived(bench, TRUNK, forged) == ("+82299998888", False)


def ring(bench: Bench, number: int, caller: str = "+82105550123", source: Hop = THEM) -> int:
    from_ = f"<sip:{caller}@192.0.2.9>;tag=t{number}"
    return bench.status_of(request("INVITE", body=SDP, call_id=f"{caller}-{number}", from_=from_), source)


def test_a_caller_who_rings_too_often_is_told_busy_wherever_he_calls_from_and_others_get_through() -> None:
    bench = Bench(THREE_A_MINUTE)
    sources = [Hop(f"192.0.2.{last}", 5060) for last in range(20, 26)]
    assert [ring(bench, n, source=source) for n, source in enumerate(sources)] == [180, 180, 180, 486, 486, 486]
    assert ring(bench, 9, "+82105550999") == 180
    bench.timers.advance(21)
    assert ring(bench, 10) == 180


def test_a_caller_who_is_told_busy_is_told_when_to_try_again_and_costs_no_memory() -> None:
    bench = Bench(THREE_A_MINUTE)
    for number in range(3):
        ring(bench, number)
    count = bench.agent.transactions.count
    [refusal] = bench.receive(request("INVITE", body=SDP, call_id="again"))
    assert isinstance(refusal, Response)
    assert (refusal.status, refusal.header("retry-after")) == (486, "60")
    assert bench.agent.transactions.count == count


def test_who_only_claims_a_number_does_not_use_up_its_owners_calls() -> None:
    settings = EdgeSettings("192.0.2.1", trunks=(Trunk(TRUNK.host),), admission=THREE_A_MINUTE.admission)
    bench = Bench(settings)
    for number in range(10):
        ring(bench, number)
    assert ring(bench, 11) == 486
    assert ring(bench, 12, source=TRUNK) == 180


def test_callers_who_withhold_their_number_are_not_one_caller() -> None:
    bench = Bench(THREE_A_MINUTE)
    assert {ring(bench, number, "anonymous") for number in range(10)} == {180}


@pytest.mark.parametrize("limit", [0.0, 1000.0])
def test_without_a_limit_nobody_is_told_busy(limit: float) -> None:
    bench = Bench(EdgeSettings("192.0.2.1", admission=AdmissionLimits(calls_a_minute_of_one_caller=limit)))
    assert {ring(bench, number) for number in range(30)} == {180}
