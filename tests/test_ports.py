"""Tests that run side by side are given ports that nobody else has or will be given."""

from __future__ import annotations

import socket
from itertools import combinations

from tests.ports import free_port, share


def test_no_two_processes_share_a_port() -> None:
    shares = [{port + above for port in share(f"gw{number}", 7) for above in range(4)} for number in range(7)]
    assert all(len(ports) > 1000 for ports in shares)
    assert not any(one & other for one, other in combinations(shares, 2))
    assert min(map(min, shares)) >= 10_000
    assert max(map(max, shares)) < 20_000  # where the edge's media begin


def test_a_port_is_not_handed_out_twice_and_is_free_with_those_above_it() -> None:
    ports = [free_port() for _ in range(50)]
    assert len(set(ports)) == 50
    for port in ports[:5]:
        for above in range(4):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                probe.bind(("127.0.0.1", port + above))


def test_a_port_that_somebody_holds_is_passed_over() -> None:
    first = free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as holder:
        holder.bind(("127.0.0.1", first + 6))  # within the next four
        assert free_port() != first + 4
