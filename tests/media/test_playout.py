from __future__ import annotations

import random
from collections.abc import Iterable
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.media.playout import Frame, PlayoutBuffer


class Arrival(NamedTuple):
    """A packet by its number in the stream, and when it comes."""

    at: float
    number: int


def packet(number: int, milliseconds: int = 20) -> bytes:
    return number.to_bytes(4, "big") * (2 * milliseconds)


def numbers(frames: Iterable[Frame]) -> list[int | None]:
    """What came out: the number of each packet, None for a loss; silence is left out."""
    return [
        None if frame.payload is None else int.from_bytes(frame.payload[:4], "big")
        for frame in frames
        if frame.payload != b""
    ]


class Network:
    """Plays arrivals to a buffer, in order of time, asking every 20 ms what is due."""

    def __init__(self, milliseconds: int = 20, first_sequence: int = 65000, first_timestamp: int = 0xFFFFF000) -> None:
        self.buffer = PlayoutBuffer()
        self.milliseconds = milliseconds
        self.sequence, self.timestamp = first_sequence, first_timestamp
        self.frames: list[Frame] = []
        self.given_at: dict[int, float] = {}
        self.most_held = 0

    def run(self, arrivals: Iterable[Arrival], until: float = 0.0) -> list[Frame]:
        ticks = 0
        for at, number in sorted(arrivals):
            while ticks * 0.02 < at:
                self._note(self.buffer.due(50.0 + ticks * 0.02), ticks * 0.02)
                ticks += 1
            self._note(
                self.buffer.put(
                    self.sequence + number & 0xFFFF,
                    self.timestamp + number * 8 * self.milliseconds & 0xFFFFFFFF,
                    packet(number, self.milliseconds),
                    50.0 + at,
                ),
                at,
            )
        while ticks * 0.02 < until:
            self._note(self.buffer.due(50.0 + ticks * 0.02), ticks * 0.02)
            ticks += 1
        return self.frames

    def _note(self, frames: list[Frame], at: float) -> None:
        self.frames += frames
        for number in numbers(frames):
            if number is not None:
                self.given_at[number] = at

    def units(self) -> int:
        return sum(frame.units for frame in self.frames)


def steady(count: int, delays: Iterable[float] = (), spacing: float = 0.02) -> list[Arrival]:
    later = [*delays]
    return [Arrival(n * spacing + (later[n] if n < len(later) else 0.0), n) for n in range(count)]


def test_an_even_stream_comes_out_even_after_a_short_delay() -> None:
    network = Network()
    network.run(steady(600), until=12.2)
    assert numbers(network.frames) == [*range(600)]
    delays = [network.given_at[n] - n * 0.02 for n in range(600)]
    assert delays[0] == pytest.approx(0.04, abs=0.021)
    assert delays[-1] == pytest.approx(0.02, abs=0.021)


def test_swapped_and_doubled_packets_are_put_right() -> None:
    order = [(0, 0), (20, 1), (50, 3), (55, 2), (56, 2), (80, 4), (90, 4), (100, 1), (120, 6), (125, 5), (140, 7)]
    frames = Network().run([Arrival(at / 1000, number) for at, number in order], until=0.4)
    assert numbers(frames) == [*range(8)]


@pytest.mark.parametrize("milliseconds", [10, 20, 30, 40, 60])
def test_a_lost_packet_is_a_gap_of_its_own_length(milliseconds: int) -> None:
    network = Network(milliseconds)
    frames = network.run([a for a in steady(20, spacing=milliseconds / 1000) if a.number not in (7, 8)], until=1.3)
    assert numbers(frames)[:10] == [0, 1, 2, 3, 4, 5, 6, None, 9, 10]
    assert next(frame.units for frame in frames if frame.payload is None) == 2 * 8 * milliseconds


def test_silence_suppression_is_silence_and_no_loss() -> None:
    buffer = PlayoutBuffer()
    frames = buffer.put(1, 0, packet(1), 50.0) + buffer.put(2, 160 * 6, packet(2), 50.12, marker=True)
    frames += buffer.due(50.2)
    assert [(frame.units, frame.payload == b"") for frame in frames] == [(160, False), (800, True), (160, False)]


def test_key_presses_in_between_are_no_loss() -> None:
    buffer = PlayoutBuffer()
    frames = buffer.put(1, 0, packet(1), 50.0)
    for sequence in range(2, 7):
        frames += buffer.put(sequence, 160, b"", 50.0 + 0.02 * sequence)
    frames += buffer.put(7, 960, packet(7), 50.14) + buffer.due(50.3)
    assert [(frame.units, frame.payload == b"") for frame in frames[:3]] == [(160, False), (800, True), (160, False)]


def test_the_delay_grows_at_once_with_a_late_packet_and_shrinks_slowly() -> None:
    network = Network()
    network.run(steady(500), until=10.0)
    assert network.buffer.delay <= 40
    late = [*[0.0] * 500, *[0.15 - 0.02 * n for n in range(7)]]
    network = Network()
    network.run(steady(507, late), until=10.14)
    assert 120 <= network.buffer.delay <= 160
    network = Network()
    network.run(steady(1200, late), until=24.2)
    assert network.buffer.delay <= 40
    assert numbers(network.frames) == [*range(1200)]


