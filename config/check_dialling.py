"""Rules of the dial plan: each prefix once, no rule that takes off more than it knows to be there, and none that opens
what only fraudsters ask for."""

from __future__ import annotations

from collections.abc import Iterable

from config.faults import Fault, Severity
from config.hotline_file import HotlineFile
from config.source_map import SourceMap

#: Beginnings that stand for the whole world.
_EVERYWHERE = frozenset({"", "+"})


def dialling_faults(file: HotlineFile, sources: SourceMap) -> Iterable[Fault]:
    """The faults of `dialling:`."""
    dialling = file.dialling
    seen: set[str] = set()
    for index, rule in enumerate(dialling.rules):
        line = sources.line("dialling", "rules", index)
        if rule.prefix in seen:
            what = f"two rules for numbers that begin with `{rule.prefix}`"
            yield Fault(sources.file, line, what, "keep one of them")
        seen.add(rule.prefix)
        if rule.strip > len(rule.prefix):
            what = f"`strip: {rule.strip}` takes off more than the prefix `{rule.prefix}`"
            yield Fault(sources.file, line, what, "write a longer prefix, or strip less")
        if rule.allow and rule.prefix in _EVERYWHERE:
            what = f"`{rule.prefix}` allows every country, satellites included: toll fraud lives on such rules"
            yield Fault(sources.file, line, what, "allow the countries of your callers", Severity.WARNING)
    if not any(rule.allow for rule in dialling.rules):
        what = "no rule allows any number: nobody can be called back"
        line = sources.line("dialling", "rules")
        yield Fault(sources.file, line, what, "allow the prefixes of your callers", Severity.WARNING)
    if dialling.cost_a_day is not None and not any(rule.price for rule in dialling.rules):
        what = "`cost_a_day` is never reached: no rule has a `price`"
        line = sources.line("dialling", "cost_a_day")
        yield Fault(sources.file, line, what, "give the rules the price of a minute", Severity.WARNING)
