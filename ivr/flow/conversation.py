"""What a step of the call flow works with: the facts of the call, and the few moves every step is made of.

A step is a generator: it yields an `Await`, the phase it waits in and the effects it asks for, and is sent the event
that ends the wait. It reads like the conversation it holds, touches nothing outside, and is replayed from its events.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime

from config.hotline_file import HotlineFile
from config.urgency import Urgency
from ivr.flow import effects as do
from ivr.flow.events import (
    CallerBegan,
    CallerSpoke,
    DigitPressed,
    Event,
    Owed,
    PromiseMade,
    PromptFinished,
    SpeechUnavailable,
)
from ivr.flow.phases import Phase
from ivr.messages import Expecting
from ivr.understanding.affirmation import affirms
from ivr.understanding.understanding import Understanding
from prompts.phrase import Phrase, phrase
from routing.work import Mood, Needs

YES_KEY, NO_KEY = "1", "2"
KEY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Await:
    """Do these things, then wait in this phase for one event."""

    phase: Phase
    effects: tuple[do.Effect, ...]


Script = Generator[Await, Event, str | None]
"""A step at work; it returns the name of the next step, or None to end the call."""


@dataclass(slots=True)
class Conversation:
    """The facts of one call, gathered as it goes. Belongs to one dialog."""

    file: HotlineFile
    call: str = ""
    contact: str = ""
    tier: str = ""
    language: str | None = None
    owed: tuple[Owed, ...] = ()
    can_be_called: bool = True
    about: Owed | None = None
    mood: Mood = Mood.CALM
    summary: str = ""
    understanding: Understanding | None = None
    confirmed: bool = False
    case: str | None = None
    urgency: Urgency = Urgency.INFO
    repeat: bool = False
    window: tuple[datetime, datetime] | None = None
    agreed: bool = False  # the caller has said yes to the window
    wanted: datetime | None = None  # when the caller would like to be called
    made: PromiseMade | None = None  # what was promised in this call
    served: bool = False  # an agent was on the line
    turn: int = 0
    pending: list[do.Effect] = field(default_factory=list)

    @property
    def spoken_language(self) -> str:
        """The caller's language, or the hotline's first until it is known."""
        return self.language or self.file.languages[0]

    @property
    def category(self) -> str:
        """What the call is about, as far as it may decide anything: what the caller agreed to or, in a flow that asks
        nobody to, what was understood without doubt. Otherwise the last category of the file."""
        reading = self.understanding
        is_agreed = self.confirmed or self.step_of_kind("confirm") is None
        if reading is None or not is_agreed or self.is_doubtful(reading):
            return list(self.file.categories)[-1]
        return reading.category

    def is_doubtful(self, reading: Understanding) -> bool:
        """Whether nothing may be concluded from the category of this reading."""
        return reading.confidence < self.file.listening.doubt_below

    @property
    def needs(self) -> Needs:
        """What serving this caller takes."""
        if self.about is not None:
            return Needs(self.about.queue, self.spoken_language, self.about.skills)
        category = self.file.categories[self.category]
        return Needs(category.queue, self.spoken_language, tuple(sorted(category.skills.items())))

    @property
    def preferred_skills(self) -> dict[str, int]:
        """Agents who have these come first: of a second complaint seniors do (lesson 4). Nobody is excluded."""
        category = self.file.categories.get(self.category)
        wanted = dict(category.preferred_skills) if category is not None else {}
        return wanted | self.file.cases.repeat_skills if self.repeat else wanted

    def step_of_kind(self, kind: str) -> str | None:
        """The name of the flow's first step of this kind."""
        return next((name for name, step in self.file.flow.steps.items() if step.kind == kind), None)

    def next_turn(self) -> int:
        """A fresh turn number; answers to earlier turns are late from now on."""
        self.turn += 1
        return self.turn

    def also(self, *wanted: do.Effect) -> None:
        """Ask for something that nobody waits for; it goes out before the next effects."""
        self.pending.extend(wanted)

    def saying(self, *phrases: Phrase) -> do.Say:
        """The effect that speaks the phrases as a turn of its own."""
        return do.Say(self.next_turn(), phrases, self.spoken_language, self.mood)


def say(talk: Conversation, *phrases: Phrase) -> Generator[Await, Event, None]:
    """Speak and wait for the end."""
    yield Await(Phase.SPEAKING, (talk.saying(*phrases),))


def service(effect: do.Effect) -> Generator[Await, Event, Event]:
    """Ask a service and wait for its answer (`ServiceFailed` when it could not do it)."""
    answer = yield Await(Phase.WORKING, (effect,))
    return answer


def ask(talk: Conversation, expecting: Expecting, *phrases: Phrase) -> Generator[Await, Event, Event]:
    """Speak, hear one answer: `CallerSpoke`, `DigitPressed`, `CallerSilent` or `SpeechUnavailable`.

    The caller may speak or press into the prompt. Without ears we wait for a key.
    """
    speak = talk.saying(*phrases)
    turn, language = speak.turn, speak.language
    event = yield Await(Phase.ASKING, (speak, do.Listen(turn, language, expecting, after_prompt=False)))
    prompt_plays, hears, speaking = True, True, False
    while True:
        match event:
            case CallerBegan():
                speaking = True
                wanted: tuple[do.Effect, ...] = (do.StopPrompt(),) if prompt_plays else ()
                prompt_plays = False
            case PromptFinished():
                prompt_plays = False
                if speaking:
                    wanted = ()
                elif hears:
                    wanted = (do.Listen(turn, language, expecting, after_prompt=True),)
                else:
                    wanted = (do.SetTimer(turn, KEY_SECONDS),)
            case SpeechUnavailable():
                hears = False
                wanted = () if prompt_plays else (do.SetTimer(turn, KEY_SECONDS),)
            case DigitPressed():
                if prompt_plays:
                    talk.also(do.StopPrompt())
                if hears:
                    talk.also(do.StopListening())
                return event
            case _:
                return event
        event = yield Await(Phase.ASKING, wanted)


def yes_or_no(talk: Conversation, *phrases: Phrase) -> Generator[Await, Event, bool | None]:
    """Ask for yes (key 1) or no (key 2), a second time where the answer was neither; None after two misses."""
    for question in (phrases, (phrase("confirm-again"),)):
        match (yield from ask(talk, Expecting.YES_NO, *question)):
            case DigitPressed(digit) if digit in (YES_KEY, NO_KEY):
                return digit == YES_KEY
            case CallerSpoke(text=text):
                affirmed = affirms(text, talk.spoken_language)
                if affirmed is not None:
                    return affirmed
            case _:
                pass
    return None
