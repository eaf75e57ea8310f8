"""The category and the wish of a text, as far as the look of the whole sentence tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from callbacks.model import Wish
from ivr.understanding.examples import NOTHING, Example
from ivr.understanding.linear_model import LinearModel, Vocabulary, Weighed
from ivr.understanding.ngrams import ngrams

#: Editions of a hotline file differ in a few sentences at a time; the last ones stay learned.
_KEPT = 12


@dataclass(frozen=True, slots=True)
class Look:
    """What a text looks like. `categories`: beliefs in each of the hotline's categories, 0 to 1, in sum less than 1 by
    the belief that it is none; `telling`: the known n-gram that speaks most for the likeliest, or "" ."""

    categories: Mapping[str, float]
    wishes: Mapping[Wish, float]
    telling: str

    @property
    def category(self) -> str:
        return max(self.categories, key=self.categories.__getitem__)

    @property
    def wish(self) -> Wish:
        return max(self.wishes, key=self.wishes.__getitem__)


class TextModel:
    """Learned from the sentences of one language."""

    def __init__(self, examples: Sequence[Example], language: str) -> None:
        """`examples` name at least one category."""
        self._language = language
        texts = [ngrams(example.text, language) for example in examples]
        self._vocabulary = Vocabulary.of(texts)
        self._grams = tuple(self._vocabulary.columns)
        sorted_out = [(text, e.category) for text, e in zip(texts, examples, strict=True) if e.category is not None]
        self._categories = LinearModel(self._vocabulary, [t for t, _ in sorted_out], [c for _, c in sorted_out])
        wished = [(text, e.wish) for text, e in zip(texts, examples, strict=True) if e.wish is not None]
        self._wishes = (
            LinearModel(self._vocabulary, [t for t, _ in wished], [w.value for _, w in wished]) if wished else None
        )

    def look(self, text: str) -> Look:
        """What `text` looks like."""
        weighed = self._vocabulary.weigh(ngrams(text, self._language))
        beliefs = self._categories.beliefs(weighed)
        categories = {
            name: belief
            for name, belief in zip(self._categories.classes, beliefs.tolist(), strict=True)
            if name != NOTHING
        }
        wishes = {Wish.NONE: 1.0}
        if self._wishes is not None:
            of_wishes = self._wishes.beliefs(weighed).tolist()
            wishes = {Wish(name): belief for name, belief in zip(self._wishes.classes, of_wishes, strict=True)}
        likeliest = self._categories.classes.index(max(categories, key=categories.__getitem__))
        return Look(categories, wishes, self._telling(weighed, likeliest))

    def _telling(self, text: Weighed, number: int) -> str:
        if not len(text.columns):
            return ""
        shares = text.weights * self._categories.weights[text.columns, number]
        return self._grams[int(text.columns[int(np.argmax(shares))])].strip()


@lru_cache(maxsize=_KEPT)
def learn(examples: tuple[Example, ...], language: str) -> TextModel:
    """The model of these sentences; learned once a process, a part of a second each. Deterministic."""
    return TextModel(examples, language)
