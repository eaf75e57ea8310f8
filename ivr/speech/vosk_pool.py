"""Warm recognisers on loan.

A new recogniser takes half a second over its first audio, and one that has worked for long keeps the memory of it; so
some wait ready, and each is retired after a while. Making and warming happen on a thread of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar


class Wearing(Protocol):
    """Something that wears out."""

    @property
    def worn(self) -> bool:
        """It should not be lent again."""


T = TypeVar("T", bound=Wearing)


class Pool(Generic[T]):
    """Lends what `make` makes, and keeps `spare` of them ready. Any thread may take and give back."""

    def __init__(self, make: Callable[[], T], spare: int) -> None:
        self._make = make
        self._ready: SimpleQueue[T] = SimpleQueue()
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="recogniser-maker")
        for _ in range(spare):
            self._ready.put(make())

    def take(self) -> T:
        """A ready one; if all are out a new one, which takes its time, and another is prepared for the next."""
        try:
            return self._ready.get_nowait()
        except Empty:
            self.prepare()
            return self._make()

    def give_back(self, item: T) -> None:
        """Not needed any longer; call with everything that was taken."""
        if item.worn:
            self.prepare()
        else:
            self._ready.put(item)

    def close(self) -> None:
        """Make no more."""
        self._maker.shutdown(wait=True, cancel_futures=True)

    def prepare(self) -> None:
        """Have one more ready soon."""
        self._maker.submit(lambda: self._ready.put(self._make()))
