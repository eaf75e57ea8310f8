"""What waits for an agent: live calls and due promises, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from config.urgency import Urgency


class WorkKind(StrEnum):
    """A caller on the line, or a promise that fell due."""

    CALL = "call"
    PROMISE = "promise"


class Mood(StrEnum):
    """How the caller sounds. Chooses the handling, never the place in the queue (lesson 18)."""

    CALM = "calm"
    TENSE = "tense"
    UPSET = "upset"


#: Pairs of a skill and the least level, sorted by skill.
Skills = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """What serving a piece of work takes."""

    queue: str
    language: str
    skills: Skills = ()


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work. Its place is fixed by `since` and does not change when an offer fails.

    `id` is the call's or the promise's. `due` is the end of a promise's window, `opens` the start; None for calls.
    Of the agents free those with the `preferred` skills come first, after the own agent; nobody is excluded by them.
    """

    id: str
    kind: WorkKind
    needs: Needs
    tier: str
    urgency: Urgency
    since: datetime
    opens: datetime | None = None
    due: datetime | None = None
    own_agent: str | None = None
    repeat: bool = False
    mood: Mood = Mood.CALM
    preferred: Skills = ()
