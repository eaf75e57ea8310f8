"""Renders lines of text into a folder of clips, and only those whose text or voice has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from prompts.manifest import Clip, read_manifest, write_manifest
from prompts.voices.cast import Part
from prompts.voices.pydub_level import RECIPE, level, write_opus
from prompts.voices.voice import Voice

_ENDS = (".", "!", "?", ",", "。", "！", "？", "，", "、", ":")
_CLOSED_BY = {"zh": "，"}


@dataclass(frozen=True, slots=True)
class Line:
    """One clip to be made: `path` is relative to the folder, `voice` names a part of the cast."""

    path: str
    language: str
    text: str
    voice: str

    @property
    def spoken(self) -> str:
        """The text as given to the voice: a synthetic voice is cut short where no punctuation ends its line."""
        text = self.text.strip().lstrip(",.。，")
        return text.strip() if text.endswith(_ENDS) else text.strip() + _CLOSED_BY.get(self.language, ",")


def digest(line: Line, voice: str) -> str:
    """What a clip depends on, in 16 hexadecimal digits."""
    return hashlib.sha256("\n".join((line.language, line.spoken, voice, RECIPE)).encode()).hexdigest()[:16]


def stale(lines: Iterable[Line], folder: Path, voices: Mapping[str, Part]) -> list[Line]:
    """The lines whose clip is not there or not what it would be today."""
    known = read_manifest(folder)
    return [
        line
        for line in lines
        if not (folder / line.path).exists()
        or line.path not in known
        or known[line.path].digest != digest(line, voices[line.voice].name)
    ]


def render(
    lines: Sequence[Line], folder: Path, voices: Mapping[str, Part], on_clip: Callable[[Line], None]
) -> tuple[int, int]:
    """Make what is stale, delete clips that no line asks for, write the manifest; `on_clip` is told of each clip made.

    Returns how many were made and how many deleted. Interrupted, it goes on where it stopped.
    """
    clips = read_manifest(folder)
    loaded: dict[str, Voice] = {}
    todo = stale(lines, folder, voices)
    for line in todo:
        part = voices[line.voice]
        if line.voice not in loaded:
            loaded[line.voice] = part.load()
        sound = level(loaded[line.voice].speak(line.spoken))
        path = folder / line.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write_opus(sound))
        clips[line.path] = Clip(
            path=line.path,
            language=line.language,
            transcript=line.text.strip(),
            voice=part.name,
            seconds=f"{sound.seconds:.2f}",
            digest=digest(line, part.name),
        )
        write_manifest(folder, clips)
        on_clip(line)
    unwanted = clips.keys() - {line.path for line in lines}
    for name in unwanted:
        (folder / name).unlink(missing_ok=True)
        del clips[name]
    write_manifest(folder, clips)
    return len(todo), len(unwanted)
