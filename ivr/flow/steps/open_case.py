"""Write the complaint down, and give the caller its number."""

from __future__ import annotations

from callbacks.model import Wish
from config.hotline_file import Step
from ivr.flow import effects as do
from ivr.flow.conversation import Conversation, Script, say, service
from ivr.flow.events import CaseOpened
from prompts.phrase import phrase


def script(talk: Conversation, step: Step) -> Script:
    """The number is spoken only after the case is committed; where that failed the caller still reaches a person.

    A second complaint on the same matter goes `otherwise`, where there is such a way.
    """
    wish = talk.understanding.wish if talk.understanding else Wish.NONE
    product = talk.understanding.product if talk.understanding else None
    wanted = do.OpenCase(talk.category, talk.urgency, wish, talk.spoken_language, talk.summary, product)
    match (yield from service(wanted)):
        case CaseOpened(case=case, reference=reference, urgency=urgency, repeat=repeat):
            talk.case, talk.urgency, talk.repeat = case, urgency, repeat
            yield from say(talk, phrase("case-opened", reference=reference))
            if repeat:  # nothing that was said the first time is said again (lesson 4)
                yield from say(talk, phrase("repeat-sorry"))
                return step.otherwise or step.next
        case _:
            pass
    return step.next
