from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ivr.media.jitter import Concealer, JitterBuffer
from ivr.media.loss import LossCounter
from tests.media.sounds import level, tone


def feed(buffer: JitterBuffer, *sequences: int) -> list[int | None]:
    """Packets whose payload is their number; what came out, None for a lost one."""
    frames = [
        frame for number in sequences for frame in buffer.put(number & 0xFFFF, number * 160, number.to_bytes(3, "big"))
    ]
    return [None if frame.payload is None else int.from_bytes(frame.payload, "big") for frame in frames]


def test_packets_in_order_pass_at_once() -> None:
    assert feed(JitterBuffer(), 5, 6, 7) == [5, 6, 7]


def test_swapped_packets_are_put_right() -> None:
    assert feed(JitterBuffer(), 1, 3, 2, 4) == [1, 2, 3, 4]


def test_a_duplicate_is_heard_once() -> None:
    assert feed(JitterBuffer(), 1, 2, 2, 1, 3) == [1, 2, 3]


def test_a_duplicate_does_not_disturb_what_comes_after_a_loss() -> None:
    assert feed(JitterBuffer(), 1, 2, 2, 1, 3, 5, 6, 7, 8) == [1, 2, 3, None, 5, 6, 7, 8]


def test_a_missing_packet_is_given_up_after_three_others() -> None:
    assert feed(JitterBuffer(), 1, 3, 4, 5) == [1]
    assert feed(JitterBuffer(), 1, 3, 4, 5, 6) == [1, None, 3, 4, 5, 6]


def test_the_order_holds_over_the_wrap() -> None:
    assert feed(JitterBuffer(), 65534, 65536, 65535, 65537) == [65534, 65535, 65536, 65537]


def test_a_jump_starts_anew() -> None:
    assert feed(JitterBuffer(), 1, 2, 9000, 9001) == [1, 2, 9000, 9001]


def test_lost_frames_have_the_timestamps_they_would_have_had() -> None:
    buffer = JitterBuffer()
    for number in (1, 4, 5, 6):
        buffer.put(number, number * 160, b"x")
    assert [frame.timestamp for frame in buffer.flush()] == [320, 480, 640, 800, 960]


@given(st.lists(st.integers(0, 0xFFFF)))
def test_nothing_makes_it_hold_more_than_three_or_give_more_than_the_window(numbers: list[int]) -> None:
    buffer = JitterBuffer()
    for number in numbers:
        assert len(buffer.put(number, number, b"x")) <= 60
    assert sum(frame.payload is not None for frame in buffer.flush()) <= 3


def test_concealment_fades_to_silence() -> None:
    concealer = Concealer(320)
    concealer.heard(tone(300, 0.02))
    levels = [level(concealer.conceal()) for _ in range(10)]
    assert levels == sorted(levels, reverse=True)
    assert levels[0] > 0.5 * level(tone(300, 0.02))
    assert levels[-1] == 0


def test_losses_are_counted_and_reordering_is_not_loss() -> None:
    counter = LossCounter()
    for number in (65534, 65535, 1, 0, 5, 4):
        counter.count(7, number)
    assert (counter.received, counter.lost) == (6, 2)


def test_a_new_source_is_not_a_loss() -> None:
    counter = LossCounter()
    for ssrc, number in ((1, 10), (1, 11), (2, 900), (2, 901)):
        counter.count(ssrc, number)
    assert counter.lost == 0


def test_silence_is_concealed_by_silence() -> None:
    assert not np.any(Concealer(160).conceal())
