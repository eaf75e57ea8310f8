"""How long a silence ends what a caller says: longer for one who thinks, shorter for one who has answered. Pure.

The step's own pause is the measure. A caller who paused before is given a quarter more than that pause; a phrase that
cannot end where it stopped, or a number that comes in groups, half as much again; an answer that is whole is taken
sooner. Never more than twice the step's pause, so that no one waits for us in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ivr.messages import Expecting
from ivr.speech.vocabulary import vocabulary_of
from ivr.speech.wording import clean_text

_OWN_PAUSE = 1.25
_UNFINISHED = 1.5
_ANSWERED = 0.5
#: How many times the step's pause the pause may last.
LONGEST = 2.0
#: Seconds without which not even a whole answer is taken: "no, wait".
_LEAST = 0.35

# What a phrase does not end with: conjunctions, particles that ask for a verb, and the sounds of thinking.
_GOES_ON = {
    "en": r"\b(and|but|or|because|so|then|when|if|that|which|with|the|a|an|my|to|of|for|um|uh|er|erm|well|like)$",
    "zh": r"(和|跟|但是?|可是|不过|因为|所以|然后|还有|如果|就是|而且|那个|这个|的时候|嗯+|呃+)$",
    "ko": r"(그리고|그런데|근데|그래서|는데|은데|인데|니까|[어아해와워려라켜여]서|지만|하고|거든|(^|\s)(그|저|어|음))$",
    "ja": r"(けど|けれど|ので|から|が|て|で|そして|それで|あの|えっと|その|ええと)$",
}
_NUMBER = {
    "en": r"\b(\d+|zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)$",
    "zh": r"[\d零一幺二三四五六七八九]$",
    "ko": r"(\d|(^|\s)(영|공|일|이|삼|사|오|육|칠|팔|구)+)$",
    "ja": r"(\d|[零一二三四五六七八九]|ゼロ)$",
}


def pause_for(
    base: float,
    language: str,
    expecting: Expecting,
    said: str | None = None,
    own_pauses: Iterable[float] = (),
    names: Iterable[str] = (),
) -> float:
    """Seconds of silence after `said` (None: the words are not known yet) that end the utterance. `base` is the
    step's pause, `own_pauses` those after which this caller went on, `names` the answers a `CATEGORY` step offers."""
    if said and is_whole_answer(said, language, expecting, names):
        return max(_LEAST, _ANSWERED * base)
    pause = max(base, *(_OWN_PAUSE * own for own in own_pauses), 0.0)
    if said and is_unfinished(said, language):
        pause = max(pause, _UNFINISHED * base)
    return min(pause, LONGEST * base)


def is_whole_answer(said: str, language: str, expecting: Expecting, names: Iterable[str] = ()) -> bool:
    """Exactly one of the answers to yes or no, or one of the names: what follows would be another sentence."""
    if expecting not in (Expecting.YES_NO, Expecting.CATEGORY):
        return False
    vocabulary = vocabulary_of(language, expecting, tuple(names))
    if vocabulary is None:
        return False
    return _plain(said, language) in {_plain(phrase, language) for phrase in vocabulary.phrases}


def is_unfinished(said: str, language: str) -> bool:
    """It ends with a word that asks for more, or within a number."""
    text = said.lower().rstrip(" .…,，。、")
    return any(re.search(forms[language], text) is not None for forms in (_GOES_ON, _NUMBER) if language in forms)


def _plain(text: str, language: str) -> str:
    return clean_text(text, language).lower().replace(" ", "").rstrip(".!。！")
