from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.media.dtmf import KEYS, EventPacket, KeyPressReceiver, press, press_all


def hear(receiver: KeyPressReceiver, packets: tuple[EventPacket, ...], timestamp: int, at: float = 0.0) -> str:
    """The keys told while the packets of one press come 20 ms apart."""
    keys = [receiver.feed(timestamp, p.payload, p.marker, at + 0.02 * i) for i, p in enumerate(packets)]
    return "".join(key for key in keys if key)


@pytest.mark.parametrize("key", KEYS)
def test_every_key_sent_is_heard_once(key: str) -> None:
    assert hear(KeyPressReceiver(), press(key), 1000) == key


def test_a_press_whose_marker_was_lost_is_heard() -> None:
    assert hear(KeyPressReceiver(), press("5")[1:], 1000) == "5"


def test_a_duplicate_key_press_counts_once() -> None:
    first = press("5")[0]
    assert hear(KeyPressReceiver(), (first, first, first, *press("5")), 1000) == "5"


def test_a_press_of_which_only_the_end_arrived_is_heard() -> None:
    assert hear(KeyPressReceiver(), press("#")[-1:], 1000) == "#"


def test_the_same_key_twice_is_two_presses() -> None:
    receiver = KeyPressReceiver()
    assert hear(receiver, press("1"), 1000) + hear(receiver, press("1"), 4000, 0.4) == "11"


def test_an_end_that_comes_after_the_next_press_began_is_not_a_third() -> None:
    receiver = KeyPressReceiver()
    one, two = press("1"), press("2")
    assert hear(receiver, one[:-1], 1000) + hear(receiver, two[:2], 3000, 0.2) == "12"
    assert hear(receiver, one[-1:], 1000, 0.25) == ""
    assert hear(receiver, two[2:], 3000, 0.27) == ""


def test_a_phone_that_moves_the_timestamp_on_inside_a_press_is_heard_once() -> None:
    receiver = KeyPressReceiver()
    packets = press("7")
    keys = [receiver.feed(1000 + 160 * i, p.payload, p.marker, 0.02 * i) for i, p in enumerate(packets[:-2])]
    assert [key for key in keys if key] == ["7"]


def test_a_recorded_press_played_again_counts_again() -> None:
    receiver = KeyPressReceiver()
    assert hear(receiver, press("3"), 1000) + hear(receiver, press("3"), 1000, 2.0) == "33"


def test_events_that_are_no_keys_are_ignored() -> None:
    assert KeyPressReceiver().feed(1, bytes([16, 10, 0, 160]), True, 0.0) is None


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.binary(max_size=8), st.booleans())))
def test_no_bytes_make_the_receiver_fail(packets: list[tuple[int, bytes, bool]]) -> None:
    receiver = KeyPressReceiver()
    for index, (timestamp, payload, marker) in enumerate(packets):
        key = receiver.feed(timestamp, payload, marker, index * 0.02)
        assert key is None or key in KEYS


def test_what_is_no_key_cannot_be_pressed() -> None:
    with pytest.raises(ValueError, match="substring"):
        press("x")


@pytest.mark.parametrize("ptime", [10, 20, 30, 60])
def test_presses_in_packets_of_any_length_are_heard_as_they_were_meant(ptime: int) -> None:
    receiver, heard, began = KeyPressReceiver(), "", 0
    packets = press_all("1199*D", ptime)
    for place, packet in enumerate(packets):
        if packet is None:
            continue
        began = place * ptime * 8 if packet.marker else began
        heard += receiver.feed(began, packet.payload, packet.marker, place * ptime / 1000) or ""
    assert heard == "1199*D"
    assert packets[-1] is None


def test_what_is_no_key_is_not_pressed() -> None:
    with pytest.raises(ValueError, match="substring"):
        press_all("1x", 20)
