"""Numbers from the caller, by voice or by key."""

from __future__ import annotations

from collections.abc import Generator

from ivr.flow import effects as do
from ivr.flow.conversation import Await, Conversation, ask
from ivr.flow.events import CallerSpoke, DigitPressed, Event
from ivr.flow.phases import Phase
from ivr.messages import Expecting
from ivr.understanding.spoken_digits import digits_in
from prompts.phrase import Phrase

END_KEY = "#"
#: Between two keys nobody thinks for longer.
KEY_PAUSE_SECONDS = 5.0
RATINGS = "12345"


def ask_number(talk: Conversation, length: int, *phrases: Phrase) -> Generator[Await, Event, str]:
    """The digits that were said or pressed, empty for none: up to `length` keys, fewer when # or a pause ends them."""
    match (yield from ask(talk, Expecting.DIGITS, *phrases)):
        case CallerSpoke(text=text):
            return digits_in(text, talk.spoken_language)
        case DigitPressed(digit):
            return (yield from _further_keys(talk, digit, length))
        case _:
            return ""


def ask_rating(talk: Conversation, *phrases: Phrase) -> Generator[Await, Event, int | None]:
    """One to five, by voice or key; None for anything else."""
    said = yield from ask_number(talk, 1, *phrases)
    return int(said) if len(said) == 1 and said in RATINGS else None


def _further_keys(talk: Conversation, first: str, length: int) -> Generator[Await, Event, str]:
    keys = "" if first == END_KEY else first
    while first != END_KEY and len(keys) < length:
        match (yield Await(Phase.ASKING, (do.SetTimer(talk.next_turn(), KEY_PAUSE_SECONDS),))):
            case DigitPressed(digit) if digit != END_KEY:
                keys += digit
            case _:
                break
    return keys
