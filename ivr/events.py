"""Events of calls and desks that are told in this process only: screens follow them, no record is kept of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from config.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMovedOn(Event):
    """The work in an agent's hands reached another stage. `subject` is the agent."""

    noun: ClassVar[str] = "desk"
    verb: ClassVar[str] = "moved-on"
    work: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EarsStrained(Event):
    """The ears hear more callers than the machine can follow: `behind` seconds of audio wait, and new callers are
    offered keys instead of speech. `subject` is the ears."""

    noun: ClassVar[str] = "ears"
    verb: ClassVar[str] = "strained"
    behind: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EarsRelieved(Event):
    """The ears have caught up: callers are heard again. `subject` is the ears."""

    noun: ClassVar[str] = "ears"
    verb: ClassVar[str] = "relieved"


@dataclass(frozen=True, slots=True, kw_only=True)
class HotlineDraining(Event):
    """The hotline is told to stop: it takes no new calls, and ends those in progress when `until` is over. `subject` is
    the hotline."""

    noun: ClassVar[str] = "hotline"
    verb: ClassVar[str] = "draining"
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LineHeard(Event):
    """The transcript of a call has another line. `subject` is the call; the words are not told."""

    noun: ClassVar[str] = "call"
    verb: ClassVar[str] = "line-heard"
    confidence: float
