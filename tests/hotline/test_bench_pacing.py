"""What the bench makes of the times of packets."""

from __future__ import annotations

import numpy as np
import pytest

from hotline.bench.edge.pacing import Heard, pacing, windows
from hotline.bench.edge.trial import on_the_way

LEGS = frozenset({20000, 20002})
MS = 1_000_000


def leg(port: int, packets: int, first: int = 0, period: float = 20.0) -> Heard:
    """A leg that sends every `period` milliseconds."""
    numbers = np.arange(packets)
    return Heard(
        (numbers * period * MS).astype(np.int64) + port,  # each leg at a time of its own
        np.full(packets, port, np.uint16),
        ((first + numbers) % 65536).astype(np.uint16),
    )


def together(*legs: Heard) -> Heard:
    """In the order of time, as the legs' packets come."""
    stamps = np.concatenate([heard.stamps for heard in legs])
    order = np.argsort(stamps, kind="stable")
    return Heard(
        stamps[order],
        np.concatenate([heard.ports for heard in legs])[order],
        np.concatenate([heard.sequences for heard in legs])[order],
    )


def test_packets_every_20_ms_have_no_error() -> None:
    seen = pacing(together(leg(20000, 100), leg(20002, 100, first=65500)), LEGS, 2.0)
    assert seen.p99 == pytest.approx(0, abs=0.01)
    assert seen.drift == pytest.approx(0, abs=1)
    assert seen.short == 0


def test_a_late_packet_is_an_error_before_and_after_it() -> None:
    late = leg(20000, 100)
    late.stamps[50:60:2] += 7 * MS
    both = together(late, leg(20002, 100))
    assert pacing(both, LEGS, 2.0).p99 == pytest.approx(7, abs=0.1)
    late.stamps[50:60:2] -= 7 * MS
    late.stamps[50:] += 7 * MS  # from here on all are: only one distance is wrong
    assert pacing(together(late, leg(20002, 100)), LEGS, 2.0).p99 < 7


def test_a_slow_clock_is_drift_and_hardly_an_error() -> None:
    seen = pacing(together(leg(20000, 100, period=20.052), leg(20002, 100, period=20.052)), LEGS, 2.0)
    assert seen.drift == pytest.approx(2600, abs=5)
    assert seen.p99 == pytest.approx(0.052, abs=0.001)


def test_a_lost_packet_leaves_a_gap_of_40_ms_and_no_error() -> None:
    whole = leg(20000, 100)
    kept = np.arange(100) != 30
    gap = Heard(whole.stamps[kept], whole.ports[kept], whole.sequences[kept])
    assert pacing(gap, frozenset({20000}), 2.0).p99 == pytest.approx(0, abs=0.01)


def test_packets_that_changed_places_are_in_error_by_what_they_are_apart() -> None:
    swapped = leg(20000, 3)
    swapped.sequences[1], swapped.sequences[2] = 2, 1
    assert pacing(swapped, frozenset({20000}), 0.06).p99 == pytest.approx(40, abs=0.5)


@pytest.mark.parametrize(("packets", "short"), [(98, 0), (97, 1), (0, 1)])
def test_a_leg_that_misses_more_than_2_of_100_packets_is_short(packets: int, short: int) -> None:
    assert pacing(together(leg(20000, 100), leg(20002, packets)), LEGS, 2.0).short == short


def test_where_nothing_came_the_error_is_the_whole_time() -> None:
    seen = pacing(leg(20000, 0), LEGS, 2.0)
    assert (seen.p99, seen.short) == (2000.0, 2)


def test_windows_follow_one_another_and_take_each_packet_once() -> None:
    spans = windows(0, 0.5, 4)
    heard = leg(0, 100)
    assert [len(heard.between(begin, end).stamps) for begin, end in spans] == [25] * 4


def test_the_way_of_a_packet_is_from_its_own_stamp_to_the_kernels() -> None:
    heads = np.zeros((100, 24), np.uint8)
    came = np.arange(100, dtype=np.int64) * 20 * MS + 1_700_000_000_000_000_000
    heads[:, 12:20] = (came - 3 * MS).view(np.uint8).reshape(100, 8)
    heads[40:, 12:20] = 0xFF  # silence of the program's own
    heard, delay = on_the_way(Heard(came, np.full(100, 20000, np.uint16), np.arange(100, dtype=np.uint16)), heads)
    assert delay == pytest.approx(3.0)
    assert len(heard.stamps) == 40


def test_where_nothing_was_passed_on_the_way_has_no_end() -> None:
    came = np.full(10, 1_700_000_000_000_000_000)
    silence = Heard(came, np.full(10, 20000, np.uint16), np.arange(10, dtype=np.uint16))
    heard, delay = on_the_way(silence, np.full((10, 24), 0xFF, np.uint8))
    assert delay == 2000.0
    assert len(heard.stamps) == 0
