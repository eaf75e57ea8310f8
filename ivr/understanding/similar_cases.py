"""Which cases are like this one: by what was said, then by what they are about. Pure.

Texts are compared by the cosine of their TF-IDF weighted character n-grams (Salton & Buckley, "Term-weighting
approaches in automatic text retrieval", 1988), which needs no words: Chinese and Korean work as English does. A case of
the same category, of the same product or in the same language comes before one that only sounds as alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

_NGRAMS = (2, 4)
_MOST_NGRAMS = 40_000
_SAME_CATEGORY, _SAME_PRODUCT, _SAME_LANGUAGE = 0.15, 0.15, 0.05
#: Chinese says in two characters what takes a word in English; below this the texts have next to nothing in common.
_LEAST_ALIKE = 0.08
#: What matches in nothing but its subject must match in all of it.
_LEAST = 0.2


@dataclass(frozen=True, slots=True)
class Matter:
    """What a case is about. `text` is what was said, or written down of it."""

    text: str
    category: str
    product: str | None
    language: str


class SimilarCases:
    """An index that does not change; searching it takes a few milliseconds for thousands of cases."""

    def __init__(self, cases: Sequence[tuple[str, Matter]]) -> None:
        """`cases` are ids and matters; building takes about a second for five thousand."""
        self._names = [name for name, matter in cases if matter.text.strip()]
        matters = [matter for _, matter in cases if matter.text.strip()]
        self._categories = np.array([matter.category for matter in matters], dtype=object)
        self._products = np.array([matter.product or "" for matter in matters], dtype=object)
        self._languages = np.array([matter.language for matter in matters], dtype=object)
        self._words = TfidfVectorizer(
            analyzer="char_wb", ngram_range=_NGRAMS, max_features=_MOST_NGRAMS, sublinear_tf=True, dtype=np.float32
        )
        self._weights = self._words.fit_transform([matter.text for matter in matters]) if matters else None

    def __len__(self) -> int:
        return len(self._names)

    def like(self, matter: Matter, limit: int) -> tuple[str, ...]:
        """The ids of the cases most like this one, the likest first; none that is not like it."""
        if self._weights is None:
            return ()
        alike = np.asarray((self._weights @ self._words.transform([matter.text]).T).todense()).ravel()
        score = alike + self._bonus(matter)
        score[(alike < _LEAST_ALIKE) | (score < _LEAST)] = 0.0
        best = np.argsort(-score, kind="stable")[:limit]
        return tuple(self._names[place] for place in best if score[place] > 0.0)

    def _bonus(self, matter: Matter) -> NDArray[np.float64]:
        product = (self._products == matter.product) if matter.product else np.zeros(len(self._names), dtype=bool)
        bonus: NDArray[np.float64] = (
            _SAME_CATEGORY * (self._categories == matter.category)
            + _SAME_PRODUCT * product
            + _SAME_LANGUAGE * (self._languages == matter.language)
        )
        return bonus
