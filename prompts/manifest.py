"""What each rendered clip of a folder says: `manifest.csv`, one row a clip, sorted by path."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

MANIFEST = "manifest.csv"


@dataclass(frozen=True, slots=True)
class Clip:
    """`path` is relative to the manifest's folder; `digest` changes with everything the sound depends on."""

    path: str
    language: str
    transcript: str
    voice: str
    seconds: str
    digest: str


def read_manifest(folder: Path) -> dict[str, Clip]:
    """The clips by path; empty when the folder has no manifest yet."""
    manifest = folder / MANIFEST
    if not manifest.exists():
        return {}
    with manifest.open(encoding="utf-8", newline="") as stream:
        return {row["path"]: Clip(**row) for row in csv.DictReader(stream)}


def write_manifest(folder: Path, clips: Mapping[str, Clip]) -> None:
    """Replace the manifest in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{MANIFEST}.new"
    with fresh.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [field.name for field in fields(Clip)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(clips[path]) for path in sorted(clips))
    fresh.replace(folder / MANIFEST)
