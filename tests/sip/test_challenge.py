"""Telephones that call from anywhere are asked for their password; strangers learn nothing by being asked."""

from __future__ import annotations

import pytest

from ivr.messages import LegArrived
from ivr.sip.challenge import MOST_NONCES, NONCE_SECONDS, Challenger, Verdict
from ivr.sip.digest import Challenge, Credentials, authorise, parse_challenge
from ivr.sip.hop import Hop
from ivr.sip.message import Request, Response
from ivr.sip.parser import parse
from ivr.sip.settings import AdmissionLimits, Challenged, EdgeSettings, Telephone, Trunk
from tests.sip.bench import SDP, Bench, request

PHONE = Telephone("desk7", "correct horse", "+82215880007")
RIGHT = Credentials("desk7", "correct horse")
STRANGER = Hop("203.0.113.6", 5060)
OTHER = Hop("203.0.113.7", 5060)
URI = "sip:hotline@192.0.2.1"


def house(challenged: Challenged = "strangers", **limits: float) -> Bench:
    admission = AdmissionLimits(rate_of_one_source=limits.get("rate", 0.0))
    return Bench(
        EdgeSettings(
            "192.0.2.1",
            trunks=(Trunk("198.51.100.1"),),
            allowed_sources=("192.0.2.0/24", "198.51.100.0/24"),
            admission=admission,
            telephones=(PHONE, Telephone("lobby", "battery staple")),
            challenged=challenged,
        )
    )


def asked(bench: Bench, source: Hop = STRANGER, algorithm: str = "SHA-256", call_id: str = "first") -> Challenge:
    """Ring without a password; the challenge that comes back."""
    [refusal] = bench.receive(request("INVITE", body=SDP, call_id=call_id), source)
    assert isinstance(refusal, Response)
    assert refusal.status == 401
    values = [value for name, value in refusal.headers if name == "www-authenticate"]
    return next(found for found in map(parse_challenge, values) if found.algorithm == algorithm)


def answering(
    challenge: Challenge, who: Credentials = RIGHT, *, count: int = 1, uri: str = URI, call_id: str = "second"
) -> bytes:
    proof = authorise(challenge, who, "INVITE", uri, count=count, cnonce="c")
    return request("INVITE", body=SDP, call_id=call_id, extra=f"Authorization: {proof}\r\n")


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_a_telephone_from_outside_is_let_in_once_it_proves_that_it_knows_its_password(algorithm: str) -> None:
    bench = house()
    challenge = asked(bench, algorithm=algorithm)
    assert challenge.qop == "auth"
    assert bench.count(LegArrived) == bench.agent.transactions.count == 0
    assert bench.status_of(answering(challenge), STRANGER) == 180
    arrived = bench.last(LegArrived)
    assert (arrived.caller, arrived.is_verified) == ("+82215880007", True)


def test_the_stronger_algorithm_is_offered_first() -> None:
    [refusal] = house().receive(request("INVITE", body=SDP), STRANGER)
    assert isinstance(refusal, Response)
    offered = [parse_challenge(value).algorithm for name, value in refusal.headers if name == "www-authenticate"]
    assert offered == ["SHA-256", "MD5"]


def test_a_telephone_without_a_number_of_its_own_is_not_believed_who_calls() -> None:
    bench = house()
    proof = answering(asked(bench), Credentials("lobby", "battery staple"))
    assert bench.status_of(proof, STRANGER) == 180
    assert not bench.last(LegArrived).is_verified


@pytest.mark.parametrize("who", [Credentials("desk7", "guess"), Credentials("nobody", ""), Credentials("", "")])
def test_a_wrong_password_and_an_unknown_user_are_asked_again_alike(who: Credentials) -> None:
    bench = house()
    assert bench.status_of(answering(asked(bench), who), STRANGER) == 401
    assert bench.count(LegArrived) == 0


def test_an_answer_is_not_taken_twice() -> None:
    bench = house()
    challenge = asked(bench)
    assert bench.status_of(answering(challenge, count=1), STRANGER) == 180
    [refusal] = bench.receive(answering(challenge, count=1, call_id="replayed"), STRANGER)
    assert isinstance(refusal, Response)
    assert refusal.status == 401
    assert parse_challenge(refusal.header("www-authenticate") or "").stale
    assert bench.status_of(answering(challenge, count=2, call_id="third"), STRANGER) == 180


