"""A manifest of speech: sound files with what is said in them, read and checked before anything is heard."""

from __future__ import annotations

import csv
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from config.errors import HotlineError

_COLUMNS = ("path", "transcript", "language")


class UnreadableManifest(HotlineError):
    """A manifest of speech cannot be used."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sound file, what is said in it, its language (ISO 639-1), and `where` the manifest says so (file:line)."""

    path: Path
    transcript: str
    language: str
    where: str


def read_manifest(manifest: Path, languages: Container[str]) -> tuple[Spoken, ...]:
    """The lines of a CSV file with a heading that names path, transcript and language; further columns are left alone.
    Paths are relative to the manifest. `languages` are those that can be heard here. Raises `UnreadableManifest`."""
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise UnreadableManifest(
                    f"no column {', '.join(missing)}", where=f"{manifest}:1", remedy="head it path,transcript,language"
                )
            spoken = tuple(_spoken(manifest, f"{manifest}:{reader.line_num}", row, languages) for row in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        reason = fault.strerror or str(fault) if isinstance(fault, OSError) else str(fault)
        raise UnreadableManifest(reason, where=str(manifest), remedy="name a CSV file in UTF-8") from fault
    if not spoken:
        raise UnreadableManifest("no sound files", where=str(manifest), remedy="add lines below the heading")
    return spoken


def _spoken(manifest: Path, where: str, row: dict[str, str | None], languages: Container[str]) -> Spoken:
    path, transcript, language = ((row[name] or "").strip() for name in _COLUMNS)
    if not path or not any(character.isalnum() for character in transcript) or not language:
        raise UnreadableManifest("a path, transcript or language is missing", where=where, remedy="complete it")
    if language not in languages:
        remedy = f"write its ISO 639-1 code, or fetch a model: hotline models fetch {language}"
        raise UnreadableManifest(f"nobody here hears the language {language}", where=where, remedy=remedy)
    sound = manifest.parent / path
    if not sound.is_file():
        raise UnreadableManifest(f"there is no file {path}", where=where, remedy="name a file beside the manifest")
    return Spoken(sound, transcript, language, where)
