from __future__ import annotations

from ivr.media.clock import Beats


def test_ten_phases_take_turns_every_two_milliseconds() -> None:
    beats = Beats(0.0)
    assert beats.due(0.0019) == []
    assert beats.due(0.00201) == [0]
    assert beats.due(0.02001) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert beats.due(0.02201) == [0]


def test_the_beat_does_not_drift_with_late_calls() -> None:
    beats = Beats(0.0)
    assert abs(sum(len(beats.due(i * 0.0107)) for i in range(1, 1001)) - 10.7 / 0.002) <= 1


def test_a_long_stall_is_forgotten_instead_of_sent_in_a_burst() -> None:
    beats = Beats(0.0)
    assert len(beats.due(3.0)) == 1
    assert beats.stalls == 1
