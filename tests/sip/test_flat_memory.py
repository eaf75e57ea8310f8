"""Thousands of hostile datagrams, each with names of its own, leave nothing behind: not one object of ours. The real
process is measured under a hundred thousand of them in tests/live/test_floods.py."""

from __future__ import annotations

import gc
import logging
import random
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
import structlog

from ivr.sip.hop import Hop
from tests.sip.bench import SDP, THEM, Bench, request
from tests.sip.torture.corpus import CORPUS

_n = random.Random(3)
_CALL = request("INVITE", body=SDP)
_SHOTS = [
    *(case.data for case in CORPUS if len(case.data) < 4000 and case.status != 180),
    *(case.data for case in CORPUS if case.sentence.startswith(("3.1.1.1 ", "3.1.1.3 ", "3.3.4 "))),
    *(_n.randbytes(_n.randrange(20, 600)) for _ in range(20)),
    *(_CALL[: _n.randrange(20, len(_CALL))] for _ in range(20)),
    *(request(method, to="<sip:hotline@192.0.2.1>;tag=guessed") for method in ("BYE", "INFO", "ACK", "PRACK")),
]
_LIFETIME = 40.0  # of the longest transaction


@pytest.fixture(autouse=True)
def _few_words() -> Iterator[None]:
    """What is logged, pytest would keep."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


class Range:
    """A user agent whose answers nobody keeps."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.bench.wire.send = self._drop  # type: ignore[method-assign]  # the bench's wire keeps everything
        self.fired = 0

    def fire(self, count: int) -> None:
        """So many datagrams, 250 a second; no two of one call."""
        for _ in range(count):
            self.fired += 1
            shot = _SHOTS[self.fired % len(_SHOTS)]
            name = b"%d-" % self.fired
            shot = shot.replace(b"branch=z9hG4bK", b"branch=z9hG4bK" + name).replace(b"Call-ID: ", b"Call-ID: " + name)
            self.bench.agent.receive(shot, THEM)
            if not self.fired % 10:
                self.bench.during(0.04)
            if not self.fired % 100:
                self.bench.agent.hang_up_all()
                self._forget()

    def end(self) -> None:
        """All of it is long ago."""
        self.bench.agent.hang_up_all()
        self.bench.during(_LIFETIME)
        self._forget()
        gc.collect()

    def _forget(self) -> None:
        for notes in (self.bench.events, self.bench.media.closed, self.bench.media.redirected):
            notes.clear()

    def _drop(self, data: bytes, destination: Hop, failed: Callable[[], None] | None = None) -> None:
        assert data


def test_nothing_of_them_is_kept() -> None:
    fired = Range()
    fired.fire(2000)
    fired.end()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    fired.fire(5000)
    fired.end()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 200_000
    agent = fired.bench.agent
    assert agent.transactions.count == len(agent.legs) == fired.bench.timers.pending == 0
