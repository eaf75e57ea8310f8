"""Ask for the language by key, where neither the number dialled nor the contact tells it."""

from __future__ import annotations

from config.hotline_file import Step
from ivr.flow.conversation import Conversation, Script, ask, say
from ivr.flow.events import DigitPressed
from ivr.messages import Expecting
from prompts.phrase import phrase


def script(talk: Conversation, step: Step) -> Script:
    """Key n chooses the n-th language of the file; after the attempts the first one is taken."""
    if talk.language is not None:
        return step.next
    languages = talk.file.languages
    for _ in range(step.attempts):
        match (yield from ask(talk, Expecting.DIGITS, phrase("choose-language"))):
            case DigitPressed(digit) if digit.isdigit() and 1 <= int(digit) <= len(languages):
                talk.language = languages[int(digit) - 1]
                break
            case _:
                continue
    talk.language = talk.language or languages[0]
    yield from say(talk, phrase("greeting"))
    return step.next
