"""Things named in a text: a telephone number, an order number, a product, each with its span."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.understanding.fuzzy import Cue, Sounds
from ivr.understanding.spoken_digits import DigitRun, digit_runs

#: A subscriber's number has seven digits at least, one in E.164 fifteen at most (ITU-T E.164).
_SHORTEST_NUMBER, _LONGEST_NUMBER = 7, 15
_SHORTEST_ORDER = 4
_SURELY_RUNG = 9
_LETTERS = re.compile(r"[a-z]")
# The word for an order, what may follow it, and letters in front of its digits ("a b one two three four").
_ORDER = {
    "en": r"\b(?:order|reference|tracking|invoice|case|booking)"
    r"(?:\s+(?:number|no|code|id|is|it's|its|it|number's))*[\s:#]*",
    "zh": r"(?:订单|运单|快递|单子|工单|发票)?(?:编号|号码|单号|号)[是为:：\s]*",
    "ko": r"(?:주문|송장|접수|운송장|예약)\s*(?:번호)?(?:는|은|가|이)?[\s:]*",
}
_PREFIX = r"(?P<letters>(?:[a-z][\s\-]*){0,4})$"
#: Words that say that the digits before or after are to be rung.
_TELEPHONE = {
    "en": r"\b(?:number|phone|mobile|cell|telephone|call|ring|reach)\b",
    "zh": r"电话|手机|号码|打|拨",
    "ko": r"번호|전화|휴대폰|핸드폰|연락|연락처",
}


@dataclass(frozen=True, slots=True)
class Entity:
    """`value` as it is to be stored; `text[start:end]` named it."""

    value: str
    span: tuple[int, int]


class ProductList:
    """The products of a hotline file. Longer names are tried first: a "vacuum cleaner bag" is not a vacuum cleaner."""

    def __init__(self, products: Sequence[str]) -> None:
        longest_first = sorted(dict.fromkeys(products), key=lambda name: (-len(name), name))
        self._cues = tuple((name, Cue(name, whole_words=bool(_LETTERS.search(name.lower())))) for name in longest_first)

    def find(self, heard: Sounds) -> Entity | None:
        """The product named, in the file's spelling; a slip is forgiven in longer names."""
        for name, cue in self._cues:
            if span := cue.find(heard):
                return Entity(name, span)
        return None


def find_numbers(text: str, language: str) -> tuple[Entity | None, Entity | None]:
    """The telephone number and the order number in lower-case `text`: the first of each. Telephone numbers are digits,
    with a plus in front where one was spoken; order numbers have their letters in capitals."""
    telephone: Entity | None = None
    order: Entity | None = None
    for run in digit_runs(text, language, _SHORTEST_ORDER):
        if order is None and (found := _order(text, language, run)):
            order = found
        elif telephone is None and _can_be_rung(text, language, run):
            telephone = Entity(run.digits, run.span)
    return telephone, order


def _order(text: str, language: str, run: DigitRun) -> Entity | None:
    before = text[: run.span[0]]
    word = _ORDER_BEFORE.get(language, _ORDER_BEFORE["en"]).search(before)
    if word is None:
        return None
    letters = re.sub(r"[\s\-]", "", word.group("letters"))
    start = word.start("letters") if letters else run.span[0]
    return Entity(letters.upper() + run.digits.lstrip("+"), (start, run.span[1]))


def _can_be_rung(text: str, language: str, run: DigitRun) -> bool:
    """Long enough; a short run that neither begins with 0 nor is international must be said to be a telephone's,
    for it may be anything."""
    digits = run.digits.lstrip("+")
    if not _SHORTEST_NUMBER <= len(digits) <= _LONGEST_NUMBER:
        return False
    is_said = bool(re.search(_TELEPHONE.get(language, _TELEPHONE["en"]), text))
    return is_said or run.digits[0] in "+0" or len(digits) >= _SURELY_RUNG


_ORDER_BEFORE = {language: re.compile(word + _PREFIX) for language, word in _ORDER.items()}
