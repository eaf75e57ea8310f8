"""Prompts as people hear them: looked through, listened to, recorded, approved and taken back.

A recording is a draft until somebody has given it a second look; only approved ones are spoken. A clip without any
recording is spoken by the house's voice, if that can say it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from console.audit import Audit, Did
from console.desk.service import need, person
from console.identity.users import Action, User
from console.web.uploads import SOUNDS, checked
from prompts.repertoire import Piece
from prompts.takes import Take

#: A recording is no larger than this: half a minute of 16 kHz, 16 bits, mono, as the page sends it.
LARGEST_RECORDING = 1_000_000


class Source(StrEnum):
    """Who speaks a clip now."""

    VOICE = "voice"
    PERSON = "person"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class ClipView:
    """One sound. `seconds` is None where nobody speaks it; `wrong_words` is what is said instead of `text`, empty where
    that is right; `is_optional`: callers do without it."""

    name: str
    text: str
    source: Source
    seconds: float | None
    approved: Take | None
    draft: Take | None
    wrong_words: str = ""
    is_optional: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether callers miss something."""
        return self.source is Source.NOBODY and not self.is_optional


@dataclass(frozen=True, slots=True)
class PieceView:
    """One text of the repertoire, and its sounds. `longest` is how many seconds it takes with its slots at their
    longest, where that is more than callers listen to; else None."""

    piece: Piece
    clips: tuple[ClipView, ...]
    longest: float | None = None


class Show(StrEnum):
    """What of the repertoire is looked at."""

    ALL = "all"
    MISSING = "missing"
    DRAFTS = "drafts"
    RECORDED = "recorded"
    WRONG = "wrong"
    TOO_LONG = "too-long"


class PromptStudio(Protocol):
    """The repertoire and its recordings. Names of clips are those of `ClipView`; unknown ones raise `NotFound`."""

    def languages(self) -> tuple[str, ...]:
        """The hotline file's languages that have prompts."""

    async def pieces(self, language: str) -> tuple[PieceView, ...]:
        """Everything that is spoken in the language."""

    async def sound(self, clip: str, *, draft: bool) -> Path:
        """The file that is heard, or the draft's. Raises `NotFound` where there is none."""

    async def record(self, clip: str, data: bytes, by: str) -> Take:
        """Trim and level a recording and keep it as the clip's draft. Raises `Refused` for silence, for what is no
        sound, and for what lasts longer than anybody listens."""

    async def approve(self, clip: str, by: str) -> Take:
        """Callers hear the draft from now on. Raises `NotFound` without one."""

    async def discard(self, clip: str) -> None:
        """The draft is gone."""

    async def revert(self, clip: str) -> None:
        """Callers hear the house's voice again."""


class PromptService:
    """The studio behind the table of rights; what callers hear otherwise from now on is in the audit log."""

    def __init__(self, studio: PromptStudio, audit: Audit | None = None) -> None:
        self._studio = studio
        self._audit = audit

    def languages(self, user: User) -> tuple[str, ...]:
        """The languages that can be recorded."""
        need(user, Action.MANAGE_PROMPTS)
        return self._studio.languages()

    async def pieces(self, user: User, language: str) -> tuple[PieceView, ...]:
        """Everything that is spoken in the language."""
        need(user, Action.MANAGE_PROMPTS)
        return await self._studio.pieces(language)

    async def sound(self, user: User, clip: str) -> Path:
        """What callers hear; also for those who try the hotline out."""
        need(user, Action.SEE_FILE)
        return await self._studio.sound(clip, draft=False)

    async def draft(self, user: User, clip: str) -> Path:
        """What waits for a second look."""
        need(user, Action.MANAGE_PROMPTS)
        return await self._studio.sound(clip, draft=True)

    async def record(self, user: User, clip: str, name: str, data: bytes) -> Take:
        """Keep a recording as the clip's draft. `name` is what its file is called, which must agree with its bytes."""
        need(user, Action.MANAGE_PROMPTS)
        checked(name, data, SOUNDS, LARGEST_RECORDING)
        take = await self._studio.record(clip, data, user.name)
        await self._note(user, clip, f"recorded, {take.after.seconds:.1f} s")
        return take

    async def approve(self, user: User, clip: str) -> Take:
        """Callers hear the draft from now on."""
        need(user, Action.MANAGE_PROMPTS)
        take = await self._studio.approve(clip, user.name)
        await self._note(user, clip, "approved")
        return take

    async def discard(self, user: User, clip: str) -> None:
        """The draft is gone."""
        need(user, Action.MANAGE_PROMPTS)
        await self._studio.discard(clip)
        await self._note(user, clip, "draft discarded")

    async def revert(self, user: User, clip: str) -> None:
        """Callers hear the house's voice again."""
        need(user, Action.MANAGE_PROMPTS)
        await self._studio.revert(clip)
        await self._note(user, clip, "back to the house's voice")

    async def _note(self, user: User, clip: str, detail: str) -> None:
        if self._audit is not None:
            await self._audit.note(person(user), Did.PROMPT_CHANGED, clip, detail)


def chosen(pieces: Sequence[PieceView], show: Show, words: str) -> tuple[PieceView, ...]:
    """The pieces that are looked at: of one kind, and with all of the words in their text, name or occasion."""
    wanted = words.casefold().split()
    return tuple(piece for piece in pieces if _is_shown(piece, show) and all(one in _said_of(piece) for one in wanted))


def _is_shown(piece: PieceView, show: Show) -> bool:
    match show:
        case Show.ALL:
            return True
        case Show.MISSING:
            return any(clip.is_missing for clip in piece.clips)
        case Show.DRAFTS:
            return any(clip.draft is not None for clip in piece.clips)
        case Show.RECORDED:
            return any(clip.source is Source.PERSON for clip in piece.clips)
        case Show.WRONG:
            return any(clip.wrong_words for clip in piece.clips)
        case Show.TOO_LONG:
            return piece.longest is not None


def _said_of(view: PieceView) -> str:
    piece = view.piece
    return f"{piece.key} {piece.text} {piece.heard_when}".casefold()
