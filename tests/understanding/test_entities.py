"""Numbers and products named in a text."""

from __future__ import annotations

import pytest

from ivr.understanding.entities import ProductList, find_numbers
from ivr.understanding.fuzzy import sounds_of


@pytest.mark.parametrize(
    ("language", "text", "digits"),
    [
        ("en", "my number is five five five oh one two three", "5550123"),
        ("en", "call me on zero one zero double five triple two nine", "010552229"),
        ("en", "it is plus four four, seven seven double zero nine hundred", "+4477009"),
        ("zh", "我的电话是幺三八零零一二三四五六请打给我", "13800123456"),
        ("zh", "幺三八 零零一二 三四五六", "13800123456"),
        ("ko", "공일공에 일이삼사에 오육칠팔", "01012345678"),
        ("ko", "번호가 공일공 일이삼사 오육칠팔이에요", "01012345678"),
        ("ko", "010-1234-5678", "01012345678"),
    ],
)
def test_a_telephone_number_is_heard_in_groups(language: str, text: str, digits: str) -> None:
    telephone, order = find_numbers(text, language)
    assert telephone is not None
    assert telephone.value == digits
    assert order is None


@pytest.mark.parametrize(
    ("language", "text", "number", "words"),
    [
        ("en", "order number a b one two three four five", "AB12345", "a b one two three four five"),
        ("en", "my order is 4471120", "4471120", "4471120"),
        ("zh", "订单号是ab12345", "AB12345", "ab12345"),
        ("ko", "주문 번호는 일이삼사오육이에요", "123456", "일이삼사오육"),
    ],
)
def test_an_order_number_is_told_by_the_word_before_it(language: str, text: str, number: str, words: str) -> None:
    telephone, order = find_numbers(text, language)
    assert telephone is None
    assert order is not None
    assert (order.value, text[slice(*order.span)]) == (number, words)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "i paid forty nine ninety two times at one o'clock"),
        ("zh", "两点半打给我"),
        ("ko", "이 사이 오 일 동안"),
        ("en", "1234567"),
    ],
)
def test_not_every_numeral_is_a_number_to_ring(language: str, text: str) -> None:
    assert find_numbers(text, language) == (None, None)


def test_the_longest_product_that_fits_is_meant_in_the_files_spelling() -> None:
    products = ProductList(["cleaner", "Vacuum Cleaner", "주전자"])
    found = products.find(sounds_of("the vacum cleaner stopped"))
    assert found is not None
    assert found.value == "Vacuum Cleaner"
    other = products.find(sounds_of("주정자가 고장 났어요"))
    assert other is not None
    assert other.value == "주전자"
    assert products.find(sounds_of("nothing of ours")) is None
