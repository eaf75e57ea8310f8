"""`console.workshop.prompt_studio` over the prompts in force and the folder in which people's recordings lie."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

from callbacks.model import Problem
from config.clock import Clock
from config.errors import NotFound, Refused
from config.hotline_file import HotlineFile
from console.workshop.prompt_studio import ClipView, PieceView, Source
from prompts.length import LONGEST_SECONDS, too_long
from prompts.manifest import Clip as Rendered
from prompts.manifest import read_manifest
from prompts.prompt_library import PromptLibrary, packaged_audio, seconds_of
from prompts.repertoire import Clip, Family, Piece, repertoire
from prompts.takes import Loudness, Take, Takes
from prompts.voices.pydub_level import level, loudness, read_recording, write_opus

#: What a clip may be called: nothing that leads out of the folders.
_CLIP = re.compile(r"(?:[a-z]{2}|music)/\w[\w.-]*\.opus")

Problems = Callable[[], Awaitable[Sequence[Problem]]]


class InForce(Protocol):
    """What of an edition is spoken."""

    @property
    def file(self) -> HotlineFile:
        """The hotline file."""

    @property
    def prompts(self) -> PromptLibrary:
        """Its prompts."""


class RecordingStudio:
    """`edition` is what calls work with now; `problems` are those whose workarounds callers may hear."""

    def __init__(self, edition: Callable[[], InForce], folder: Path, problems: Problems, clock: Clock) -> None:
        self._edition = edition
        self._folder = folder
        self._takes = Takes(folder)
        self._problems = problems
        self._clock = clock

    def languages(self) -> tuple[str, ...]:
        """The hotline file's languages that have prompts."""
        return self._edition().prompts.languages

    async def pieces(self, language: str) -> tuple[PieceView, ...]:
        """Everything that is spoken in the language."""
        known = await self._repertoire(language)
        return await asyncio.to_thread(self._viewed, known, language)

    async def sound(self, clip: str, *, draft: bool) -> Path:
        """The file that is heard, or the draft's."""
        if draft:
            path = self._takes.draft_path(await self._known(clip))
        else:  # an edited text that is tried may name what the one in force does not
            path = self._edition().prompts.path(clip) if _CLIP.fullmatch(clip) else None
        if path is None:
            raise NotFound("nobody has spoken this yet", remedy="record it")
        return path

    async def record(self, clip: str, data: bytes, by: str) -> Take:
        """Trim and level a recording and keep it as the clip's draft."""
        text = (await self._clip(clip)).text
        return await asyncio.to_thread(self._recorded, clip, text, data, by)

    async def approve(self, clip: str, by: str) -> Take:
        """Callers hear the draft from now on."""
        return await asyncio.to_thread(self._takes.approve, await self._known(clip), by, self._clock.now())

    async def discard(self, clip: str) -> None:
        """The draft is gone."""
        await asyncio.to_thread(self._takes.discard, await self._known(clip))

    async def revert(self, clip: str) -> None:
        """Callers hear the house's voice again."""
        await asyncio.to_thread(self._takes.revert, await self._known(clip))

    def _recorded(self, clip: str, text: str, data: bytes, by: str) -> Take:
        raw = read_recording(data)
        levelled = level(raw)
        if levelled.seconds > LONGEST_SECONDS:
            what = (
                f"the recording takes {levelled.seconds:.0f} seconds; nobody listens longer than {LONGEST_SECONDS:.0f}"
            )
            raise Refused(what, remedy="say it shorter")
        before, after = (Loudness(round(one.seconds, 2), round(loudness(one), 1)) for one in (raw, levelled))
        take = Take(text, by, self._clock.now(), before, after)
        self._takes.keep(clip, write_opus(levelled), take)
        return take

    # --- what there is ----------------------------------------------------------------------------------------------

    async def _repertoire(self, language: str) -> tuple[Piece, ...]:
        workarounds = [(problem.id, problem.workaround) for problem in await self._problems()]
        return repertoire(self._edition().file, language, workarounds)

    async def _clip(self, name: str) -> Clip:
        """The clip of this name: only what is spoken can be recorded, whatever a request names."""
        language = name.partition("/")[0]
        if language in self.languages():
            for piece in await self._repertoire(language):
                for clip in piece.clips:
                    if clip.name == name:
                        return clip
        raise NotFound("there is no such prompt", where=name[:80])

    async def _known(self, name: str) -> str:
        return (await self._clip(name)).name

    def _viewed(self, pieces: tuple[Piece, ...], language: str) -> tuple[PieceView, ...]:
        library, rendered = self._edition().prompts, read_manifest(packaged_audio())
        long = {one.prompt: one.seconds for one in too_long(library) if one.language == language}
        return tuple(
            PieceView(
                piece,
                tuple(self._clip_view(clip, piece.family, library, rendered) for clip in piece.clips),
                long.get(piece.id) if piece.family is Family.PROMPT else None,
            )
            for piece in pieces
        )

    def _clip_view(self, clip: Clip, family: Family, library: PromptLibrary, rendered: dict[str, Rendered]) -> ClipView:
        path = library.path(clip.name)
        draft, approved, wrong = self._takes.draft(clip.name), None, ""
        source = Source.NOBODY
        if path is not None and path.is_relative_to(self._folder):
            source, approved = Source.PERSON, self._takes.approved(clip.name)
            wrong = approved.text if approved is not None and approved.text != clip.text else ""
        elif path is not None:
            source = Source.VOICE
            says = rendered[clip.name].transcript.strip() if clip.name in rendered else clip.text
            wrong = says if says != clip.text else ""
        is_optional = family in (Family.PRODUCT, Family.WORKAROUND)
        seconds = seconds_of(path) if path is not None else None
        return ClipView(clip.name, clip.text, source, seconds, approved, draft, wrong, is_optional)
