"""What `hotline evaluate text FILE.csv` does: read labelled texts, understand them, and show how well."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from config.clock import SystemClock
from config.errors import HotlineError, NotWritable
from config.hotline_file import HotlineFile
from hotline.evaluation.confusion_picture import confusion_picture
from ivr.understanding.scoring import Labelled, TextScore, score
from ivr.understanding.understander import Understander
from ivr.understanding.understanding import Understanding

_COLUMNS = ("text", "label", "language")
_ALL = "all"


class UnreadableTexts(HotlineError):
    """A file of labelled texts cannot be used."""


def evaluate_text(
    path: Path, file: HotlineFile, out: Console, screen: Console, *, as_json: bool = False, picture: Path | None = None
) -> tuple[TextScore, ...]:
    """Print tables, or JSON, on `out`, the progress on `screen`; draw the confusion of all languages. Returns a score a
    language and, where there are several, one of all. Raises `UnreadableTexts` and `NotWritable`."""
    texts = tuple(read_texts(path))
    understander, now = Understander(file), SystemClock().now()
    watched = track(texts, "understanding", console=screen, transient=True, disable=not screen.is_terminal)
    readings = [understander.understand(text.text, text.language, now) for text in watched]
    scores = score_by_language(texts, readings, file)
    if picture is not None:
        _write(picture, confusion_picture(scores[-1]))
    if as_json:
        out.print(json.dumps([_values(s) for s in scores], ensure_ascii=False, indent=1), markup=False, soft_wrap=True)
    else:
        for scored in scores:
            for table in _tables(scored):
                out.print(table)
    return scores


def read_texts(path: Path) -> Iterator[Labelled]:
    """The lines of a CSV file with a heading that names text, label and language. Raises `UnreadableTexts`."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise UnreadableTexts(
                    f"no column {', '.join(missing)}", where=f"{path}:1", remedy="head it text,label,language"
                )
            empty = True
            for row in reader:
                if any(not (row[name] or "").strip() for name in _COLUMNS):
                    raise UnreadableTexts(
                        "a text, label or language is missing", where=f"{path}:{reader.line_num}", remedy="complete it"
                    )
                empty = False
                yield Labelled(row["text"], row["label"].strip(), row["language"].strip())
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise UnreadableTexts(str(fault), where=str(path), remedy="name a CSV file in UTF-8") from fault
    if empty:
        raise UnreadableTexts("no texts", where=str(path), remedy="add lines below the heading")


def score_by_language(
    texts: Sequence[Labelled], readings: Sequence[Understanding], file: HotlineFile
) -> tuple[TextScore, ...]:
    """A score for each language in the order they come; with several languages the last is of all."""
    urgencies = {name: category.urgency for name, category in file.categories.items()}
    doubt = file.listening.doubt_below
    scores = []
    for language in dict.fromkeys(text.language for text in texts):
        chosen = [i for i, text in enumerate(texts) if text.language == language]
        scores.append(score(language, [texts[i] for i in chosen], [readings[i] for i in chosen], urgencies, doubt))
    if len(scores) > 1:
        scores.append(score(_ALL, texts, readings, urgencies, doubt))
    return tuple(scores)


def _tables(scored: TextScore) -> Iterator[Table]:
    table = Table("label", "texts", "precision", "recall", "F1", "most taken for", title=f"language: {scored.language}")
    for c in scored.classes:
        wrong = [(n, read) for read, n in scored.confusion[c.label].items() if read != c.label]
        most = ", ".join(f"{read} {n}" for n, read in sorted(wrong, reverse=True)[:2])
        table.add_row(c.label, str(c.texts), f"{c.precision:.2f}", f"{c.recall:.2f}", f"{c.f1:.2f}", most)
    table.add_row("macro", "", "", f"{scored.macro_recall:.3f}", f"{scored.macro_f1:.3f}", "")
    yield table
    urgency = Table("harm or law", "share urgent", box=None)
    urgency.add_row("said", "-" if scored.alarms is None else f"{scored.alarms:.3f}")
    urgency.add_row("not said (false alarms)", "-" if scored.false_alarms is None else f"{scored.false_alarms:.3f}")
    yield urgency
    bands = Table("confidence", "texts", "rightly", box=None)
    for band in scored.bands:
        bands.add_row(f"{band.low:.2f} to {band.high:.2f}", str(band.texts), f"{band.right:.2f}" if band.texts else "-")
    yield bands


def _values(scored: TextScore) -> dict[str, object]:
    return {
        "language": scored.language,
        "classes": {
            c.label: {"texts": c.texts, "precision": c.precision, "recall": c.recall, "f1": c.f1}
            for c in scored.classes
        },
        "macro_recall": scored.macro_recall,
        "macro_f1": scored.macro_f1,
        "alarms": scored.alarms,
        "false_alarms": scored.false_alarms,
        "confidence": [{"low": b.low, "high": b.high, "texts": b.texts, "right": b.right} for b in scored.bands],
        "confusion": {label: dict(row) for label, row in scored.confusion.items()},
    }


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        what = f"cannot be written: {fault.strerror or fault}"
        raise NotWritable(what, where=str(path), remedy="choose a folder of yours") from fault
