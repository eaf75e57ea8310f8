"""Promise a call back, at a time that the caller chooses and the floor can keep; speak of it only once it is
committed."""

from __future__ import annotations

from callbacks.model import PromiseKind
from config.hotline_file import Step
from ivr.flow import effects as do
from ivr.flow.conversation import Conversation, Script, say, service
from ivr.flow.events import PromiseMade, WaitEstimated
from ivr.flow.steps.choosing_time import choose_window
from prompts.phrase import phrase


def script(talk: Conversation, step: Step) -> Script:
    """`next` with the promise made; `otherwise` when it could not be made."""
    if talk.about is not None:  # it is owed already: the old promise stands, a second one would be one too many
        return step.next
    if talk.window is None:
        estimate = yield from service(do.EstimateWait(talk.needs, talk.urgency))
        if not isinstance(estimate, WaitEstimated):
            return step.otherwise
        talk.window = (estimate.opens, estimate.due)
    firm = talk.understanding is not None and talk.understanding.abusive
    if not (talk.agreed or firm):  # who is abusive gets a time, and no say in it (lesson 20)
        talk.window, talk.agreed = (yield from choose_window(talk, talk.window)), True
    opens, due = talk.window
    match (yield from service(do.MakePromise(PromiseKind.CALLBACK, talk.needs, talk.urgency, opens, due))):
        case PromiseMade(reference=reference, opens=when):
            if firm:
                yield from say(talk, phrase("abuse-offer", when=when or opens))
            yield from say(talk, phrase("callback-made", reference=reference, when=when or opens))
            return step.next
        case _:
            return step.otherwise
