"""When a worker is started again."""

from __future__ import annotations

from hotline.workers.supervisor import next_pause


def test_the_pauses_double_up_to_half_a_minute() -> None:
    pauses = [0.0]
    for _ in range(8):
        pauses.append(next_pause(pauses[-1], lived=3.0))
    assert pauses[1:] == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_worker_that_was_healthy_for_a_minute_is_forgiven() -> None:
    assert next_pause(30.0, lived=60.0) == 1
    assert next_pause(30.0, lived=59.0) == 30
