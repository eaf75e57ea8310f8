"""Take leave of a caller because the hotline stops: who waits for an agent is promised a call, before it is said."""

from __future__ import annotations

from collections.abc import Generator

from callbacks.model import PromiseKind
from ivr.flow import effects as do
from ivr.flow.conversation import Await, Conversation, Script, say, service
from ivr.flow.events import Event, PromiseMade, WindowFound
from prompts.phrase import Phrase, phrase


def leave(talk: Conversation, *, waits: bool, called_in: bool) -> Script:
    """Say that we stop and what happens next, then end the call.

    `waits`: the caller wants an agent and had none. `called_in`: the caller rang us; only they are asked to ring again.
    """
    made = talk.made
    if made is None and waits and talk.can_be_called and talk.about is None:
        made = yield from _promise(talk)
    yield from say(talk, phrase("stopping"), *_what_next(talk, made, called_in=called_in and not talk.served))
    return None


def _promise(talk: Conversation) -> Generator[Await, Event, PromiseMade | None]:
    """A callback in the window that the caller has agreed to, or else in the first that can be kept."""
    window = talk.window if talk.agreed else None
    if window is None:
        found = yield from service(do.FindWindow(talk.needs, None))
        if not isinstance(found, WindowFound):
            return None
        window = found.opens, found.due
    answer = yield from service(do.MakePromise(PromiseKind.CALLBACK, talk.needs, talk.urgency, *window))
    return answer if isinstance(answer, PromiseMade) else None


def _what_next(talk: Conversation, made: PromiseMade | None, *, called_in: bool) -> tuple[Phrase, ...]:
    if made is not None and made.opens is not None:
        return phrase("callback-made", reference=made.reference, when=made.opens), phrase("goodbye-promise")
    if made is not None:
        return phrase("when-fixed-made", reference=made.reference), phrase("goodbye-promise")
    if talk.about is not None:
        return (phrase("goodbye-promise"),)
    return (phrase("stopping-again"), phrase("goodbye")) if called_in else (phrase("goodbye"),)
