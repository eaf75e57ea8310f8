"""Which pages an event concerns, and how soon they must show it."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from config.events import Event

#: Of these nouns, only what names the agent changes an agent's desk.
_OF_OTHERS = frozenset({"work", "agent", "desk", "ears", "call", "message"})


class Concern(IntEnum):
    """How soon a page must show an event."""

    NONE = 0
    LATER = 1
    NOW = 2


def everything(_event: Event) -> Concern:
    """For pages that are seldom open many at once."""
    return Concern.NOW


def soon(_event: Event) -> Concern:
    """For pages that show the sum of everything, such as the wallboard."""
    return Concern.LATER


def of_agent(agent: str, in_hand: Callable[[], str | None]) -> Callable[[Event], Concern]:
    """For a desk: at once what names its agent, or the work that `in_hand` names; lists of promises can wait."""

    def concern(event: Event) -> Concern:
        if event.subject == agent or getattr(event, "agent", None) == agent:
            return Concern.NOW
        if event.subject == in_hand():
            return Concern.NOW
        return Concern.NONE if event.noun in _OF_OTHERS else Concern.LATER

    return concern
