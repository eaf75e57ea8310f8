"""Session timers (RFC 4028) of legs in both directions."""

from __future__ import annotations

from ivr.messages import EndedBy, LegEnded, LegFailed
from ivr.sip.message import Request
from tests.sip.bench import SDP, Bench, request
from tests.sip.in_dialog import ack, count, dialled, from_called, response, sent

UPDATE = (("allow", "INVITE, ACK, BYE, UPDATE"),)
OURS = (("session-expires", "600;refresher=uac"), *UPDATE)
THEIRS = (("session-expires", "600;refresher=uas"), *UPDATE)


def test_a_caller_gets_the_interval_they_ask_for() -> None:
    bench = Bench()
    leg = bench.arrive(extra="Session-Expires: 600\r\nSupported: timer\r\n")
    ok = bench.answer(leg)
    assert ok.header("session-expires") == "600;refresher=uac"
    assert ok.header("require") == "timer"
    assert "timer" in (ok.header("supported") or "")


def test_a_caller_may_insist_on_session_timers() -> None:
    assert Bench().arrive(extra="Session-Expires: 600\r\nRequire: timer\r\n")


def test_too_short_an_interval_is_refused_before_anything_happens() -> None:
    bench = Bench()
    refusal = response(bench, request("INVITE", body=SDP, extra="Session-Expires: 10\r\nSupported: timer\r\n"))
    assert (refusal.status, refusal.header("min-se")) == (422, "90")
    assert not bench.media.open
    assert not bench.events


def test_a_caller_who_never_refreshes_is_gone() -> None:
    bench = Bench()
    leg, _ = bench.established(extra="Session-Expires: 600\r\nSupported: timer\r\n")
    bench.during(560)
    assert bench.count(LegEnded) == 0
    bench.during(10)
    assert (bench.last(LegEnded).by, bench.last(LegEnded).why) == (EndedBy.FAULT, "session expired")
    assert count(bench, "BYE")
    assert leg not in bench.agent.legs


def test_a_refresh_of_theirs_begins_the_interval_again() -> None:
    bench = Bench()
    _, to = bench.established(extra="Session-Expires: 600\r\nSupported: timer\r\n")
    again = "Session-Expires: 600;refresher=uac\r\nSupported: timer\r\n"
    for cseq, method, body in ((2, "UPDATE", ""), (3, "INVITE", SDP)):
        bench.during(500)
        ok = response(bench, request(method, to=to, cseq=cseq, body=body, extra=again))
        assert (ok.status, ok.header("session-expires")) == (200, "600;refresher=uac")
        bench.receive(ack(to, cseq)) if method == "INVITE" else None
    bench.during(500)
    assert bench.count(LegEnded) == 0


def test_we_ask_for_half_an_hour() -> None:
    invite = Bench().dial()
    assert invite.header("session-expires") == "1800"
    assert invite.header("min-se") == "90"
    assert "timer" in invite.listed("supported")


def test_we_refresh_by_update_where_they_take_it() -> None:
    bench = Bench()
    dialled(bench, extra=OURS)
    bench.during(299)
    assert count(bench, "UPDATE") == 0
    bench.during(2)
    update = sent(bench, "UPDATE")
    assert update.header("session-expires") == "600;refresher=uac"
    assert not update.body
    assert update.contact
    bench.reply(update, 200, extra=OURS)
    bench.during(301)
    assert sent(bench, "UPDATE").cseq == update.cseq + 1
    assert bench.count(LegEnded) == 0


def test_we_refresh_by_an_invite_that_changes_nothing_where_they_do_not() -> None:
    bench = Bench()
    first = dialled(bench, extra=OURS[:1])
    bench.during(301)
    again = sent(bench, "INVITE")
    assert again.to.tag == "phone"
    assert again.body == first.body
    bench.reply(again, 200, body=SDP.encode(), extra=OURS[:1])
    assert sent(bench, "ACK").cseq == again.cseq
    before = count(bench, "ACK")
    bench.reply(again, 200, body=SDP.encode(), extra=OURS[:1])
    assert count(bench, "ACK") == before + 1
    assert bench.media.redirected["out"] == 1
    bench.during(250)
    assert bench.count(LegEnded) == 0


