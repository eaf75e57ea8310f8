"""How well texts of known meaning are understood: precision, recall, F1, confusion, false alarms, confidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from config.urgency import Urgency
from ivr.understanding.understanding import Understanding

_GRAVE = frozenset({Urgency.SAFETY, Urgency.LEGAL})


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, what it means (a category or a wish), and its language."""

    text: str
    label: str
    language: str


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One label: shares from 0 to 1; `texts` have it. A share of nothing is 0."""

    label: str
    texts: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class ConfidenceBand:
    """Texts read with a confidence from `low` up to `high`: how many, and which share of them rightly."""

    low: float
    high: float
    texts: int
    right: float


@dataclass(frozen=True, slots=True)
class TextScore:
    """The score of one language, or of all. `confusion[label][read]` counts texts; `alarms` is the share of texts that
    mean harm or law whose urgency says so, `false_alarms` the share of the others; None where there are none."""

    language: str
    classes: tuple[ClassScore, ...]
    confusion: Mapping[str, Mapping[str, int]]
    bands: tuple[ConfidenceBand, ...]
    alarms: float | None
    false_alarms: float | None

    @property
    def macro_recall(self) -> float:
        return sum(c.recall for c in self.classes) / len(self.classes)

    @property
    def macro_f1(self) -> float:
        return sum(c.f1 for c in self.classes) / len(self.classes)


def read_as(label: str, reading: Understanding, categories: Mapping[str, Urgency], doubt_below: float) -> str:
    """What the text was taken for, in the terms of its label: `label` itself if the reading agrees with it. A label of
    no category and no wish (`nothing`) is right when the reading is in doubt."""
    if label in categories:
        return reading.category
    if label == reading.wish.value:
        return label
    if reading.confidence < doubt_below and reading.wish.value == "none":
        return label if label == DOUBTED else "(in doubt)"
    return reading.category if reading.wish.value == "none" else reading.wish.value


#: The label of texts that mean nothing and should be asked about again.
DOUBTED = "nothing"


def score(
    language: str,
    texts: Sequence[Labelled],
    readings: Sequence[Understanding],
    categories: Mapping[str, Urgency],
    doubt_below: float,
    edges: Sequence[float] = (0.0, 0.3, 0.45, 0.6, 0.8, 1.0),
) -> TextScore:
    """`readings[i]` is of `texts[i]`; at least one. Confidence is judged by the texts labelled with a category."""
    confusion: dict[str, Counter[str]] = {}
    taken = Counter[str]()
    for text, reading in zip(texts, readings, strict=True):
        read = read_as(text.label, reading, categories, doubt_below)
        confusion.setdefault(text.label, Counter())[read] += 1
        taken[read] += 1
    classes = tuple(
        ClassScore(label, row.total(), _share(row[label], taken[label]), _share(row[label], row.total()))
        for label, row in confusion.items()
    )
    grave = {name for name, urgency in categories.items() if urgency in _GRAVE}
    alarms = [(text.label in grave, r.urgency in _GRAVE) for text, r in zip(texts, readings, strict=True)]
    judged = [
        (r.confidence, r.category == t.label) for t, r in zip(texts, readings, strict=True) if t.label in categories
    ]
    return TextScore(
        language,
        classes,
        confusion,
        tuple(_bands(judged, edges)),
        _mean([raised for is_grave, raised in alarms if is_grave]),
        _mean([raised for is_grave, raised in alarms if not is_grave]),
    )


def _bands(judged: Sequence[tuple[float, bool]], edges: Sequence[float]) -> list[ConfidenceBand]:
    bands = []
    for low, high in pairwise(edges):
        inside = [right for sure, right in judged if low <= sure < high or (sure >= high == edges[-1])]
        bands.append(ConfidenceBand(low, high, len(inside), _share(sum(inside), len(inside))))
    return bands


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _mean(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None
