"""What passes before an answer: reliable provisional responses (RFC 3262), early media, forks."""

from __future__ import annotations

from ivr.messages import EarlyMedia, EndedBy, LegAnswered, LegArrived, LegEnded, LegFailed, LegRinging
from ivr.sip.message import Request, Response
from tests.sip.bench import SDP, Bench, request
from tests.sip.in_dialog import ack, count, from_called, of, response, responses

REQUIRED = "Require: 100rel\r\n"
ELSEWHERE = SDP.replace("31000", "32000")


def reliably(number: int) -> tuple[tuple[str, str], ...]:
    return ("require", "100rel"), ("rseq", str(number))


def prack(ringing: Response, *, cseq: int = 2, body: str = "") -> bytes:
    rack = f"RAck: {ringing.header('rseq')} 1 INVITE\r\n"
    return request("PRACK", to=str(ringing.to), cseq=cseq, extra=rack, body=body)


def ringing(bench: Bench, body: str = SDP) -> Response:
    found = response(bench, request("INVITE", body=body, extra=REQUIRED))
    assert found.status == 180
    return found


# --- as the called side ------------------------------------------------------------------------------------------


def test_who_only_supports_it_gets_a_plain_180() -> None:
    plain = response(Bench(), request("INVITE", body=SDP, extra="Supported: 100rel\r\n"))
    assert plain.header("rseq") is None
    assert plain.header("require") is None


def test_who_requires_it_gets_a_180_until_they_confirm_it() -> None:
    bench = Bench()
    first = ringing(bench)
    assert first.header("require") == "100rel"
    assert responses(bench.during(2)) == [("INVITE", 180)] * 2
    assert bench.status_of(prack(first)) == 200
    assert bench.during(60) == []
    ok = bench.answer(bench.last(LegArrived).leg)
    assert ok.status == 200
    assert ok.body


def test_who_never_confirms_it_gets_504() -> None:
    bench = Bench()
    ringing(bench)
    assert ("INVITE", 504) in responses(bench.during(33))
    assert (bench.last(LegEnded).by, bench.last(LegEnded).why) == (EndedBy.FAULT, "180 never confirmed")
    assert not bench.media.open


def test_an_answer_need_not_wait_for_the_confirmation() -> None:
    bench = Bench()
    ringing(bench)
    leg = bench.last(LegArrived).leg
    ok = bench.answer(leg)
    bench.receive(ack(str(ok.to)))
    assert responses(bench.during(60)) == []
    assert bench.last(LegAnswered).leg == leg


def test_without_an_offer_ours_goes_with_the_180_and_their_answer_comes_with_the_prack() -> None:
    bench = Bench()
    first = ringing(bench, body="")
    assert b"RTP/AVP 9 0 8 101" in first.body
    leg = bench.agent.legs[bench.last(LegArrived).leg]
    before = len(bench.wire.sent)
    leg.answer()  # type: ignore[attr-defined]  # it has arrived
    assert len(bench.wire.sent) == before  # the 200 waits for the answer (RFC 3262, 3)
    after = bench.receive(prack(first, body=SDP.replace("0 8 101", "9 101")))
    assert responses(after) == [("PRACK", 200), ("INVITE", 200)]
    assert all(not message.body for message in after)
    assert bench.last(LegAnswered) == LegAnswered(leg.id, "G722", True)
    assert bench.media.open[leg.id] is not None


def test_a_prack_without_the_answer_ends_the_call() -> None:
    bench = Bench()
    first = ringing(bench, body="")
    assert responses(bench.receive(prack(first)))[0] == ("INVITE", 488)
    assert bench.last(LegEnded).by is EndedBy.FAULT


def test_an_update_before_the_answer_must_wait_for_it() -> None:
    bench = Bench()
    first = ringing(bench)
    refusal = response(bench, request("UPDATE", to=str(first.to), cseq=2, body=SDP))
    assert (refusal.status, bool(refusal.header("retry-after"))) == (500, True)
    assert bench.status_of(request("UPDATE", to=str(first.to), cseq=3)) == 200


def test_an_update_while_the_prack_is_pending_crosses_our_offer() -> None:
    bench = Bench()
    first = ringing(bench, body="")
    assert bench.status_of(request("UPDATE", to=str(first.to), cseq=2, body=SDP)) == 491
    bench.receive(prack(first, cseq=3, body=SDP))
    moved = response(bench, request("UPDATE", to=str(first.to), cseq=4, body=ELSEWHERE))
    assert (moved.status, bool(moved.body)) == (200, True)
    leg = bench.last(LegArrived).leg
    bench.answer(leg)
    remote = bench.media.open[leg]
    assert remote is not None
    assert remote.port == 32000


def test_a_prack_of_nothing_gets_481() -> None:
    bench = Bench()
    plain = response(bench, request("INVITE", body=SDP))
    assert bench.status_of(prack(plain)) == 481
    assert bench.status_of(request("PRACK")) == 481


# --- as the calling side -----------------------------------------------------------------------------------------


