"""Tell a caller where things stand, by reference (lesson 24)."""

from __future__ import annotations

from callbacks.model import PromiseKind
from callbacks.status.standing import Stage
from config.hotline_file import Step
from config.ids import REFERENCE_DIGITS
from ivr.flow import effects as do
from ivr.flow.conversation import Conversation, Script, say, service, yes_or_no
from ivr.flow.events import StatusFound
from ivr.flow.steps.keyed import ask_number
from prompts.phrase import Phrase, phrase

_OPEN = frozenset({Stage.OWED, Stage.CALLING, Stage.IN_WORK})
_PHRASES = {
    Stage.OWED: "status-owed",
    Stage.CALLING: "status-owed",
    Stage.KEPT: "status-kept",
    Stage.CHANGED: "status-changed",
    Stage.BROKEN: "status-broken",
    Stage.WITHDRAWN: "status-withdrawn",
    Stage.IN_WORK: "status-in-work",
    Stage.SOLVED: "status-solved",
}


def script(talk: Conversation, step: Step) -> Script:
    """Ask for a reference, up to `attempts` times, and say where it stands. Whoever calls from the contact's own number
    hears the time, too, and may speak to someone about it: they go `otherwise`, as does whose promise was broken."""
    question: tuple[Phrase, ...] = (phrase("status-ask"),)
    for _ in range(step.attempts):
        reference = yield from ask_number(talk, REFERENCE_DIGITS, *question)
        if len(reference) < REFERENCE_DIGITS:
            question = (phrase("status-ask-again"),)
            continue
        found = yield from service(do.LookUpStatus(reference))
        if not isinstance(found, StatusFound):
            return step.otherwise
        if found.stage is None:
            question = (phrase("status-unknown"), phrase("status-ask-again"))
            continue
        return (yield from _told(talk, step, found))
    return step.otherwise


def _told(talk: Conversation, step: Step, found: StatusFound) -> Script:
    assert found.stage is not None
    told = [phrase(_PHRASES[found.stage])]
    if found.opens is not None:
        told.append(phrase("owed-callback", reference=found.reference, when=found.opens))
    mine = next((owed for owed in talk.owed if owed.promise == found.promise), None)
    if mine is not None and found.stage in _OPEN | {Stage.CHANGED} and mine.kind is not PromiseKind.FOLLOW_UP:
        if (yield from yes_or_no(talk, *told, phrase("owed-choice"))):
            talk.about, talk.urgency = mine, mine.urgency
            return step.otherwise
        return step.next
    yield from say(talk, *told)
    return step.otherwise if found.stage is Stage.BROKEN else step.next
