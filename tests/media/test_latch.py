from __future__ import annotations

from ivr.media.latch import Latch

SIGNALLED, NAT, STRANGER = ("192.0.2.1", 4000), ("198.51.100.7", 61000), ("203.0.113.9", 5000)


def latch() -> Latch:
    made = Latch()
    made.point(SIGNALLED)
    return made


def test_audio_goes_to_the_signalled_address_until_something_comes() -> None:
    assert latch().target == SIGNALLED


def test_the_first_source_is_taken_and_locked() -> None:
    made = latch()
    assert made.admit(NAT, 0.0)
    assert made.target == NAT
    assert not made.admit(STRANGER, 10.0)
    assert made.target == NAT


def test_the_signalled_address_wins_over_a_stranger_that_came_first() -> None:
    made = latch()
    made.admit(STRANGER, 0.0)
    assert made.admit(SIGNALLED, 0.1)
    assert made.target == SIGNALLED


def test_another_port_of_the_same_address_is_taken_only_after_a_silence() -> None:
    made = latch()
    made.admit(NAT, 0.0)
    moved = (NAT[0], NAT[1] + 1)
    assert not made.admit(moved, 1.0)
    assert made.admit(moved, 2.5)
    assert made.target == moved


def test_new_signalling_begins_anew() -> None:
    made = latch()
    made.admit(NAT, 0.0)
    made.point(STRANGER)
    assert made.target == STRANGER
    assert made.admit(STRANGER, 0.1)


def test_others_may_be_kept_out_altogether_only_while_the_signalled_address_speaks() -> None:
    made = latch()
    assert not made.settled
    made.admit(NAT, 0.0)
    assert not made.settled
    made.admit(SIGNALLED, 0.1)
    assert made.settled
    made.point(None)
    made.admit(NAT, 0.2)
    assert made.settled  # the address of signalling cannot be one


def test_a_source_that_somebody_else_admits_is_not_silent() -> None:
    made = latch()
    made.admit(SIGNALLED, 0.0)
    made.heard(5.0)
    assert not made.silent(6.9)
    assert made.silent(7.1)
