"""One question after the conversation (lesson 7)."""

from __future__ import annotations

from config.hotline_file import Step
from ivr.flow import effects as do
from ivr.flow.conversation import Conversation, Script, say
from ivr.flow.steps.keyed import ask_rating
from prompts.phrase import phrase


def script(talk: Conversation, step: Step) -> Script:
    """One to five, by voice or key, is kept as the rating; anything else ends the survey without one."""
    rating = yield from ask_rating(talk, phrase("survey-ask"))
    if rating is not None:
        talk.also(do.Rate(rating))
        yield from say(talk, phrase("survey-thanks"))
    return step.next
