from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.media.reception import Interval, Reception


def received(*sequences: int, ssrc: int = 7) -> Reception:
    reception = Reception()
    for sequence in sequences:
        reception.count(ssrc, sequence & 0xFFFF, sequence * 160 & 0xFFFFFFFF, sequence * 160)
    return reception


def test_losses_are_counted_and_reordering_is_not_loss() -> None:
    reception = received(65534, 65535, 65537, 65536, 65541, 65540)
    assert (reception.received, reception.lost) == (6, 2)


def test_the_highest_number_counts_its_wraps() -> None:
    assert received(65534, 65535, 65536, 65537).highest == 0x10001


def test_a_duplicate_does_not_make_losses_negative() -> None:
    assert received(1, 2, 2, 2).lost == 0


def test_the_totals_go_on_over_a_change_of_source_which_is_no_loss() -> None:
    reception = received(10, 13)
    reception.count(8, 900, 0, 0)
    reception.count(8, 902, 320, 320)
    assert (reception.received, reception.lost) == (4, 3)
    assert reception.take_interval() == Interval(8, 85, 1, 902, 0)


def test_numbers_that_begin_anew_are_no_loss() -> None:
    reception = received(10, 11, 40000, 40001, 5)
    assert (reception.received, reception.lost) == (5, 0)


def test_the_fraction_lost_is_of_the_interval_alone() -> None:
    reception = received(1, 2, 3, 4)
    assert reception.take_interval() == Interval(7, 0, 0, 4, 0)
    reception.count(7, 8, 8 * 160, 8 * 160)
    assert reception.take_interval() == Interval(7, 192, 3, 8, 0)
    assert reception.take_interval() is None


def test_steady_packets_have_no_jitter_and_uneven_ones_approach_their_unevenness() -> None:
    assert received(*range(50)).jitter == 0
    uneven = Reception()
    for number in range(500):
        uneven.count(7, number, number * 160, number * 160 + 80 * (number % 2))
    assert 70 <= uneven.jitter <= 80


def test_a_timestamp_that_wraps_or_jumps_is_not_jitter() -> None:
    wrapping = Reception()
    for number in range(100):
        wrapping.count(7, number, 0xFFFFFFFF - 8000 + number * 160 & 0xFFFFFFFF, number * 160)
    assert wrapping.jitter == 0
    wrapping.count(7, 100, 0x70000000, 100 * 160)
    assert wrapping.jitter == 0


def test_a_key_press_counts_as_packets_but_not_as_jitter() -> None:
    reception = received(1, 2)
    for sequence in range(3, 20):
        reception.count_untimed(7, sequence)
    assert (reception.received, reception.lost, reception.jitter) == (19, 0, 0)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)), max_size=60))
def test_whatever_comes_every_figure_fits_its_field(packets: list[tuple[int, int, int]]) -> None:
    reception = Reception()
    for arrival, (ssrc, sequence, timestamp) in enumerate(packets):
        reception.count(ssrc, sequence, timestamp, arrival * 160)
        interval = reception.take_interval()
        assert interval is None or (
            0 <= interval.fraction_lost <= 255 and 0 <= interval.highest < 1 << 32 and 0 <= interval.jitter < 1 << 32
        )
    assert reception.received == len(packets)
    assert reception.lost >= 0


@given(
    st.integers(0, 0xFFFF),
    st.lists(st.tuples(st.sampled_from([7, 7, 7, 8]), st.sampled_from([1, 1, 1, 1, 0, -1, 2, 5000])), max_size=12),
)
def test_a_run_counts_as_its_packets_one_by_one_or_not_at_all(first: int, steps: list[tuple[int, int]]) -> None:
    at_once, one_by_one = received(first), received(first)
    place, sequences = first, list[int]()
    for _, step in steps:
        place += step
        sequences.append(place & 0xFFFF)
    ssrcs = tuple(ssrc for ssrc, _ in steps)
    in_order = all(pair == (7, 1) for pair in steps)
    assert at_once.count_run(ssrcs, tuple(sequences)) is in_order
    for ssrc, sequence in zip(ssrcs, sequences, strict=True):
        if in_order:
            one_by_one.count_untimed(ssrc, sequence)
    assert (at_once.highest, at_once.received, at_once.lost) == (
        one_by_one.highest,
        one_by_one.received,
        one_by_one.lost,
    )


def test_the_jitter_of_some_packets_is_found_though_the_others_are_only_counted() -> None:
    reception = received(0)
    for number in range(1, 400, 4):
        assert reception.count_run((7,) * 4, tuple(range(number, number + 4)))
        reception.note_arrival((number + 3) * 160, (number + 3) * 160 + 80 * (number // 4 % 2))
    assert 70 <= reception.jitter <= 80
