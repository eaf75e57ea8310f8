"""How long a silence ends an utterance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.messages import Expecting
from ivr.speech.pause import is_unfinished, is_whole_answer, pause_for

BASE = 1.2


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I bought it last week and"),
        ("en", "well the thing is um"),
        ("en", "my number is five five two"),
        ("zh", "我想退货，因为"),
        ("zh", "订单号是三五"),
        ("zh", "我买了那个"),
        ("ko", "지난주에 샀는데"),
        ("ko", "번호는 일 이 삼"),
        ("ko", "주문 번호 42"),
        ("ko", "화면이 안 나와서"),
        ("ja", "先週買ったんですけど"),
    ],
)
def test_a_phrase_that_goes_on_is_waited_for(language: str, said: str) -> None:
    assert is_unfinished(said, language)
    assert pause_for(BASE, language, Expecting.SPEECH, said) == pytest.approx(1.5 * BASE)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I want my money back."),
        ("en", "it arrived broken"),
        ("zh", "我要退款。"),
        ("zh", "我的快递还没到"),
        ("ko", "환불해 주세요"),
        ("ko", "배송이 아직 안 왔습니다"),
        ("fi", "haluan rahani takaisin ja"),
    ],
)
def test_a_phrase_that_may_be_over_gets_the_steps_own_pause(language: str, said: str) -> None:
    assert not is_unfinished(said, language)
    assert pause_for(BASE, language, Expecting.SPEECH, said) == BASE


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Yes."), ("en", "no"), ("zh", "是的"), ("zh", "不对"), ("ko", "네"), ("ko", "아니요")]
)
def test_a_whole_yes_or_no_is_taken_sooner(language: str, said: str) -> None:
    assert pause_for(BASE, language, Expecting.YES_NO, said) == pytest.approx(0.5 * BASE)
    assert pause_for(BASE, language, Expecting.SPEECH, said) == BASE


def test_yes_with_more_behind_it_is_not_whole() -> None:
    assert not is_whole_answer("yes but the other one", "en", Expecting.YES_NO)


def test_the_name_of_a_category_is_a_whole_answer_where_one_is_expected() -> None:
    names = ("Refund", "Billing question")
    assert is_whole_answer("billing question", "en", Expecting.CATEGORY, names)
    assert not is_whole_answer("billing", "en", Expecting.CATEGORY, names)
    assert not is_whole_answer("refund", "en", Expecting.CATEGORY)


def test_a_caller_who_paused_before_is_given_a_quarter_more() -> None:
    assert pause_for(BASE, "en", Expecting.SPEECH, own_pauses=(0.4, 1.1)) == pytest.approx(1.375)
    assert pause_for(BASE, "en", Expecting.SPEECH, own_pauses=(0.4,)) == BASE


@given(
    st.floats(0.3, 3),
    st.sampled_from(["en", "zh", "ko", "ja", "fi"]),
    st.sampled_from(list(Expecting)),
    st.none() | st.text(max_size=20),
    st.lists(st.floats(0, 10), max_size=6),
)
def test_the_pause_is_never_more_than_twice_the_steps_own_nor_too_short_to_breathe(
    base: float, language: str, expecting: Expecting, said: str | None, own: list[float]
) -> None:
    assert min(base, 0.35) <= pause_for(base, language, expecting, said, own, ("a b",)) <= 2 * base
