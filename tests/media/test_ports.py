from __future__ import annotations

import pytest

from ivr.media.ports import PortPool, PortsExhausted


def test_only_even_ports_of_the_range_are_given() -> None:
    pool = PortPool(40001, 40010)
    assert sorted(pool.take() for _ in range(len(pool))) == [40002, 40004, 40006, 40008, 40010]


def test_exhaustion_is_told_with_a_remedy() -> None:
    pool = PortPool(40000, 40001)
    pool.take()
    with pytest.raises(PortsExhausted, match="widen the range"):
        pool.take()


def test_a_port_given_back_is_the_last_to_be_taken_again() -> None:
    pool = PortPool(40000, 40006)
    first = pool.take()
    pool.give_back(first)
    taken = [pool.take() for _ in range(4)]
    assert taken[-1] == first
