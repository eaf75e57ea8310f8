"""Say back what was understood and ask whether it is right (lesson 19)."""

from __future__ import annotations

from config.hotline_file import Step
from config.urgency import Urgency
from ivr.flow.conversation import Conversation, Script, yes_or_no
from prompts.phrase import phrase

WORDING = {Urgency.SAFETY: "confirm-safety", Urgency.LEGAL: "confirm-legal"}


def script(talk: Conversation, step: Step) -> Script:
    """Yes goes on; no, or two misses, ask again. What was chosen by key is not asked about."""
    if talk.confirmed or talk.understanding is None:
        return step.next
    question = phrase(WORDING.get(talk.urgency, "confirm"), category=talk.category)
    agreed = yield from yes_or_no(talk, question)
    if agreed:
        talk.confirmed = True
        return step.next
    talk.understanding, talk.urgency = None, Urgency.INFO
    return step.otherwise
