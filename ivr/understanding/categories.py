"""Which category a text belongs to: complement naive Bayes over character n-grams.

Complement naive Bayes holds up with few and uneven examples (Rennie, Shih, Teevan & Karger, "Tackling the poor
assumptions of naive Bayes text classifiers", ICML 2003).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ivr.understanding.ngrams import ngrams

_SMOOTHING = 0.3
# Scales the mean log odds of a text's n-grams to a confidence: fitted so that held-out sentences of the packaged
# examples are right about as often as their confidence says.
_SHARPNESS = 1.8


class CategoryModel:
    """Learned from `{category: sentences}` of one language."""

    def __init__(self, examples: Mapping[str, Sequence[str]], language: str) -> None:
        self.language = language
        self.names = tuple(examples)
        sentences = [[ngrams(sentence, language) for sentence in examples[name]] for name in self.names]
        counts = [sum(of_category, Counter[str]()) for of_category in sentences]
        self._index = {gram: i for i, gram in enumerate(sorted(set().union(*counts)))}
        table = np.zeros((len(self.names), len(self._index)))
        for position, count in enumerate(counts):
            for gram, number in count.items():
                table[position, self._index[gram]] = np.log1p(number)
        self._weights = _complement_weights(table)
        self._usual_share = _usual_share([s for of_category in sentences for s in of_category])

    def classify(self, text: str) -> tuple[str, float]:
        """The likeliest category and how sure that is, 0 to 1; a text of mostly unknown n-grams is never sure."""
        beliefs = self._beliefs(text)
        best = int(beliefs.argmax())
        familiarity = min(1.0, self._known_share(text) / self._usual_share)
        return self.names[best], float(beliefs[best]) * familiarity**2

    def _known_share(self, text: str) -> float:
        grams = ngrams(text, self.language)
        total = sum(grams.values())
        return sum(n for gram, n in grams.items() if gram in self._index) / total if total else 0.0

    def _beliefs(self, text: str) -> NDArray[np.float64]:
        known = [(self._index[g], n) for g, n in ngrams(text, self.language).items() if g in self._index]
        if not known:
            return np.full(len(self.names), 1 / len(self.names))
        columns = np.array([i for i, _ in known])
        numbers = np.log1p(np.array([n for _, n in known], dtype=float))
        evidence = self._weights[:, columns] @ numbers
        scaled = _SHARPNESS * (evidence - evidence.max()) / np.sqrt(numbers.sum())
        odds = np.exp(scaled)
        return np.asarray(odds / odds.sum(), dtype=np.float64)


def _complement_weights(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Row c: for each n-gram the log of how much rarer it is outside category c, centred over the categories."""
    complement = table.sum(axis=0, keepdims=True) - table + _SMOOTHING
    weights = -np.log(complement / complement.sum(axis=1, keepdims=True))
    return np.asarray(weights - weights.mean(axis=0, keepdims=True), dtype=np.float64)


def _usual_share(sentences: Sequence[Counter[str]]) -> float:
    """How much of a new sentence is known at the least: the share that nine in ten of the examples' own sentences have
    in common with the others."""
    found_in = Counter[str]()
    for sentence in sentences:
        found_in.update(sentence.keys())
    shares = [sum(n for g, n in s.items() if found_in[g] > 1) / sum(s.values()) for s in sentences if s]
    return max(0.05, float(np.quantile(shares, 0.1))) if shares else 1.0
