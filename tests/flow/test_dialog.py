"""The call flow, told as conversations."""

from __future__ import annotations

import pytest

from callbacks.model import PromiseKind
from config.hotline_file import HotlineFile
from config.urgency import Urgency
from ivr.flow import effects as do
from ivr.flow.dialog import Dialog
from ivr.flow.events import AgentAnswered, AgentLeft, CallerSpoke, DigitPressed, HungUp, PromptFinished, TimerFired
from ivr.flow.phases import LEGAL, Phase
from ivr.understanding.understander import Understander
from routing.work import Mood
from tests.flow.caller import DUE, NOON, OPENS, FlowCaller, owed_callback


def test_a_complaint_is_said_back_confirmed_written_down_and_queued(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("i want a refund for this")
    assert caller.said[-1] == "confirm"
    caller.say("yes that is right")
    caller.hear_out()
    (case,) = caller.effects(do.OpenCase)
    (work,) = caller.effects(do.Enqueue)
    assert (case.category, case.urgency) == ("refund", Urgency.MONEY)
    assert work.needs.queue == "general"
    assert caller.said == ["greeting", "ask-problem", "confirm", "case-opened", "wait-soon"]
    assert caller.dialog.phase is Phase.WAITING


def test_safety_is_confirmed_in_its_own_words_and_never_sent_away(caller: FlowCaller) -> None:
    caller.wait = 3_600.0
    caller.arrive(tier="vip")
    caller.say("the charger is smoking")
    assert caller.said[-1] == "confirm-safety"
    caller.press("1")
    caller.hear_out()
    assert caller.effects(do.Enqueue)[0].urgency is Urgency.SAFETY
    assert "offer-callback" not in caller.said


def test_a_long_wait_is_named_and_a_callback_offered_and_promised(caller: FlowCaller) -> None:
    caller.wait = 600.0
    caller.arrive()
    caller.say("my parcel is late")
    caller.say("yes")
    caller.hear_out()
    assert caller.said[-3:] == ["wait-minutes", "offer-callback", "offer-other-time"]
    caller.say("yes please")
    caller.hear_out()
    (promise,) = caller.effects(do.MakePromise)
    assert (promise.kind, promise.opens, promise.due) == (PromiseKind.CALLBACK, OPENS, DUE)
    assert caller.said[-2:] == ["callback-made", "goodbye"]
    assert isinstance(caller.asked[-1], do.HangUp)


def test_who_prefers_to_wait_waits(caller: FlowCaller) -> None:
    caller.wait = 600.0
    caller.arrive()
    caller.say("my parcel is late")
    caller.say("yes")
    caller.hear_out()
    caller.press("2")
    assert caller.effects(do.Enqueue)
    assert not caller.effects(do.MakePromise)


def test_a_wrong_understanding_is_asked_again(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("i want a refund")
    caller.say("no that is wrong")
    assert "confirm-which" in caller.said
    caller.say("my washing machine is broken")
    caller.say("yes")
    assert [case.category for case in caller.effects(do.OpenCase)] == ["repair"]


def test_two_misses_lead_to_keys_and_a_key_needs_no_confirming(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("mumble mumble")
    caller.say("banana purple tomorrow never")
    caller.hear_out()
    assert "keys-menu-item" in caller.said
    caller.press("3")
    assert "confirm" not in caller.said
    assert caller.effects(do.OpenCase)[0].category == list(caller.dialog.file.categories)[2]


def test_a_silent_line_ends_with_a_person(caller: FlowCaller) -> None:
    caller.arrive()
    for _ in range(3):
        caller.say_nothing()
    caller.hear_out()
    assert caller.said.count("no-input") >= 1
    assert caller.effects(do.Enqueue)


def test_without_ears_the_keys_are_offered_at_once(caller: FlowCaller) -> None:
    caller.arrive()
    caller.hear_out()
    caller.lose_the_ears()
    caller.feed(DigitPressed("1"))
    assert "keys-only" in caller.said


def test_neither_yes_nor_no_is_asked_once_more(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("i want a refund")
    caller.say("mumble mumble")
    assert caller.said[-1] == "confirm-again"
    caller.say("yes")
    assert caller.effects(do.OpenCase)


def test_what_is_owed_is_said_before_anything_else(caller: FlowCaller) -> None:
    caller.arrive(owed=(owed_callback(),))
    caller.hear_out()
    assert caller.said == ["greeting", "owed-callback", "owed-choice"]
    caller.say("yes")
    caller.hear_out()
    (work,) = caller.effects(do.Enqueue)
    assert work.about == "p1"
    assert work.needs.skills == (("refund", 1),)


def test_who_is_owed_may_call_about_something_else(caller: FlowCaller) -> None:
    caller.arrive(owed=(owed_callback(),))
    caller.say("no")
    assert caller.said[-1] == "ask-problem"


def test_an_owed_call_is_not_promised_a_second_time_when_nobody_is_there(caller: FlowCaller) -> None:
    caller.wait = None
    caller.arrive(owed=(owed_callback(),))
    caller.say("yes")
    caller.hear_out()
    assert "nobody-free" in caller.said
    assert not caller.effects(do.MakePromise)


def test_a_known_problem_is_told_and_a_call_when_fixed_promised(caller: FlowCaller) -> None:
    caller.problem = "problem"
    caller.arrive()
    caller.say("i can not log in")
    caller.say("yes")
    caller.hear_out()
    assert caller.said[-2:] == ["known-problem", "offer-when-fixed"]
    caller.say("yes please")
    caller.hear_out()
    assert [p.kind for p in caller.effects(do.MakePromise)] == [PromiseKind.WHEN_FIXED]
    assert caller.said[-2:] == ["when-fixed-made", "goodbye"]


def test_when_closed_a_callback_is_promised(caller: FlowCaller) -> None:
    caller.is_open = False
    caller.arrive()
    caller.say("i want a refund")
    caller.say("yes")
    caller.hear_out()
    assert "closed" in caller.said
    caller.press("1")
    assert caller.effects(do.MakePromise)


def test_abuse_ends_in_a_firm_offer_of_a_time(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("you idiots i want a refund")
    caller.say("yes")
    caller.hear_out()
    assert caller.said[-3:] == ["abuse-offer", "callback-made", "goodbye"]


def test_the_conversation_is_followed_by_a_rating(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("i want a refund")
    caller.say("yes")
    caller.hear_out()
    caller.feed(AgentAnswered("ana", "agent-leg"))
    assert caller.effects(do.Bridge) == [do.Bridge("ana", "agent-leg")]
    caller.feed(AgentLeft())
    caller.press("4")
    caller.hear_out()
    assert caller.effects(do.Rate) == [do.Rate(4)]
    assert isinstance(caller.asked[-1], do.HangUp)


def test_who_waits_hears_a_word_from_time_to_time(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("i want a refund")
    caller.say("yes")
    caller.hear_out()
    caller.feed(TimerFired(caller.dialog.facts.turn))
    assert caller.said[-1] == "still-waiting"
    caller.hear_out()
    caller.feed(AgentAnswered("ana", "agent-leg"))
    assert caller.effects(do.Bridge)


def test_when_the_last_agent_goes_the_waiting_caller_is_promised_a_callback(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("i want a refund")
    caller.say("yes")
    caller.hear_out()
    caller.wait = None
    caller.feed(TimerFired(caller.dialog.facts.turn))
    caller.hear_out()
    assert caller.effects(do.LeaveQueue)
    assert "nobody-free" in caller.said
    caller.press("1")
    caller.hear_out()
    assert caller.said[-2:] == ["callback-made", "goodbye"]


def test_an_agent_behind_a_pbx_is_reached_by_referring_the_caller(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("i want a refund")
    caller.say("yes")
    caller.hear_out()
    caller.feed(AgentAnswered("ana", None))
    assert caller.effects(do.Refer) == [do.Refer("ana")]


def test_a_key_into_the_prompt_silences_it_at_once(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("i want a refund")
    caller.press("1")
    confirmed = caller.asked.index(caller.effects(do.OpenCase)[0])
    assert do.StopPrompt() in caller.asked[:confirmed]
    assert do.StopListening() in caller.asked[:confirmed]


def test_the_language_is_asked_for_by_key_where_nothing_tells_it(caller: FlowCaller) -> None:
    caller.arrive(language=None)
    assert caller.said == ["choose-language"]
    caller.press("3")
    assert caller.effects(do.Say)[-1].language == "ko"
    assert caller.said[-1] == "greeting"


def test_an_answer_to_an_earlier_turn_changes_nothing(caller: FlowCaller, understander: Understander) -> None:
    caller.arrive()
    caller.hear_out()
    late = caller.dialog.facts.turn - 1
    before = list(caller.asked)
    reading = understander.understand("i want a refund", "en", NOON)
    caller.feed(CallerSpoke(late, "i want a refund", 0.9, "script", Mood.CALM, reading))
    caller.feed(PromptFinished(late))
    assert caller.asked == before


def test_the_caller_may_hang_up_in_every_phase(file: HotlineFile) -> None:
    assert [phase for phase in Phase if HungUp not in LEGAL[phase]] == [Phase.ENDED]
    dialog = Dialog(file)
    assert dialog.feed(HungUp()) == ()
    assert dialog.phase is Phase.ENDED


def test_who_never_agrees_still_reaches_a_person(caller: FlowCaller) -> None:
    caller.arrive()
    for _ in range(2):
        caller.say("i want a refund")
        caller.say("no")
    caller.hear_out()
    assert caller.effects(do.Enqueue)


@pytest.mark.parametrize("prompt", ["wait-minutes"])
def test_the_estimate_is_rounded_up_to_whole_minutes(caller: FlowCaller, prompt: str) -> None:
    caller.wait = 121.0
    caller.arrive()
    caller.say("i want a refund")
    caller.say("yes")
    caller.hear_out()
    spoken = [p for say in caller.effects(do.Say) for p in say.phrases if p.prompt == prompt]
    assert [dict(p.slots)["minutes"] for p in spoken] == [3]
