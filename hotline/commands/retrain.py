"""What `hotline understand retrain` does: corrections from the book, and what learning from them would change."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

from callbacks.cases.sifting import History, SiftRates, reclassified, sift_rates
from config.errors import NotWritable
from hotline.commands.opened_book import opened_book
from hotline.evaluation.evaluate_text import read_texts
from ivr.understanding.examples import HELD_OUT
from ivr.understanding.retraining import Correction, Retrained, is_known, retrained, usable

_CASES = 5000
_FLIPS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """The command's options. `held_out` is a CSV file to judge by, without it the packaged one; `write` is the hotline
    file to be written."""

    report: bool
    held_out: Path | None = None
    write: Path | None = None


async def retrain(wanted: Wanted, out: Console) -> Retrained | None:
    """Print the report, and write the hotline file if one is wanted; nothing else is changed. None where there is
    nothing to learn from. Raises `UnreadableTexts` and `NotWritable`."""
    async with opened_book() as opened:
        histories = await opened.book.case_histories(_CASES)
        text, file, now = opened.text, opened.file, opened.clock.now()
    learnable = usable(corrections(histories), file)
    if not learnable:
        out.print("no case was put in another category by a person: there is nothing to learn from")
        return None
    held_out = [text for text in read_texts(wanted.held_out or HELD_OUT) if is_known(text, file)]
    outcome = retrained(file, learnable, held_out, now)
    if wanted.report:
        for table in _tables(outcome, sift_rates(histories)):
            out.print(table)
        out.print("better: it may be used" if outcome.is_better else "worse: do not use it")
    if wanted.write is not None:
        _write(wanted.write, add_examples(text, outcome.learned))
        out.print(f"{wanted.write}: {len(outcome.learned)} more examples; use it with `hotline versions publish`")
    return outcome


def corrections(histories: Sequence[History]) -> Iterator[Correction]:
    """What callers said whose case a person put elsewhere, oldest first."""
    for case, notes in reversed(histories):
        if change := reclassified(notes):
            yield Correction(case.summary, case.language, *change)


def add_examples(text: str, learned: Iterable[Correction]) -> str:
    """The text of a hotline file with further examples; its comments and order stay."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    data = yaml.load(text)
    for correction in learned:
        category = data["categories"][correction.meant]
        examples = category.setdefault("examples", {}).setdefault(correction.language, [])
        if correction.text not in examples:
            examples.append(correction.text)
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def _tables(outcome: Retrained, sifted: SiftRates) -> Iterator[Table]:
    head = Table("what people corrected", "", box=None)
    head.add_row("cases", str(sifted.cases))
    head.add_row("sifted out as grave", _percent(sifted.sift_rate))
    head.add_row("in another category, of those checked", _percent(sifted.mis_sift_rate))
    head.add_row("learned from", str(len(outcome.learned)))
    yield head
    table = Table("recall of", "before", "after", title="on texts that were not learned from")
    after = {c.label: c.recall for c in outcome.after.classes}
    for c in outcome.before.classes:
        table.add_row(c.label, f"{c.recall:.2f}", f"{after[c.label]:.2f}")
    table.add_row("macro", f"{outcome.before.macro_recall:.3f}", f"{outcome.after.macro_recall:.3f}")
    for name, before, now in (
        ("harm or law said", outcome.before.alarms, outcome.after.alarms),
        ("false alarms", outcome.before.false_alarms, outcome.after.false_alarms),
    ):
        table.add_row(name, _percent(before), _percent(now))
    yield table
    flips = Table("language", "right", "before", "after", "text", title=f"{len(outcome.flips)} texts read otherwise")
    for flip in outcome.flips[:_FLIPS_SHOWN]:
        flips.add_row(flip.language, flip.label, flip.before, flip.after, flip.text)
    yield flips


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        what = f"cannot be written: {fault.strerror or fault}"
        raise NotWritable(what, where=str(path), remedy="choose a folder of yours") from fault
