"""Rehearsing a hotline file for the console, in a process of its own."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from callbacks.calls.model import CallRecord
from config.clock import VirtualClock
from config.faults import HotlineFileFaults
from config.settings import default_hotline_file
from console.ports import FileLabels
from hotline.rehearsal.file_rehearsal import FileRehearsals, recorded_calls
from tests.console.sample_files import SampleCalls

NOW = datetime(2026, 3, 6, 9, tzinfo=UTC)
TEXT = default_hotline_file().read_text(encoding="utf-8")
LABELS = FileLabels("version 3", "your text", "waits", "hours")
CALLS = "arrival,queue,service_s\n" + "".join(f"{60 * n},general,200\n" for n in range(600, 700))


@pytest.fixture
def rehearsals() -> FileRehearsals:
    return FileRehearsals(SampleCalls(NOW), VirtualClock(NOW))


async def test_both_files_meet_the_same_calls_and_progress_is_told(rehearsals: FileRehearsals) -> None:
    shares: list[float] = []
    fewer = TEXT.replace("languages: [en, ko]\n    skills: {refund: 2", "languages: [ko]\n    skills: {refund: 2")
    done = await rehearsals.rehearse(TEXT, fewer, CALLS, LABELS, shares.append)
    sides = done.report["sides"]
    assert isinstance(sides, list)
    assert [(side["label"], side["calls"]) for side in sides] == [("version 3", 100), ("your text", 100)]
    assert done.picture.startswith("<svg")
    assert ">waits</text>" in done.picture
    assert shares == sorted(shares)


async def test_faults_of_the_text_and_of_the_calls_are_told(rehearsals: FileRehearsals) -> None:
    broken = TEXT.replace("target_wait: 20", "target_wait: soon")
    with pytest.raises(HotlineFileFaults, match=r"hotline.yaml:23: `target_wait` must be a number"):
        await rehearsals.rehearse(TEXT, broken, CALLS, LABELS, lambda _share: None)
    with pytest.raises(HotlineFileFaults, match=r"calls.csv:2: the hotline file has no queue `elsewhere`"):
        await rehearsals.rehearse(TEXT, TEXT, "arrival,queue\n60,elsewhere\n", LABELS, lambda _share: None)


async def test_who_waits_no_more_ends_the_process(rehearsals: FileRehearsals) -> None:
    begun = asyncio.Event()
    many = "arrival,queue,service_s\n" + "general,20\n".join(f"{n}," for n in range(30_000, 36_000)) + "general,20\n"
    task = asyncio.create_task(rehearsals.rehearse(TEXT, TEXT, many, LABELS, lambda _share: begun.set()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_own_calls_are_those_of_the_days_that_fit_the_file(rehearsals: FileRehearsals) -> None:
    rows = list(csv.DictReader(io.StringIO(await rehearsals.own_calls(2, TEXT))))
    assert rows
    assert min(row["arrival"] for row in rows) >= (NOW - timedelta(days=2)).isoformat()
    one_queue = TEXT.replace("technical", "workshop")
    assert {row["queue"] for row in csv.DictReader(io.StringIO(await rehearsals.own_calls(2, one_queue)))} == {
        "general",
        "",
    }


def test_who_gave_up_has_a_patience_and_who_was_served_a_conversation() -> None:
    bridged, ended = NOW + timedelta(seconds=30), NOW + timedelta(seconds=130)
    served = CallRecord("a", "c", "1", "vip", NOW, "en", bridged_at=bridged, ended_at=ended, queue="general")
    gone = CallRecord(
        "b", "c", "1", "vip", NOW, queue="general", ended_at=NOW + timedelta(seconds=40), ended_by="caller"
    )
    open_ = CallRecord("d", "c", "1", "vip", NOW, queue="general")
    assert recorded_calls([served, gone, open_]).splitlines() == [
        "arrival,queue,tier,language,service_s,patience_s",
        "2026-03-06T09:00:00+00:00,general,vip,en,100.0,",
        "2026-03-06T09:00:00+00:00,general,vip,,,40.0",
        "2026-03-06T09:00:00+00:00,general,vip,,,",
    ]
