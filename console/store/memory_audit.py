"""`AuditStore` in memory, for tests and demonstrations."""

from __future__ import annotations

from dataclasses import replace

from console.audit import Entry, Wanted


class MemoryAudit:
    """Forgets everything with the process."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    async def append(self, entry: Entry) -> None:
        self._entries.append(replace(entry, position=len(self._entries) + 1))

    async def newest(self, wanted: Wanted, count: int, before: int | None = None) -> tuple[Entry, ...]:
        found = [
            entry
            for entry in reversed(self._entries)
            if (before is None or entry.position < before) and _fits(entry, wanted)
        ]
        return tuple(found[:count])


def _fits(entry: Entry, wanted: Wanted) -> bool:
    return (
        wanted.by in (None, entry.by)
        and wanted.what in (None, entry.what)
        and wanted.about in (None, entry.subject)
        and (wanted.since is None or entry.at >= wanted.since)
        and (wanted.until is None or entry.at < wanted.until)
    )
