"""Who speaks into the prompt?"""

from __future__ import annotations

import pytest

from ivr.speech.barge_in import Voice, whose_voice

PROMPT = {
    "en": "Please tell me in your own words what happened. For billing press two.",
    "ko": "무슨 일이 있었는지 말씀해 주세요. 환불은 이 번을 눌러 주세요.",
    "zh": "请用您自己的话告诉我发生了什么事。退款请按二。",
}


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "tell me in your own words what"), ("ko", "무슨 일이 있었는지 말씀해"), ("zh", "请用您自己的话告诉我")],
)
def test_half_a_sentence_of_the_prompt_is_its_echo(language: str, said: str) -> None:
    assert whose_voice(1.5, said, PROMPT[language], language) is Voice.ECHO


@pytest.mark.parametrize(
    ("language", "said"), [("en", "my washing machine is leaking"), ("ko", "세탁기가 고장"), ("zh", "我的洗衣机漏水")]
)
def test_other_words_are_the_callers(language: str, said: str) -> None:
    assert whose_voice(0.5, said, PROMPT[language], language) is Voice.CALLER


@pytest.mark.parametrize(("language", "said"), [("en", "billing"), ("ko", "환불"), ("zh", "退款")])
def test_a_word_of_the_prompt_is_the_callers_once_silence_follows(language: str, said: str) -> None:
    assert whose_voice(0.5, said, PROMPT[language], language) is Voice.UNKNOWN
    assert whose_voice(0.5, said, PROMPT[language], language, fell_silent=True) is Voice.CALLER


def test_a_click_is_nobodys_and_long_mumbling_the_callers() -> None:
    assert whose_voice(0.2, "", PROMPT["en"], "en", fell_silent=True) is Voice.UNKNOWN
    assert whose_voice(0.8, "", PROMPT["en"], "en") is Voice.CALLER


def test_where_nobody_hears_along_a_quarter_of_a_second_is_the_callers() -> None:
    assert whose_voice(0.15, None, PROMPT["en"], "en") is Voice.UNKNOWN
    assert whose_voice(0.3, None, PROMPT["en"], "en") is Voice.CALLER
