"""One question after the conversation (lesson 7)."""

from __future__ import annotations

from config.hotline_file import Step
from ivr.flow import effects as do
from ivr.flow.conversation import Conversation, Script, ask, say
from ivr.flow.events import DigitPressed
from ivr.messages import Expecting
from prompts.phrase import phrase


def script(talk: Conversation, step: Step) -> Script:
    """A key from 1 to 5 is kept as the rating; anything else ends the survey without one."""
    match (yield from ask(talk, Expecting.DIGITS, phrase("survey-ask"))):
        case DigitPressed(digit) if digit in "12345":
            talk.also(do.Rate(int(digit)))
            yield from say(talk, phrase("survey-thanks"))
        case _:
            pass
    return step.next