def test_on_an_uneven_network_hardly_anything_is_given_up_once_it_is_known() -> None:
    draw = random.Random(7)
    network = Network()
    network.run(steady(1500, [draw.uniform(0, 0.08) for _ in range(1500)]), until=30.3)
    assert numbers(network.frames)[100:].count(None) <= 1400 * 0.04
    assert 60 <= network.buffer.delay <= 120


def test_a_stall_of_the_network_loses_no_speech() -> None:
    network = Network()
    network.run([a._replace(at=max(a.at, 2.0)) if a.at > 1.0 else a for a in steady(150)], until=3.3)
    assert numbers(network.frames) == [*range(150)]
    assert network.given_at[149] - 149 * 0.02 <= 0.24
    assert sum(frame.units for frame in network.frames if frame.payload == b"") >= 8 * 600


def test_a_silent_stream_goes_on_as_silence() -> None:
    network = Network()
    network.run(steady(50), until=6.0)
    assert network.units() == pytest.approx(8 * 5800, abs=8 * 100)
    assert numbers(network.frames) == [*range(50)]


def test_a_stream_that_never_begins_is_silence_too_and_a_late_beginning_is_heard() -> None:
    network = Network()
    network.run([Arrival(2.0 + n * 0.02, n) for n in range(50)], until=3.2)
    assert numbers(network.frames) == [*range(50)]
    assert sum(frame.units for frame in network.frames if frame.payload == b"") == pytest.approx(1800 * 8, abs=60 * 8)


def test_a_phone_whose_timestamps_stand_still_in_pauses_is_heard() -> None:
    network = Network()
    network.run([*steady(50), *(Arrival(9.0 + n * 0.02, 50 + n) for n in range(50))], until=10.5)
    assert numbers(network.frames) == [*range(100)]


def test_one_stray_timestamp_or_number_is_dropped() -> None:
    buffer = PlayoutBuffer()
    frames = []
    for n in range(40):
        at = 50.0 + n * 0.02
        timestamp = n * 160 if n != 20 else 0x70000000
        sequence = n if n != 30 else 40000
        frames += buffer.put(sequence, timestamp, packet(n), at)
    frames += buffer.due(51.0)
    assert numbers(frames) == [*range(20), None, *range(21, 30), None, *range(31, 40)]


def test_a_stream_that_begins_anew_is_followed() -> None:
    buffer = PlayoutBuffer()
    frames = []
    for n in range(40):
        jump = 0 if n < 20 else 0x70000000
        frames += buffer.put(n + jump % 40000 & 0xFFFF, n * 160 + jump, packet(n), 50.0 + n * 0.02)
    assert numbers(frames + buffer.flush()) == [*range(40)]


def test_a_longer_way_from_now_on_costs_nothing_but_delay() -> None:
    network = Network()
    network.run(steady(800, [0.0] * 200 + [0.3] * 600), until=16.5)
    assert numbers(network.frames) == [*range(800)]
    assert network.given_at[799] - 799 * 0.02 <= 0.36


def test_a_clock_that_runs_fast_or_slow_is_followed() -> None:
    for spacing in (0.02 * 1.002, 0.02 * 0.998):
        network = Network()
        network.run(steady(3000, spacing=spacing), until=61.0)
        assert numbers(network.frames) == [*range(3000)]
        assert network.given_at[2999] - 2999 * spacing <= 0.08


def test_an_unasked_buffer_does_not_give_hours_of_silence() -> None:
    buffer = PlayoutBuffer()
    buffer.put(1, 0, packet(1), 50.0)
    assert len(buffer.due(50000.0)) <= 60


@given(
    st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF), st.binary(max_size=200)), max_size=80),
    st.booleans(),
)
def test_whatever_comes_the_buffer_stays_bounded(packets: list[tuple[int, int, bytes]], marker: bool) -> None:
    buffer = PlayoutBuffer()
    for place, (sequence, timestamp, payload) in enumerate(packets):
        frames = buffer.put(sequence, timestamp, payload, 50.0 + place * 0.001, marker)
        assert len(frames) <= 300
    assert len(buffer.flush()) <= 2 * 65


def test_a_flood_of_one_stream_is_not_hoarded() -> None:
    buffer = PlayoutBuffer()
    for n in range(5000):
        buffer.put(n & 0xFFFF, n, b"x", 50.0 + n * 0.00001)
    assert len(buffer.flush()) <= 65


@given(
    st.lists(st.floats(0, 0.15), min_size=5, max_size=60),
    st.sets(st.integers(1, 60), max_size=12),
    st.sampled_from([10, 20, 30, 60]),
)
def test_on_any_network_voice_stays_in_order_and_time_is_accounted_for(
    delays: list[float], lost: set[int], milliseconds: int
) -> None:
    network = Network(milliseconds)
    spacing = milliseconds / 1000
    arrivals = [a for a in steady(len(delays), delays, spacing) if a.number not in lost]
    network.run(arrivals, until=max(a.at for a in arrivals) + 0.16)
    network.frames += network.buffer.flush()
    heard = [number for number in numbers(network.frames) if number is not None]
    assert heard == sorted(set(heard))
    silence = sum(frame.units for frame in network.frames if frame.payload == b"")
    span = (max(heard) - min(heard) + 1) * 8 * milliseconds
    assert network.units() - silence <= span <= network.units()
