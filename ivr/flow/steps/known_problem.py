"""Where a known problem is behind the complaint: say so, and offer a call when it is fixed (lessons 1, 25)."""

from __future__ import annotations

from callbacks.model import PromiseKind
from config.hotline_file import Step
from ivr.flow import effects as do
from ivr.flow.conversation import Conversation, Script, say, service, yes_or_no
from ivr.flow.events import ProblemLookedUp, PromiseMade
from prompts.phrase import Recorded, phrase
from prompts.prompt_library import workaround_clip


def script(talk: Conversation, step: Step) -> Script:
    """A workaround is spoken where people have recorded it; the general sentence always is.

    Who takes the promise goes `otherwise`, towards the end of the call; all others go on to the queue.
    """
    product = talk.understanding.product if talk.understanding else None
    match (yield from service(do.LookUpProblem(talk.category, product))):
        case ProblemLookedUp(problem=str() as problem, workaround=workaround):
            pass
        case _:
            return step.next
    known = [phrase("known-problem")]
    if workaround:
        known.append(phrase("workaround", workaround=Recorded(workaround_clip(problem), workaround)))
    if not talk.can_be_called:
        yield from say(talk, *known)
        return step.next
    wants_call = yield from yes_or_no(talk, *known, phrase("offer-when-fixed"))
    if not wants_call:
        return step.next
    promise = do.MakePromise(PromiseKind.WHEN_FIXED, talk.needs, talk.urgency, opens=None, due=None, problem=problem)
    match (yield from service(promise)):
        case PromiseMade(reference=reference):
            yield from say(talk, phrase("when-fixed-made", reference=reference))
            return step.otherwise
        case _:
            return step.next
