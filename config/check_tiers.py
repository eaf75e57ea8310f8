"""Rules of tiers: their parts of the calls, and what solving their rates takes."""

from __future__ import annotations

import math
from collections.abc import Iterable

from config.faults import Fault
from config.hotline_file import HotlineFile
from config.source_map import SourceMap


def tier_faults(file: HotlineFile, sources: SourceMap) -> Iterable[Fault]:
    """The faults of `tiers:` seen together, and of `scoring.rates`."""

    def fault(what: str, remedy: str, *path: str) -> Fault:
        return Fault(sources.file, sources.line(*path), what, remedy)

    shares = {name: tier.share_of_calls for name, tier in file.tiers.items() if tier.share_of_calls is not None}
    whole = math.fsum(shares.values())
    if whole > 1 + 1e-9:
        what = f"the tiers have {whole:.0%} of all calls together"
        yield fault(what, "lower a `share_of_calls`", "tiers", list(shares)[-1], "share_of_calls")
    elif len(shares) == len(file.tiers) and file.tiers and whole < 1 - 1e-9:
        what = f"the tiers have only {whole:.0%} of all calls together"
        yield fault(what, "raise a `share_of_calls`, or leave one out", "tiers", list(shares)[-1], "share_of_calls")
    if file.scoring.rates == "solve":
        if not any(queue.calls_per_hour for queue in file.queues.values()):
            what = "`rates: solve` has no load to solve for"
            yield fault(what, "say `calls_per_hour` at the queues, or write `rates: given`", "scoring", "rates")
        for name, tier in file.tiers.items():
            if tier.target_wait == 0:
                what = f"`rates: solve` cannot make `{name}` wait 0 seconds"
                yield fault(what, "write a `target_wait` above 0", "tiers", name, "target_wait")
