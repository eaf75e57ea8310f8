"""A call of our own: what we promised cannot be done in time. Say so before it is missed, and agree on another window
(lesson 12)."""

from __future__ import annotations

from config.hotline_file import Step
from ivr.flow import effects as do
from ivr.flow.conversation import Conversation, Script, say, service, yes_or_no
from ivr.flow.events import Renegotiated, WindowFound
from prompts.phrase import phrase


def script(talk: Conversation, step: Step) -> Script:
    """The new window is promised only when the contact says yes; else the old promise stands, and `otherwise`."""
    if not talk.owed:
        return step.next
    talk.about = talk.owed[0]
    found = yield from service(do.FindWindow(talk.needs, None))
    if not isinstance(found, WindowFound):
        return step.otherwise
    hello = phrase("renegotiate-hello", reference=talk.about.reference)
    if (yield from yes_or_no(talk, hello, phrase("renegotiate-ask", when=found.opens))):
        made = yield from service(do.Renegotiate(talk.about.promise, found.opens, found.due))
        if isinstance(made, Renegotiated):
            yield from say(talk, phrase("renegotiate-made", when=made.opens))
            return step.next
    yield from say(talk, phrase("renegotiate-kept"))
    return step.otherwise
