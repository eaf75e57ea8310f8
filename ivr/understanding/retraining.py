"""What the understanding would learn from corrections, before it is used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from callbacks.model import Wish
from config.hotline_file import HotlineFile
from ivr.understanding.scoring import DOUBTED, Labelled, TextScore, score
from ivr.understanding.understander import Understander
from ivr.understanding.understanding import Understanding

#: Of every so many corrections one is kept back to judge by, the oldest first.
HELD_BACK = 5


@dataclass(frozen=True, slots=True)
class Correction:
    """What a caller said, in which language; what the machine took it for, and what a person says it was."""

    text: str
    language: str
    heard: str
    meant: str


@dataclass(frozen=True, slots=True)
class Flip:
    """A text that another category would be read from. `label` is the right one."""

    text: str
    language: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Retrained:
    """`learned` corrections against the held-out texts `before` and `after`; a flip is better if `after == label`."""

    learned: tuple[Correction, ...]
    before: TextScore
    after: TextScore
    flips: tuple[Flip, ...]

    @property
    def is_better(self) -> bool:
        """Not worse on the whole, and no more harm or law is missed."""
        missed = (self.after.alarms or 0.0) < (self.before.alarms or 0.0)
        return self.after.macro_recall >= self.before.macro_recall and not missed


def usable(corrections: Iterable[Correction], file: HotlineFile) -> tuple[Correction, ...]:
    """Those that can teach: words in a language of the file, and a category that it still has; each text once, for
    what was said last about it counts."""
    last = {
        (c.text.strip().lower(), c.language): c
        for c in corrections
        if c.text.strip() and c.language in file.languages and c.meant in file.categories
    }
    return tuple(last.values())


def split(corrections: Sequence[Correction]) -> tuple[tuple[Correction, ...], tuple[Correction, ...]]:
    """What is learned from, and what is kept back to judge by."""
    kept = corrections[HELD_BACK - 1 :: HELD_BACK]
    return tuple(c for c in corrections if c not in kept), tuple(kept)


def with_examples(file: HotlineFile, corrections: Iterable[Correction]) -> HotlineFile:
    """The hotline file with the corrected texts among the examples of what they meant."""
    categories = dict(file.categories)
    for correction in corrections:
        category = categories[correction.meant]
        known = category.examples.get(correction.language, ())
        if correction.text in known:
            continue
        examples = {**category.examples, correction.language: (*known, correction.text)}
        categories[correction.meant] = category.model_copy(update={"examples": examples})
    return file.model_copy(update={"categories": categories})


def retrained(
    file: HotlineFile, corrections: Sequence[Correction], held_out: Sequence[Labelled], now: datetime
) -> Retrained:
    """Both understandings on `held_out` and on the corrections kept back. Raises `ValueError` without any of either."""
    learned, kept = split(corrections)
    texts = (*held_out, *(Labelled(c.text, c.meant, c.language) for c in kept))
    if not texts:
        raise ValueError("nothing to judge by")
    before, after = (_read(edition, texts, now) for edition in (file, with_examples(file, learned)))
    urgencies = {name: category.urgency for name, category in file.categories.items()}
    doubt = file.listening.doubt_below
    return Retrained(
        learned,
        score("before", texts, before, urgencies, doubt),
        score("after", texts, after, urgencies, doubt),
        tuple(
            Flip(text.text, text.language, text.label, old.category, new.category)
            for text, old, new in zip(texts, before, after, strict=True)
            if old.category != new.category
        ),
    )


def is_known(text: Labelled, file: HotlineFile) -> bool:
    """Whether the file can read the text rightly at all."""
    labels = {*file.categories, *(wish.value for wish in Wish), DOUBTED}
    return text.language in file.languages and text.label in labels


def _read(file: HotlineFile, texts: Sequence[Labelled], now: datetime) -> list[Understanding]:
    understander = Understander(file)
    return [understander.understand(text.text, text.language, now) for text in texts]
