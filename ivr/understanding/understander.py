"""From words to a reading of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from callbacks.model import Wish
from config.hotline_file import HotlineFile
from config.urgency import Urgency, graver
from ivr.understanding.entities import ProductList, find_numbers
from ivr.understanding.examples import NOTHING, Example, packaged_examples
from ivr.understanding.fuzzy import Sounds, sounds_of
from ivr.understanding.moments import callback_moment
from ivr.understanding.ngrams import normalise
from ivr.understanding.patterns import Lexicon, find_abuse, find_urgency, find_wish, lexicon
from ivr.understanding.text_model import Look, TextModel, learn
from ivr.understanding.understanding import Evidence, Understanding

#: A wish is taken from the look of a sentence that is at least this sure, else from an expression.
SURE_OF_WISH = 0.3
#: A sentence that looks like harm or law with at least this belief is urgent without an expression of it, too. The
#: least thresholds, on held-out sentences, with at most 5 % false alarms (docs/evaluation.md).
LOOKS_GRAVE = {Urgency.SAFETY: 0.3, Urgency.LEGAL: 0.4}
#: An expression of harm or law is at least so sure; a reading less sure than this gives way to it.
_EXPRESSED = 0.8


@dataclass(frozen=True, slots=True)
class _Grave:
    """Harm or law, how sure, and the words it rests on."""

    urgency: Urgency
    sureness: float
    evidence: Evidence


class Understander:
    """Learned once from a hotline file and the packaged examples; then pure."""

    def __init__(self, file: HotlineFile) -> None:
        self._file = file
        self._zone = ZoneInfo(file.hotline.zone)
        self._products = ProductList(file.products)
        self._lexicons = {language: lexicon(language) for language in file.languages}
        self._models = {
            language: model for language in file.languages if (model := learn_from(file, language)) is not None
        }

    def understand(
        self, text: str, language: str, now: datetime, *, zone: ZoneInfo | None = None, asked_when: bool = False
    ) -> Understanding:
        """The reading of `text`; of an unknown language or of nothing: no confidence."""
        heard = _lower(text)
        model, words = self._models.get(language), self._lexicons.get(language)
        if model is None or not normalise(heard):
            return Understanding(list(self._file.categories)[-1], Urgency.INFO, Wish.NONE, confidence=0.0)
        look, sounds = model.look(heard), sounds_of(heard)
        evidence: list[Evidence] = []
        if grave := self._grave(heard, sounds, look, words):
            category, confidence = self._ratchet(grave, look)
            urgency = graver(grave.urgency, self._file.categories[category].urgency)
            evidence.append(grave.evidence)
        else:
            category = self._least_alarming(look)
            confidence, urgency = look.categories[category], self._file.categories[category].urgency
        wish = self._wish(heard, look, words, evidence)
        abuse = find_abuse(heard, words) if words is not None else None
        moment = callback_moment(heard, language, now, zone or self._zone, asked=asked_when)
        product = self._products.find(sounds)
        telephone, order = find_numbers(heard, language)
        named = {"product": product, "telephone": telephone, "order": order}
        evidence += [Evidence(field, entity.value, *entity.span) for field, entity in named.items() if entity]
        evidence += [abuse] if abuse else []
        evidence += [Evidence("callback_at", moment.at.isoformat(), *moment.span)] if moment else []
        return Understanding(
            category,
            urgency,
            wish,
            confidence,
            abusive=abuse is not None,
            callback_at=moment.at if moment else None,
            evidence=(Evidence("category", category, *_around(heard, look.telling)), *evidence),
            product=product.value if product else None,
            telephone=telephone.value if telephone else None,
            order=order.value if order else None,
            next_best=tuple(sorted(look.categories.keys() - {category}, key=lambda c: (-look.categories[c], c))),
        )

    def _grave(self, heard: str, sounds: Sounds, look: Look, words: Lexicon | None) -> _Grave | None:
        """Harm before law, and an expression of either before the look of the sentence."""
        expressed = find_urgency(heard, sounds, words) if words is not None else None
        looked = {u: sum(look.categories[c] for c in self._of(u)) for u in LOOKS_GRAVE}
        for urgency, least in LOOKS_GRAVE.items():
            if expressed and expressed[0] is urgency:
                return _Grave(urgency, max(_EXPRESSED, looked[urgency]), expressed[1])
            if looked[urgency] >= least:
                span = _around(heard, look.telling) if look.category in self._of(urgency) else (0, len(heard))
                return _Grave(urgency, looked[urgency], Evidence("urgency", urgency.value, *span))
        return None

    def _ratchet(self, grave: _Grave, look: Look) -> tuple[str, float]:
        """Category and confidence. Harm and law are surer than the look of the whole sentence: where the file has a
        category of that urgency, an unsure reading becomes that category."""
        confidence = look.categories[look.category]
        same = self._of(grave.urgency)
        if not same or look.category in same or confidence >= max(_EXPRESSED, grave.sureness):
            return look.category, max(confidence, grave.sureness)
        return max(same, key=look.categories.__getitem__), grave.sureness

    def _least_alarming(self, look: Look) -> str:
        """The likeliest category. One of harm or law that looks so faintly that it is no alarm is none: the next."""
        harmless = {n: b for n, b in look.categories.items() if self._file.categories[n].urgency not in LOOKS_GRAVE}
        return max(harmless, key=harmless.__getitem__) if harmless else look.category

    def _wish(self, heard: str, look: Look, words: Lexicon | None, evidence: list[Evidence]) -> Wish:
        found = find_wish(heard, words) if words is not None else None
        sure = look.wishes[look.wish] >= SURE_OF_WISH
        if sure and look.wish is not Wish.NONE:
            span = (found[1].start, found[1].end) if found and found[0] is look.wish else (0, len(heard))
            evidence.append(Evidence("wish", look.wish.value, *span))
            return look.wish
        if found is None or sure:
            return Wish.NONE
        evidence.append(found[1])
        return found[0]

    def _of(self, urgency: Urgency) -> list[str]:
        return [name for name, category in self._file.categories.items() if category.urgency is urgency]


def learn_from(file: HotlineFile, language: str, corrections: tuple[Example, ...] = ()) -> TextModel | None:
    """The model of a hotline file's categories: from its own examples, the packaged ones of the same names, and
    corrections; None where a language has no example of any."""
    own = [
        Example(text, name)
        for name, category in file.categories.items()
        for text in category.examples.get(language, ())
    ]
    known = {*file.categories, NOTHING}
    packaged = [e if e.category in known else Example(e.text, None, e.wish) for e in packaged_examples(language)]
    examples = (*own, *(e for e in packaged if e.category or e.wish), *corrections)
    return learn(examples, language) if any(e.category not in (None, NOTHING) for e in examples) else None


def _lower(text: str) -> str:
    """In lower case, character by character, so that spans fit the text given (İ would become two)."""
    return "".join(lower if len(lower := character.lower()) == 1 else character for character in text)


def _around(text: str, telling: str) -> tuple[int, int]:
    """The words that hold the telling n-gram; all of the text where it is not found as it stands."""
    at = text.find(telling) if telling else -1
    if at < 0:
        return 0, len(text)
    start, end = at, at + len(telling)
    while start > 0 and _joins(text[start - 1]):
        start -= 1
    while end < len(text) and _joins(text[end]):
        end += 1
    return start, end


def _joins(character: str) -> bool:
    """Part of the same word; Chinese characters stand by themselves."""
    return character.isalnum() and not "\u4e00" <= character <= "\u9fff"
