"""From words to a reading of them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from callbacks.model import Wish
from config.hotline_file import HotlineFile
from config.urgency import Urgency, graver
from ivr.understanding.categories import CategoryModel
from ivr.understanding.moments import callback_moment
from ivr.understanding.ngrams import normalise
from ivr.understanding.patterns import Lexicon, find_abuse, find_urgency, find_wish, lexicon
from ivr.understanding.understanding import Evidence, Understanding

_EMPTY_WISH = Wish.NONE


class Understander:
    """Learned once from a hotline file and the packaged examples; then pure."""

    def __init__(self, file: HotlineFile) -> None:
        self._file = file
        self._zone = ZoneInfo(file.hotline.zone)
        self._lexicons = {language: lexicon(language) for language in file.languages}
        self._models = {language: self._learn(language) for language in file.languages}

    def understand(self, text: str, language: str, now: datetime) -> Understanding:
        """The reading of `text`; of an unknown language or of nothing: no confidence."""
        heard = text.lower()
        model, words = self._models.get(language), self._lexicons.get(language)
        if model is None or not normalise(heard):
            return Understanding(self._fallback, Urgency.INFO, _EMPTY_WISH, confidence=0.0)
        category, confidence = model.classify(heard)
        urgency = self._file.categories[category].urgency
        evidence: list[Evidence] = []
        wish, abusive = _EMPTY_WISH, False
        if words is not None:
            if found := find_urgency(heard, words):
                urgency, confidence, category = self._raise(found[0], urgency, confidence, category)
                evidence.append(found[1])
            if wished := find_wish(heard, words):
                wish = wished[0]
                evidence.append(wished[1])
            if abuse := find_abuse(heard, words):
                abusive = True
                evidence.append(abuse)
        moment = callback_moment(heard, language, now, self._zone)
        if moment is not None:
            evidence.append(Evidence("callback_at", moment.at.isoformat(), *moment.span))
        evidence.insert(0, Evidence("category", category, 0, len(text)))
        return Understanding(
            category, urgency, wish, confidence, abusive, moment.at if moment else None, tuple(evidence)
        )

    def _raise(self, found: Urgency, urgency: Urgency, confidence: float, category: str) -> tuple[Urgency, float, str]:
        """The ratchet. An expression of harm or law is surer than the look of the whole sentence: where the file has a
        category of that urgency, an unsure reading becomes that category."""
        same = [n for n, c in self._file.categories.items() if c.urgency is found]
        if same and confidence < 0.8 and self._file.categories[category].urgency is not found:
            category = same[0]
        return graver(found, urgency), max(confidence, 0.8), category

    @property
    def _fallback(self) -> str:
        return list(self._file.categories)[-1]

    def _learn(self, language: str) -> CategoryModel:
        packaged: Lexicon | None = self._lexicons[language]
        examples = {
            name: (*category.examples.get(language, ()), *(packaged.examples.get(name, ()) if packaged else ()))
            for name, category in self._file.categories.items()
        }
        return CategoryModel(examples, language)
