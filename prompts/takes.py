"""Recordings that people made of prompts: drafts, which nobody hears, and approved ones, which take the voice's place.

An approved recording is where `PromptLibrary` looks for overrides, `LANGUAGE/CLIP.opus`; a draft lies in `drafts/`
below the same folder. Beside each stands what is known of it, as JSON.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from config.errors import NotFound, NotWritable

DRAFTS = "drafts"


@dataclass(frozen=True, slots=True)
class Loudness:
    """How long a sound is, in seconds, and how loud its speech, in dBFS."""

    seconds: float
    level: float


@dataclass(frozen=True, slots=True)
class Take:
    """One recording: of which words, by whom, how it was as sent and how after trimming and levelling. `approved_by`
    is empty, and `approved_at` None, for a draft."""

    text: str
    by: str
    at: datetime
    before: Loudness
    after: Loudness
    approved_by: str = ""
    approved_at: datetime | None = None


class Takes:
    """The recordings below a folder. A clip is named "en/greeting.1.opus", as the library does; whoever calls has
    checked that there is such a clip."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def draft(self, clip: str) -> Take | None:
        """What waits for a second look."""
        return _known(self._draft_path(clip))

    def approved(self, clip: str) -> Take | None:
        """What is known of the recording that callers hear; None too for one that was put there by hand."""
        return _known(self._folder / clip)

    def draft_path(self, clip: str) -> Path | None:
        """The sound of the draft."""
        path = self._draft_path(clip)
        return path if path.is_file() else None

    def keep(self, clip: str, sound: bytes, take: Take) -> None:
        """A new draft, in place of an earlier one. Raises `NotWritable`."""
        try:
            _write(self._draft_path(clip), sound, take)
        except OSError as fault:
            raise _not_writable(self._folder, fault) from fault

    def approve(self, clip: str, by: str, at: datetime) -> Take:
        """Callers hear the draft from now on. Raises `NotFound` without one."""
        path, take = self._draft_path(clip), self.draft(clip)
        if take is None or not path.is_file():
            raise NotFound("there is no draft of this prompt", remedy="record it first")
        approved = replace(take, approved_by=by, approved_at=at)
        try:
            _write(self._folder / clip, path.read_bytes(), approved)
        except OSError as fault:
            raise _not_writable(self._folder, fault) from fault
        self.discard(clip)
        return approved

    def discard(self, clip: str) -> None:
        """The draft is gone."""
        _remove(self._draft_path(clip))

    def revert(self, clip: str) -> None:
        """The recording is gone: callers hear the house's voice again."""
        _remove(self._folder / clip)

    def _draft_path(self, clip: str) -> Path:
        return self._folder / DRAFTS / clip


def _write(path: Path, sound: bytes, take: Take) -> None:
    """The sound last, each in one step: whoever reads meanwhile finds the old or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    about = json.dumps(asdict(take), ensure_ascii=False, default=_as_text).encode()
    for where, content in ((_beside(path), about), (path, sound)):
        fresh = where.with_name(f"{where.name}.new")
        fresh.write_bytes(content)
        fresh.replace(where)


def _known(path: Path) -> Take | None:
    try:
        known: dict[str, Any] = json.loads(_beside(path).read_text("utf-8"))
    except FileNotFoundError:
        return None
    known["before"], known["after"] = Loudness(**known["before"]), Loudness(**known["after"])
    for moment in ("at", "approved_at"):
        known[moment] = datetime.fromisoformat(known[moment]) if known[moment] else None
    return Take(**known)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    _beside(path).unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_suffix(".json")


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be kept")


def _not_writable(folder: Path, fault: OSError) -> NotWritable:
    return NotWritable(f"recordings cannot be kept: {fault.strerror}", where=str(folder), remedy="check the folder")
