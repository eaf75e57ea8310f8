"""Wait for an agent: an honest estimate, a callback where the wait is long, then music until someone answers."""

from __future__ import annotations

import math

from config.hotline_file import Step
from config.urgency import Urgency
from ivr.flow import effects as do
from ivr.flow.conversation import Await, Conversation, Script, say, service, yes_or_no
from ivr.flow.events import AgentAnswered, AgentLeft, WaitEstimated
from ivr.flow.phases import Phase
from prompts.phrase import phrase


def script(talk: Conversation, step: Step) -> Script:
    """`next` after the conversation; `otherwise` when the caller takes a callback, or nobody is there to wait for.

    Who cannot be called back is offered none: they wait, or hear that there is nobody to wait for.
    """
    estimate = yield from service(do.EstimateWait(talk.needs, talk.urgency))
    if isinstance(estimate, WaitEstimated):
        talk.window = (estimate.opens, estimate.due)
        if not estimate.is_open or estimate.seconds is None:
            away = phrase("nobody-free") if estimate.is_open else phrase("closed", when=estimate.opens)
            if not talk.can_be_called:
                yield from say(talk, away, phrase("goodbye"))
                return None
            yield from say(talk, away)
            return step.otherwise
        if talk.understanding is not None and talk.understanding.abusive and talk.can_be_called:
            return step.otherwise
        if estimate.seconds > talk.file.callbacks.offer_above_wait and talk.urgency is not Urgency.SAFETY:
            wait = phrase("wait-minutes", minutes=math.ceil(estimate.seconds / 60))
            if not talk.can_be_called:
                yield from say(talk, wait)
            elif (yield from yes_or_no(talk, wait, phrase("offer-callback", when=estimate.opens))):
                return step.otherwise
        else:
            yield from say(talk, phrase("wait-soon"))
    waiting = do.Enqueue(talk.needs, talk.urgency, talk.repeat, talk.mood, talk.about.promise if talk.about else None)
    event = yield Await(Phase.WAITING, (waiting, do.PlayHoldMusic()))
    while isinstance(event, AgentAnswered):
        connect = do.Refer(event.agent) if event.leg is None else do.Bridge(event.agent, event.leg)
        ended = yield Await(Phase.TALKING, (do.StopPrompt(), connect))
        if isinstance(ended, AgentLeft):
            return step.next
        # The transfer failed. The caller kept their place on the floor, which finds another agent.
        event = yield Await(Phase.WAITING, (do.PlayHoldMusic(),))
    return step.otherwise
