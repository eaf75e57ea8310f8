"""Say back what was understood, part by part, and ask whether it is right (lesson 19).

Nothing that was doubtful goes on unless the caller agreed to it, by voice or key. What is wrong is put right where it
was wrong: by naming the right thing, or by a key out of the next best readings.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from callbacks.model import Wish
from config.hotline_file import Step
from config.urgency import Urgency, graver
from ivr.flow.conversation import NO_KEY, YES_KEY, Await, Conversation, Script, ask
from ivr.flow.events import CallerSpoke, DigitPressed, Event
from ivr.flow.steps.ask_problem import KEYS, keep, menu_of, take
from ivr.messages import Expecting
from ivr.understanding.affirmation import affirms
from ivr.understanding.correction import correct
from ivr.understanding.understanding import Understanding
from prompts.phrase import Phrase, phrase

WORDING = {Urgency.SAFETY: "confirm-safety", Urgency.LEGAL: "confirm-legal"}
#: An answer that is neither yes nor no and names no other part of what was said back is a complaint if it is so sure a
#: reading: another one, or the same again.
SURE_AGAIN = 0.8
#: Who puts something right more often is better off with a person.
MOST_CORRECTIONS = 2
#: Choices by key after a no: more are too many to listen to.
CHOICES = 3


def script(talk: Conversation, step: Step) -> Script:
    """Yes goes on. `attempts` misses (neither yes nor no), as many times no, or a no without the right thing lead
    `otherwise`, to a person; nothing of what was understood goes with them but its urgency, unless that was denied.

    What was chosen by key is not asked about.
    """
    if talk.confirmed or talk.understanding is None:
        return step.next
    misses = denials = corrections = 0
    question, denied = said_back(talk, talk.understanding), False
    while max(misses, denials) < step.attempts and corrections <= MOST_CORRECTIONS:
        verdict = answered(talk, (yield from ask(talk, Expecting.YES_NO, *question)))
        denied = verdict is False
        if denied:
            denials += 1
            verdict = (yield from put_right(talk)) if denials < step.attempts else None
            if verdict is None:
                break
        if verdict is True:
            talk.confirmed = True
            return step.next
        if isinstance(verdict, Understanding):
            corrections += 1
            question = said_back(talk, verdict)
        else:
            misses += 1
            question = (phrase("confirm-again"),)
    talk.understanding, talk.wanted = None, None
    if denied:
        talk.urgency = Urgency.INFO
    return step.otherwise


def said_back(talk: Conversation, reading: Understanding) -> tuple[Phrase, ...]:
    """The product, the wish and the matter, in the order in which they are asked about. A wish that is the matter
    itself is not said twice, a matter that is not known not at all."""
    parts: list[Phrase] = []
    if reading.product is not None:
        parts.append(phrase("heard-product", product=reading.product))
    if reading.wish is not Wish.NONE and reading.wish.value != reading.category:
        parts.append(phrase(f"heard-wish-{reading.wish.value}"))
    if talk.is_doubtful(reading):
        return (*parts, phrase("confirm-right"))
    return (*parts, phrase(WORDING.get(talk.urgency, "confirm"), category=reading.category))


def answered(talk: Conversation, answer: Event) -> bool | Understanding | None:
    """Yes, no, another reading than was said back, or none of these."""
    match answer:
        case DigitPressed(digit) if digit in (YES_KEY, NO_KEY):
            return digit == YES_KEY
        case CallerSpoke() as spoke:
            return heard(talk, spoke)
        case _:
            return None


def heard(talk: Conversation, spoke: CallerSpoke) -> bool | Understanding | None:
    """The same, of what was said. Naming another matter is never a yes, whatever else was said: 是维修 is both. A whole
    complaint about another matter goes before a product or a wish that it mentions; about the very matter that was said
    back it is a yes, of a caller whom the question reached in the middle of their sentence."""
    before, again = talk.understanding, spoke.understanding
    assert before is not None  # it was said back
    affirmed = affirms(spoke.text, talk.spoken_language)
    correction = correct(before, spoke.text, talk.spoken_language, talk.file)
    if correction is not None and (correction.is_refusal or correction.reading.category != before.category):
        return corrected(talk, before, correction.reading)
    if affirmed is True:
        return True
    if again.confidence >= SURE_AGAIN and again.category != before.category:
        take(talk, spoke)
        return again
    if correction is not None:
        return corrected(talk, before, correction.reading)
    is_said_again = again.confidence >= SURE_AGAIN and again.category == before.category
    return True if affirmed is None and is_said_again and not talk.is_doubtful(before) else affirmed


def corrected(talk: Conversation, before: Understanding, after: Understanding) -> Understanding:
    """The reading that takes the place of the one before."""
    keep(talk, after, urgency_after(talk, before, after))
    return after


def urgency_after(talk: Conversation, before: Understanding, after: Understanding) -> Urgency:
    """Only the caller lowers what was raised, by denying the very matter that raised it; harm or law that was heard
    beside another matter stays."""
    own = talk.file.categories[after.category].urgency
    if talk.urgency is talk.file.categories[before.category].urgency:
        return own
    return graver(talk.urgency, own)


def put_right(talk: Conversation) -> Generator[Await, Event, bool | Understanding | None]:
    """After a no: the next best matters by key, or the right one by voice. True when a key chose, the reading that is
    to be said back when it was spoken, None for neither."""
    denied = talk.understanding
    assert denied is not None  # it was said back
    others = [name for name in denied.next_best if name in talk.file.categories][:CHOICES]
    match (yield from ask(talk, Expecting.CATEGORY, phrase("confirm-which"), *menu_of(others))):
        case DigitPressed(digit) if digit in KEYS[: len(others)]:
            corrected(talk, denied, replace(denied, category=others[int(digit) - 1], confidence=1.0))
            return True
        case CallerSpoke() as spoke:
            verdict = heard(talk, spoke)
            if verdict is None and take(talk, spoke):
                return spoke.understanding
            return verdict if isinstance(verdict, Understanding) else None
        case _:
            return None
