"""What a caller puts right of what was said back: "not a refund, a repair"; 不是退款，是维修; 환불 말고 수리요.

Only names count here: those of categories, wishes and products. Whether one is refused is told by what stands beside
it: before it in English and Chinese, behind it in Korean. Whoever names the right thing need not say no; and who says
"no repair", where nothing was said of a repair, means "no, repair".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from callbacks.model import Wish
from config.hotline_file import HotlineFile
from ivr.understanding.fuzzy import Cue, Sounds, sounds_of
from ivr.understanding.patterns import lexicon
from ivr.understanding.understanding import Understanding

CATEGORY, WISH, PRODUCT = "category", "wish", "product"

_ARTICLE = re.compile(r"^(an?|the|your) ")
#: A title may hold several names: "a bill or payment", 账单和付款, 요금과 결제.
_BETWEEN_NAMES = re.compile(r" or | and |[,/、和或]|[과와] ")
# What refuses the name that follows, with the small words that may stand between.
_REFUSED_BEFORE = {
    "en": re.compile(
        r"\b(not|isn't|never|instead of|rather than|don't want|do not want)( (about|for|an?|the|my|any|to))*\W*$"
    ),
    "zh": re.compile(r"(不是|不要|不想要?|不用|并非|别)(要|想|关于|说|我的?|为了|办)*\W*$"),
}
# What refuses the name that it follows.
_REFUSED_AFTER = {
    "ko": re.compile(r"^\s*(건|문제|쪽|이야기|얘기)?(이|가|은|는|을|를|도)?\s*(말고|아니|아닌|아닙|아냐|안 )"),
}


@dataclass(frozen=True, slots=True)
class _Mention:
    """`text[start:end]` names `value` of a field of the understanding."""

    field: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Correction:
    """The reading put right; `is_refusal`: something of what was said back was refused by its name."""

    reading: Understanding
    is_refusal: bool


def correct(reading: Understanding, text: str, language: str, file: HotlineFile) -> Correction | None:
    """The reading with the parts put right that `text` names; None where it names nothing else than was said back.

    A category that was named is sure. Urgency is not touched: see `ivr.flow.steps.confirm`.
    """
    said = " ".join(text.lower().split())
    mentions = tuple(_mentions(said, language, file))
    known = {CATEGORY: reading.category, WISH: reading.wish.value, PRODUCT: reading.product}
    refused = {m for m in mentions if _is_refused(m, said, language)}
    wrong = {m.field for m in refused if known[m.field] == m.value}
    right = {m.field: m.value for m in reversed(mentions) if m not in refused or not wrong}
    right = {name: value for name, value in right.items() if known[name] != value}
    if wrong:
        if CATEGORY in wrong and right.get(WISH) in file.categories:  # 不是退款，要修理: the wish names the matter
            right.setdefault(CATEGORY, right[WISH])
        better = _replaced(reading, wrong, right)
        return Correction(better, is_refusal=True) if better is not None else None
    if right.get(CATEGORY) == known[WISH]:  # "yes, I want my refund" says the wish once more, not another matter
        del right[CATEGORY]
    better = _replaced(reading, set(), right) if right else None
    return Correction(better, is_refusal=False) if better is not None else None


def _replaced(reading: Understanding, wrong: set[str], right: dict[str, str]) -> Understanding | None:
    """The refused parts replaced, or dropped where nothing took their place; None where the category is refused and
    none named. Where a part was refused, the others stay as they were unless they were empty."""
    if CATEGORY in wrong and CATEGORY not in right:
        return None
    new = reading
    if CATEGORY in right and (not wrong or CATEGORY in wrong):
        category = right[CATEGORY]
        others = tuple(name for name in reading.next_best if name != category)
        new = replace(new, category=category, confidence=1.0, next_best=others)
    if WISH in wrong or (WISH in right and (not wrong or reading.wish is Wish.NONE)):
        new = replace(new, wish=Wish(right.get(WISH, Wish.NONE)))
    if PRODUCT in wrong or (PRODUCT in right and (not wrong or reading.product is None)):
        new = replace(new, product=right.get(PRODUCT))
    return new


def _mentions(said: str, language: str, file: HotlineFile) -> Iterator[_Mention]:
    sounds = sounds_of(said)
    for name, category in file.categories.items():
        for called in _names_of(name, category.titles.get(language, name).lower()):
            if span := _find(called, sounds):
                yield _Mention(CATEGORY, name, *span)
                break
    words = lexicon(language)
    for wish, pattern in words.wishes if words is not None else ():
        yield from (_Mention(WISH, wish.value, *found.span()) for found in pattern.finditer(said))
    for product in file.products:
        if span := _find(product.lower(), sounds):
            yield _Mention(PRODUCT, product, *span)


def _names_of(name: str, title: str) -> tuple[str, ...]:
    """What a category is called: its title, the parts of it, and the name itself."""
    plain = _ARTICLE.sub("", title)
    return tuple(dict.fromkeys((plain, *filter(None, map(str.strip, _BETWEEN_NAMES.split(plain))), name)))


def _find(name: str, sounds: Sounds) -> tuple[int, int] | None:
    return Cue(name, whole_words=name.isascii()).find(sounds)


def _is_refused(mention: _Mention, said: str, language: str) -> bool:
    before, after = _REFUSED_BEFORE.get(language), _REFUSED_AFTER.get(language)
    if before is not None and before.search(said[: mention.start]):
        return True
    return after is not None and after.search(said[mention.end :]) is not None
