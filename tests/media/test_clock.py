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


def test_beats_in_time_are_not_late() -> None:
    beats = Beats(0.0)
    for beat in range(1, 2000):
        beats.due(beat * 0.002 + 0.0001)
    assert beats.lateness(4.0) < 0.001


def test_one_stall_is_hardly_late_but_a_thread_that_never_keeps_up_soon_is() -> None:
    beats, late = Beats(0.0), 0.02
    beats.due(0.5)
    assert beats.lateness(0.5) < late
    now = 0.5
    while now < 2.0:
        now += 0.1
        beats.due(now)
    assert beats.lateness(now) > late
    while now < 12.0:
        now += 0.002
        beats.due(now + 0.0001)
    assert beats.lateness(now) < 0.002


def test_a_thread_that_hangs_is_late_though_it_never_says_so() -> None:
    beats = Beats(0.0)
    beats.due(0.0021)
    assert beats.lateness(0.003) < 0.001
    assert beats.lateness(1.0) > 0.2
