"""Digits said one by one."""

from __future__ import annotations

import pytest

from ivr.understanding.asks_status import asks_status
from ivr.understanding.spoken_digits import digits_in


@pytest.mark.parametrize(
    ("language", "text", "digits"),
    [
        ("en", "four seven one two three three", "471233"),
        ("en", "four seven one, double three oh", "471330"),
        ("en", "it is 471 233", "471233"),
        ("en", "triple nine zero", "9990"),
        ("en", "I do not know", ""),
        ("zh", "四七一二三三", "471233"),
        ("zh", "四 七 幺 两 〇 九", "471209"),
        ("zh", "编号是 471233", "471233"),
        ("ko", "사칠일이삼삼", "471233"),
        ("ko", "사 칠 일 공 영 구 번이요", "471009"),
        ("ko", "번호는 사칠일이삼삼입니다", "471233"),
        ("ko", "오 번", "5"),
        ("ko", "하나 둘 공", "120"),
        ("zh", "洞拐", "07"),
        ("en", "Naught, treble five", "0555"),
        ("fr", "471233", "471233"),
    ],
)
def test_digits_are_heard_in_each_language(language: str, text: str, digits: str) -> None:
    assert digits_in(text, language) == digits


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "what is the status of my complaint"),
        ("en", "Where does it stand"),
        ("en", "I have a reference number"),
        ("zh", "我想查一下进度"),
        ("zh", "处理到哪一步了"),
        ("ko", "처리 상황 좀 알려 주세요"),
        ("ko", "접수 번호가 있는데요"),
    ],
)
def test_who_asks_where_it_stands_is_understood(language: str, text: str) -> None:
    assert asks_status(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "where is my order"),
        ("en", "my parcel has not arrived yet"),
        ("zh", "我的快递还没有到"),
        ("zh", "我的订单现在到哪里了"),
        ("ko", "주문한 물건이 어디에 있나요"),
        ("ko", "배송이 일주일이나 늦었어요"),
        ("fr", "what is the status of my complaint"),
    ],
)
def test_a_complaint_is_not_taken_for_such_a_question(language: str, text: str) -> None:
    assert not asks_status(text, language)
