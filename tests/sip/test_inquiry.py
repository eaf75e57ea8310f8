"""What is asked finds its way: further targets, TCP for what is large, challenges."""

from __future__ import annotations

from ivr.sip.address import NameAddress, parse_address
from ivr.sip.digest import Authenticator, Credentials
from ivr.sip.hop import Hop
from ivr.sip.message import Header, Request
from ivr.sip.resolve import Then
from tests.sip.bench import Bench

FIRST, SECOND = Hop("192.0.2.31", 5060), Hop("192.0.2.32", 5070)


class TwoTargets:
    """A resolver that knows two targets for everything."""

    def find(self, hop: Hop, then: Then) -> None:
        then((FIRST, SECOND))

    def known(self, hop: Hop) -> Hop:
        return FIRST


class Asking:
    """One request of ours, and what comes of it."""

    def __init__(self, destination: Hop = FIRST, *, two: bool = False, body: bytes = b"") -> None:
        self.bench = Bench(resolver=TwoTargets() if two else None)
        self.responses: list[int] = []
        self.failures: list[int] = []
        self.composed = 0
        self._body = body
        client = self.bench.agent.client
        authenticator = Authenticator(Credentials("account", "secret"))
        self.inquiry = client.ask(
            self._compose, destination, lambda r: self.responses.append(r.status), self.failures.append, authenticator
        )

    def _compose(self, proof: tuple[Header, ...]) -> Request:
        self.composed += 1
        return Request(
            method="MESSAGE",
            uri="sip:them",
            vias=(),
            from_=_address("sip:us;tag=1"),
            to=_address("sip:them"),
            call_id="c",
            cseq=self.composed,
            headers=proof,
            body=self._body,
        )

    @property
    def sent(self) -> tuple[Request, Hop]:
        message, hop = self.bench.wire.sent[-1]
        assert isinstance(message, Request)
        return message, hop

    def reply(self, status: int, *extra: Header) -> None:
        self.bench.reply(self.sent[0], status, extra=extra)


def test_a_silent_target_is_left_for_the_next_after_four_seconds() -> None:
    asking = Asking(two=True)
    assert asking.sent[1] == FIRST
    first = asking.sent[0]
    asking.bench.during(4.1)
    again, hop = asking.sent
    assert hop == SECOND
    assert (again.cseq, again.vias[0].branch != first.vias[0].branch) == (2, True)
    asking.reply(200)
    assert asking.responses == [200]


def test_the_last_target_has_the_whole_time() -> None:
    asking = Asking(two=True)
    asking.bench.during(4.1 + 31)
    assert asking.failures == []
    asking.bench.during(2)
    assert asking.failures == [408]


def test_a_target_that_is_not_available_is_left_for_the_next() -> None:
    asking = Asking(two=True)
    asking.reply(503)
    assert asking.sent[1] == SECOND
    asking.reply(503)
    assert asking.responses == [503]


def test_any_other_refusal_stands() -> None:
    asking = Asking(two=True)
    asking.reply(403)
    assert asking.responses == [403]
    assert asking.composed == 1


def test_nothing_more_is_tried_for_what_nobody_waits_for() -> None:
    asking = Asking(two=True)
    asking.inquiry.abandon()
    asking.bench.during(5)
    assert asking.composed == 1


def test_a_large_request_goes_by_tcp_and_says_so_in_its_via() -> None:
    asking = Asking(body=b"x" * 1400)
    message, hop = asking.sent
    assert hop == FIRST._replace(transport="tcp")
    assert message.vias[0].transport == "TCP"
    assert asking.bench.during(3) == []  # nothing is repeated over TCP
    asking.reply(200)
    assert asking.responses == [200]
    assert asking.bench.agent.transactions.count == 0


def test_where_there_is_no_tcp_a_large_request_goes_by_udp_after_all_and_the_next_one_at_once() -> None:
    asking = Asking(body=b"x" * 1400)
    asking.bench.wire.is_broken = True
    asking.bench.during(4.1)
    message, hop = asking.sent
    assert (hop, message.vias[0].transport) == (FIRST, "UDP")
    asking.bench.agent.client.ask(asking._compose, FIRST, lambda r: None, asking.failures.append)
    assert asking.sent[1] == FIRST


def test_a_stale_nonce_is_answered_at_once_and_a_wrong_password_is_not_tried_twice() -> None:
    asking = Asking()
    challenge = 'Digest realm="r", nonce="{}", qop="auth"'
    asking.reply(401, ("www-authenticate", challenge.format("n1")))
    asking.reply(401, ("www-authenticate", challenge.format("n2") + ", stale=true"))
    proof = asking.sent[0].header("authorization") or ""
    assert 'nonce="n2"' in proof
    assert "nc=00000001" in proof
    assert asking.responses == []
    asking.reply(401, ("www-authenticate", challenge.format("n3")))
    assert asking.responses == [401]


def test_a_server_that_calls_every_nonce_stale_is_not_asked_for_ever() -> None:
    asking = Asking()
    for number in range(10):
        if not asking.responses:
            asking.reply(401, ("www-authenticate", f'Digest realm="r", nonce="n{number}", stale=true'))
    assert asking.responses == [401]
    assert asking.composed == 4


def test_proxy_and_server_are_both_answered_each_with_its_own_count() -> None:
    asking = Asking()
    asking.reply(407, ("proxy-authenticate", 'Digest realm="p", nonce="p", qop="auth"'))
    asking.reply(401, ("www-authenticate", 'Digest realm="r", nonce="r", qop="auth"'))
    message = asking.sent[0]
    assert "nc=00000002" in (message.header("proxy-authorization") or "")
    assert "nc=00000001" in (message.header("authorization") or "")


def _address(text: str) -> NameAddress:
    return parse_address(text)
