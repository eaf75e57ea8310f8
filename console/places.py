"""Where one can go in the console, and who finds a way there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.identity.users import Action, User, may


class Wing(StrEnum):
    """What places are gathered under in the bar at the top."""

    WORK = "work"
    BOOK = "book"
    SETUP = "setup"


@dataclass(frozen=True, slots=True)
class Place:
    """A page's address and its name in `words`; whoever may do `action` finds it. Without an action it is for those who
    serve callers. A place that is not `listed` is reached from another page only."""

    path: str
    label: str
    wing: Wing
    action: Action | None
    listed: bool = True

    def is_open_to(self, user: User) -> bool:
        """Whether the person may go there."""
        return user.agent is not None if self.action is None else may(user, self.action, user.agent)