def test_where_update_turns_out_to_be_unknown_an_invite_follows() -> None:
    bench = Bench()
    dialled(bench, extra=OURS)
    bench.during(301)
    bench.reply(sent(bench, "UPDATE"), 405)
    assert sent(bench, "INVITE").to.tag == "phone"


def test_they_refresh_where_they_said_so() -> None:
    bench = Bench()
    invite = dialled(bench, extra=THEIRS)
    bench.during(400)
    assert count(bench, "UPDATE") == 0
    extra = "Session-Expires: 600;refresher=uac\r\nSupported: timer\r\n"
    assert bench.status_of(from_called(invite, "UPDATE", extra=extra)) == 200
    bench.during(500)
    assert bench.count(LegEnded) == 0
    bench.during(100)
    assert bench.last(LegEnded).why == "session expired"


def test_a_phone_that_knows_no_session_timers_is_asked_all_the_same() -> None:
    bench = Bench()
    bench.established()
    bench.during(901)
    asked = sent(bench, "INVITE")
    assert asked.to.tag == "theirs"
    bench.reply(asked, 481)
    assert bench.last(LegEnded).by is EndedBy.FAULT
    assert bench.last(LegEnded).why.startswith("481")


def test_a_phone_that_does_not_answer_the_refresh_is_gone() -> None:
    bench = Bench()
    dialled(bench, extra=OURS)
    bench.during(301 + 33)
    assert bench.last(LegEnded).why.startswith("408")
    assert count(bench, "BYE")


def test_a_refresh_that_is_refused_for_now_is_tried_again_until_the_end() -> None:
    bench = Bench()
    dialled(bench, extra=OURS)
    bench.during(301)
    bench.reply(sent(bench, "UPDATE"), 500, extra=(("retry-after", "20"),))
    first = sent(bench, "UPDATE")
    bench.during(18)
    assert sent(bench, "UPDATE").cseq == first.cseq
    bench.during(2)
    assert sent(bench, "UPDATE").cseq == first.cseq + 1
    for _ in range(60):
        bench.reply(sent(bench, "UPDATE"), 503)
        bench.during(10)
    assert bench.last(LegEnded).why == "session expired"


def test_a_refresh_that_meets_theirs_gives_way_for_a_moment() -> None:
    bench = Bench()
    dialled(bench, extra=OURS[:1])
    bench.during(301)
    clash = sent(bench, "INVITE")
    bench.reply(clash, 491)
    bench.during(2)
    assert sent(bench, "INVITE") is clash  # who owns the Call-ID waits 2.1 to 4 s (RFC 3261, 14.1)
    bench.during(2.1)
    assert sent(bench, "INVITE").cseq == clash.cseq + 1


def test_a_longer_interval_is_asked_for_where_they_demand_it() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 422, extra=(("min-se", "3600"),))
    again = sent(bench, "INVITE")
    assert (again.header("session-expires"), again.header("min-se")) == ("3600", "3600")
    assert (again.call_id, again.cseq) == (invite.call_id, invite.cseq + 1)
    bench.reply(again, 422, extra=(("min-se", "3600"),))
    assert bench.last(LegFailed).status == 422


def test_a_refresh_asks_for_longer_where_they_demand_it() -> None:
    bench = Bench()
    dialled(bench, extra=OURS)
    bench.during(301)
    bench.reply(sent(bench, "UPDATE"), 422, extra=(("min-se", "900"),))
    bench.during(1.1)
    assert sent(bench, "UPDATE").header("session-expires") == "900;refresher=uac"


def test_nothing_is_sent_for_a_leg_that_is_over() -> None:
    bench = Bench()
    dialled(bench, extra=OURS)
    bench.agent.legs["out"].hang_up()
    bench.reply(sent(bench, "BYE"), 200)
    assert bench.during(4000) == []


def test_a_leg_that_ends_during_its_refresh_still_acknowledges_it() -> None:
    bench = Bench()
    dialled(bench, extra=OURS[:1])
    bench.during(301)
    again: Request = sent(bench, "INVITE")
    bench.agent.legs["out"].hang_up()
    bench.reply(again, 200, body=SDP.encode())
    assert sent(bench, "ACK").cseq == again.cseq
    assert bench.count(LegEnded) == 1
