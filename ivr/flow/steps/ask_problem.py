"""Hear what happened, in the caller's own words; by key where words do not get through."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from callbacks.model import Wish
from config.hotline_file import Step
from config.urgency import Urgency, graver
from ivr.flow.conversation import Await, Conversation, Script, ask
from ivr.flow.events import CallerSpoke, DigitPressed, Event, SpeechUnavailable
from ivr.messages import Expecting
from ivr.understanding.asks_status import asks_status
from ivr.understanding.understanding import Understanding
from prompts.phrase import Phrase, phrase

KEYS = "123456789"
#: At the open question: the caller asks where something stands.
STATUS_KEY = "*"


def script(talk: Conversation, step: Step) -> Script:
    """Ask up to `attempts` times, then offer keys; who presses none goes `otherwise`, to a person. Who asks where
    something stands goes to the flow's `status` step, if it has one."""
    status = talk.step_of_kind("status")
    hint = (phrase("status-hint"),) if status is not None else ()
    question: tuple[Phrase, ...] = (phrase("ask-problem"),)
    for _ in range(step.attempts):
        match (yield from ask(talk, Expecting.SPEECH, *question)):
            case CallerSpoke(text=text) if status is not None and asks_status(text, talk.spoken_language):
                return status
            case DigitPressed(digit) if status is not None and digit == STATUS_KEY:
                return status
            case CallerSpoke() as spoke:
                if take(talk, spoke):
                    return step.next
                question = (phrase("ask-problem-again"),)
            case SpeechUnavailable():
                break
            case DigitPressed():
                break
            case _:
                question = (phrase("no-input"), phrase("ask-problem"), *hint)
    chosen = yield from choose_by_key(talk)
    return step.next if chosen else step.otherwise


def take(talk: Conversation, spoke: CallerSpoke) -> bool:
    """Note what was said; True when it was understood well enough to be said back."""
    reading = spoke.understanding
    talk.summary = f"{talk.summary} {spoke.text}".strip()
    asks_for_person = reading.wish in (Wish.AGENT, Wish.MANAGER)
    if talk.is_doubtful(reading) and not asks_for_person:
        return False
    keep(talk, reading, reading.urgency)
    return True


def keep(talk: Conversation, reading: Understanding, urgency: Urgency) -> None:
    """Note a reading that is to be confirmed, and when to call back, where it says so."""
    talk.understanding, talk.urgency, talk.confirmed = reading, urgency, False
    talk.wanted = reading.callback_at if reading.wish is Wish.CALLBACK else None


def choose_by_key(talk: Conversation) -> Generator[Await, Event, bool]:
    """The categories as a menu of keys; True when one was chosen. A key needs no confirming."""
    names = list(talk.file.categories)[: len(KEYS)]
    match (yield from ask(talk, Expecting.CATEGORY, phrase("keys-only"), *menu_of(names), phrase("keys-menu-end"))):
        case DigitPressed(digit) if digit in KEYS[: len(names)]:
            category = names[int(digit) - 1]
            urgency = talk.file.categories[category].urgency
            talk.understanding = Understanding(category, urgency, Wish.NONE, confidence=1.0)
            talk.urgency, talk.confirmed = graver(talk.urgency, urgency), True
            return True
        case CallerSpoke() as spoke:  # the name of one, perhaps: to be confirmed like anything that was heard
            return take(talk, spoke)
        case _:
            return False


def menu_of(names: Sequence[str]) -> tuple[Phrase, ...]:
    """Categories by key, the first by 1."""
    return tuple(phrase("keys-menu-item", category=name, digit=KEYS[i]) for i, name in enumerate(names))
