"""Why work went to an agent is read in the reader's own language."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest

from config.urgency import Urgency
from console.receipt_words import in_words
from console.words import LANGUAGES, words
from routing.receipts import Reason, explain
from tests.routing.test_receipts import RECEIPT

#: Everything that a receipt can say.
FULL = replace(RECEIPT, terms={"urgency": 60.0, "waiting": 7300.0, "repeat": 300.0, "promise": 450.0}, ring=1)
RECEIPTS = [
    replace(receipt, reason=reason, urgency=urgency, waited=waited, ahead_of=ahead)
    for receipt, reason, urgency, waited, ahead in itertools.product(
        (RECEIPT, FULL), Reason, Urgency, (12.0, 300.0, 7300.0), (0, 2)
    )
]


def test_the_english_texts_are_what_a_receipt_says() -> None:
    for receipt in RECEIPTS:
        urgency = words("en")(f"urgency.{receipt.urgency}")
        said = explain(receipt).replace(receipt.urgency, urgency, 1)
        assert in_words(explain(receipt), words("en")) == said


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_nothing_stays_english_but_names(language: str) -> None:
    for receipt in RECEIPTS:
        said = in_words(explain(receipt), words(language))
        assert set(re.findall("[a-z]+", said)) <= {"vip", "safety"}, said  # a tier and a skill, named by the admin
        assert said.count(words(language)("receipt.between").strip()) == explain(receipt).count(";")


def test_an_example() -> None:
    assert in_words(explain(FULL), words("zh")) == (
        "安全（60 分），vip 已等 12 秒；再次投诉（+300）；承诺将到期（+450）；排在 2 项之前；技能 safety 4 级；"
        "等级要求放宽 1 级；技能等级最高"
    )


@pytest.mark.parametrize("tier", ["who waited long", "a; b", "first (1), c", "{count}"])
def test_a_tier_of_any_name_keeps_it(tier: str) -> None:
    for language in LANGUAGES:
        assert tier.partition(";")[0] in in_words(explain(replace(RECEIPT, tier=tier)), words(language))


def test_what_is_no_receipt_stays_as_it_is() -> None:
    assert in_words("", words("zh")) == ""
    assert in_words("taken by hand", words("zh")) == "taken by hand"
