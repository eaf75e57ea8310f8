"""Messages that cross on the wire, come twice, or never: each race told in one sentence."""

from __future__ import annotations

from ivr.messages import EndedBy, LegAnswered, LegArrived, LegEnded, LegFailed, LegHeld
from ivr.sip.dialog import DialogKey
from tests.sip.bench import SDP, Bench, request
from tests.sip.in_dialog import ack, count, dialled, from_called, of, response, responses, sent

CANCEL = request("CANCEL", branch="z9hG4bK-call-1-INVITE-1")


def test_a_cancel_that_crosses_our_200_leaves_the_call_up_until_their_bye() -> None:
    bench = Bench()
    leg = bench.arrive()
    ok = bench.answer(leg)
    assert bench.status_of(CANCEL) == 200
    bench.receive(ack(str(ok.to)))
    assert bench.count(LegEnded) == 0
    assert bench.status_of(request("BYE", to=str(ok.to), cseq=2)) == 200
    assert bench.last(LegEnded).by is EndedBy.THEM


def test_an_answer_that_comes_after_their_cancel_does_nothing() -> None:
    bench = Bench()
    leg = bench.arrive()
    found = bench.agent.legs[leg]
    bench.receive(CANCEL)
    before = len(bench.wire.sent)
    found.answer()  # type: ignore[attr-defined]  # it had arrived
    assert len(bench.wire.sent) == before
    assert bench.count(LegAnswered) == 0


def test_a_bye_that_crosses_ours_is_answered_200() -> None:
    bench = Bench()
    leg, to = bench.established()
    bench.agent.legs[leg].hang_up()
    ours = sent(bench, "BYE")
    assert bench.status_of(request("BYE", to=to, cseq=2)) == 200
    bench.reply(ours, 200, tag="")
    assert bench.count(LegEnded) == 1
    assert bench.status_of(request("BYE", to=to, cseq=3)) == 481


def test_other_requests_that_cross_our_bye_are_told_it_is_over() -> None:
    bench = Bench()
    leg, to = bench.established()
    bench.agent.legs[leg].hang_up()
    assert bench.status_of(request("INVITE", to=to, cseq=2, body=SDP)) == 481
    assert bench.status_of(request("INFO", to=to, cseq=3)) == 481


def test_a_bye_before_the_ack_ends_the_call_and_the_repeating() -> None:
    bench = Bench()
    leg = bench.arrive()
    ok = bench.answer(leg)
    assert bench.status_of(request("BYE", to=str(ok.to), cseq=2)) == 200
    assert bench.last(LegEnded).by is EndedBy.THEM
    assert bench.during(60) == []


def test_hanging_up_before_the_ack_waits_for_it() -> None:
    bench = Bench()
    leg = bench.arrive()
    ok = bench.answer(leg)
    bench.agent.legs[leg].hang_up()
    assert bench.last(LegEnded).by is EndedBy.US
    assert count(bench, "BYE") == 0
    assert of(bench.receive(ack(str(ok.to))), "BYE")


def test_a_bye_of_theirs_while_ours_waits_for_the_ack_settles_it() -> None:
    bench = Bench()
    leg = bench.arrive()
    ok = bench.answer(leg)
    bench.agent.legs[leg].hang_up()
    assert bench.status_of(request("BYE", to=str(ok.to), cseq=2)) == 200
    assert bench.during(60) == []
    assert bench.status_of(request("BYE", to=str(ok.to), cseq=3)) == 481


def test_an_ack_that_is_lost_ends_the_call_in_the_end() -> None:
    bench = Bench()
    leg = bench.arrive()
    bench.answer(leg)
    messages = bench.during(33)
    assert len([one for one in responses(messages) if one == ("INVITE", 200)]) > 5
    assert of(messages, "BYE")
    assert (bench.last(LegEnded).by, bench.last(LegEnded).why) == (EndedBy.FAULT, "never acknowledged")


def test_a_call_hung_up_whose_ack_is_lost_too_gets_its_bye() -> None:
    bench = Bench()
    leg = bench.arrive()
    bench.answer(leg)
    bench.agent.legs[leg].hang_up()
    assert of(bench.during(33), "BYE")
    assert bench.count(LegEnded) == 1
    bench.during(100)
    assert bench.agent.transactions.count == 0


def test_hanging_up_while_a_new_offer_waits_for_its_ack_says_bye_once() -> None:
    bench = Bench()
    leg, to = bench.established()
    bench.receive(request("INVITE", to=to, cseq=2, body=SDP))
    bench.agent.legs[leg].hang_up()
    bench.reply(sent(bench, "BYE"), 200, tag="")
    assert bench.during(60) == []


def test_a_200_repeated_after_our_ack_is_acknowledged_again() -> None:
    bench = Bench()
    invite = dialled(bench)
    assert len(of(bench.reply(invite, 200, body=SDP.encode()), "ACK")) == 1
    assert count(bench, "ACK") == 2
    assert bench.count(LegAnswered) == 1


