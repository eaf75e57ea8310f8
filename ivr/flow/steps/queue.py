"""Wait for an agent: an honest estimate, a callback where the wait is long, then music until someone answers."""

from __future__ import annotations

import math
from collections.abc import Generator

from config.hotline_file import Step
from config.urgency import Urgency
from ivr.flow import effects as do
from ivr.flow.conversation import NO_KEY, YES_KEY, Await, Conversation, Script, ask, say, service
from ivr.flow.events import (
    AgentAnswered,
    AgentLeft,
    CallerSpoke,
    DigitPressed,
    Event,
    PromptFinished,
    TimerFired,
    WaitEstimated,
)
from ivr.flow.phases import Phase
from ivr.flow.steps.choosing_time import OTHER_KEY
from ivr.messages import Expecting
from ivr.understanding.affirmation import affirms
from prompts.phrase import Phrase, phrase

#: A word so often: silence on a line makes people hang up, and whoever could serve them may be gone meanwhile.
STILL_WAITING_SECONDS = 60.0


def script(talk: Conversation, step: Step) -> Script:
    """`next` after the conversation; `otherwise` when the caller takes a callback, or nobody is there to wait for.

    Who cannot be called back is offered none: they wait, or hear that there is nobody to wait for.
    """
    estimate = yield from service(do.EstimateWait(talk.needs, talk.urgency))
    if isinstance(estimate, WaitEstimated):
        note_window(talk, estimate)
        if not estimate.is_open or estimate.seconds is None:
            return (yield from turned_away(talk, step, estimate))
        if talk.understanding is not None and talk.understanding.abusive and talk.can_be_called:
            return step.otherwise
        if (yield from prefers_callback(talk, estimate)):
            return step.otherwise
    waiting = do.Enqueue(talk.needs, talk.urgency, talk.repeat, talk.mood, talk.about.promise if talk.about else None)
    event = yield from wait(talk, waiting)
    while isinstance(event, AgentAnswered):
        connect = do.Refer(event.agent) if event.leg is None else do.Bridge(event.agent, event.leg)
        ended = yield Await(Phase.TALKING, (do.StopPrompt(), connect))
        if isinstance(ended, AgentLeft):
            if ended.granted:  # or the next favour is expected (lesson 22)
                yield from say(talk, phrase("exception-once"))
            return step.next
        event = yield from wait(talk)  # the transfer failed; the caller has kept their place on the floor
    talk.also(do.LeaveQueue())
    if isinstance(event, WaitEstimated):
        note_window(talk, event)
        return (yield from turned_away(talk, step, event))
    return step.otherwise


def note_window(talk: Conversation, estimate: WaitEstimated) -> None:
    """The window that may be offered; one that the caller has agreed to stands."""
    if not talk.agreed:
        talk.window = (estimate.opens, estimate.due)


def turned_away(talk: Conversation, step: Step, estimate: WaitEstimated) -> Script:
    """Nobody is there who could serve: say so. Who can be called back goes `otherwise`, the others take leave."""
    away = phrase("nobody-free") if estimate.is_open else phrase("closed", when=estimate.opens)
    if not talk.can_be_called:
        yield from say(talk, away, phrase("goodbye"))
        return None
    yield from say(talk, away)
    return step.otherwise


def prefers_callback(talk: Conversation, estimate: WaitEstimated) -> Generator[Await, Event, bool]:
    """Name the wait; where it is long offer to call back instead. In danger nobody is sent away."""
    seconds = estimate.seconds or 0.0
    if seconds <= talk.file.callbacks.offer_above_wait or talk.urgency is Urgency.SAFETY:
        yield from say(talk, phrase("wait-soon"))
        return False
    minutes = phrase("wait-minutes", minutes=math.ceil(seconds / 60))
    if not talk.can_be_called:
        yield from say(talk, minutes)
        return False
    offer = phrase("offer-callback", when=estimate.opens)
    return (yield from takes_callback(talk, minutes, offer, phrase("offer-other-time")))


def takes_callback(talk: Conversation, *offer: Phrase) -> Generator[Await, Event, bool]:
    """Yes (key 1) agrees to the window, no (key 2) waits on; who names another time, or presses 3 to do so, takes the
    callback and has not agreed to the window yet."""
    for question in (offer, (phrase("confirm-again"),)):
        match (yield from ask(talk, Expecting.YES_NO, *question)):
            case DigitPressed(digit) if digit in (YES_KEY, NO_KEY):
                talk.agreed = digit == YES_KEY
                return talk.agreed
            case DigitPressed(digit) if digit == OTHER_KEY:
                return True
            case CallerSpoke(text=text, understanding=reading):
                if reading.callback_at is not None:
                    talk.wanted = reading.callback_at
                    return True
                affirmed = affirms(text, talk.spoken_language)
                if affirmed is not None:
                    talk.agreed = affirmed
                    return affirmed
            case _:
                pass
    return False


def wait(talk: Conversation, *first: do.Effect) -> Generator[Await, Event, Event]:
    """Music, and a word from time to time, until something ends it: an agent, a failure, or the estimate that nobody
    is left who could answer."""
    event = yield Await(Phase.WAITING, (*first, *music(talk)))
    while True:
        match event:
            case TimerFired():
                event = yield Await(Phase.WAITING, (do.EstimateWait(talk.needs, talk.urgency),))
            case WaitEstimated(seconds=float()):
                event = yield Await(Phase.WAITING, (talk.saying(phrase("still-waiting")),))
            case PromptFinished():
                event = yield Await(Phase.WAITING, music(talk))
            case _:
                return event


def music(talk: Conversation) -> tuple[do.Effect, ...]:
    """Hold music until the next word."""
    return do.PlayHoldMusic(), do.SetTimer(talk.next_turn(), STILL_WAITING_SECONDS)
