"""3xx, and the final answers told apart."""

from __future__ import annotations

import pytest

from ivr.messages import LegAnswered, LegFailed, LegRinging
from ivr.sip.hop import Hop
from tests.sip.bench import SDP, Bench
from tests.sip.in_dialog import count, sent


def moved(*contacts: str) -> tuple[tuple[str, str], ...]:
    return tuple(("contact", contact) for contact in contacts)


def redirect(bench: Bench, *contacts: str, status: int = 302) -> None:
    asked = sent(bench, "INVITE")
    bench.receive(asked.respond(status, tag="p", headers=moved(*contacts)).serialise())


def test_a_call_goes_on_where_they_say() -> None:
    bench = Bench()
    first = bench.dial()
    redirect(bench, "<sip:desk@192.0.2.20>;q=0.3", "<sip:mobile@192.0.2.21:5070>")
    second = sent(bench, "INVITE")
    assert second.uri == "sip:mobile@192.0.2.21:5070"
    assert bench.wire.sent[-1][1] == Hop("192.0.2.21", 5070)
    assert (second.call_id, second.to, second.from_) == (first.call_id, first.to, first.from_)
    assert second.cseq == first.cseq + 1
    bench.reply(second, 486)
    third = sent(bench, "INVITE")
    assert third.uri == "sip:desk@192.0.2.20"
    bench.reply(third, 180)
    bench.reply(third, 200, body=SDP.encode())
    assert bench.count(LegRinging) == 1
    assert bench.count(LegAnswered) == 1
    assert bench.count(LegFailed) == 0


def test_when_nobody_is_left_the_last_answer_counts() -> None:
    bench = Bench()
    bench.dial()
    redirect(bench, "<sip:desk@192.0.2.20>")
    bench.reply(sent(bench, "INVITE"), 486)
    assert bench.last(LegFailed).status == 486


def test_a_refusal_for_everywhere_ends_it() -> None:
    bench = Bench()
    bench.dial()
    redirect(bench, "<sip:a@192.0.2.20>", "<sip:b@192.0.2.21>")
    bench.reply(sent(bench, "INVITE"), 603)
    assert bench.last(LegFailed).status == 603


def test_a_circle_is_not_walked_twice() -> None:
    bench = Bench()
    bench.dial()
    redirect(bench, "<sip:other@192.0.2.20>")
    redirect(bench, "<sip:agent@192.0.2.9:5062>, <sip:other@192.0.2.20>")
    assert bench.last(LegFailed).status == 302
    assert count(bench, "INVITE") == 2


def test_a_chain_ends_after_five_targets() -> None:
    bench = Bench()
    bench.dial()
    for number in range(9):
        redirect(bench, f"<sip:x{number}@192.0.2.20>")
    assert count(bench, "INVITE") == 5
    assert bench.last(LegFailed).status == 302


@pytest.mark.parametrize("contact", ["<sips:a@h>", "<mailto:a@h>", "<tel:+821012345678>", "nonsense here", "*"])
def test_what_we_do_not_call_is_not_followed(contact: str) -> None:
    bench = Bench()  # without a trunk for numbers
    bench.dial()
    redirect(bench, contact)
    assert bench.last(LegFailed).status == 302
    assert count(bench, "INVITE") == 1


def test_the_ringing_time_is_that_of_the_whole_call() -> None:
    bench = Bench()
    bench.dial(ring=20)
    bench.during(15)
    redirect(bench, "<sip:other@192.0.2.20>")
    bench.reply(sent(bench, "INVITE"), 180)
    bench.during(6)
    assert bench.last(LegFailed).status == 408
    assert sent(bench, "CANCEL").uri == "sip:other@192.0.2.20"


def test_a_call_given_up_is_not_redirected() -> None:
    bench = Bench()
    invite = bench.dial()
    bench.reply(invite, 180)
    bench.agent.legs["out"].hang_up()
    redirect(bench, "<sip:other@192.0.2.20>")
    assert count(bench, "INVITE") == 1
    assert bench.last(LegFailed).status == 487


@pytest.mark.parametrize(
    "status", [400, 401, 404, 408, 410, 480, 484, 486, 487, 488, 500, 502, 504, 580, 600, 604, 606]
)
def test_every_final_answer_is_told_as_it_is(status: int) -> None:
    bench = Bench()
    bench.reply(bench.dial(), status)
    assert bench.last(LegFailed).status == status


def test_a_refusal_is_told_with_its_cause() -> None:
    bench = Bench()
    bench.reply(bench.dial(), 480, extra=(("reason", 'Q.850;cause=19;text="No answer"'),))
    assert bench.last(LegFailed) == LegFailed("out", 480, "Temporarily Unavailable (Q.850 19: No answer)")
