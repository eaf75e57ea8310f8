"""What a drain does when: who is on the line may end, is warned, is told goodbye. Pure."""

from __future__ import annotations

from enum import Enum, auto

#: Seconds before the limit at which those who talk are asked to come to an end.
WARNING_SECONDS = 15.0
#: Seconds after the limit in which goodbyes are said: the longest, with a promise in it, takes about twenty.
LEAVE_SECONDS = 25.0


class Move(Enum):
    """What a drain does next."""

    WAIT = auto()
    WARN = auto()
    TAKE_LEAVE = auto()
    STOP = auto()


def next_move(under_way: int, elapsed: float, limit: float, done: frozenset[Move]) -> Move:
    """With so many calls and engagements `under_way`, `elapsed` seconds after the drain began. What is `done` is not
    done again. A `limit` of 0 waits for nobody."""
    if not under_way or limit <= 0 or elapsed >= limit + LEAVE_SECONDS:
        return Move.STOP
    if elapsed >= limit:
        return Move.WAIT if Move.TAKE_LEAVE in done else Move.TAKE_LEAVE
    if elapsed >= limit - WARNING_SECONDS and Move.WARN not in done:
        return Move.WARN
    return Move.WAIT