def test_an_answer_is_worth_nothing_from_another_address_or_for_another_number() -> None:
    bench = house()
    challenge = asked(bench)
    assert bench.status_of(answering(challenge), OTHER) == 401
    assert bench.status_of(answering(challenge, uri="sip:+19005550100@192.0.2.1"), STRANGER) == 401
    assert bench.status_of(answering(challenge), STRANGER) == 180


def test_a_nonce_grows_old_and_the_telephone_is_told_to_take_another_without_asking_its_user() -> None:
    bench = house()
    challenge = asked(bench)
    bench.timers.advance(NONCE_SECONDS + 1)
    [refusal] = bench.receive(answering(challenge), STRANGER)
    assert isinstance(refusal, Response)
    fresh = parse_challenge(refusal.header("www-authenticate") or "")
    assert (refusal.status, fresh.stale) == (401, True)
    assert bench.status_of(answering(fresh, call_id="third"), STRANGER) == 180


def test_a_nonce_that_we_never_gave_is_no_guess_and_lets_nobody_in() -> None:
    bench = house()
    forged = Challenge("hotline", "0.00.00", "SHA-256", "auth")
    for number in range(20):
        assert bench.status_of(answering(forged, call_id=f"c{number}"), STRANGER) == 401


def test_who_keeps_guessing_is_not_answered_any_more_and_others_are() -> None:
    bench = house()
    challenge = asked(bench)
    wrong = Credentials("desk7", "guess")
    told = [bench.status_of(answering(challenge, wrong, call_id=f"c{n}"), STRANGER) for n in range(20)]
    assert told == [401] * 4 + [0] * 16
    assert bench.status_of(answering(asked(bench, OTHER), call_id="honest"), OTHER) == 180
    bench.timers.advance(13)
    assert bench.status_of(request("INVITE", body=SDP, call_id="later"), STRANGER) == 401


def test_a_flood_of_calls_without_a_password_is_asked_a_few_times_and_costs_no_memory() -> None:
    bench = house(rate=1)
    for number in range(500):
        bench.receive(request("INVITE", body=SDP, call_id=f"flood-{number}"), STRANGER)
    assert len(bench.wire.sent) < 10
    assert bench.agent.transactions.count == bench.count(LegArrived) == 0
    assert bench.timers.pending <= 1


def test_the_allow_list_comes_in_without_a_password_unless_everyone_is_asked_and_trunks_always_do() -> None:
    trunk = Hop("198.51.100.1", 5060)
    assert house().status_of(request("INVITE", body=SDP)) == 180
    strict = house("everyone")
    assert strict.status_of(request("INVITE", body=SDP)) == 401
    assert strict.status_of(request("INVITE", body=SDP, call_id="c2"), trunk) == 180
    assert strict.last(LegArrived).is_verified


@pytest.mark.parametrize("method", ["OPTIONS", "REGISTER", "BYE", "CANCEL", "SUBSCRIBE", "FOO"])
def test_a_scanner_hears_nothing_but_the_question_for_a_password(method: str) -> None:
    bench = house()
    assert bench.receive(request(method), STRANGER) == []
    assert bench.receive(request("INVITE", body=SDP, to="<sip:x@h>;tag=guess"), STRANGER) == []


def test_without_telephones_a_stranger_hears_nothing_at_all() -> None:
    bench = Bench(EdgeSettings("192.0.2.1", allowed_sources=("192.0.2.0/24",)))
    assert bench.receive(request("INVITE", body=SDP), STRANGER) == []


def test_a_telephone_that_was_let_in_may_take_its_call_back_and_nobody_else_may() -> None:
    bench = house()
    proof = answering(asked(bench))
    assert bench.status_of(proof, STRANGER) == 180
    cancel = request("CANCEL", call_id="second", branch="z9hG4bK-second-INVITE-1")
    assert bench.receive(cancel, OTHER) == []
    assert 487 in [m.status for m in bench.receive(cancel, STRANGER) if isinstance(m, Response)]


def test_what_was_forgotten_of_a_nonce_is_never_taken_again() -> None:
    challenger = Challenger((PHONE,))

    def use(nonce: str, now: float) -> Verdict:
        message = parse(answering(Challenge("hotline", nonce, "SHA-256", "auth")))
        assert isinstance(message, Request)
        return challenger.judge(message, "203.0.113.6", now)

    def nonce(now: float) -> str:
        return parse_challenge(challenger.headers("203.0.113.6", now)[0][1]).nonce

    first = nonce(1.0)
    assert use(first, 1.0) is Verdict.PROVED
    for number in range(MOST_NONCES):
        assert use(nonce(2.0 + number / 1000), 20.0) is Verdict.PROVED
    assert use(first, 20.0) is Verdict.STALE
