"""When shall we call back? Told as conversations; windows open at one in the afternoon in Seoul."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ivr.flow import effects as do
from tests.flow.caller import DUE, OPENS, FlowCaller

TOMORROW_AT_THREE = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
MENU = ["choose-time", "choose-window", "choose-window", "choose-other"]


@pytest.fixture
def asked(caller: FlowCaller) -> FlowCaller:
    """A caller who rang when the hotline was closed, and is asked when to be called."""
    caller.is_open = False
    caller.arrive()
    caller.say("i want a refund")
    caller.say("yes")
    caller.hear_out()
    assert caller.said[-4:] == MENU
    return caller


def promised(caller: FlowCaller) -> tuple[datetime | None, datetime | None]:
    caller.hear_out()
    (promise,) = caller.effects(do.MakePromise)
    return promise.opens, promise.due


def test_a_key_takes_the_first_window_or_the_one_after_it(asked: FlowCaller) -> None:
    asked.press("2")
    assert promised(asked) == (DUE, DUE + timedelta(hours=2))
    assert asked.said[-2:] == ["callback-made", "goodbye"]


def test_yes_takes_the_first(asked: FlowCaller) -> None:
    asked.say("yes please")
    assert promised(asked) == (OPENS, DUE)


def test_a_time_in_words_is_said_back_and_promised(asked: FlowCaller) -> None:
    asked.say("tomorrow afternoon at three")
    assert asked.said[-1] == "confirm-time"
    assert not asked.effects(do.MakePromise)
    asked.say("yes")
    assert promised(asked) == (TOMORROW_AT_THREE, TOMORROW_AT_THREE + timedelta(hours=2))


@pytest.mark.parametrize(("language", "answer"), [("zh", "明天下午三点"), ("ko", "내일 오후 세 시")])
def test_every_language_has_its_times(caller: FlowCaller, language: str, answer: str) -> None:
    caller.is_open = False
    caller.arrive(language)
    caller.say({"zh": "我要退款", "ko": "환불해 주세요"}[language])
    caller.press("1")
    caller.hear_out()
    caller.press("3")
    assert caller.said[-1] == "name-time"
    caller.say(answer)
    caller.press("1")
    assert promised(caller)[0] == TOMORROW_AT_THREE


def test_where_the_time_is_taken_the_nearest_one_is_offered(asked: FlowCaller) -> None:
    asked.full = {TOMORROW_AT_THREE + timedelta(minutes=30 * n) for n in range(3)}
    asked.say("tomorrow at three")
    assert asked.said[-1] == "time-full"
    asked.press("1")
    assert promised(asked)[0] == TOMORROW_AT_THREE + timedelta(minutes=90)


def test_who_does_not_agree_names_another_time(asked: FlowCaller) -> None:
    asked.say("tomorrow at three")
    asked.say("no")
    assert asked.said[-1] == "name-time"
    asked.say("half past four tomorrow")
    asked.press("1")
    assert promised(asked)[0] == TOMORROW_AT_THREE + timedelta(minutes=90)


def test_after_two_misses_the_first_window_is_promised(asked: FlowCaller) -> None:
    asked.press("3")
    asked.say("oh well let me think")
    assert asked.said[-1] == "name-time-again"
    asked.say("i do not know")
    assert promised(asked) == (OPENS, DUE)


def test_a_caller_who_says_nothing_hears_the_choice_twice_and_gets_the_first_window(asked: FlowCaller) -> None:
    asked.say_nothing()
    assert asked.said[-4:] == MENU
    asked.say_nothing()
    assert promised(asked) == (OPENS, DUE)


def test_without_ears_the_keys_choose(asked: FlowCaller) -> None:
    asked.lose_the_ears()
    asked.hear_out()
    asked.press("2")
    assert promised(asked)[0] == DUE


def test_who_asked_to_be_called_at_a_time_is_not_asked_again(caller: FlowCaller) -> None:
    caller.is_open = False
    caller.arrive()
    caller.say("there is a wrong charge on my invoice please call me back tomorrow at three")
    caller.say("yes")
    caller.hear_out()
    assert caller.said[-1] == "confirm-time"
    caller.press("1")
    assert promised(caller)[0] == TOMORROW_AT_THREE


@pytest.mark.parametrize("answer", ["3", "tomorrow at three"])
def test_who_is_offered_a_callback_may_choose_another_time(caller: FlowCaller, answer: str) -> None:
    caller.wait = 600.0
    caller.arrive()
    caller.say("my parcel is late")
    caller.say("yes")
    caller.hear_out()
    if answer == "3":
        caller.press(answer)
        assert caller.said[-4:] == MENU
        caller.say("tomorrow at three")
    else:
        caller.say(answer)
    assert caller.said[-1] == "confirm-time"
    caller.press("1")
    assert promised(caller)[0] == TOMORROW_AT_THREE
