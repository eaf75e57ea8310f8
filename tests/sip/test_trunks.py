"""Which trunk a number goes to, and what happens where it cannot be reached."""

from __future__ import annotations

import pytest

from config.errors import SettingsFault
from ivr.messages import Dial, LegAnswered, LegFailed, LegRinging
from ivr.sip.fault import SipFault
from ivr.sip.hop import Hop
from ivr.sip.message import Request
from ivr.sip.resolve import Then
from ivr.sip.settings import EdgeSettings, Trunk
from ivr.sip.trunks import Trunks
from tests.sip.bench import SDP, THEM, Bench

MAIN = Trunk("192.0.2.200", 5060, "account", "secret", failover=("spare", "last"))
SPARE = Trunk("198.51.100.7", 5070, name="spare", transport="tcp", caller_identity=True)
LAST = Trunk("198.51.100.8", name="last", outbound_proxy="198.51.100.9:5090")
NAMED = Trunk("provider.example", 0, name="named")
ALL = EdgeSettings("192.0.2.1", trunks=(MAIN, SPARE, LAST, NAMED))


class Slow:
    """A resolver whose names are found when the test says so."""

    def __init__(self) -> None:
        self.asked: list[Then] = []

    def find(self, hop: Hop, then: Then) -> None:
        if hop.is_literal:
            then((hop if hop.port else hop._replace(port=5060),))
        else:
            self.asked.append(then)

    def known(self, hop: Hop) -> Hop:
        return hop


def sent(bench: Bench) -> tuple[Request, Hop]:
    message, hop = bench.wire.sent[-1]
    assert isinstance(message, Request)
    return message, hop


def test_a_number_goes_to_the_first_trunk_or_the_one_that_is_named() -> None:
    trunks = Trunks(ALL.trunks)
    assert [way.domain for way in trunks.ways("+82", "", "")] == ["192.0.2.200", "198.51.100.7", "198.51.100.8"]
    [way] = trunks.ways("+82", "", "last")
    assert way.destination == Hop("198.51.100.9", 5090)
    assert way.uri == "sip:+82@198.51.100.8:5060"
    assert way.headers == (("route", "<sip:198.51.100.9:5090;transport=udp;lr>"),)
    with pytest.raises(SipFault, match="no trunk other"):
        trunks.ways("+82", "", "other")


def test_a_trunk_that_believes_us_is_told_who_calls() -> None:
    [way] = Trunks(ALL.trunks).ways("+82", "+8215880000", "spare")
    assert way.headers == (("p-asserted-identity", "<sip:+8215880000@198.51.100.7>"),)
    assert way.destination == Hop("198.51.100.7", 5070, "tcp")


def test_a_trunk_by_name_leaves_the_port_to_the_name_service() -> None:
    [way] = Trunks(ALL.trunks).ways("+82", "", "named")
    assert (way.uri, way.destination) == ("sip:+82@provider.example", Hop("provider.example", 0))


def test_an_ipv6_trunk_stands_in_brackets() -> None:
    [way] = Trunks((Trunk("2001:db8::5", 5062),)).ways("+82", "", "")
    assert (way.uri, way.destination) == ("sip:+82@[2001:db8::5]:5062", Hop("2001:db8::5", 5062))


@pytest.mark.parametrize(
    "trunks",
    [(MAIN, MAIN), (Trunk("h", failover=("none",)),), (Trunk("not a host"),), (Trunk("h", outbound_proxy=":"),)],
)
def test_trunks_that_cannot_be_are_told(trunks: tuple[Trunk, ...]) -> None:
    with pytest.raises(SettingsFault):
        Trunks(trunks)


