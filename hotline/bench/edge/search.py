"""How much something holds, by trying."""

from __future__ import annotations

from collections.abc import Generator


def most_held(step: int, halvings: int, limit: int) -> Generator[int, bool, int]:
    """Yields the load to try next, is sent whether it was held, and returns the greatest that was: upward by `step`
    until one is not held or `limit` is passed, then by so many halvings of the gap between the two. 0: none was."""
    held, tried = 0, step
    while (yield tried):
        held, tried = tried, tried + step
        if tried > limit:
            return held
    failed = tried
    for _ in range(halvings):
        middle = (held + failed) // 2
        if (yield middle):
            held = middle
        else:
            failed = middle
    return held
