"""References and ratings by voice and key, in the pure flow."""

from __future__ import annotations

import pytest

from callbacks.status.standing import Stage
from config.hotline_file import HotlineFile
from ivr.flow import effects as do
from ivr.flow.dialog import Dialog
from ivr.flow.events import (
    AgentAnswered,
    AgentLeft,
    CallArrived,
    DigitPressed,
    Event,
    PromptFinished,
    ServiceFailed,
    StatusFound,
    TimerFired,
)
from ivr.flow.phases import Phase
from tests.flow.caller import FlowCaller


class Line:
    """A caller at the status step."""

    def __init__(self, file: HotlineFile) -> None:
        self.dialog = Dialog(file, "status")
        self.asked: list[do.Effect] = []
        self.feed(CallArrived("call", "contact", "standard", "en"))

    def feed(self, *events: Event) -> None:
        for event in events:
            self.asked += self.dialog.feed(event)

    def press(self, keys: str) -> None:
        self.feed(*(DigitPressed(key) for key in keys))

    @property
    def looked_up(self) -> list[str]:
        return [effect.reference for effect in self.asked if isinstance(effect, do.LookUpStatus)]

    @property
    def said(self) -> list[str]:
        return [phrase.prompt for effect in self.asked if isinstance(effect, do.Say) for phrase in effect.phrases]


@pytest.fixture
def line(file: HotlineFile) -> Line:
    return Line(file)


def test_six_keys_are_a_reference_without_any_end(line: Line) -> None:
    line.press("47123")
    assert line.looked_up == []
    line.press("3")
    assert line.looked_up == ["471233"]


@pytest.mark.parametrize("end", [DigitPressed("#"), None])
def test_too_few_keys_are_asked_again(line: Line, end: Event | None) -> None:
    line.press("4712")
    line.feed(end or TimerFired(line.dialog.facts.turn))
    assert line.looked_up == []
    assert line.said[-1] == "status-ask-again"


def test_a_timer_of_an_earlier_key_does_not_cut_the_reference_short(line: Line) -> None:
    line.press("4")
    early = line.dialog.facts.turn
    line.press("7")
    line.feed(TimerFired(early))
    line.press("1233")
    assert line.looked_up == ["471233"]


@pytest.mark.parametrize(
    ("stage", "prompt"),
    [
        (Stage.OWED, "status-owed"),
        (Stage.CALLING, "status-owed"),
        (Stage.KEPT, "status-kept"),
        (Stage.CHANGED, "status-changed"),
        (Stage.BROKEN, "status-broken"),
        (Stage.WITHDRAWN, "status-withdrawn"),
        (Stage.IN_WORK, "status-in-work"),
        (Stage.SOLVED, "status-solved"),
    ],
)
def test_every_stage_has_its_words(line: Line, stage: Stage, prompt: str) -> None:
    line.press("471233")
    line.feed(StatusFound("471233", stage))
    assert line.said[-1] == prompt


def test_a_broken_promise_leads_to_a_person(line: Line) -> None:
    line.press("471233")
    line.feed(StatusFound("471233", Stage.BROKEN), PromptFinished(line.dialog.facts.turn))
    line.feed(PromptFinished(line.dialog.facts.turn))
    assert line.dialog.step == "queue"


def test_a_book_that_does_not_answer_leads_to_a_person(line: Line) -> None:
    line.press("471233")
    line.feed(ServiceFailed())
    assert line.dialog.step == "queue"


def test_three_misses_lead_to_a_person(line: Line) -> None:
    for _ in range(3):
        line.press("1#")
    assert line.dialog.step == "queue"


@pytest.mark.parametrize(("words", "rating"), [("five", 5), ("5", 5), ("six", None), ("two three", None), ("", None)])
def test_the_survey_takes_a_rating_by_voice(caller: FlowCaller, words: str, rating: int | None) -> None:
    caller.arrive()
    caller.say("my parcel is late")
    caller.say("yes")
    caller.hear_out()
    caller.feed(AgentAnswered("ana", "leg"))
    caller.hear_out()
    assert caller.dialog.phase is Phase.TALKING
    caller.feed(AgentLeft())
    caller.say(words)
    assert [effect.rating for effect in caller.effects(do.Rate)] == ([rating] if rating else [])
