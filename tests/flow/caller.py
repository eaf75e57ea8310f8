"""A caller of the pure call flow: feeds a dialog, remembers what it asked for, answers for the services."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeVar

from callbacks.model import PromiseKind
from config.hotline_file import HotlineFile
from config.urgency import Urgency
from ivr.flow import effects as do
from ivr.flow.dialog import Dialog
from ivr.flow.events import (
    CallAnswered,
    CallArrived,
    CallerBegan,
    CallerSilent,
    CallerSpoke,
    CaseOpened,
    DigitPressed,
    Event,
    OpenCaseFound,
    Owed,
    ProblemLookedUp,
    PromiseMade,
    PromptFinished,
    Renegotiated,
    ServiceFailed,
    SpeechUnavailable,
    TroubleFound,
    WaitEstimated,
    WindowFound,
)
from ivr.messages import Expecting
from ivr.understanding.understander import Understander
from routing.work import Mood

NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
Kind = TypeVar("Kind")
OPENS, DUE = NOON + timedelta(hours=1), NOON + timedelta(hours=3)


class FlowCaller:
    """Services answer at once: `wait` seconds (None: nobody there), `problem` known or not, `is_open`; windows can be
    kept from any moment but those that are `full`, and renegotiated unless the book
    `refuses`."""

    def __init__(self, file: HotlineFile, understander: Understander) -> None:
        self.dialog = Dialog(file)
        self.asked: list[do.Effect] = []
        self.said: list[str] = []
        self.wait: float | None = 0.0
        self.is_open = True
        self.problem: str | None = None
        self.workaround = ""
        self.trouble: str | None = None
        self.repeat = False
        self.open_case = OpenCaseFound(None)
        self.full: set[datetime] = set()
        self.refuses = False
        self._understander = understander

    def arrive(self, language: str | None = "en", owed: tuple[Owed, ...] = (), tier: str = "standard") -> None:
        """Ring; the hotline answers."""
        self.feed(CallArrived("call", "contact", tier, language, owed))
        self.feed(CallAnswered())

    def feed(self, event: Event) -> None:
        """Tell the dialog, carry out what the services can answer, until it waits for the caller or an agent."""
        effects = self.dialog.feed(event)
        self.asked += effects
        for effect in effects:
            if isinstance(effect, do.Say):
                self.said += [phrase.prompt for phrase in effect.phrases]
            answer = self._serve(effect)
            if answer is not None:
                self.feed(answer)

    def hear_out(self) -> None:
        """Let every prompt that plays end."""
        for _ in range(20):
            turn = self.dialog.facts.turn
            before = len(self.asked)
            self.feed(PromptFinished(turn))
            if len(self.asked) == before:
                return

    def say(self, text: str, confidence: float = 0.9, mood: Mood = Mood.CALM) -> None:
        """Speak after the prompt."""
        self.hear_out()
        facts = self.dialog.facts
        asked_when = self.effects(do.Listen)[-1].expecting is Expecting.HOURS
        reading = self._understander.understand(text, facts.spoken_language, NOON, asked_when=asked_when)
        self.feed(CallerBegan(facts.turn))
        self.feed(CallerSpoke(facts.turn, text, confidence, "script", mood, reading))

    def press(self, digit: str) -> None:
        """Press a key, perhaps into the prompt."""
        self.feed(DigitPressed(digit))

    def say_nothing(self) -> None:
        """Stay silent until the hotline gives up waiting."""
        self.hear_out()
        self.feed(CallerSilent(self.dialog.facts.turn))

    def lose_the_ears(self) -> None:
        """Speech recognition is not to be had."""
        self.feed(SpeechUnavailable(self.dialog.facts.turn))

    def effects(self, kind: type[Kind]) -> list[Kind]:
        """What was asked for, of one kind."""
        return [effect for effect in self.asked if isinstance(effect, kind)]

    def _serve(self, effect: do.Effect) -> Event | None:
        match effect:
            case do.OpenCase(urgency=urgency):
                return CaseOpened("case", "123456", urgency, self.repeat)
            case do.LookUpOpenCase():
                return self.open_case
            case do.ComplainAgain(case=case):
                return CaseOpened(case, "123456", self.open_case.urgency, repeat=True)
            case do.LookUpProblem():
                return ProblemLookedUp(self.problem, self.workaround)
            case do.LookUpTrouble():
                return TroubleFound(self.trouble)
            case do.EstimateWait():
                return WaitEstimated(self.wait, self.is_open, OPENS, DUE)
            case do.FindWindow(wanted=wanted):
                opens = max(wanted or OPENS, OPENS)
                while opens in self.full:
                    opens += timedelta(minutes=30)
                return WindowFound(opens, opens + timedelta(hours=2))
            case do.Renegotiate(opens=opens):
                return ServiceFailed() if self.refuses else Renegotiated("promise", opens)
            case do.MakePromise(kind=kind, opens=opens):
                return PromiseMade("promise", "654321", kind, opens)
            case _:
                return None


def owed_callback() -> Owed:
    """A callback in an hour that the caller still waits for."""
    return Owed("p1", "654321", PromiseKind.CALLBACK, "general", (("refund", 1),), Urgency.MONEY, OPENS)
