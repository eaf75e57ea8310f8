"""Hear what happened, in the caller's own words; by key where words do not get through."""

from __future__ import annotations

from collections.abc import Generator

from callbacks.model import Wish
from config.hotline_file import Step
from config.urgency import graver
from ivr.flow.conversation import Await, Conversation, Script, ask
from ivr.flow.events import CallerSpoke, DigitPressed, Event, SpeechUnavailable
from ivr.messages import Expecting
from ivr.understanding.understanding import Understanding
from prompts.phrase import Phrase, phrase

KEYS = "123456789"


def script(talk: Conversation, step: Step) -> Script:
    """Ask up to `attempts` times, then offer keys; who presses none goes `otherwise`, to a person."""
    question: tuple[Phrase, ...] = (phrase("ask-problem"),)
    for _ in range(step.attempts):
        match (yield from ask(talk, Expecting.SPEECH, *question)):
            case CallerSpoke() as spoke:
                if take(talk, spoke):
                    return step.next
                question = (phrase("ask-problem-again"),)
            case SpeechUnavailable():
                break
            case DigitPressed():
                break
            case _:
                question = (phrase("no-input"), phrase("ask-problem"))
    chosen = yield from choose_by_key(talk)
    return step.next if chosen else step.otherwise


def take(talk: Conversation, spoke: CallerSpoke) -> bool:
    """Note what was said; True when it was understood well enough to be said back."""
    reading = spoke.understanding
    talk.mood = spoke.mood
    talk.summary = f"{talk.summary} {spoke.text}".strip()
    asks_for_person = reading.wish in (Wish.AGENT, Wish.MANAGER)
    if reading.confidence < talk.file.listening.doubt_below and not asks_for_person:
        return False
    talk.understanding, talk.urgency = reading, reading.urgency
    talk.confirmed = False
    return True


def choose_by_key(talk: Conversation) -> Generator[Await, Event, bool]:
    """The categories as a menu of keys; True when one was chosen, which needs no confirming."""
    names = list(talk.file.categories)[: len(KEYS)]
    menu: tuple[Phrase, ...] = (phrase("keys-only"),)
    menu += tuple(phrase("keys-menu-item", category=name, digit=KEYS[i]) for i, name in enumerate(names))
    match (yield from ask(talk, Expecting.DIGITS, *menu, phrase("keys-menu-end"))):
        case DigitPressed(digit) if digit in KEYS[: len(names)]:
            category = names[int(digit) - 1]
            urgency = talk.file.categories[category].urgency
            talk.understanding = Understanding(category, urgency, Wish.NONE, confidence=1.0)
            talk.urgency, talk.confirmed = graver(talk.urgency, urgency), True
            return True
        case _:
            return False
