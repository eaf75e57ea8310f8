"""Rules of the dial plan: each prefix once, and no rule that takes off more than it knows to be there."""

from __future__ import annotations

from collections.abc import Iterable

from config.faults import Fault, Severity
from config.hotline_file import HotlineFile
from config.source_map import SourceMap


def dialling_faults(file: HotlineFile, sources: SourceMap) -> Iterable[Fault]:
    """The faults of `dialling:`."""
    seen: set[str] = set()
    for index, rule in enumerate(file.dialling.rules):
        line = sources.line("dialling", "rules", index)
        if rule.prefix in seen:
            what = f"two rules for numbers that begin with `{rule.prefix}`"
            yield Fault(sources.file, line, what, "keep one of them")
        seen.add(rule.prefix)
        if rule.strip > len(rule.prefix):
            what = f"`strip: {rule.strip}` takes off more than the prefix `{rule.prefix}`"
            yield Fault(sources.file, line, what, "write a longer prefix, or strip less")
    if not any(rule.allow for rule in file.dialling.rules):
        what = "no rule allows any number: nobody can be called back"
        line = sources.line("dialling", "rules")
        yield Fault(sources.file, line, what, "allow the prefixes of your callers", Severity.WARNING)
