"""A caller whose complaint is still open and who rings again: ask once whether it is that, and then nothing more.

Who complains a second time has been through the menus (lesson 4): a yes leads past them, to a person.
"""

from __future__ import annotations

from callbacks.model import Wish
from config.hotline_file import Step
from ivr.flow import effects as do
from ivr.flow.conversation import Conversation, Script, say, service, yes_or_no
from ivr.flow.events import CaseOpened, OpenCaseFound
from ivr.understanding.understanding import Understanding
from prompts.phrase import phrase


def script(talk: Conversation, step: Step) -> Script:
    """Yes goes `otherwise`, to an agent; no, or no open case, goes on. Who is owed something has been asked already."""
    if talk.owed:
        return step.next
    match (yield from service(do.LookUpOpenCase())):
        case OpenCaseFound(case=str() as case, category=category, urgency=urgency) if category in talk.file.categories:
            pass
        case _:
            return step.next
    if not (yield from yes_or_no(talk, phrase("same-matter", category=category))):
        return step.next
    talk.understanding, talk.confirmed = Understanding(category, urgency, Wish.NONE, confidence=1.0), True
    talk.case, talk.urgency, talk.repeat = case, urgency, True
    match (yield from service(do.ComplainAgain(case))):
        case CaseOpened(urgency=urgency):
            talk.urgency = urgency
        case _:
            pass
    yield from say(talk, phrase("repeat-sorry"))
    return step.otherwise
