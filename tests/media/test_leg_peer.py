from __future__ import annotations

import pytest

from ivr.media import rtcp
from ivr.media.codec import Codec
from ivr.media.remote import PeerSilent
from ivr.media.rtp import pack
from tests.media.lines import Line
from tests.media.sounds import babble


def test_once_the_phone_speaks_from_where_it_said_the_kernel_keeps_strangers_out() -> None:
    line = Line("a")
    line.tick()
    assert not line.wire.locked
    line.says(babble(0.1, 1))
    assert line.wire.locked


def test_a_phone_behind_a_nat_is_not_locked_in_the_kernel_since_the_signalled_address_may_yet_speak() -> None:
    line = Line("a")
    packet = pack(9, False, 1, 160, 7, b"x" * 160)
    line.comes(packet, ("198.51.100.7", 61000))
    line.tick()
    assert (line.wire.target, line.wire.locked) == (("198.51.100.7", 61000), False)
    line.comes(packet, ("203.0.113.5", 5000))
    assert line.wire.target == ("198.51.100.7", 61000)
    line.comes(packet, line.address)
    assert (line.wire.target, line.wire.locked) == (line.address, True)


def test_after_a_silence_the_phone_may_come_back_from_another_port_but_no_stranger() -> None:
    line = Line("a")
    line.says(babble(0.1, 1))
    line.sweep()
    line.sweep()
    assert line.wire.locked
    line.sweep(2.0)
    assert not line.wire.locked
    packet = pack(9, False, 1, 160, 7, b"x" * 160)
    line.comes(packet, ("203.0.113.5", 5000))
    assert line.wire.target == line.address
    moved = (line.address[0], 4002)
    line.comes(packet, moved)
    assert line.wire.target == moved


def test_a_peer_that_should_send_and_does_not_is_told_once_until_it_speaks_again() -> None:
    line = Line("a")
    line.sweep()
    line.says(babble(0.1, 1))
    for _ in range(12):
        line.sweep()
    assert line.events == [PeerSilent("a")]
    line.says(babble(0.1, 1))
    for _ in range(12):
        line.sweep()
    assert line.events == [PeerSilent("a")] * 2


def test_a_peer_on_hold_or_one_that_still_reports_is_not_silent() -> None:
    line, held = Line("a"), Line("b", receiving=False)
    for _ in range(12):
        line.control.coming.append((b"", (line.address[0], 4001), 0.0))
        line.sweep()
        held.sweep()
    assert line.events == held.events == []


def test_reports_go_to_the_port_above_and_theirs_become_ours_to_tell() -> None:
    line = Line("a", Codec.PCMU)
    line.says(babble(0.4, 1, 8000), lose=frozenset({7}))
    for _ in range(8):
        line.sweep()
    data, target = line.control.sent[0]
    assert target == (line.address[0], 4001)
    report = rtcp.parse(data)[0]
    assert isinstance(report, rtcp.Report)
    assert (report.ssrc, report.blocks[0].ssrc, report.blocks[0].lost) == (line.leg.sender.ssrc, 42, 1)
    assert report.info is not None
    assert (report.info.packets, report.info.octets) == (20, 3200)
    their = rtcp.ReportBlock(line.leg.sender.ssrc, 0, 3, 0, 80, report.info.ntp >> 16 & 0xFFFFFFFF, 0)
    answer = rtcp.pack_report(rtcp.Report(42, None, (their,))) + rtcp.pack_name(42, "phone")
    sent_at = report.info.ntp / (1 << 32)
    line.control.coming.append((answer, (line.address[0], 4007), line.now + 1.0 - sent_at - 0.05))
    line.sweep()
    told = line.leg.statistics()
    assert (told.packets_sent, told.packets_received, told.packets_lost) == (20, 19, 1)
    assert (told.lost_there, told.jitter_there) == (3, 10.0)
    assert told.round_trip == pytest.approx(50, abs=1)
    line.leg.close(line.now)
    assert line.control.sent[-1][1] == (line.address[0], 4007)  # where theirs came from
    assert rtcp.Goodbye((line.leg.sender.ssrc,)) in rtcp.parse(line.control.sent[-1][0])


def test_a_stranger_s_report_is_no_sign_of_life_and_is_not_believed() -> None:
    line = Line("a", Codec.PCMU)
    line.says(babble(0.1, 1, 8000))
    line.control.coming.append((b"", ("203.0.113.5", 4001), 0.0))
    for _ in range(12):
        line.sweep()
    assert line.events == [PeerSilent("a")]


def test_with_one_port_for_both_reports_go_and_come_by_it() -> None:
    line = Line("a", Codec.PCMU, rtcp_mux=True)
    line.says(babble(0.1, 1, 8000))
    for _ in range(8):
        line.sweep()
    assert line.control.sent == []
    reports = [data for data, _ in line.datagrams if rtcp.is_rtcp(data)]
    assert reports
    their = rtcp.ReportBlock(line.leg.sender.ssrc, 0, 5, 0, 8, 0, 0)
    line.comes(rtcp.pack_report(rtcp.Report(42, None, (their,))) + rtcp.pack_name(42, "phone"), line.address)
    assert line.leg.statistics().lost_there == 5
