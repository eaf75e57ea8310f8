"""What the ears are asked when the call flow listens, and what it is told of an utterance."""

from __future__ import annotations

import re

from config.hotline_file import HotlineFile
from ivr.flow.effects import Listen as Wanted
from ivr.flow.events import CallerSpoke
from ivr.messages import Expecting, Listen, Utterance
from ivr.tone import Tone
from ivr.understanding.understanding import Understanding

_ARTICLE = re.compile(r"^(an?|the|your) ", re.IGNORECASE)
# While the prompt still plays, silence is not the caller's: no prompt is as long as this.
NO_INPUT_YET = 600.0


def listen_of(leg: str, wanted: Wanted, file: HotlineFile, saying: str) -> Listen:
    """The command for the ears; `saying` is the text of the prompt that may still be playing."""
    rules = file.listening
    return Listen(
        leg,
        wanted.turn,
        wanted.language,
        wanted.expecting,
        rules.pause,
        rules.no_input if wanted.after_prompt else NO_INPUT_YET,
        rules.maximum,
        prompt="" if wanted.after_prompt else saying,
        names=_names(file, wanted.language) if wanted.expecting is Expecting.CATEGORY else (),
    )


def spoken(turn: int, utterance: Utterance, reading: Understanding, tone: Tone) -> CallerSpoke:
    """What the caller said; it counts for their `tone` from now on."""
    mood, told_by = tone.of(utterance), tone.told_by
    return CallerSpoke(
        turn, utterance.text, utterance.confidence, utterance.heard_by, mood, reading, utterance.reason, told_by
    )


def _names(file: HotlineFile, language: str) -> tuple[str, ...]:
    """What the categories are called, as a caller would name them."""
    titles = (category.titles.get(language) for category in file.categories.values())
    return tuple(_ARTICLE.sub("", title) if language == "en" else title for title in titles if title)
