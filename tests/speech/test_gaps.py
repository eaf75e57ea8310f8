"""What of an utterance the recogniser is given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.speech.gaps import GapFilter

FRAME = 1024
SECONDS = 512 / 16_000


def given_of(runs: list[tuple[bool, int]]) -> tuple[GapFilter, bytes, bytes]:
    """The filter after the runs of frames, what came in and what went out; each frame has a number."""
    gaps, whole, out = GapFilter(), bytearray(), bytearray()
    frames = [voiced for voiced, count in runs for _ in range(count)]
    for number, voiced in enumerate(frames):
        frame = number.to_bytes(2, "big") * (FRAME // 2)
        whole += frame
        out += gaps.feed(frame, voiced)
    return gaps, bytes(whole), bytes(out)


def test_voice_goes_through_as_it_is() -> None:
    _, whole, out = given_of([(True, 50)])
    assert out == whole


def test_of_a_long_pause_only_the_edges_are_given() -> None:
    _, whole, out = given_of([(True, 10), (False, 60), (True, 10)])
    left_out = (len(whole) - len(out)) / 32_000
    assert abs(left_out - (60 * SECONDS - 0.4)) < 0.001
    assert whole.startswith(out[: 10 * FRAME + 8_000])
    assert whole.endswith(out[10 * FRAME + 8_000 :])


def test_the_silence_at_the_end_is_cut() -> None:
    _, _, out = given_of([(True, 10), (False, 60)])
    assert len(out) == 10 * FRAME + 8_000


def test_a_short_pause_is_given_whole() -> None:
    _, whole, out = given_of([(True, 10), (False, 11), (True, 10), (False, 5), (True, 1)])
    assert out == whole


def test_a_word_after_a_pause_is_placed_where_it_was_said() -> None:
    gaps, _, _ = given_of([(True, 10), (False, 60), (True, 10), (False, 60), (True, 10)])
    left_out = 60 * SECONDS - 0.4
    after_one = 10 * SECONDS + 0.4 + 0.1
    after_two = 20 * SECONDS + 0.8 + 0.1
    assert gaps.placed(0.1) == 0.1
    assert abs(gaps.placed(after_one) - (after_one + left_out)) < 0.001
    assert abs(gaps.placed(after_two) - (after_two + 2 * left_out)) < 0.001


@pytest.mark.long
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 40)), max_size=12))
def test_what_is_given_is_in_order_never_doubled_and_holds_all_voice(runs: list[tuple[bool, int]]) -> None:
    _, whole, out = given_of(runs)
    numbers = [int.from_bytes(out[place : place + 2], "big") for place in range(0, len(out), 2)]
    assert numbers == sorted(numbers)
    frames = [voiced for voiced, count in runs for _ in range(count)]
    assert all(numbers.count(number) == FRAME // 2 for number, voiced in enumerate(frames) if voiced)
    assert len(out) <= len(whole)
