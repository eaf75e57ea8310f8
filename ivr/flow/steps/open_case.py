"""Write the complaint down, and give the caller its number."""

from __future__ import annotations

from callbacks.model import Wish
from config.hotline_file import Step
from ivr.flow import effects as do
from ivr.flow.conversation import Conversation, Script, say, service
from ivr.flow.events import CaseOpened
from prompts.phrase import phrase


def script(talk: Conversation, step: Step) -> Script:
    """The number is spoken only after the case is committed; where that failed the caller still reaches a person."""
    wish = talk.understanding.wish if talk.understanding else Wish.NONE
    wanted = do.OpenCase(talk.category, talk.urgency, wish, talk.spoken_language, talk.summary)
    match (yield from service(wanted)):
        case CaseOpened(case=case, reference=reference, urgency=urgency, repeat=repeat):
            talk.case, talk.urgency, talk.repeat = case, urgency, repeat
            yield from say(talk, phrase("case-opened", reference=reference))
        case _:
            pass
    return step.next
