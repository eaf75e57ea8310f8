"""What the edge does with its legs while nobody leads them."""

from __future__ import annotations

from ivr.messages import (
    Answer,
    Bridge,
    BridgeSurvived,
    Dial,
    DigitPressed,
    Drain,
    EdgeEvent,
    EndedBy,
    HangUp,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegFailed,
    Play,
    Reject,
    ReportTransfer,
    StopPlaying,
    StopRecording,
    Tap,
    TransferAsked,
    Unbridge,
)
from ivr.surviving_legs import SurvivingLegs
from prompts.catalogue import HOLD_MUSIC


def answered(leg: str) -> LegAnswered:
    return LegAnswered(leg, "G722", wide_band=True)


def arrived(leg: str, waited: float = 0.0) -> LegArrived:
    return LegArrived(leg, "+821011110001", "1001", waited)


def legs(*events: EdgeEvent, dialled: tuple[str, ...] = (), bridge: Bridge | None = None) -> SurvivingLegs:
    """At second 0."""
    made = SurvivingLegs()
    for leg in dialled:
        made.asked(Dial(leg, "sip:x@127.0.0.1", "1", 20.0), 0.0)
    for event in events:
        made.told(event, 0.0)
    if bridge is not None:
        made.asked(bridge, 0.0)
    return made


def pair() -> SurvivingLegs:
    return legs(arrived("in"), answered("in"), answered("out"), dialled=("out",), bridge=Bridge("in", "out", "note"))


MUSIC = (Tap("in", on=False), StopRecording("in"), Play("in", 0, (HOLD_MUSIC,), loop=True))
SURVIVED = BridgeSurvived("in", "out", "note")


def test_a_bridged_pair_is_left_alone_and_told_of() -> None:
    edge = pair()
    assert edge.left() == ()
    assert edge.told_to_nobody(DigitPressed("in", "1"), 1.0) == ()
    assert edge.given_up() == (Drain(on=True),)
    assert edge.returned(9.0) == (SURVIVED, answered("in"), answered("out"))
    edge.told(LegEnded("in", EndedBy.THEM), 10.0)
    assert edge.left() == (HangUp("out"),)


def test_dialled_legs_that_are_not_bridged_end() -> None:
    edge = legs(answered("up"), dialled=("up", "ringing"))
    assert edge.left() == (HangUp("up"), HangUp("ringing"))
    assert edge.told_to_nobody(answered("ringing"), 1.0) == (HangUp("ringing"),)
    assert edge.told_to_nobody(LegEnded("up", EndedBy.US), 1.0) == ()
    assert edge.told_to_nobody(LegEnded("ringing", EndedBy.US), 1.0) == ()
    assert edge.returned(2.0) == ()


def test_a_caller_hears_music_and_arrives_again_with_the_time_they_waited() -> None:
    edge = legs(arrived("in"), answered("in"))
    assert edge.left() == MUSIC
    assert edge.returned(7.5) == (arrived("in", 7.5),)
    assert edge.asked(Answer("in"), 8.0) == ((StopPlaying("in"),), (answered("in"),))
    assert edge.asked(Answer("in"), 8.0) == ((Answer("in"),), ())


def test_who_rings_rings_on_and_is_answered_as_ever() -> None:
    edge = legs(arrived("in"))
    assert edge.left() == ()
    assert edge.told_to_nobody(arrived("later"), 3.0) == ()
    assert edge.returned(5.0) == (arrived("in", 5.0), arrived("later", 2.0))
    assert edge.asked(Answer("in"), 5.0) == ((Answer("in"),), ())


def test_who_was_up_is_hung_up_on_where_another_would_be_refused() -> None:
    edge = legs(arrived("in"), answered("in"))
    edge.left()
    edge.returned(1.0)
    assert edge.asked(Reject("in", 503), 1.0) == ((HangUp("in"),), ())


def test_after_the_grace_callers_are_hung_up_on_who_only_ring_may_be_taken_elsewhere_and_no_more_are_taken() -> None:
    edge = legs(arrived("in"), answered("in"), arrived("rings"))
    edge.left()
    assert edge.given_up() == (Drain(on=True), HangUp("in"), Reject("rings", 503))


def test_when_one_of_a_pair_hangs_up_so_does_the_other_and_both_ends_are_told_later() -> None:
    edge = pair()
    edge.left()
    by_them, by_us = LegEnded("in", EndedBy.THEM), LegEnded("out", EndedBy.US)
    assert edge.told_to_nobody(by_them, 1.0) == (HangUp("out"),)
    assert edge.told_to_nobody(by_us, 1.5) == ()
    assert edge.returned(9.0) == (SURVIVED, answered("in"), by_them, answered("out"), by_us)
    assert edge.left() == ()
    assert edge.returned(10.0) == ()


def test_the_other_side_of_a_conversation_just_ended_is_no_new_caller() -> None:
    edge = pair()
    edge.left()
    by_them = LegEnded("out", EndedBy.THEM)
    assert edge.told_to_nobody(by_them, 1.0) == (HangUp("in"),)
    assert edge.returned(1.0) == (SURVIVED, answered("out"), by_them, answered("in"))


def test_parted_and_failed_bridges_are_forgotten() -> None:
    edge = pair()
    edge.asked(Unbridge("out"), 1.0)
    assert edge.left() == (HangUp("out"), *MUSIC)
    edge = pair()
    edge.told(LegEnded("out", EndedBy.THEM), 1.0)
    assert edge.left() == MUSIC


def test_a_bridge_to_a_phone_that_is_not_picked_up_yet_does_not_survive() -> None:
    edge = legs(arrived("in"), answered("in"), dialled=("out",), bridge=Bridge("in", "out"))
    assert edge.left() == (HangUp("out"), *MUSIC)
    assert edge.told_to_nobody(LegFailed("out", 487, "cancelled"), 1.0) == ()
    assert edge.returned(2.0) == (arrived("in", 2.0),)


def test_a_new_bridge_takes_the_place_of_the_old_one() -> None:
    edge = pair()
    edge.asked(Dial("third", "sip:x@127.0.0.1", "1", 20.0), 1.0)
    edge.told(answered("third"), 1.0)
    edge.asked(Bridge("in", "third", "other note"), 1.0)
    assert edge.left() == (HangUp("out"),)
    assert edge.returned(2.0) == (BridgeSurvived("in", "third", "other note"), answered("in"), answered("third"))


def test_a_transfer_asked_of_nobody_is_refused() -> None:
    edge = pair()
    edge.left()
    assert edge.told_to_nobody(TransferAsked("out", "sip:x@127.0.0.1"), 1.0) == (ReportTransfer("out", 503),)
