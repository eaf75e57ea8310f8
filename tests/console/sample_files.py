"""A hotline file with a history, checked as the real one is, and a week of calls to rehearse it with."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from callbacks.calls.call_list import CallFilter
from callbacks.calls.model import CallRecord
from callbacks.lists import Place
from config.clock import Clock
from config.events import Events
from config.settings import default_hotline_file
from config.versions import MemoryVersions
from console.workshop.file_service import FileService
from hotline.published_files import PublishedFiles
from hotline.rehearsal.file_rehearsal import FileRehearsals

TEXT = default_hotline_file().read_text(encoding="utf-8").replace("name: Consumer Care", "name: Hanbit Hotline")


async def sample_files(events: Events, clock: Clock) -> tuple[PublishedFiles, FileService]:
    """Three versions, the newest of which is `TEXT`."""
    versions = MemoryVersions(events, clock)
    first = TEXT.replace("    target_wait: 20\n", "    target_wait: 30\n", 1)
    second = first.replace("skills: {refund: 2, delivery: 2,", "skills: {refund: 1, delivery: 2,")
    await versions.publish(first, author="hotline", reason="read from hotline.yaml", base=None)
    await versions.publish(second, author="user:admin", reason="Dee is learning refunds", base=1)
    await versions.publish(TEXT, author="user:admin", reason="VIP callers wait 20 seconds at most", base=2)
    files = PublishedFiles(versions)
    return files, FileService(files, FileRehearsals(SampleCalls(clock.now()), clock))


class SampleCalls:
    """`CallList` with some thousand calls of the last week, by office hours."""

    def __init__(self, now: datetime) -> None:
        dice = random.Random(7)
        at = now - timedelta(days=6)
        self._calls: list[CallRecord] = []
        while at < now:
            at += timedelta(seconds=dice.expovariate(1 / (200 if 0 <= at.hour < 9 else 2400)))
            self._calls.append(_call(dice, len(self._calls), at))

    async def listed(self, wanted: CallFilter, after: Place | None, limit: int) -> tuple[CallRecord, ...]:
        calls = [call for call in self._calls if wanted.since is None or call.arrived_at >= wanted.since]
        if after is not None and after.at is not None:
            calls = [call for call in calls if (call.arrived_at, call.id) > (after.at, after.id)]
        return tuple(calls[:limit])

    async def named(self, names: Sequence[str]) -> dict[str, CallRecord]:
        return {call.id: call for call in self._calls if call.id in names}


def _call(dice: random.Random, number: int, at: datetime) -> CallRecord:
    answered = dice.random() < 0.92
    bridged = at + timedelta(seconds=dice.expovariate(1 / 30)) if answered else None
    ended = bridged + timedelta(seconds=dice.expovariate(1 / 260)) if bridged else at + timedelta(seconds=90)
    return CallRecord(
        f"call-{number:05}",
        "contact-1",
        "1001",
        "vip" if dice.random() < 0.1 else "standard",
        at,
        language=dice.choice(("en", "en", "ko", "zh")),
        bridged_at=bridged,
        ended_at=ended,
        ended_by="agent" if answered else "caller",
        queue=dice.choice(("general", "general", "technical")),
    )
