"""A second complaint on the same matter (lesson 4): no menu twice, and a senior."""

from __future__ import annotations

import pytest

from config.urgency import Urgency
from ivr.flow import effects as do
from ivr.flow.events import OpenCaseFound
from tests.flow.caller import FlowCaller

MENUS = {"ask-problem", "confirm", "known-problem", "offer-when-fixed"}


@pytest.fixture
def known(caller: FlowCaller) -> FlowCaller:
    """A caller whose repair is still open, at the end of the greeting."""
    caller.open_case = OpenCaseFound("case-1", "repair", Urgency.MONEY)
    caller.problem = "problem-1"
    caller.arrive()
    caller.hear_out()
    return caller


@pytest.mark.parametrize("answer", ["yes", "1"])
def test_who_rings_about_an_open_case_again_meets_no_menu_but_a_senior(known: FlowCaller, answer: str) -> None:
    if answer == "1":
        known.press(answer)
    else:
        known.say(answer)
    known.hear_out()
    assert known.effects(do.ComplainAgain) == [do.ComplainAgain("case-1")]
    assert MENUS.isdisjoint(known.said)
    assert "repeat-sorry" in known.said
    (waiting,) = known.effects(do.Enqueue)
    assert (waiting.repeat, waiting.urgency, waiting.needs.queue) == (True, Urgency.MONEY, "technical")
    assert known.dialog.facts.preferred_skills == {"senior": 3}


def test_who_rings_about_something_else_is_asked_what_it_is(known: FlowCaller) -> None:
    known.press("2")
    assert known.said[-1] == "ask-problem"
    assert known.effects(do.ComplainAgain) == []


def test_a_case_of_a_category_that_is_gone_from_the_file_is_not_asked_about(caller: FlowCaller) -> None:
    caller.open_case = OpenCaseFound("case-1", "telegrams", Urgency.MONEY)
    caller.arrive()
    caller.hear_out()
    assert "same-matter" not in caller.said


def test_a_complaint_that_turns_out_to_be_a_repeat_skips_what_was_said_before(caller: FlowCaller) -> None:
    caller.repeat, caller.problem = True, "problem-1"
    caller.arrive()
    caller.say("i want a refund")
    caller.say("yes")
    caller.hear_out()
    assert "known-problem" not in caller.said
    (waiting,) = caller.effects(do.Enqueue)
    assert waiting.repeat
    assert caller.dialog.facts.preferred_skills == {"senior": 3}
