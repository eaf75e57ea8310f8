"""Take the call and say who we are."""

from __future__ import annotations

from collections.abc import Generator

from config.hotline_file import Step
from ivr.flow import effects as do
from ivr.flow.conversation import Await, Conversation, Script, say, service
from ivr.flow.events import Event, TroubleFound
from ivr.flow.phases import Phase
from prompts.phrase import Phrase, phrase


def script(talk: Conversation, step: Step) -> Script:
    """Answer, then greet in the caller's language; where it is not known yet, `choose-language` speaks first."""
    yield Await(Phase.ANSWERING, (do.Answer(),))
    if talk.language is not None:
        yield from say(talk, phrase("greeting"), *(yield from _known_trouble(talk)))
    return step.next


def _known_trouble(talk: Conversation) -> Generator[Await, Event, tuple[Phrase, ...]]:
    """Where the hotline file says so: what many others call about."""
    if not talk.file.problems.greet:
        return ()
    match (yield from service(do.LookUpTrouble())):
        case TroubleFound(category=str() as category) if category in talk.file.categories:
            return (phrase("known-trouble", category=category),)
        case _:
            return ()
