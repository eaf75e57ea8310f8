"""`Ears` for calls that are typed instead of spoken, as walks and practice have them."""

from __future__ import annotations

from collections.abc import Callable

from ivr import messages as wire


class TypedEars:
    """Every listen goes to `listens`; what was said is told by `tell`."""

    def __init__(self, listens: Callable[[wire.EarsCommand], None]) -> None:
        self._listens = listens
        self._on_event: Callable[[wire.EarsEvent], None] = lambda event: None

    async def start(self, on_event: Callable[[wire.EarsEvent], None]) -> None:
        self._on_event = on_event

    async def stop(self) -> None:
        return None

    def languages(self) -> frozenset[str]:
        return frozenset({"en", "zh", "ko"})

    def hear(self, chunk: wire.AudioChunk) -> None:
        return None

    def send(self, command: wire.EarsCommand) -> None:
        self._listens(command)

    def tell(self, event: wire.EarsEvent) -> None:
        """What was said, or that nothing was."""
        self._on_event(event)
