"""How long a voice is on its way through a bridge: pairs of callers who hear each other, on one core.

Every packet says when it was sent, and the kernel says when the other telephone had it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hotline.bench.edge import ours
from hotline.bench.edge.trial import Engine, attempt
from hotline.bench.row import Row

ENGINE = Engine("this edge", partial(ours.run, task=ours.Task.PAIRS), rate=400)
_PAIRS = 600
_TARGET_DELAY = 5.0  # milliseconds


def rows() -> Iterator[Row]:
    """So many pairs, each side speaking 50 packets a second."""
    trial = attempt(ENGINE, 2 * _PAIRS, relayed=True)
    what = f"{_PAIRS} bridged pairs"
    bad = max(trial.failed, trial.short)
    yield Row("sip", f"relay delay p99, {what}", trial.delay, "ms", _TARGET_DELAY, trial.delay < _TARGET_DELAY)
    yield Row("sip", f"processor time, {what}", trial.cpu, "% of a core", None, None)
    yield Row("sip", f"failed or short of packets, {what}", bad, "calls", 0, not bad)
