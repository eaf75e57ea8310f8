"""Follow up after a case was solved (lesson 14): is it, and how well did we help?"""

from __future__ import annotations

from callbacks.model import PromiseKind, Wish
from config.hotline_file import Step
from ivr.flow import effects as do
from ivr.flow.conversation import Conversation, Script, say, service, yes_or_no
from ivr.flow.events import FollowUpAnswered
from ivr.flow.steps.keyed import ask_rating
from ivr.understanding.understanding import Understanding
from prompts.phrase import phrase


def script(talk: Conversation, step: Step) -> Script:
    """Each answer is written down before the next question is asked: who hangs up between them was heard. *No* goes
    `otherwise`, to the promise of a call; everybody else, and whoever is owed no follow-up, goes on."""
    owed = next((one for one in talk.owed if one.kind is PromiseKind.FOLLOW_UP), None)
    if owed is None:
        return step.next
    solved = yield from yes_or_no(talk, phrase("follow-up-hello", reference=owed.reference), phrase("follow-up-solved"))
    if solved is None:
        return step.next
    answered = yield from service(do.AnswerFollowUp(owed.promise, solved, None))
    rating = yield from ask_rating(talk, phrase("follow-up-satisfied"))
    if rating is not None:
        answered = yield from service(do.AnswerFollowUp(owed.promise, solved, rating))
    if solved or not isinstance(answered, FollowUpAnswered):
        yield from say(talk, phrase("survey-thanks"))
        return step.next
    # about the reopened case from here on, as if the caller had just told of it
    talk.case, talk.urgency, talk.about = answered.case, answered.urgency, None
    talk.confirmed = True  # it is the matter that we asked about
    talk.understanding = Understanding(answered.category, answered.urgency, Wish.CALLBACK, confidence=1.0)
    yield from say(talk, phrase("follow-up-sorry"))
    return step.otherwise
