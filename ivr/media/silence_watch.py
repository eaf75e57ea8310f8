"""Telling when a peer has gone."""

from __future__ import annotations


class SilenceWatch:
    """Tells once that nothing came for too long, and again only after something came."""

    __slots__ = ("_after", "_since", "_told")

    def __init__(self, after: float | None) -> None:
        self._after = after
        self._since: float | None = None
        self._told = False

    def look(self, alive: bool, now: float) -> bool:
        """Whether to tell. `alive`: something came since the last look, or nothing is to come at present; `now` is
        monotonic seconds."""
        if alive or self._since is None:
            self._since, self._told = now, False
        elif self._after is not None and not self._told and now - self._since > self._after:
            self._told = True
            return True
        return False
