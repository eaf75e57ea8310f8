"""What callers mean, in three languages, slips of the recogniser included."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from callbacks.model import Wish
from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from config.urgency import Urgency
from ivr.understanding.examples import packaged_examples
from ivr.understanding.understander import Understander

SUNDAY_NOON_IN_SEOUL = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def file() -> HotlineFile:
    return read_hotline_file(default_hotline_file())[0]


@pytest.fixture(scope="module")
def understander(file: HotlineFile) -> Understander:
    return Understander(file)


@pytest.mark.parametrize(
    ("language", "text", "category"),
    [
        ("en", "hello i'd like my money back for this blender", "refund"),
        ("en", "the courier has not brought my parcel", "delivery"),
        ("en", "my dish washer broke and does not start", "repair"),
        ("en", "there is a wrong charge on my invoice", "billing"),
        ("en", "i can not sign in since the update", "account"),
        ("zh", "我买的东西想退货请退款给我", "refund"),
        ("zh", "我的包裹还没有收到快递", "delivery"),
        ("zh", "更新以后我的应用打不开", "account"),
        ("ko", "산 제품을 환불 받고 싶어요", "refund"),
        ("ko", "업데이트 하고 앱이 안 열려요", "account"),
        ("ko", "세탁기가 고장이 났어요", "repair"),
    ],
)
def test_a_complaint_is_put_in_its_category(
    understander: Understander, language: str, text: str, category: str
) -> None:
    assert understander.understand(text, language, SUNDAY_NOON_IN_SEOUL).category == category


@pytest.mark.parametrize(
    ("language", "text", "urgency"),
    [
        ("en", "the charger is smoked and there is a burning smile", Urgency.SAFETY),
        ("zh", "充电器有烧焦的味道还冒眼了", Urgency.SAFETY),
        ("ko", "충전기에서 연기 가 나고 타는 냄세", Urgency.SAFETY),
        ("en", "you will hear from my lawyer", Urgency.LEGAL),
        ("zh", "我要去法院告你们", Urgency.LEGAL),
        ("ko", "변호 사와 상담하겠습니다", Urgency.LEGAL),
    ],
)
def test_harm_and_law_raise_the_urgency_in_spite_of_slips(
    understander: Understander, language: str, text: str, urgency: Urgency
) -> None:
    reading = understander.understand(text, language, SUNDAY_NOON_IN_SEOUL)
    assert reading.urgency is urgency
    assert [e.value for e in reading.evidence if e.field == "urgency"] == [urgency.value]


@pytest.mark.parametrize(
    ("language", "text", "wish"),
    [
        ("en", "let me speak to your manager", Wish.MANAGER),
        ("en", "i want to talk to a human agent", Wish.AGENT),
        ("zh", "给我换一个新的", Wish.EXCHANGE),
        ("zh", "我要转人工客服", Wish.AGENT),
        ("ko", "책임자를 바꿔 주세요", Wish.MANAGER),
        ("ko", "수리해 주세요", Wish.REPAIR),
    ],
)
def test_a_wish_is_noted(understander: Understander, language: str, text: str, wish: Wish) -> None:
    assert understander.understand(text, language, SUNDAY_NOON_IN_SEOUL).wish is wish


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "call me back tomorrow at three"),
        ("zh", "请明天下午三点给我回电话"),
        ("ko", "내일 세 시에 다시 전화해 주세요"),
    ],
)
def test_a_callback_time_in_words_is_a_moment_in_the_sites_zone(
    understander: Understander, language: str, text: str
) -> None:
    reading = understander.understand(text, language, SUNDAY_NOON_IN_SEOUL)
    assert reading.wish is Wish.CALLBACK
    assert reading.callback_at == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def test_an_hour_that_has_passed_means_the_next_day(understander: Understander) -> None:
    reading = understander.understand("please phone me at 10", "en", SUNDAY_NOON_IN_SEOUL)
    assert reading.callback_at == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "   ", "...", "banana purple tomorrow never", "um well you know"])
def test_what_is_about_nothing_we_know_is_doubted(understander: Understander, file: HotlineFile, text: str) -> None:
    reading = understander.understand(text, "en", SUNDAY_NOON_IN_SEOUL)
    assert reading.confidence < file.listening.doubt_below


def test_abuse_is_noted_with_its_span(understander: Understander) -> None:
    text = "you idiots never answer"
    reading = understander.understand(text, "en", SUNDAY_NOON_IN_SEOUL)
    assert reading.abusive
    (span,) = [e for e in reading.evidence if e.field == "abusive"]
    assert text[span.start : span.end] == "idiots"


def test_the_urgency_is_never_below_the_categorys(understander: Understander) -> None:
    assert understander.understand("i want a refund", "en", SUNDAY_NOON_IN_SEOUL).urgency is Urgency.MONEY


def test_a_language_without_examples_is_not_guessed(understander: Understander) -> None:
    assert understander.understand("ich will mein geld zurück", "de", SUNDAY_NOON_IN_SEOUL).confidence == 0.0


@pytest.mark.parametrize(
    ("language", "text", "product"),
    [
        ("en", "my vacum cleaner is dead", "vacuum cleaner"),
        ("zh", "取暖器不热了", "取暖器"),
        ("ko", "세타기가 안 돌아요", "세탁기"),
        ("en", "i was charged twice", None),
    ],
)
def test_a_product_is_named_as_the_hotline_file_spells_it(
    understander: Understander, language: str, text: str, product: str | None
) -> None:
    assert understander.understand(text, language, SUNDAY_NOON_IN_SEOUL).product == product


def test_numbers_are_kept_with_the_words_that_said_them(understander: Understander) -> None:
    text = "order number a b one two three four, ring me on zero one zero double five triple two nine"
    reading = understander.understand(text, "en", SUNDAY_NOON_IN_SEOUL)
    assert (reading.order, reading.telephone, reading.wish) == ("AB1234", "010552229", Wish.CALLBACK)
    spans = {e.field: text[e.start : e.end] for e in reading.evidence}
    assert spans["order"] == "a b one two three four"
    assert spans["telephone"] == "zero one zero double five triple two nine"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the light bulb is dark"),
        ("zh", "带电池吗"),
        ("zh", "领导电话给我"),
        ("ko", "배송이 연기됐어요"),
        ("ko", "전화번호 사용 방법"),
    ],
)
def test_words_that_only_sound_like_harm_or_law_raise_no_alarm(
    understander: Understander, language: str, text: str
) -> None:
    reading = understander.understand(text, language, SUNDAY_NOON_IN_SEOUL)
    assert reading.urgency not in (Urgency.SAFETY, Urgency.LEGAL)


@pytest.mark.parametrize("language", ["en", "zh", "ko"])
def test_every_evidence_lies_within_the_text(understander: Understander, language: str) -> None:
    for example in packaged_examples(language)[::7]:
        reading = understander.understand(example.text, language, SUNDAY_NOON_IN_SEOUL)
        assert reading.evidence[0].field == "category"
        assert all(0 <= e.start < e.end <= len(example.text) for e in reading.evidence), example.text


def test_a_category_of_an_admins_own_is_learned_from_a_few_sentences(file: HotlineFile) -> None:
    examples = {"en": ("my garden hose bursts", "the garden hose has a leak", "where is my garden hose order")}
    own = file.categories["other"].model_copy(update={"examples": examples})
    other = file.model_copy(update={"categories": {"garden": own, **file.categories}})
    reading = Understander(other).understand("it is about the garden hose", "en", SUNDAY_NOON_IN_SEOUL)
    assert reading.category == "garden"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "we had to take my son to the hospital"),
        ("zh", "孩子送到医院了"),
        ("ko", "이러다 사람 죽겠어요"),
    ],
)
def test_guards_against_false_alarms_do_not_silence_real_ones(
    understander: Understander, language: str, text: str
) -> None:
    assert understander.understand(text, language, SUNDAY_NOON_IN_SEOUL).urgency is Urgency.SAFETY
