"""What became of each call: the columns that a rehearsal leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from routing.rehearsal.setting import Setting
from routing.rehearsal.traffic import Floats, Integers, Traffic


class Fate(IntEnum):
    """How the wait of a call ended."""

    WAITING = 0  # nobody came, and the rehearsal ended
    ANSWERED = 1
    ABANDONED = 2
    PROMISED = 3  # took a promise instead of waiting
    CLOSED = 4  # came outside of the opening hours, or was still waiting when the queue closed


@dataclass(frozen=True, slots=True)
class Log:
    """Columns beside those of the traffic. Seconds after the start, `nan` where there is none.

    `left` is when the wait ended, `ended` the end of a conversation with the caller or of the promised call. `agent`
    is the position of who served in the file's agents, -1 for nobody. `opens`, `due` and `called` are the promise's
    window and when its call began.
    """

    setting: Setting
    traffic: Traffic
    fate: Integers
    left: Floats
    ended: Floats
    agent: Integers
    opens: Floats
    due: Floats
    called: Floats

    @property
    def waited(self) -> Floats:
        """Seconds between arrival and the end of the wait."""
        return self.left - self.traffic.arrival
