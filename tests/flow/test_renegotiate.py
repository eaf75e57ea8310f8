"""The hotline's own call before a window is missed, as a conversation."""

from __future__ import annotations

import pytest

from config.hotline_file import HotlineFile
from ivr.flow import effects as do
from ivr.flow.dialog import Dialog
from ivr.flow.events import CallArrived, ServiceFailed
from ivr.understanding.understander import Understander
from tests.flow.caller import DUE, OPENS, FlowCaller, owed_callback


@pytest.fixture
def called(file: HotlineFile, understander: Understander) -> FlowCaller:
    """A contact whom the hotline rings by itself."""
    caller = FlowCaller(file, understander)
    caller.dialog = Dialog(file, "renegotiate")
    return caller


def test_another_window_is_promised_only_after_a_yes(called: FlowCaller) -> None:
    called.feed(CallArrived("call", "contact", "standard", "en", (owed_callback(),)))
    assert called.said == ["renegotiate-hello", "renegotiate-ask"]
    assert not called.effects(do.Renegotiate)
    called.say("yes")
    called.hear_out()
    assert called.effects(do.Renegotiate) == [do.Renegotiate("p1", OPENS, DUE)]
    assert called.said[-2:] == ["renegotiate-made", "goodbye"]


@pytest.mark.parametrize("answer", ["no", "um well you know"])
def test_without_a_yes_the_old_promise_stands(called: FlowCaller, answer: str) -> None:
    called.feed(CallArrived("call", "contact", "standard", "en", (owed_callback(),)))
    called.say(answer)
    if answer != "no":
        called.say(answer)
    called.hear_out()
    assert not called.effects(do.Renegotiate)
    assert called.said[-2:] == ["renegotiate-kept", "goodbye"]


def test_what_cannot_be_written_down_is_not_spoken_of(called: FlowCaller) -> None:
    called.refuses = True
    called.feed(CallArrived("call", "contact", "standard", "en", (owed_callback(),)))
    called.say("yes")
    called.hear_out()
    assert "renegotiate-made" not in called.said
    assert called.said[-2:] == ["renegotiate-kept", "goodbye"]


def test_without_a_window_nothing_is_said(file: HotlineFile) -> None:
    dialog = Dialog(file, "renegotiate")
    dialog.feed(CallArrived("call", "contact", "standard", "en", (owed_callback(),)))
    effects = dialog.feed(ServiceFailed())
    assert [phrase.prompt for one in effects if isinstance(one, do.Say) for phrase in one.phrases] == ["goodbye"]