def test_a_trunk_that_is_not_available_is_left_for_the_next_within_the_same_leg() -> None:
    bench = Bench(ALL)
    bench.agent.dial(Dial("out", "+8210", "+8215880000", 20))
    first, hop = sent(bench)
    assert hop == Hop("192.0.2.200", 5060)
    bench.reply(first, 503)
    second, hop = sent(bench)
    assert (hop, second.method) == (Hop("198.51.100.7", 5070, "tcp"), "INVITE")
    assert second.call_id != first.call_id
    assert second.header("p-asserted-identity") == "<sip:+8215880000@198.51.100.7>"
    bench.reply(second, 200, body=SDP.encode())
    assert [type(event) for event in bench.events] == [LegAnswered]
    assert "out" in bench.agent.legs
    assert len(bench.media.open) == 1
    bench.agent.hang_up("out")
    assert not bench.media.open


def test_a_silent_trunk_is_left_and_when_none_is_left_the_call_fails_once() -> None:
    bench = Bench(ALL)
    bench.agent.dial(Dial("out", "+8210", "", 300))
    bench.during(4.1)
    assert sent(bench)[1] == Hop("198.51.100.7", 5070, "tcp")
    bench.during(4.1)
    assert sent(bench)[1] == Hop("198.51.100.9", 5090)
    bench.during(33)
    assert bench.events == [LegFailed("out", 408, "unreachable")]
    assert not bench.agent.legs
    assert not bench.media.open


@pytest.mark.parametrize("status", [486, 404, 603])
def test_a_refusal_by_whoever_was_called_is_no_reason_to_ask_another_trunk(status: int) -> None:
    bench = Bench(ALL)
    bench.agent.dial(Dial("out", "+8210", "", 20))
    bench.reply(sent(bench)[0], status)
    assert [event.status for event in bench.events if isinstance(event, LegFailed)] == [status]


def test_once_it_rang_no_other_trunk_is_asked() -> None:
    bench = Bench(ALL)
    bench.agent.dial(Dial("out", "+8210", "", 20))
    invite = sent(bench)[0]
    bench.reply(invite, 180)
    bench.reply(invite, 503)
    assert [type(event) for event in bench.events] == [LegRinging, LegFailed]


def test_hanging_up_ends_the_search_for_a_trunk() -> None:
    bench = Bench(ALL)
    bench.agent.dial(Dial("out", "+8210", "", 20))
    first = sent(bench)[0]
    bench.agent.hang_up("out")
    bench.reply(first, 503)
    assert bench.events == [LegFailed("out", 487, "cancelled")]


def test_a_leg_can_be_hung_up_while_its_name_is_looked_up() -> None:
    slow = Slow()
    bench = Bench(EdgeSettings("192.0.2.1"), resolver=slow)
    bench.agent.dial(Dial("out", "sip:a@phone.example", "", 20))
    assert bench.agent.knows("out")
    assert bench.wire.sent == []
    bench.agent.hang_up("out")
    slow.asked[0]((THEM,))
    assert bench.events == [LegFailed("out", 487, "cancelled")]
    assert bench.wire.sent == []
    assert not bench.agent.knows("out")


def test_a_name_that_is_not_found_fails_the_call() -> None:
    slow = Slow()
    bench = Bench(EdgeSettings("192.0.2.1"), resolver=slow)
    bench.agent.dial(Dial("out", "sip:a@nowhere.example", "", 20))
    slow.asked[0](())
    assert bench.events == [LegFailed("out", 503, "name not found")]


def test_who_calls_from_a_trunks_address_is_a_trunk() -> None:
    slow = Slow()
    bench = Bench(ALL, resolver=slow)
    assert bench.agent.is_trunk(Hop("192.0.2.200", 40000))
    assert not bench.agent.is_trunk(Hop("203.0.113.80", 5060))
    slow.asked[0]((Hop("203.0.113.80", 5060), Hop("203.0.113.81", 5060)))
    assert bench.agent.is_trunk(Hop("203.0.113.81", 5060))
    bench.timers.advance(61)
    slow.asked[1](())  # the name service is away
    assert bench.agent.is_trunk(Hop("203.0.113.81", 5060))
    bench.agent.close()
    assert bench.timers.pending == 0
