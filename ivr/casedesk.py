"""What an agent may do about the case in hand, beside talking: the port that the desk's page is written against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callbacks.model import Case, Problem, Promise, PromiseKind
from callbacks.window_check import WindowCheck
from config.urgency import Urgency
from routing.windows import Window


@dataclass(frozen=True, slots=True)
class CaseInHand:
    """The case of the work in hand. `is_confirmed`: a person has said what it is about. `promised`: what is owed about
    it; `can_be_rung`: the contact may be promised a call."""

    case: Case
    is_confirmed: bool
    problem: Problem | None
    promised: tuple[Promise, ...]
    can_be_rung: bool


@dataclass(frozen=True, slots=True)
class Helped:
    """A solved case like the one in hand: nothing of whose it was. `summary`, `note` and `workaround` have no numbers
    or addresses in them; each may be empty, `note` and `workaround` not both."""

    reference: str
    category: str
    product: str | None
    language: str
    at: datetime
    summary: str
    note: str
    workaround: str


class CaseDesk(Protocol):
    """Every method raises `config.errors.NotFound` for unknown ids and `config.errors.Refused` when the state of things
    does not allow it, with a message for people: nothing in hand, or nothing that has a case."""

    async def case_in_hand(self, agent: str) -> CaseInHand | None:
        """The case of the agent's work; None without work, or where no case was opened."""

    async def similar(self, agent: str) -> tuple[Helped, ...]:
        """At most five solved cases like the one in hand, and what helped; none without one."""

    async def correct(self, agent: str, category: str, product: str, urgency: Urgency, reason: str) -> Case:
        """A person says what the case is about and how urgent it is: confirmed where it was so already. To lower the
        urgency needs a reason. An empty product leaves it as it is."""

    async def proposed_window(self, agent: str, promise: str | None) -> Window:
        """The first window that can be promised now, about the case in hand, or for another promise that is to move."""

    async def check_window(self, agent: str, promise: str | None, window: Window) -> WindowCheck:
        """Whether it can be kept beside everything else that is promised, and which can where it cannot."""

    async def promise(self, agent: str, kind: PromiseKind, window: Window | None, note: str) -> Promise:
        """Give the contact of the case in hand our word; `window` is None for when-fixed only. Refused where the window
        cannot be kept."""

    async def move(self, agent: str, promise: str, window: Window, reason: str) -> Promise:
        """Agree on another window that can be kept, before the old one is missed."""

    async def station(self, agent: str) -> str:
        """The phone that rings for the agent."""

    async def sit_at(self, agent: str, station: str) -> str:
        """In this shift the agent sits there; nothing: where the hotline file says. Returns the phone that rings now.
        Refused for what is no SIP address, nor a number that may be dialled."""
