"""Take the call and say who we are."""

from __future__ import annotations

from config.hotline_file import Step
from ivr.flow import effects as do
from ivr.flow.conversation import Await, Conversation, Script, say
from ivr.flow.phases import Phase
from prompts.phrase import phrase


def script(talk: Conversation, step: Step) -> Script:
    """Answer, then greet in the caller's language; where it is not known yet, `choose-language` speaks first."""
    yield Await(Phase.ANSWERING, (do.Answer(),))
    if talk.language is not None:
        yield from say(talk, phrase("greeting"))
    return step.next