def test_we_offer_it_and_confirm_theirs() -> None:
    bench = Bench()
    invite = bench.dial()
    assert "100rel" in invite.listed("supported")
    [confirmation] = of(bench.reply(invite, 180, extra=reliably(7)), "PRACK")
    assert confirmation.header("rack") == f"7 {invite.cseq} INVITE"
    assert (confirmation.to.tag, confirmation.cseq) == ("phone", invite.cseq + 1)
    assert bench.count(LegRinging) == 1
    bench.reply(confirmation, 200)
    [bye] = of(_answered_and_ended(bench, invite), "BYE")
    assert bye.cseq == confirmation.cseq + 1


def _answered_and_ended(bench: Bench, invite: Request) -> list[Request | Response]:
    bench.reply(invite, 200, body=SDP.encode())
    before = len(bench.wire.sent)
    bench.agent.legs["out"].hang_up()
    return [message for message, _ in bench.wire.sent[before:]]


def test_a_repeated_or_early_reliable_response_is_not_confirmed_again() -> None:
    bench = Bench()
    invite = bench.dial()
    for number, confirmations in ((7, 1), (7, 0), (9, 0), (8, 1)):
        assert len(of(bench.reply(invite, 183, extra=reliably(number)), "PRACK")) == confirmations


def test_a_183_with_a_description_is_heard_and_told() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 183, body=SDP.encode())
    assert bench.events == [LegRinging("out"), EarlyMedia("out")]
    remote = bench.media.open["out"]
    assert remote is not None
    assert (remote.port, remote.sending, remote.receiving) == (31000, True, True)
    bench.reply(invite, 180)
    bench.reply(invite, 183, body=SDP.encode())
    assert bench.count(EarlyMedia) == 1
    bench.reply(invite, 200, body=ELSEWHERE.encode())
    assert bench.last(LegAnswered) == LegAnswered("out", "PCMU", False)
    assert bench.media.open["out"] is not None
    assert bench.media.open["out"].port == 32000


def test_a_183_whose_description_is_of_no_use_still_rings() -> None:
    bench = Bench()
    bench.reply(bench.dial(), 183, body=b"v=0\r\n")
    assert bench.events == [LegRinging("out")]


def test_a_reliable_answer_is_the_answer_and_the_200_need_not_repeat_it() -> None:
    for body in (b"", ELSEWHERE.encode()):
        bench = Bench()
        invite = bench.dial()
        bench.reply(invite, 183, body=SDP.encode(), extra=reliably(1))
        bench.reply(invite, 200, body=body)
        assert bench.count(LegAnswered) == 1
        remote = bench.media.open["out"]
        assert remote is not None
        assert remote.port == 31000


def test_of_several_phones_the_last_to_speak_is_heard_until_one_answers() -> None:
    bench = Bench()
    invite = bench.dial()

    def heard() -> int:
        remote = bench.media.open["out"]
        return remote.port if remote else 0

    bench.reply(invite, 183, tag="a", body=SDP.encode(), extra=reliably(1))
    bench.reply(invite, 183, tag="b", body=ELSEWHERE.encode(), extra=reliably(1))
    assert heard() == 32000
    bench.reply(invite, 200, tag="a")
    assert heard() == 31000
    assert bench.count(EarlyMedia) == 1
    assert bench.count(LegAnswered) == 1


def test_an_early_dialog_can_be_updated_once_its_answer_was_confirmed() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 183, body=SDP.encode())
    assert bench.status_of(from_called(invite, "UPDATE", body=ELSEWHERE)) == 491
    bench.reply(invite, 183, body=SDP.encode(), extra=reliably(1))
    moved = response(bench, from_called(invite, "UPDATE", cseq=2, body=ELSEWHERE))
    assert (moved.status, bool(moved.body)) == (200, True)
    assert bench.status_of(from_called(invite, "UPDATE", cseq=3)) == 200
    bench.reply(invite, 200)
    remote = bench.media.open["out"]
    assert remote is not None
    assert remote.port == 32000
    assert bench.status_of(from_called(invite, "UPDATE", cseq=4)) == 200


def test_an_early_dialog_ends_with_the_call() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 183, tag="a")
    bench.reply(invite, 183, tag="b")
    assert bench.status_of(from_called(invite, "BYE", tag="a")) == 481
    bench.reply(invite, 486)
    assert bench.last(LegFailed).status == 486
    assert bench.status_of(from_called(invite, "UPDATE", cseq=2, tag="a")) == 481
    assert bench.agent.leg_in((invite.call_id, invite.from_.tag, "b")) is None


def test_a_phone_that_forks_without_end_costs_no_more_than_a_proxy_would() -> None:
    bench = Bench()
    invite = bench.dial()
    for number in range(500):
        bench.reply(invite, 183, tag=f"t{number}", extra=reliably(1))
    assert count(bench, "PRACK") == 32
    for number in range(500):
        bench.reply(invite, 200, tag=f"t{number}", body=SDP.encode())
    assert (count(bench, "ACK"), count(bench, "BYE")) == (32, 31)
