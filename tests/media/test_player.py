from __future__ import annotations

from ivr.media.player import Player, Playing

ONE, TWO = b"1" * 160, b"2" * 160


def test_clips_are_played_one_after_another_and_the_end_is_told_once() -> None:
    finished: list[int] = []
    player = Player(finished.append)
    player.start(Playing(7, ("a", "b"), False, (ONE, TWO, ONE)))
    assert [player.next_packet() for _ in range(5)] == [ONE, TWO, ONE, None, None]
    assert finished == [7]


def test_a_loop_has_no_end() -> None:
    player = Player(lambda _: None)
    player.start(Playing(1, ("a",), True, (ONE, TWO)))
    assert [player.next_packet() for _ in range(5)] == [ONE, TWO, ONE, TWO, ONE]


def test_while_the_clips_are_loading_there_is_silence() -> None:
    finished: list[int] = []
    player = Player(finished.append)
    playing = Playing(1, ("a",), False)
    player.start(playing)
    assert player.next_packet() is None
    assert finished == []
    playing.load((ONE,), 20)
    assert player.next_packet() == ONE


def test_nothing_that_could_be_read_is_finished_at_once_even_in_a_loop() -> None:
    finished: list[int] = []
    player = Player(finished.append)
    player.start(Playing(3, ("missing",), True, ()))
    assert player.next_packet() is None
    player.start(Playing(4, ("empty",), True, ()))
    assert player.next_packet() is None
    assert finished == [3, 4]


def test_what_is_replaced_or_stopped_is_not_told_as_finished() -> None:
    finished: list[int] = []
    player = Player(finished.append)
    player.start(Playing(1, ("a",), False, (ONE,)))
    player.start(Playing(2, ("b",), False, (TWO,)))
    assert player.next_packet() == TWO
    player.stop()
    assert player.next_packet() is None
    assert finished == []


def test_after_a_change_of_codec_the_clip_goes_on_where_it_was() -> None:
    player = Player(lambda _: None)
    playing = Playing(1, ("a",), False, (ONE, ONE, ONE))
    player.start(playing)
    player.next_packet()
    playing.load((TWO, TWO, TWO), 20)
    assert [player.next_packet() for _ in range(3)] == [TWO, TWO, None]


def test_after_a_change_of_the_packets_length_the_clip_goes_on_at_the_same_time() -> None:
    player = Player(lambda _: None)
    playing = Playing(1, ("a",), False, (ONE,) * 12)
    player.start(playing)
    for _ in range(6):
        player.next_packet()
    playing.load(tuple(bytes([number]) for number in range(8)), 30)
    assert player.next_packet() == b"\x04"
    playing.load(tuple(bytes([number]) for number in range(24)), 10)
    assert player.next_packet() == b"\x0f"
