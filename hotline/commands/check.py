"""What `hotline check FILE...` does: every fault of each hotline file, one a line.

`config` knows the file's own rules; whether callers hear what it says, and whether the staffing carries the load it
declares, are for the rooms of prompts and routing to judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from config.faults import Fault, Severity, errors, in_order
from config.hotline_file import HotlineFile
from config.hotline_yaml import Reading, examine, examine_file
from config.source_map import SourceMap
from ivr.flow.catalogue import STEPS
from prompts.length import LONGEST_SECONDS, too_long
from prompts.prompt_library import MissingPrompt, PromptLibrary
from routing.staffing import staffing_faults


def check(paths: Sequence[Path], out: Console | None = None) -> int:
    """Write `file:line: what; remedy` for each fault, then a verdict a file; the exit code: 1 if one is an error."""
    console = out or Console(highlight=False)
    code = 0
    for path in paths:
        faults = faults_of(examine_file(path, STEPS.keys()))
        for fault in faults:
            console.print(str(fault), markup=False, soft_wrap=True)
        found = len(errors(faults))
        warnings = _count(len(faults) - found, "warning")
        verdict = f"{_count(found, 'error')}, {warnings}" if found else f"good, {warnings}"
        console.print(f"{path}: {verdict}", markup=False, soft_wrap=True)
        code = 1 if found else code
    return code


def check_text(text: str) -> tuple[Fault, ...]:
    """Every fault in a text, as an editor shows them."""
    return faults_of(examine(text, STEPS.keys()))


def faults_of(reading: Reading) -> tuple[Fault, ...]:
    """What the reading found, with what is missing for callers to hear and, in a file without errors, of people."""
    faults = list(reading.faults)
    if reading.sound is not None and not reading.broken & {"languages", "categories"}:
        faults += _unheard(reading.sound, reading.sources)
        faults += _too_long(reading.sound, reading.sources)
    if reading.file is not None:
        faults += staffing_faults(reading.file, reading.sources)
    return in_order(faults)


def _too_long(file: HotlineFile, sources: SourceMap) -> Iterator[Fault]:
    """What nobody listens to: a prompt that is too long by itself, or by a category's title."""
    for said in too_long(PromptLibrary(file)):
        what = f"{said.language}: the prompt {said.prompt!r} takes {said.seconds:.0f} seconds"
        if said.category is None:
            remedy = f"shorten prompts/texts/{said.language}.yaml, or the recording: {LONGEST_SECONDS:.0f} at most"
            line = sources.line("languages", file.languages.index(said.language))
        else:
            what += f" with the title of `{said.category}`"
            remedy = f"shorten the title: {LONGEST_SECONDS:.0f} seconds are the most that callers listen to"
            line = sources.line("categories", said.category, "titles", said.language)
        yield Fault(sources.file, line, what, remedy)


def _unheard(file: HotlineFile, sources: SourceMap) -> Iterator[Fault]:
    """Languages without prompts are errors. A sound may be recorded by hand later: without it is a warning."""
    silent: dict[str, list[MissingPrompt]] = {}
    for missing in PromptLibrary(file).missing():
        category = missing.clip.partition("/category.")[2].removesuffix(".opus")
        index = file.languages.index(missing.language)
        if not missing.clip:
            what = f"there are no prompts in `{missing.language}`: callers would hear another language"
            remedy = "remove it, or add its texts to prompts/texts"
            yield Fault(sources.file, sources.line("languages", index), what, remedy)
        elif not category:
            silent.setdefault(missing.language, []).append(missing)
        elif missing.language in file.categories[category].titles:  # a title that is not there is said already
            line = sources.line("categories", category, "titles", missing.language)
            remedy = f"record {missing.clip}, or render the voices"
            yield Fault(sources.file, line, f"{missing.language}: {missing.what}", remedy, Severity.WARNING)
    for language, missed in silent.items():
        line = sources.line("languages", file.languages.index(language))
        what = f"{language}: {missed[0].what}" + (f", nor for {len(missed) - 1} more" if len(missed) > 1 else "")
        remedy = f"record {missed[0].clip}, or render the voices"
        yield Fault(sources.file, line, what, remedy, Severity.WARNING)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
