"""Saying back what was understood, and putting it right part by part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.model import Wish
from config.hotline_file import HotlineFile
from config.urgency import Urgency
from ivr.flow import effects as do
from ivr.flow.dialog import Dialog
from ivr.flow.events import CallerSpoke
from ivr.flow.phases import Phase
from ivr.understanding.understander import Understander
from ivr.understanding.understanding import Understanding
from routing.work import Mood
from tests.flow.caller import FlowCaller


def opened(caller: FlowCaller) -> tuple[str, Wish, str | None]:
    """Category, wish and product of the case that was opened."""
    (case,) = caller.effects(do.OpenCase)
    return case.category, case.wish, case.product


def test_product_and_wish_are_said_back_with_the_matter(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("my order of a kettle has not arrived i want to exchange it")
    assert caller.said[-3:] == ["heard-product", "heard-wish-exchange", "confirm"]
    caller.press("1")
    assert opened(caller) == ("delivery", Wish.EXCHANGE, "kettle")


def test_a_wish_that_is_the_matter_itself_is_not_said_twice(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("i want a refund for this")
    assert caller.said[-1] == "confirm"
    assert "heard-wish-refund" not in caller.said


@pytest.mark.parametrize(
    ("language", "complaint", "correction", "yes"),
    [
        ("en", "i want a refund for this", "not a refund a repair", "yes"),
        ("en", "i want a refund for this", "no repair", "that is right"),
        ("zh", "我要退款", "不是退款是维修", "对的没错"),
        ("zh", "我要退款", "是维修", "对的没错"),
        ("zh", "我要退款", "不是退款,要修理", "对的没错"),
        ("ko", "환불해 주세요", "환불 말고 수리요", "네 맞습니다"),
        ("ko", "환불해 주세요", "아니요 수리예요", "네 맞습니다"),
    ],
)
def test_the_right_matter_named_takes_the_place_of_the_wrong_one(
    caller: FlowCaller, language: str, complaint: str, correction: str, yes: str
) -> None:
    caller.arrive(language=language)
    caller.say(complaint)
    caller.say(correction)
    assert caller.said[-1] == "confirm"
    assert not caller.effects(do.OpenCase)
    caller.say(yes)
    assert opened(caller)[0] == "repair"


def test_one_part_put_right_leaves_the_others(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("my order of a kettle has not arrived i want to exchange it")
    caller.say("not the kettle the heater")
    caller.say("not an exchange a refund")
    caller.say("yes")
    assert opened(caller) == ("delivery", Wish.REFUND, "heater")


def test_after_a_no_the_next_best_matters_are_offered_by_key_and_need_no_confirming(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("where is my kettle i ordered it two weeks ago")
    denied = caller.dialog.facts.understanding
    assert denied is not None
    caller.press("2")
    assert caller.said[-4:] == ["confirm-which", "keys-menu-item", "keys-menu-item", "keys-menu-item"]
    caller.press("2")
    assert opened(caller) == (denied.next_best[1], denied.wish, "kettle")


def test_a_whole_new_complaint_in_answer_is_said_back_in_turn(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("i want a refund for this")
    caller.say("no my parcel is late")
    assert caller.said[-1] == "confirm"
    caller.say("yes")
    assert opened(caller)[0] == "delivery"


@pytest.mark.parametrize(
    ("language", "complaint", "again"),
    [
        ("en", "i want a refund for this", "i want a refund for the thing i bought last week"),
        ("zh", "我要退款", "上周买的产品我要退款"),
        ("ko", "환불해 주세요", "지난주에 산 제품을 환불받고 싶습니다"),
    ],
)
def test_who_says_the_same_matter_again_has_agreed_to_it(
    caller: FlowCaller, language: str, complaint: str, again: str
) -> None:
    """One who was asked in the middle of a sentence, and begins it anew."""
    caller.arrive(language=language)
    caller.say(complaint)
    assert caller.said[-1] == "confirm"
    caller.say(again)
    assert opened(caller)[0] == "refund"


def test_who_denies_and_says_the_same_again_has_not_agreed_to_it(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("i want a refund for this")
    caller.say("no i want a refund")
    assert not caller.effects(do.OpenCase)


def test_two_misses_lead_to_a_person_who_gets_nothing_that_was_not_agreed_to(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("i want a refund for this")
    caller.say("mumble mumble")
    caller.say_nothing()
    caller.hear_out()
    (work,) = caller.effects(do.Enqueue)
    assert work.needs.skills == ()
    assert not caller.effects(do.OpenCase)


def test_a_danger_that_was_heard_and_not_denied_stays_urgent(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("the charger is smoking")
    caller.say_nothing()
    caller.say_nothing()
    caller.hear_out()
    assert caller.effects(do.Enqueue)[0].urgency is Urgency.SAFETY


def test_a_danger_that_the_caller_denies_does_not(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("the charger is smoking")
    caller.press("2")
    caller.say_nothing()
    caller.hear_out()
    assert caller.effects(do.Enqueue)[0].urgency is Urgency.INFO


def test_who_corrects_again_and_again_is_put_through_to_a_person(caller: FlowCaller) -> None:
    caller.arrive()
    caller.say("i want a refund for this")
    for answer in ("not a refund a repair", "not a repair a delivery", "not a delivery a refund"):
        caller.say(answer)
    caller.hear_out()
    assert caller.effects(do.Enqueue)


def test_who_asks_for_a_person_is_asked_for_that_alone(caller: FlowCaller, file: HotlineFile) -> None:
    caller.arrive()
    turn = caller.dialog.facts.turn
    asks = Understanding("legal", Urgency.LEGAL, Wish.AGENT, confidence=file.listening.doubt_below / 2)
    caller.feed(CallerSpoke(turn, "hm a person", 0.5, "script", Mood.CALM, asks))
    if caller.dialog.facts.turn == turn:
        caller.hear_out()
        caller.feed(CallerSpoke(caller.dialog.facts.turn, "hm a person", 0.5, "script", Mood.CALM, asks))
    assert caller.said[-2:] == ["heard-wish-agent", "confirm-right"]
    caller.press("1")
    assert opened(caller)[:2] == ("other", Wish.AGENT)


SAYINGS = (
    "i want a refund for this",
    "the charger is smoking",
    "my parcel is late",
    "mumble mumble",
    "let me talk to a human",
    "not a refund a repair",
    "no repair",
    "yes",
    "no that is wrong",
    "kettle",
)
MOVES = st.lists(st.sampled_from([*SAYINGS, "key 1", "key 2", "key 3", "silence", "no ears"]), max_size=14)


@given(moves=MOVES, doubt=st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_nothing_doubtful_or_unconfirmed_ever_decides_where_a_call_goes(
    file: HotlineFile, understander: Understander, moves: list[str], doubt: float
) -> None:
    """Whatever is said, pressed or not heard: a category reaches the book or the floor by a yes or a key alone."""
    caller = FlowCaller(file, understander)
    agreed: set[str] = {list(file.categories)[-1]}
    caller.arrive()
    for move in moves:
        if caller.dialog.phase is not Phase.ASKING:
            break
        before = len(caller.asked)
        asked = next(e for e in reversed(caller.asked) if isinstance(e, do.Say)).phrases
        read = caller.dialog.facts.understanding
        answer_is_yes = play(caller, move, doubt)
        named = {dict(p.slots).get("category") for p in asked}
        if answer_is_yes and read is not None and not caller.dialog.facts.is_doubtful(read):
            agreed.add(read.category)
        if move.startswith("key"):
            agreed |= {str(dict(p.slots)["category"]) for p in asked if dict(p.slots).get("digit") == move[-1]}
        for effect in caller.asked[before:]:
            if isinstance(effect, do.OpenCase):
                assert effect.category in agreed, (moves, named)
            if isinstance(effect, do.Enqueue):
                queues = {file.categories[name].queue for name in agreed}
                skills = [file.categories[name].skills for name in agreed]
                assert effect.needs.queue in queues
                assert dict(effect.needs.skills) in skills
            if isinstance(effect, do.Enqueue | do.OpenCase):
                break


def play(caller: FlowCaller, move: str, doubt: float) -> bool:
    """Make the move; whether it was a yes."""
    match move.split():
        case ["key", digit]:
            caller.press(digit)
        case ["silence"]:
            caller.say_nothing()
        case ["no", "ears"]:
            caller.hear_out()
            caller.lose_the_ears()
        case _:
            caller.say(move, confidence=1 - doubt)
    return move in ("yes", "key 1")


def test_a_flow_that_confirms_nothing_goes_by_what_was_understood_without_doubt(
    file: HotlineFile, understander: Understander
) -> None:
    steps = {name: step for name, step in file.flow.steps.items() if name != "confirm"}
    steps["ask-problem"] = steps["ask-problem"].model_copy(update={"next": "open-case"})
    brief = file.model_copy(update={"flow": file.flow.model_copy(update={"steps": steps})})
    caller = FlowCaller(brief, understander)
    assert isinstance(caller.dialog, Dialog)
    caller.arrive()
    caller.say("i want a refund for this")
    assert opened(caller)[0] == "refund"
