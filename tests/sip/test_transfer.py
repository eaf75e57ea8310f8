"""REFER in both directions (RFC 3515, 4488, 5589)."""

from __future__ import annotations

import pytest

from ivr.messages import Dial, EndedBy, LegEnded, ReferEnded, TransferAsked
from ivr.sip.message import Request
from tests.sip.bench import Bench, request
from tests.sip.in_dialog import count, dialled, from_called, of, response, responses, sent


def refer(to: str, target: str = "<sip:other@192.0.2.50>", cseq: int = 2, extra: str = "") -> bytes:
    return request("REFER", to=to, cseq=cseq, extra=f"Refer-To: {target}\r\n{extra}")


def report(bench: Bench, leg: str, status: int) -> list[Request]:
    before = len(bench.wire.sent)
    bench.agent.legs[leg].report_transfer(status)
    return of((message for message, _ in bench.wire.sent[before:]), "NOTIFY")


# --- they ask us -------------------------------------------------------------------------------------------------


def test_a_transfer_they_ask_for_is_told_and_its_course_reported() -> None:
    bench = Bench()
    leg, to = bench.established()
    accepted, notify = bench.receive(refer(to))
    assert responses([accepted]) == [("REFER", 202)]
    assert isinstance(notify, Request)
    assert notify.method == "NOTIFY"
    assert notify.header("event") == "refer;id=2"
    assert (notify.header("subscription-state") or "").startswith("active")
    assert (notify.content_type, notify.body) == ("message/sipfrag", b"SIP/2.0 100 Trying\r\n")
    assert bench.last(TransferAsked) == TransferAsked(leg, "sip:other@192.0.2.50")
    [ringing] = report(bench, leg, 180)
    assert ringing.body == b"SIP/2.0 180 Ringing\r\n"
    [end] = report(bench, leg, 200)
    assert (end.body, end.header("subscription-state")) == (b"SIP/2.0 200 OK\r\n", "terminated;reason=noresource")
    assert report(bench, leg, 200) == []
    assert bench.count(LegEnded) == 0


def test_only_one_transfer_at_a_time() -> None:
    bench = Bench()
    leg, to = bench.established()
    bench.receive(refer(to))
    assert bench.status_of(refer(to, cseq=3)) == 491
    report(bench, leg, 486)
    assert bench.receive(refer(to, cseq=4))
    assert bench.count(TransferAsked) == 2


def test_who_wants_no_reports_gets_none() -> None:
    bench = Bench()
    leg, to = bench.established()
    [accepted] = bench.receive(refer(to, extra="Refer-Sub: false\r\nSupported: norefersub\r\n"))
    assert accepted.header("refer-sub") == "false"
    assert report(bench, leg, 200) == []
    assert bench.receive(refer(to, cseq=3))


def test_an_attended_transfer_names_the_call_that_the_target_gives_up() -> None:
    bench = Bench()
    customer, to = bench.established()
    bench.receive(refer(to, "<sip:expert@192.0.2.7?Replaces=call-7%3Bto-tag%3D1%3Bfrom-tag%3D2>"))
    given_up = "call-7;to-tag=1;from-tag=2"
    assert bench.last(TransferAsked) == TransferAsked(customer, "sip:expert@192.0.2.7", given_up)


def test_a_call_in_anothers_place_says_so_and_insists() -> None:
    bench = Bench()
    bench.agent.dial(Dial("out", "sip:expert@192.0.2.7", "1000", 20, replaces="call-7;to-tag=1;from-tag=2"))
    [invite] = of((message for message, _ in bench.wire.sent), "INVITE")
    assert invite.header("replaces") == "call-7;to-tag=1;from-tag=2"
    assert invite.header("require") == "replaces"


@pytest.mark.parametrize(("target", "status"), [("<sips:a@h>", 416), ("<", 400), ("<sip:a@h>, <sip:b@h>", 400)])
def test_a_transfer_to_nowhere_is_refused(target: str, status: int) -> None:
    bench = Bench()
    _, to = bench.established()
    assert bench.status_of(refer(to, target)) == status
    assert bench.count(TransferAsked) == 0


def test_nobody_is_transferred_by_a_stranger_or_before_the_call_is_up() -> None:
    bench = Bench()
    assert bench.status_of(request("REFER", extra="Refer-To: <sip:a@h>\r\n")) == 403
    ringing = response(bench, request("INVITE", call_id="c2", body=""))
    assert bench.status_of(request("REFER", call_id="c2", to=str(ringing.to), cseq=2)) == 403
    assert bench.count(TransferAsked) == 0


