"""When the result of a small vocabulary is believed."""

from __future__ import annotations

from ivr.messages import Expecting, Word
from ivr.speech.hearing import NOTHING, Hearing
from ivr.speech.vocabulary import Vocabulary, likeness, likeness_within, narrowed_stands, vocabulary_of

YES_NO = vocabulary_of("ko", Expecting.YES_NO)
DIGITS = vocabulary_of("ko", Expecting.DIGITS)


HOURS = vocabulary_of("ko", Expecting.HOURS)
CATEGORIES = vocabulary_of("ko", Expecting.CATEGORY, ("환불", "배송", "요금과 결제"))


def heard(text: str, confidence: float = 1.0) -> Hearing:
    return Hearing(text, tuple(Word(word, 0.0, 0.1, confidence) for word in text.split()), confidence)


def stands(narrowed: Hearing, free: Hearing, speech: float = 0.5) -> bool:
    assert YES_NO is not None
    return narrowed_stands(narrowed, free, YES_NO, Expecting.YES_NO, speech)


def test_a_short_yes_that_sounds_like_what_was_heard_freely_stands() -> None:
    assert stands(heard("네 맞 습니다"), heard("네 맞 습니다"))
    assert stands(heard("네"), heard("네요"))
    assert stands(heard("아니오"), heard("한 이후"))


def test_it_stands_where_the_free_recogniser_was_lost() -> None:
    assert stands(heard("네"), heard("우매함", 0.23))
    assert stands(heard("네"), NOTHING)


def test_another_word_that_was_heard_well_is_not_turned_into_a_yes() -> None:
    assert not stands(heard("아니요"), heard("환불"))
    assert not stands(heard("네"), heard("취소"))


def test_yes_and_no_in_one_answer_are_no_answer() -> None:
    assert not stands(heard("네 아닙니다"), heard("네 맞 습니다"))


def test_a_long_answer_is_more_than_yes_or_no() -> None:
    assert not stands(heard("아닙니다"), heard("아닙니다"), speech=2.0)


def test_a_doubtful_yes_does_not_stand() -> None:
    assert not stands(heard("네", 0.4), NOTHING)
    assert not stands(NOTHING, NOTHING)


def test_digits_stand_if_there_are_enough_of_them_for_the_time() -> None:
    assert DIGITS is not None
    spoken = heard("공 일 공 삼 사")
    assert narrowed_stands(spoken, heard("공일 [0] 삼사", 0.5), DIGITS, Expecting.DIGITS, speech=2.0)
    assert not narrowed_stands(heard("이"), heard("주문 번호를 모르겠어요", 0.5), DIGITS, Expecting.DIGITS, speech=2.0)


def test_free_speech_and_unknown_languages_have_no_small_vocabulary() -> None:
    assert vocabulary_of("ko", Expecting.SPEECH) is None
    assert vocabulary_of("fi", Expecting.YES_NO) is None


def test_every_language_can_say_both_yes_and_no() -> None:
    for language in ("en", "zh", "ko", "ja"):
        vocabulary = vocabulary_of(language, Expecting.YES_NO)
        assert isinstance(vocabulary, Vocabulary)
        assert len(vocabulary.groups) == 2
        assert all(vocabulary.groups)
        yes, no = (set(group) for group in vocabulary.groups)
        assert not yes & no


def test_likeness_goes_by_sound() -> None:
    assert likeness("아니오", "한이오") > 0.7
    assert likeness("네", "취소") < 0.2
    assert likeness("yes", "yes") == 1.0


def test_a_time_of_day_stands_word_by_word() -> None:
    assert HOURS is not None
    said = heard("내일 오후 세 시")
    assert narrowed_stands(said, heard("내일 오후 새 시"), HOURS, Expecting.HOURS, speech=1.6)
    assert not narrowed_stands(said, heard("내일 오후 새 시"), HOURS, Expecting.HOURS, speech=5.0)


def test_the_name_of_one_category_stands_and_of_two_not() -> None:
    assert CATEGORIES is not None
    assert narrowed_stands(heard("환불"), heard("한불"), CATEGORIES, Expecting.CATEGORY, speech=0.6)
    assert not narrowed_stands(heard("환불 배송"), heard("환불 배송"), CATEGORIES, Expecting.CATEGORY, speech=1.2)
    assert not narrowed_stands(heard("환불"), heard("세탁기가 고장 났어요"), CATEGORIES, Expecting.CATEGORY, speech=1.2)


def test_without_names_there_is_no_vocabulary_of_categories() -> None:
    assert vocabulary_of("ko", Expecting.CATEGORY) is None
    assert vocabulary_of("fi", Expecting.HOURS) is None


def test_likeness_within_finds_a_part_of_a_sentence() -> None:
    assert likeness_within("말씀해 주세요", "무슨 일인지 말씀해 주세요") > 0.95
    assert likeness_within("세탁기 고장", "무슨 일인지 말씀해 주세요") < 0.4
    assert likeness_within("", "무슨 일인지") == 0.0