def test_a_200_after_our_cancel_is_acknowledged_and_ended() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 180)
    bench.agent.legs["out"].hang_up()
    messages = bench.reply(invite, 200, body=SDP.encode())
    assert (len(of(messages, "ACK")), len(of(messages, "BYE"))) == (1, 1)
    assert bench.last(LegFailed).status == 487


def test_of_two_phones_that_answer_the_first_is_kept() -> None:
    bench = Bench()
    invite = bench.dial()
    for tag in ("a", "b"):
        bench.reply(invite, 180, tag=tag)
    bench.reply(invite, 200, tag="a", body=SDP.encode())
    messages = bench.reply(invite, 200, tag="b", body=SDP.encode())
    assert of(messages, "ACK")
    [bye] = of(messages, "BYE")
    assert bye.to.tag == "b"
    assert bench.count(LegEnded) == 0
    assert bench.status_of(from_called(invite, "INFO", tag="a")) == 200
    assert bench.status_of(from_called(invite, "INFO", tag="b")) == 481


def test_new_offers_that_cross_are_both_refused_and_ours_comes_again() -> None:
    bench = Bench()
    _, to = bench.established()
    bench.during(901)
    ours = sent(bench, "INVITE")
    assert bench.status_of(request("INVITE", to=to, cseq=2, body=SDP + "a=sendonly\r\n")) == 491
    bench.reply(ours, 491, tag="")
    again = of(bench.during(2.01), "INVITE")  # the other end owns the Call-ID: 0 to 2 s
    assert len({message.cseq for message in again}) == 1
    bench.reply(again[0], 200, tag="", body=SDP.encode())
    assert bench.status_of(request("INVITE", to=to, cseq=3, body=SDP + "a=sendonly\r\n")) == 200
    assert bench.last(LegHeld).on


def test_a_second_invite_before_the_first_is_answered_is_refused_for_now() -> None:
    bench = Bench()
    ringing = response(bench, request("INVITE", body=SDP))
    second = response(bench, request("INVITE", to=str(ringing.to), cseq=2, body=SDP))
    assert (second.status, bool(second.header("retry-after"))) == (500, True)


def test_their_reason_is_told_with_the_end() -> None:
    bench = Bench()
    bench.arrive()
    reason = 'Reason: SIP;cause=200;text="Call completed elsewhere"\r\n'
    bench.receive(request("CANCEL", branch="z9hG4bK-call-1-INVITE-1", extra=reason))
    assert bench.last(LegEnded).why == "SIP 200: Call completed elsewhere"
    _, to = bench.established(call_id="c2")
    bye = request("BYE", call_id="c2", to=to, cseq=2, extra='Reason: Q.850;cause=16;text="Normal"\r\n')
    assert bench.status_of(bye) == 200
    assert bench.last(LegEnded).why == "Q.850 16: Normal"


def test_an_anonymous_caller_arrives_without_a_number() -> None:
    bench = Bench()
    bench.arrive(from_='"Anonymous" <sip:anonymous@anonymous.invalid>;tag=theirs')
    assert bench.last(LegArrived).caller == ""


def test_of_a_call_that_is_over_nothing_is_remembered() -> None:
    bench = Bench()
    keys: list[DialogKey] = []
    for number in range(4):
        theirs, given_up = f"theirs-{number}", f"given-up-{number}"
        leg, to = bench.established(call_id=theirs)
        keys.append((theirs, to.rpartition("tag=")[2], "theirs"))
        if number % 2:
            bench.agent.legs[leg].hang_up()
        else:
            bench.receive(request("BYE", call_id=theirs, to=to, cseq=2))
        bench.arrive(call_id=given_up)
        bench.receive(request("CANCEL", branch=f"z9hG4bK-{given_up}-INVITE-1", call_id=given_up))
        refused = bench.dial(leg=f"refused-{number}")
        bench.reply(refused, 183, tag="a")
        bench.reply(refused, 183, tag="b", body=SDP.encode())
        keys += [(refused.call_id, refused.from_.tag, tag) for tag in "ab"]
        bench.reply(refused, 486)
        ours = bench.dial(leg=f"ours-{number}")
        bench.reply(ours, 183, body=SDP.encode())
        bench.reply(ours, 200, body=SDP.encode())
        keys.append((ours.call_id, ours.from_.tag, "phone"))
        assert bench.agent.leg_in(keys[-1]) is not None
        bench.agent.legs[f"ours-{number}"].hang_up()
        if number % 2:
            bench.reply(sent(bench, "BYE"), 200, tag="")
    bench.during(200)
    assert not bench.agent.legs
    assert not bench.media.open
    assert bench.agent.transactions.count == 0
    assert [key for key in keys if bench.agent.leg_in(key) is not None] == []
