"""Renders lines of text into a folder of clips, and only those whose text or voice has changed.

The folder's `manifest.csv` says for each clip what is said, in which language, by which voice and for how long.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from prompts.voices.cast import Part
from prompts.voices.pydub_level import RECIPE, level, write_opus
from prompts.voices.voice import Voice

MANIFEST = "manifest.csv"
COLUMNS = ("path", "language", "transcript", "voice", "seconds", "digest")


@dataclass(frozen=True, slots=True)
class Line:
    """One clip to be made: `path` is relative to the folder, `language` is that of the voice."""

    path: str
    language: str
    text: str


def digest(line: Line, voice: str) -> str:
    """What a clip depends on, in 16 hexadecimal digits."""
    return hashlib.sha256("\n".join((line.language, line.text, voice, RECIPE)).encode()).hexdigest()[:16]


def read_manifest(folder: Path) -> dict[str, dict[str, str]]:
    """The rows by clip path; empty when the folder has none yet."""
    manifest = folder / MANIFEST
    if not manifest.exists():
        return {}
    with manifest.open(encoding="utf-8", newline="") as stream:
        return {row["path"]: row for row in csv.DictReader(stream)}


def stale(lines: Iterable[Line], folder: Path, voices: Mapping[str, Part]) -> list[Line]:
    """The lines whose clip is not there or not what it would be today."""
    known = read_manifest(folder)
    return [
        line
        for line in lines
        if not (folder / line.path).exists()
        or known.get(line.path, {}).get("digest") != digest(line, voices[line.language].name)
    ]


def render(
    lines: Sequence[Line], folder: Path, voices: Mapping[str, Part], on_clip: Callable[[Line], None]
) -> tuple[int, int]:
    """Make what is stale, delete clips that no line asks for, write the manifest; `on_clip` is told of each clip made.

    Returns how many were made and how many deleted. Interrupted, it goes on where it stopped.
    """
    rows = read_manifest(folder)
    loaded: dict[str, Voice] = {}
    todo = stale(lines, folder, voices)
    for line in todo:
        part = voices[line.language]
        if line.language not in loaded:
            loaded[line.language] = part.load()
        clip = level(loaded[line.language].speak(line.text))
        path = folder / line.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write_opus(clip))
        rows[line.path] = {
            "path": line.path,
            "language": line.language,
            "transcript": line.text,
            "voice": part.name,
            "seconds": f"{clip.seconds:.2f}",
            "digest": digest(line, part.name),
        }
        write_manifest(folder, rows)
        on_clip(line)
    unwanted = rows.keys() - {line.path for line in lines}
    for name in unwanted:
        (folder / name).unlink(missing_ok=True)
        del rows[name]
    write_manifest(folder, rows)
    return len(todo), len(unwanted)


def write_manifest(folder: Path, rows: Mapping[str, Mapping[str, str]]) -> None:
    """Replace the manifest in one step, sorted by path."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{MANIFEST}.new"
    with fresh.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[path] for path in sorted(rows))
    fresh.replace(folder / MANIFEST)
