"""What a `MemoryDesk` knows, and the events it tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from callbacks.model import Case, Contact, Problem, Promise
from config.events import Event
from ivr.desk import AgentView, WaitingView, WorkView
from routing.forecast_error import ForecastError


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChanged(Event):
    """An agent's state or work is another one."""

    noun: ClassVar[str] = "agent"
    verb: ClassVar[str] = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseChanged(Event):
    """A promise moved on."""

    noun: ClassVar[str] = "promise"
    verb: ClassVar[str] = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemChanged(Event):
    """A problem was opened or solved."""

    noun: ClassVar[str] = "problem"
    verb: ClassVar[str] = "changed"


@dataclass(slots=True)
class Floor:
    """Everything that the desk knows; tests look into it."""

    agents: dict[str, AgentView] = field(default_factory=dict)
    work: dict[str, WorkView] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    promises: dict[str, Promise] = field(default_factory=dict)
    waiting: dict[str, WaitingView] = field(default_factory=dict)
    categories: frozenset[str] = frozenset()
    offered: int = 0
    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    stops_at: datetime | None = None
    phones_can_pick_up: bool = True
    forecasts: tuple[ForecastError, ...] = ()
    notes: list[tuple[str, str]] = field(default_factory=list)
    confirmed: set[str] = field(default_factory=set)  # cases of which a person has said what they are about
    solutions: dict[str, tuple[datetime, str]] = field(default_factory=dict)  # when a case was solved, and by what
    stations: dict[str, str] = field(default_factory=dict)  # where the hotline file says that agents sit