def test_who_hangs_up_after_the_refer_is_not_told_how_it_goes() -> None:
    bench = Bench()
    leg, to = bench.established()
    bench.receive(refer(to))
    found = bench.agent.legs[leg]
    assert bench.status_of(request("BYE", to=to, cseq=3)) == 200
    assert isinstance(bench.events[-1], LegEnded)
    before = count(bench, "NOTIFY")
    found.report_transfer(200)
    assert count(bench, "NOTIFY") == before


def test_a_phone_that_does_not_listen_is_not_told_further_and_stays_up() -> None:
    bench = Bench()
    leg, to = bench.established()
    bench.receive(refer(to))
    bench.reply(sent(bench, "NOTIFY"), 481, tag="")
    assert report(bench, leg, 180) == []
    assert bench.count(LegEnded) == 0


# --- we ask them -------------------------------------------------------------------------------------------------


def test_an_attended_transfer_of_ours_names_the_dialog_at_its_target() -> None:
    bench = Bench()
    customer, _ = bench.established()
    invite = dialled(bench)
    bench.agent.legs[customer].refer("", "out")
    asked = sent(bench, "REFER")
    replaces = f"{invite.call_id}%3Bto-tag%3Dphone%3Bfrom-tag%3D{invite.from_.tag}"
    assert asked.header("refer-to") == f"<sip:agent@192.0.2.9:5062?Replaces={replaces}>"
    assert asked.contact


def test_a_transfer_to_a_leg_that_is_not_up_fails_at_once() -> None:
    bench = Bench()
    customer, _ = bench.established()
    bench.agent.legs[customer].refer("", "nobody")
    assert bench.last(ReferEnded) == ReferEnded(customer, 481)
    bench.dial()
    bench.agent.legs[customer].refer("", "out")
    assert bench.count(ReferEnded) == 2
    assert count(bench, "REFER") == 0


def test_a_second_transfer_of_ours_waits_for_the_first() -> None:
    bench = Bench()
    leg, _ = bench.established()
    bench.agent.legs[leg].refer("sip:a@192.0.2.50")
    bench.agent.legs[leg].refer("sip:b@192.0.2.50")
    assert bench.last(ReferEnded) == ReferEnded(leg, 491)


def test_a_peer_that_will_not_report_ends_it_with_its_answer() -> None:
    bench = Bench()
    leg, _ = bench.established()
    bench.agent.legs[leg].refer("sip:a@192.0.2.50")
    bench.reply(sent(bench, "REFER"), 202, extra=(("refer-sub", "false"),))
    assert bench.last(ReferEnded) == ReferEnded(leg, 202)


def test_a_phone_whose_dialog_is_gone_ends_with_the_transfer() -> None:
    bench = Bench()
    leg, _ = bench.established()
    bench.agent.legs[leg].refer("sip:a@192.0.2.50")
    bench.reply(sent(bench, "REFER"), 481)
    assert bench.last(ReferEnded).status == 481
    assert (bench.last(LegEnded).by, bench.last(LegEnded).why) == (
        EndedBy.FAULT,
        "481 Call/Transaction Does Not Exist",
    )


# --- NOTIFY of other things ----------------------------------------------------------------------------------------


def test_a_keep_alive_is_answered_and_other_events_are_not() -> None:
    bench = Bench()
    _, to = bench.established()
    for inside, call in ((to, "call-1"), ("<sip:hotline@192.0.2.1>", "c2")):
        for cseq, (event, status) in enumerate((("keep-alive", 200), ("message-summary", 489), ("refer", 481)), 2):
            asked = request("NOTIFY", to=inside, cseq=cseq, call_id=call, extra=f"Event: {event}\r\n")
            assert bench.status_of(asked) == status


def test_info_of_other_kinds_is_refused_with_what_we_take() -> None:
    bench = Bench()
    invite = dialled(bench)
    refusal = response(bench, from_called(invite, "INFO", body="<x/>", content_type="application/media_control+xml"))
    assert refusal.status == 415
    assert "application/dtmf-relay" in (refusal.header("accept") or "")
    assert bench.status_of(from_called(invite, "INFO", cseq=2)) == 200
    assert bench.status_of(from_called(invite, "INFO", cseq=3, extra="Info-Package: nit\r\n")) == 469
