"""Meet a returning caller: say first what is still owed (lesson 2)."""

from __future__ import annotations

from callbacks.model import PromiseKind
from config.hotline_file import Step
from ivr.flow.conversation import Conversation, Script, yes_or_no
from ivr.flow.events import Owed
from prompts.phrase import Phrase, phrase

# More than these few are too much to listen to; the desk shows all.
SPOKEN_AT_MOST = 2


def script(talk: Conversation, step: Step) -> Script:
    """Nothing owed: go on. Otherwise say what is owed; who wants to speak about it goes `otherwise`, to an agent."""
    if not talk.owed:
        return step.next
    wants_it_now = yield from yes_or_no(
        talk, *(owed_phrase(owed) for owed in talk.owed[:SPOKEN_AT_MOST]), phrase("owed-choice")
    )
    if not wants_it_now:
        return step.next
    follow_up = talk.step_of_kind("follow-up")
    if talk.owed[0].kind is PromiseKind.FOLLOW_UP and follow_up is not None:
        return follow_up  # our questions need no agent
    talk.about = talk.owed[0]
    talk.urgency = talk.about.urgency
    return step.otherwise


def owed_phrase(owed: Owed) -> Phrase:
    """What is owed, by kind; a callback names its time."""
    if owed.kind is PromiseKind.CALLBACK and owed.opens is not None:
        return phrase("owed-callback", reference=owed.reference, when=owed.opens)
    if owed.kind is PromiseKind.CALLBACK:
        return phrase("owed-progress", reference=owed.reference)
    return phrase(f"owed-{owed.kind.value}", reference=owed.reference)
