"""Earliest due date with skills and shifts: whether a set of jobs can all be done in time, by whom and when.

Time is cut into slots, agents who are alike make one kind, and a cell is one kind in one slot with so many seconds of
work in it. Jobs are placed in the order of their due dates, each as early as it can be (Jackson 1955; Horn 1974 with
release times). Where skills overlap that order alone can fail although there is room; then jobs placed before are moved
along an augmenting path. So a job is refused only if Hall's condition fails: some jobs, this one among them, need more
than all the cells that any of them may use (Hall 1935; Ford & Fulkerson 1956).

A job may be shared out among cells, which is right as long as it is short beside its window.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple


class Cell(NamedTuple):
    """One kind of agent in one slot of time."""

    slot: int
    kind: int


class _Job(NamedTuple):
    """Where a job may be done, and how many seconds of it are done in each cell."""

    cells: Sequence[Cell]
    done_in: dict[Cell, int]


class Schedule:
    """Cells filled with jobs. `capacity` gives the whole seconds of work that a cell has; it is asked once for each."""

    def __init__(self, capacity: Callable[[Cell], int]) -> None:
        self._capacity = capacity
        self._free: dict[Cell, int] = {}
        self._jobs: dict[int, _Job] = {}
        self._users: dict[Cell, set[int]] = {}
        self._count = 0
        self._closed: set[Cell] = set()  # what the last search that failed came to
        self._full_for_good: set[Cell] = set()

    def place(self, length: int, cells: Sequence[Cell]) -> bool:
        """Fit a job of so many seconds into these cells, the first ones preferred, and keep every job placed before in
        its own. False, and no job added, when there is no way to do that."""
        return self.reserve(length, cells) is not None

    def reserve(self, length: int, cells: Sequence[Cell]) -> int | None:
        """Like `place`; the name by which the job can be released, or None."""
        name = self._count
        self._count += 1
        job = self._jobs[name] = _Job(cells, {})
        left = length - self._fill(name, job, length)
        while left > 0:
            path = self._path(job)
            if path is None:
                self._remove(name, job)
                return None
            left -= self._push(name, path, left)
        return name

    def release(self, name: int) -> None:
        """Take a job out again."""
        self._remove(name, self._jobs[name])

    def enter(self, length: int, cells: Sequence[Cell], later: Iterable[Cell]) -> bool:
        """Place a job that is promised already, come what may: one that cannot be in time (False) takes what is free in
        `later`, which begins with its cells."""
        if self.place(length, cells):
            return True
        for cell in later:
            taken = min(length, self._room(cell))
            self._free[cell] -= taken
            length -= taken
            if not length:
                break
        # All that the search came to is full now, and whoever uses it can go nowhere else: no later search need look.
        self._full_for_good |= self._closed
        return False

    def _room(self, cell: Cell) -> int:
        free = self._free.get(cell)
        if free is None:
            free = self._free[cell] = self._capacity(cell)
        return free

    def _fill(self, name: int, job: _Job, length: int) -> int:
        """Use free cells; the seconds that found room."""
        filled = 0
        for cell in job.cells:
            taken = min(length - filled, self._room(cell))
            if taken:
                self._move(name, taken, None, cell)
                filled += taken
            if filled == length:
                break
        return filled

    def _path(self, job: _Job) -> list[tuple[int | None, Cell]] | None:
        """The shortest way to free room: the job goes to the first cell, whose user goes to the next, and so on. Each
        step is the job that moves (None: the new one) and where to."""
        came_from: dict[Cell, tuple[int | None, Cell | None]] = dict.fromkeys(job.cells, (None, None))
        ahead = deque(cell for cell in job.cells if cell not in self._full_for_good)
        while ahead:
            cell = ahead.popleft()
            if self._room(cell):
                path: list[tuple[int | None, Cell]] = []
                at: Cell | None = cell
                while at is not None:
                    mover, before = came_from[at]
                    path.append((mover, at))
                    at = before
                return path[::-1]
            for user in self._users.get(cell, ()):
                for other in self._jobs[user].cells:
                    if other not in came_from and other not in self._full_for_good:
                        came_from[other] = (user, cell)
                        ahead.append(other)
        self._closed = set(came_from)
        return None

    def _push(self, name: int, path: list[tuple[int | None, Cell]], wanted: int) -> int:
        """Move as much as the path carries."""
        amount = min(wanted, self._room(path[-1][1]))
        for (_, cell), (mover, _) in pairwise(path):
            if mover is not None:
                amount = min(amount, self._jobs[mover].done_in[cell])
        for n in range(len(path) - 1, -1, -1):  # from the free end, so that no cell is ever overfull
            mover, cell = path[n]
            self._move(name if mover is None else mover, amount, path[n - 1][1] if mover is not None else None, cell)
        return amount

    def _move(self, name: int, seconds: int, source: Cell | None, target: Cell) -> None:
        done_in = self._jobs[name].done_in
        if source is not None:
            self._give_back(name, seconds, source)
        self._free[target] -= seconds
        done_in[target] = done_in.get(target, 0) + seconds
        self._users.setdefault(target, set()).add(name)

    def _give_back(self, name: int, seconds: int, cell: Cell) -> None:
        done_in = self._jobs[name].done_in
        self._free[cell] += seconds
        done_in[cell] -= seconds
        if not done_in[cell]:
            del done_in[cell]
            self._users[cell].discard(name)

    def _remove(self, name: int, job: _Job) -> None:
        for cell, seconds in list(job.done_in.items()):
            self._give_back(name, seconds, cell)
        del self._jobs[name]
