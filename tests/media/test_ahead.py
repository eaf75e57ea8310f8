"""Packets of a prompt are made several at a time. Nobody must notice, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.media.codec import SILENCE, Codec
from ivr.media.player import Playing
from ivr.media.recording import Recorder
from ivr.media.rtcp import parse
from ivr.media.rtp import RtpPacket
from ivr.messages import PlayFinished
from tests.media.lines import Line, contiguous

CLIP = tuple(bytes([number]) * 160 for number in range(100))
OTHER = (b"\xee" * 160,) * 50
SILENT = SILENCE[Codec.PCMU]


def playing(ticks: int) -> Line:
    """A leg that has played so many packets of the clip."""
    line = Line("a", Codec.PCMU)
    line.leg.play(Playing(1, ("clip",), False, CLIP))
    for _ in range(ticks):
        line.tick()
    return line


def voice(line: Line) -> list[RtpPacket]:
    return [packet for packet in line.sent() if packet.payload_type == 0]


def test_several_packets_are_made_at_a_time() -> None:
    assert any(len(playing(ticks).leg.sender.ahead) > 3 for ticks in range(1, 17))


def test_a_prompt_is_sent_whole_and_its_end_told_in_time() -> None:
    line = playing(100)
    assert line.events == []
    line.tick()
    assert line.events == [PlayFinished("a", 1)]
    assert tuple(packet.payload for packet in line.sent()) == (*CLIP, SILENT)
    assert contiguous(line.sent())


def test_a_loop_is_sent_over_and_over() -> None:
    line = Line("a", Codec.PCMU)
    line.leg.play(Playing(1, ("clip",), True, CLIP[:7]))
    for _ in range(40):
        line.tick()
    assert [packet.payload for packet in line.sent()] == [CLIP[tick % 7] for tick in range(40)]
    assert contiguous(line.sent())


@pytest.mark.parametrize("ticks", range(1, 35, 3))
@pytest.mark.parametrize(
    ("change", "follows"),
    [
        (lambda leg: leg.stop_playing(), SILENT),
        (lambda leg: leg.play(Playing(2, ("other",), False, OTHER)), OTHER[0]),
        (lambda leg: leg.bridge(Line("b", Codec.PCMU, host=2).leg), None),
    ],
)
def test_a_prompt_that_is_cut_short_is_not_heard_for_another_packet(
    ticks: int, change: Callable[[object], None], follows: bytes | None
) -> None:
    line = playing(ticks)
    change(line.leg)
    for _ in range(12):
        line.tick()
    sent = line.sent()
    assert tuple(packet.payload for packet in sent[:ticks]) == CLIP[:ticks]
    rest = sent[ticks:]
    assert {packet.payload for packet in rest} == {SILENT if follows is None else follows}
    assert contiguous(sent)
    assert line.leg.statistics().packets_sent == len(sent)


@pytest.mark.parametrize("ticks", range(1, 35, 3))
@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.leg.tap(True),
        lambda line: line.leg.detect_answerer(),
        lambda line: line.connect(port=4002),
        lambda line: line.connect(event_payload_type=96),
        lambda line: [line.connect(sending=False), line.tick(), line.tick(), line.connect(sending=True)],
    ],
)
def test_what_changes_around_a_prompt_neither_skips_nor_repeats_any_of_it(
    ticks: int, change: Callable[[Line], object]
) -> None:
    line = playing(ticks)
    change(line)
    for _ in range(100 - ticks):
        line.tick()
    assert tuple(packet.payload for packet in line.sent()) == CLIP
    assert contiguous(line.sent())


@pytest.mark.parametrize("ticks", range(1, 35, 3))
def test_keys_are_pressed_at_once_and_the_prompt_goes_on_after_them(ticks: int) -> None:
    line = playing(ticks)
    line.leg.press("5")
    line.tick()
    assert line.sent()[-1].payload_type != 0
    for _ in range(150):
        line.tick()
    heard = [packet.payload for packet in voice(line) if packet.payload != SILENT]
    assert tuple(heard) == CLIP
    numbers = [packet.sequence for packet in line.sent()]
    assert [(number - numbers[0]) & 0xFFFF for number in numbers] == list(range(len(numbers)))


@pytest.mark.parametrize("ticks", range(1, 35, 3))
def test_another_payload_type_counts_from_the_next_packet(ticks: int) -> None:
    line = playing(ticks)
    line.remote = line.remote.__class__(*line.address, Codec.PCMU, 77, 101, sending=True, receiving=True)
    line.leg.connect(line.remote)
    line.tick()
    line.tick()
    assert [packet.payload_type for packet in line.sent()] == [0] * ticks + [77] * 2
    assert contiguous(line.sent())


@pytest.mark.parametrize("ticks", range(1, 35, 3))
def test_a_recording_has_all_that_was_sent_since_it_began(ticks: int, tmp_path: Path) -> None:
    line = playing(ticks)
    recording = Recorder(lambda: 0.0).new(tmp_path / "call.wav")
    line.leg.record(recording)
    heard: list[bytes] = []
    line.leg.sender.copy = heard.append
    for _ in range(20):
        line.tick()
    assert tuple(heard) == CLIP[ticks : ticks + 20]


@pytest.mark.parametrize("ticks", range(1, 35, 3))
def test_what_was_made_ahead_is_not_yet_sent_in_statistics_and_reports(ticks: int) -> None:
    line = playing(ticks)
    assert line.leg.statistics().packets_sent == ticks
    assert line.leg.sender.octets == 160 * ticks
    line.sweep(6.0)
    line.sweep(6.0)
    reports = [report for data, _ in line.control.sent for report in parse(data)]
    assert reports
    assert line.leg.sender.timestamp & 0xFFFFFFFF == (line.sent()[-1].timestamp + 160) & 0xFFFFFFFF
