"""The classifier beneath the understanding."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from ivr.understanding.linear_model import LinearModel, Vocabulary, Weighed

SENTENCES = {
    "fruit": ["apple pear", "pear plum", "apple plum", "plum cherry", "cherry pear", "apple cherry"],
    "tool": ["saw hammer", "hammer drill", "saw drill", "drill file", "file hammer", "saw file"],
    "game": ["chess go", "go cards", "chess cards", "cards dice", "dice go", "chess dice"],
}
TEXTS = [Counter(sentence.split()) for sentences in SENTENCES.values() for sentence in sentences]
LABELS = [name for name, sentences in SENTENCES.items() for _ in sentences]


def look(model: LinearModel, vocabulary: Vocabulary, text: str) -> tuple[str, float]:
    beliefs = model.beliefs(vocabulary.weigh(Counter(text.split())))
    assert beliefs.sum() == pytest.approx(1)
    return model.classes[int(beliefs.argmax())], float(beliefs.max())


def test_a_text_is_told_by_its_words() -> None:
    vocabulary = Vocabulary.of(TEXTS)
    model = LinearModel(vocabulary, TEXTS, LABELS)
    assert look(model, vocabulary, "apple cherry plum")[0] == "fruit"
    assert look(model, vocabulary, "hammer and file")[0] == "tool"


def test_what_was_never_seen_weakens_every_belief() -> None:
    vocabulary = Vocabulary.of(TEXTS)
    model = LinearModel(vocabulary, TEXTS, LABELS)
    _, sure = look(model, vocabulary, "apple")
    same, doubtful = look(model, vocabulary, "apple zebra lion tiger wolf")
    assert same == "fruit"
    assert doubtful < sure
    nothing = model.beliefs(vocabulary.weigh(Counter(["zebra"])))
    assert nothing == pytest.approx([1 / 3] * 3)


def test_learning_twice_gives_the_same_beliefs() -> None:
    vocabulary = Vocabulary.of(TEXTS)
    text = vocabulary.weigh(Counter(["apple", "saw", "go"]))
    one, other = (LinearModel(vocabulary, TEXTS, LABELS).beliefs(text) for _ in range(2))
    assert np.array_equal(one, other)


@pytest.mark.parametrize("classes", [1, 2])
def test_one_class_and_two_classes_are_learned_too(classes: int) -> None:
    names = list(SENTENCES)[:classes]
    texts = [text for text, label in zip(TEXTS, LABELS, strict=True) if label in names]
    labels = [label for label in LABELS if label in names]
    vocabulary = Vocabulary.of(texts)
    model = LinearModel(vocabulary, texts, labels)
    assert look(model, vocabulary, "pear plum")[0] == "fruit"
    if classes == 2:
        assert look(model, vocabulary, "saw drill")[0] == "tool"


def test_a_class_with_one_sentence_is_learned_without_held_out_folds() -> None:
    texts, labels = [*TEXTS, Counter(["moon"])], [*LABELS, "star"]
    vocabulary = Vocabulary.of(texts)
    assert look(LinearModel(vocabulary, texts, labels), vocabulary, "moon")[0] == "star"


def test_weights_follow_the_formula() -> None:
    vocabulary = Vocabulary.of([Counter("ab"), Counter("a")])
    weighed: Weighed = vocabulary.weigh(Counter("aab"))
    rare, common = np.log(3 / 2) + 1, np.log(3 / 3) + 1
    expected = np.array([(1 + np.log(2)) * common, rare])
    assert weighed.weights == pytest.approx(expected / np.linalg.norm(expected))
    assert weighed.familiar == 1
