"""How a cursor moves, also where positions appear late."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from config.webhook_cursors import LONGEST_TRANSACTION, Cursor


def test_it_follows_what_has_no_gap() -> None:
    assert Cursor(4).settle(5, 0).settle(6, 0) == Cursor(6)


def test_a_gap_is_waited_for_and_what_is_ahead_is_remembered() -> None:
    cursor = Cursor(4).settle(6, 0).settle(7, 1)
    assert (cursor.position, sorted(cursor.ahead)) == (4, [6, 7])
    assert cursor.settle(5, 2) == Cursor(7)


def test_a_gap_is_given_up_once_every_transaction_of_then_is_over() -> None:
    cursor = Cursor(4).settle(6, 0).settle(8, 10)
    assert cursor.moved(LONGEST_TRANSACTION - 1).position == 4
    assert cursor.moved(LONGEST_TRANSACTION).position == 6
    assert cursor.moved(LONGEST_TRANSACTION + 10) == Cursor(8)


def test_after_a_start_nothing_that_is_ahead_counts_as_old() -> None:
    cursor = Cursor(4, {6: 0.0}).as_seen(1_000_000.0)
    assert cursor.moved(1_000_000.0 + LONGEST_TRANSACTION - 1).position == 4


@given(st.permutations(range(1, 30)))
def test_in_whatever_order_positions_appear_each_is_settled_once_and_none_is_passed(order: list[int]) -> None:
    cursor = Cursor(0)
    for count, position in enumerate(order, start=1):
        assert position > cursor.position
        assert position not in cursor.ahead
        cursor = cursor.settle(position, 0.0)
        assert cursor.position + len(cursor.ahead) == count
    assert cursor == Cursor(29)
