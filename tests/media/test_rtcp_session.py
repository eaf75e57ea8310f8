from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.media.reception import Reception
from ivr.media.rtcp import Goodbye, Report, ReportBlock, SenderInfo, pack_goodbye, pack_report, parse
from ivr.media.rtcp_session import RtcpSession, new_canonical_name


def pair(now: float = 100.0) -> tuple[RtcpSession, RtcpSession, Reception, Reception]:
    """Two sides, 1 and 2, each having received ten packets of the other."""
    here, there = Reception(), Reception()
    for number in range(10):
        here.count(2, number, number * 160, number * 160)
        there.count(1, number, number * 160, number * 160)
    return RtcpSession(1, "here", here, now), RtcpSession(2, "there", there, now), here, there


def report(data: bytes) -> Report:
    packet = parse(data)[0]
    assert isinstance(packet, Report)
    return packet


def test_the_round_trip_is_measured_without_a_common_clock() -> None:
    here, there, _, _ = pair()
    there.feed(here.compose(200.0, 10, 1600, 1600), 5.020)  # 20 ms on the way, by a clock of another epoch
    answer = there.compose(7.520, 10, 1600, 1600)
    here.feed(answer, 202.545)  # 25 ms on the way back
    assert here.round_trip == pytest.approx(45.0, abs=0.1)
    assert there.round_trip is None


def test_it_tells_what_they_lost_of_ours_and_their_jitter() -> None:
    here, there, _, at_them = pair()
    assert (here.lost_there, here.jitter_there) == (None, None)
    at_them.count(1, 15, 15 * 160, 15 * 160 + 1600)
    here.feed(there.compose(101.0, 10, 1600, 1600), 101.0)
    assert here.lost_there == 5
    assert here.jitter_there == pytest.approx(1000 * 100 / 8000)


def test_a_report_about_another_source_tells_nothing() -> None:
    here, _, _, _ = pair()
    here.feed(pack_report(Report(2, None, (ReportBlock(99, 0, 5, 1, 1, 1, 1),))), 101.0)
    assert (here.lost_there, here.round_trip) == (None, None)


def test_an_impossible_round_trip_is_not_believed() -> None:
    here, _, _, _ = pair()
    here.feed(pack_report(Report(2, None, (ReportBlock(1, 0, 0, 1, 1, 1, 0xFFFFFFFF),))), 4000.0)
    assert here.round_trip is None


def test_a_sender_report_of_a_stranger_is_not_answered_as_the_peers() -> None:
    here, _, _, _ = pair()
    here.feed(pack_report(Report(99, SenderInfo(1 << 40, 0, 1, 1), ())), 101.0)
    assert report(here.compose(102.0, 1, 160, 160)).blocks[0].last_report == 0


def test_whoever_has_sent_nothing_new_reports_as_a_receiver() -> None:
    here, _, reception, _ = pair()
    assert report(here.compose(101.0, 5, 800, 800)).info == SenderInfo(101 << 32, 800, 5, 800)
    again = report(here.compose(106.0, 5, 800, 800))
    assert (again.info, again.blocks) == (None, ())
    reception.count(2, 10, 1600, 1600)
    assert report(here.compose(111.0, 5, 800, 800)).blocks[0].highest == 10


def test_at_the_end_it_says_goodbye() -> None:
    here, there, _, _ = pair()
    there.feed(here.compose(101.0, 5, 800, 800), 101.0)
    last = here.compose(102.0, 6, 960, 960, leaving=True)
    assert parse(last)[-1] == Goodbye((1,))
    there.feed(last, 102.0)
    assert report(there.compose(103.0, 1, 160, 160)).blocks[0].last_report == 0


def test_reports_come_every_five_seconds_more_or_less_and_the_first_one_soon() -> None:
    waits, firsts = [], []
    for draw in (0.0, 0.5, 0.999):
        session = RtcpSession(1, "a", Reception(), 100.0, itertools.repeat(draw).__next__)
        firsts.append(session.next_report - 100.0)
        session.compose(110.0, 0, 0, 0)
        waits.append(session.next_report - 110.0)
    assert firsts == pytest.approx([1.25, 2.5, 3.75], abs=0.01)
    assert waits == pytest.approx([2.5, 5.0, 7.5], abs=0.01)


def test_names_are_not_repeated() -> None:
    assert len({new_canonical_name() for _ in range(50)}) == 50


@given(st.lists(st.binary(max_size=120) | st.just(pack_goodbye((2,))), max_size=8))
def test_whatever_is_fed_the_next_report_can_be_read(datagrams: list[bytes]) -> None:
    here, _, _, _ = pair()
    for number, data in enumerate(datagrams):
        here.feed(data, 101.0 + number)
    assert report(here.compose(120.0, 1, 160, 160)).blocks[0].ssrc == 2
