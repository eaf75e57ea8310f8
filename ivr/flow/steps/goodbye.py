"""Take leave; the call ends after it."""

from __future__ import annotations

from config.hotline_file import Step
from ivr.flow.conversation import Conversation, Script, say
from prompts.phrase import phrase


def script(talk: Conversation, step: Step) -> Script:
    """Say goodbye; a flow may still go on from here, but seldom does."""
    yield from say(talk, phrase("goodbye"))
    return step.next
