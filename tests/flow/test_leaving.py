"""The hotline stops in the middle of a conversation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callbacks.model import PromiseKind
from config.hotline_file import HotlineFile
from ivr.flow import effects as do
from ivr.flow.dialog import Dialog
from ivr.flow.events import (
    AgentAnswered,
    AgentLeft,
    CallAnswered,
    CallArrived,
    CaseOpened,
    HotlineStops,
    PromptFinished,
    ServiceFailed,
    WindowFound,
)
from ivr.flow.phases import Phase
from tests.flow.caller import DUE, OPENS, FlowCaller, owed_callback

PROMISED = ["stopping", "callback-made", "goodbye-promise"]
ASKED_BACK = ["stopping", "stopping-again", "goodbye"]


def complained(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("i want a refund for this")
    caller.say("yes")


def waiting(caller: FlowCaller) -> None:
    complained(caller)
    caller.hear_out()
    assert caller.dialog.phase is Phase.WAITING


def test_a_call_that_is_just_answered_hears_the_goodbye_and_no_greeting(file: HotlineFile) -> None:
    dialog = Dialog(file)
    dialog.feed(CallArrived("call", "contact", "standard", "en"))
    assert dialog.feed(HotlineStops()) == ()
    (say,) = dialog.feed(CallAnswered())
    assert isinstance(say, do.Say)
    assert [one.prompt for one in say.phrases] == ASKED_BACK
    assert dialog.feed(PromptFinished(say.turn)) == (do.HangUp(),)


def test_nobody_is_listened_to_any_more(caller: FlowCaller) -> None:
    caller.arrive()
    caller.hear_out()
    caller.feed(HotlineStops())
    assert caller.said[-3:] == ASKED_BACK
    assert caller.effects(do.StopListening)


def test_who_waits_leaves_the_queue_and_then_gets_a_window_that_can_be_kept(caller: FlowCaller) -> None:
    waiting(caller)
    before = len(caller.asked)
    caller.feed(HotlineStops())
    leave, find, promise, say = caller.asked[before:]
    assert leave == do.LeaveQueue()
    assert isinstance(find, do.FindWindow)
    assert promise == do.MakePromise(PromiseKind.CALLBACK, find.needs, caller.dialog.facts.urgency, OPENS, DUE)
    assert isinstance(say, do.Say)
    assert caller.said[-3:] == PROMISED


def test_who_is_offered_a_callback_gets_it(caller: FlowCaller) -> None:
    caller.wait = 600.0
    complained(caller)
    caller.hear_out()
    assert caller.dialog.phase is Phase.ASKING
    caller.feed(HotlineStops())
    assert caller.said[-3:] == PROMISED


def test_a_case_that_is_being_written_down_is_known_when_the_promise_is_made(file: HotlineFile) -> None:
    dialog = Dialog(file)
    dialog.feed(CallArrived("call", "contact", "standard", "en"))
    dialog.feed(CallAnswered())
    dialog.step, dialog.phase = "open-case", Phase.WORKING
    dialog._script = dialog._enter("open-case")
    (opened,) = dialog._advance(None)
    assert isinstance(opened, do.OpenCase)
    assert dialog.feed(HotlineStops()) == ()
    (asked,) = dialog.feed(CaseOpened("case", "123456", opened.urgency, repeat=False))
    assert isinstance(asked, do.FindWindow)
    assert dialog.facts.case == "case"


@pytest.mark.parametrize("found", [WindowFound(OPENS, DUE), ServiceFailed()])
def test_where_nothing_can_be_promised_nothing_is_said_to_be(
    caller: FlowCaller, found: WindowFound | ServiceFailed, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(caller)
    answers = {do.FindWindow: found, do.MakePromise: ServiceFailed()}
    monkeypatch.setattr(caller, "_serve", lambda effect: answers.get(type(effect)))
    caller.feed(HotlineStops())
    assert caller.said[-3:] == ASKED_BACK


def test_a_promise_about_a_known_fault_is_the_one_that_is_named(caller: FlowCaller) -> None:
    caller.problem = "problem"
    complained(caller)
    caller.say("yes")
    (promise,) = caller.effects(do.MakePromise)
    assert promise.kind is PromiseKind.WHEN_FIXED
    caller.feed(HotlineStops())
    assert caller.said[-3:] == ["stopping", "when-fixed-made", "goodbye-promise"]
    assert caller.effects(do.MakePromise) == [promise]


def test_who_is_owed_a_call_keeps_it(caller: FlowCaller) -> None:
    caller.arrive(owed=(owed_callback(),))
    caller.hear_out()
    caller.press("1")
    caller.hear_out()
    assert caller.dialog.phase is Phase.WAITING
    caller.feed(HotlineStops())
    assert caller.said[-2:] == ["stopping", "goodbye-promise"]
    assert not caller.effects(do.MakePromise)


@pytest.mark.parametrize("in_survey", [False, True])
def test_who_has_talked_with_an_agent_hears_a_goodbye_alone(caller: FlowCaller, in_survey: bool) -> None:
    waiting(caller)
    caller.feed(AgentAnswered("ana", "leg"))
    if in_survey:
        caller.feed(AgentLeft())
        assert caller.dialog.phase is Phase.ASKING
    caller.feed(HotlineStops())
    assert caller.said[-2:] == ["stopping", "goodbye"]
    assert not caller.effects(do.MakePromise)


def test_whom_we_called_is_not_asked_to_ring_us(file: HotlineFile) -> None:
    step = next(name for name, one in file.flow.steps.items() if one.kind == "follow-up")
    dialog = Dialog(file, step)
    owed = replace(owed_callback(), kind=PromiseKind.FOLLOW_UP)
    dialog.feed(CallArrived("call", "contact", "standard", "en", (owed,)))
    said = [one for one in dialog.feed(HotlineStops()) if isinstance(one, do.Say)]
    assert [phrase.prompt for one in said for phrase in one.phrases] == ["stopping", "goodbye"]


def test_a_goodbye_is_said_once(caller: FlowCaller) -> None:
    caller.arrive()
    caller.feed(HotlineStops())
    caller.feed(HotlineStops())
    assert caller.said[-3:] == ASKED_BACK
    assert caller.said.count("stopping") == 1
    caller.hear_out()
    assert caller.asked[-1] == do.HangUp()
