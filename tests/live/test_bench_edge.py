"""The bench's telephones against both programs under test: a few calls each, to see that the measuring works."""

from __future__ import annotations

import pytest

from hotline.bench import bridges, sip
from hotline.bench.churn import churn
from hotline.bench.edge.trial import attempt

#: It judges the pacing of packets and how soon calls are answered.
pytestmark = pytest.mark.alone

CALLS, SETTLE, WINDOW = 4, 0.2, 0.4
#: Milliseconds. Other programs may disturb; where no audio comes at all it is the whole window.
DISTURBED = 200.0


def test_our_edge_answers_plays_and_lets_go() -> None:
    trial = attempt(sip.OURS, CALLS, settle=SETTLE, window=WINDOW)
    assert trial.failed == 0
    assert trial.p99 < DISTURBED
    assert trial.memory > 0
    assert 0 < trial.wait < 1


def test_stock_answers_after_its_second_and_plays() -> None:
    trial = attempt(sip.STOCK, CALLS, settle=SETTLE, window=WINDOW)
    assert trial.failed == 0
    assert trial.p99 < DISTURBED
    assert trial.wait > 1


def test_a_voice_crosses_a_bridge_with_the_time_it_was_sent() -> None:
    trial = attempt(bridges.ENGINE, CALLS, relayed=True, settle=SETTLE, window=WINDOW)
    assert trial.failed == 0
    assert 0 < trial.delay < 1000
    assert trial.p99 < DISTURBED


def test_calls_that_come_and_go_leave_nothing() -> None:
    churned = churn(seconds=2, rate=30, quiet=0.2, life=0.8)
    before, after = churned.samples[0], churned.samples[-1]
    assert churned.tally.calls == 60
    assert churned.tally.reasons == {}
    assert after.keys == churned.tally.keys > 0
    assert (after.legs, after.descriptors) == (0, before.descriptors)
