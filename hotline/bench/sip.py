"""How many callers one core plays a prompt to, while they speak themselves: stock pyVoIP and this edge, side by side.

Real calls (INVITE, 200, ACK; 50 packets a second each way; BYE) from the same telephones to either program, which has
a core to itself. A load is held if no call fails and the packets come on time; both are tried upward in steps, of
which the last is halved twice.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import partial

from hotline.bench.edge import ours, stock_pyvoip
from hotline.bench.edge.search import most_held
from hotline.bench.edge.trial import Engine, Trial, attempt
from hotline.bench.row import Row

OURS = Engine("this edge", partial(ours.run, task=ours.Task.PROMPT), rate=300)
STOCK = Engine("stock pyVoIP", stock_pyvoip.run, rate=40)
#: Upward by so many calls; to at most so many, which the telephones can just make themselves.
_OUR_STEP, _OUR_LIMIT = 800, 4000
_STOCK_STEP, _STOCK_LIMIT = 100, 1000
_HALVINGS = 2
#: Milliseconds: the jitter buffers of telephones begin at 20.
_TARGET_PACING = 10.0
_TARGET_RATIO = 8


def rows() -> Iterator[Row]:
    """Stock first, then ours, then how many times as many."""
    stock = yield from _capacity(STOCK, _STOCK_STEP, _STOCK_LIMIT)
    held = yield from _capacity(OURS, _OUR_STEP, _OUR_LIMIT)
    if stock:
        ratio = held / stock
        label = f"calls held by one core, {OURS.name} over {STOCK.name}"
        yield Row("sip", label, ratio, "times", _TARGET_RATIO, ratio >= _TARGET_RATIO)


def is_held(trial: Trial) -> bool:
    """Whether every call was served as it should be."""
    return not trial.failed and not trial.short and trial.p99 < _TARGET_PACING


def _capacity(engine: Engine, step: int, limit: int) -> Generator[Row, None, int]:
    """A row of the pacing and one of the cost for each load tried, then what was held; returns how many calls."""
    search = most_held(step, _HALVINGS, limit)
    trials: dict[int, Trial] = {}
    calls = next(search)
    while True:
        trial = trials[calls] = attempt(engine, calls)
        yield from _tried(engine, trial)
        try:
            calls = search.send(is_held(trial))
        except StopIteration as end:
            held = int(end.value)
            break
    yield Row("sip", f"calls held by one core, {engine.name}", held, "calls", None, None)
    if held:
        yield from _cost(engine, trials[held])
    return held


def _tried(engine: Engine, trial: Trial) -> Iterator[Row]:
    what = f"{trial.calls} calls, {engine.name}"
    yield Row("sip", f"pacing error p99, {what}", trial.p99, "ms", _TARGET_PACING, is_held(trial))
    yield Row("sip", f"processor time, {what}", trial.cpu, "% of a core", None, None)
    if trial.failed or trial.short:
        yield Row("sip", f"failed or short of packets, {what}", max(trial.failed, trial.short), "calls", 0, False)


def _cost(engine: Engine, trial: Trial) -> Iterator[Row]:
    what = f"{trial.calls} calls, {engine.name}"
    yield Row("sip", f"memory a call, {what}", trial.memory, "kB", None, None)
    yield Row("sip", f"slow by, {what}", trial.drift, "ppm", None, None)
    yield Row("sip", f"INVITE to 200 p50 while they come, {what}", 1000 * trial.wait, "ms", None, None)
    yield Row("sip", f"the telephones' own beat is late p99, {what}", trial.late, "ms", None, None)
