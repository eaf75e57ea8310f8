"""When shall we call back? One of two windows by key, or a time in the caller's own words, said back before it is
promised. Whatever is chosen, the floor can keep it."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta

from ivr.flow import effects as do
from ivr.flow.conversation import Await, Conversation, ask, service, yes_or_no
from ivr.flow.events import CallerSilent, CallerSpoke, DigitPressed, Event, WindowFound
from ivr.messages import Expecting
from ivr.understanding.affirmation import affirms
from prompts.phrase import Phrase, phrase

FIRST_KEY, SECOND_KEY, OTHER_KEY = "1", "2", "3"
#: So often a caller may be misunderstood, or change their mind; then the first window is promised.
MISSES = 2
#: A window that begins so soon after the time that was named is that time.
_CLOSE = timedelta(minutes=10)

Window = tuple[datetime, datetime]
Choosing = Generator[Await, Event, Window]


def choose_window(talk: Conversation, first: Window) -> Choosing:
    """The window that the caller agrees to; after two misses the first that can be kept."""
    if talk.wanted is not None:
        return (yield from _settle(talk, first, talk.wanted))
    second = yield from _window_from(talk, first[1])
    choices: tuple[Phrase, ...] = (phrase("choose-window", when=first[0], digit=FIRST_KEY),)
    if second is not None and second != first:
        choices += (phrase("choose-window", when=second[0], digit=SECOND_KEY),)
    menu = (phrase("choose-time"), *choices, phrase("choose-other", digit=OTHER_KEY))
    for _ in range(MISSES):
        match (yield from ask(talk, Expecting.HOURS, *menu)):
            case DigitPressed(digit) if digit == FIRST_KEY:
                return first
            case DigitPressed(digit) if digit == SECOND_KEY and second is not None:
                return second
            case CallerSpoke() as spoke if spoke.understanding.callback_at is not None:
                return (yield from _settle(talk, first, spoke.understanding.callback_at))
            case CallerSpoke(text=text) if affirms(text, talk.spoken_language):
                return first
            case DigitPressed(digit) if digit == OTHER_KEY:
                return (yield from _settle(talk, first, None))
            case CallerSpoke():
                return (yield from _settle(talk, first, None))
            case DigitPressed() | CallerSilent():
                continue
            case _:  # nothing can be heard, and no key was pressed
                break
    return first


def _settle(talk: Conversation, first: Window, wanted: datetime | None) -> Choosing:
    """Ask for a time unless one is `wanted` already, find the nearest window and say it back, until they agree."""
    question = "name-time"
    for _ in range(MISSES):
        if wanted is None:
            wanted = yield from _named_time(talk, phrase(question))
            question = "name-time-again"
        if wanted is not None:
            found = yield from _window_from(talk, wanted)
            if found is None:
                break
            is_it = found[0] - max(wanted, first[0]) <= _CLOSE
            said_back = phrase("confirm-time" if is_it else "time-full", when=found[0])
            if (yield from yes_or_no(talk, said_back)):
                return found
            wanted, question = None, "name-time"
    return first


def _named_time(talk: Conversation, question: Phrase) -> Generator[Await, Event, datetime | None]:
    match (yield from ask(talk, Expecting.HOURS, question)):
        case CallerSpoke(understanding=reading):
            return reading.callback_at
        case _:
            return None


def _window_from(talk: Conversation, wanted: datetime) -> Generator[Await, Event, Window | None]:
    match (yield from service(do.FindWindow(talk.needs, wanted))):
        case WindowFound(opens=opens, due=due):
            return opens, due
        case _:
            return None
