"""The running hotline removes what it has kept long enough, and escalates what is late."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from callbacks.calls.records import CallRecords
from callbacks.cases.steps import StepRules
from callbacks.cases.watch import PERIOD_SECONDS, watch_cases
from callbacks.model import CaseStep, Wish
from callbacks.privacy.retention import Privacy
from callbacks.service import PromiseBook
from callbacks.store.memory_book import MemoryBook
from callbacks.store.memory_calls import MemoryCalls
from config.clock import VirtualClock
from config.errors import NotWritable
from config.events import EventBus
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from config.urgency import Urgency
from hotline.recording_folder import RecordingFolder
from hotline.retention import FIRST_AFTER, retain_daily
from tests.callbacks.samples import NOON, RULES

DAY = 86_400.0
FILE, _ = read_hotline_file(default_hotline_file())


async def test_a_recording_goes_on_the_day_its_time_is_over(tmp_path: Path) -> None:
    clock, bus = VirtualClock(NOON), EventBus()
    book, calls = PromiseBook(MemoryBook(bus), clock, RULES), CallRecords(MemoryCalls(bus), clock)
    contact = await book.contact_by_number("1005", "standard")
    await calls.begin("call", contact=contact.id, dialled="1000", tier="standard", recording="call.wav")
    await calls.finish("call", "them")
    (tmp_path / "call.wav").write_bytes(b"RIFF")
    running = asyncio.create_task(retain_daily(Privacy(book, calls, RecordingFolder(tmp_path)), lambda: FILE, clock))
    await asyncio.sleep(0)
    await clock.advance(FIRST_AFTER)
    for _ in range(FILE.tiers["standard"].retention_days - 1):
        await clock.advance(DAY)
    assert (tmp_path / "call.wav").exists()
    await clock.advance(DAY)
    for _ in range(1000):  # the file is removed in a thread
        if (await calls.call("call")).recording is None:
            break
        await asyncio.sleep(0.001)
    assert not (tmp_path / "call.wav").exists()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_nothing_outside_the_folder_is_removed_and_what_is_gone_is_no_fault(tmp_path: Path) -> None:
    inside, outside = tmp_path / "recordings", tmp_path / "other.wav"
    inside.mkdir()
    outside.write_bytes(b"")
    await RecordingFolder(inside).remove("../other.wav")
    assert outside.exists()
    (inside / "folder.wav").mkdir()
    with pytest.raises(NotWritable):
        await RecordingFolder(inside).remove("folder.wav")


async def test_the_watch_escalates_a_late_case() -> None:
    clock, bus = VirtualClock(NOON), EventBus()
    rules = replace(RULES, steps=StepRules(limits={CaseStep.CLASSIFY: 10}))
    book = PromiseBook(MemoryBook(bus), clock, rules)
    contact = await book.contact_by_number("1005", "standard")
    case = await book.open_case(
        contact=contact.id,
        category="safety",
        urgency=Urgency.SAFETY,
        wish=Wish.NONE,
        language="en",
        summary="smoke",
    )
    running = asyncio.create_task(watch_cases(book, clock))
    await asyncio.sleep(0)
    await clock.advance(PERIOD_SECONDS)
    assert (await book.case(case.id)).escalations == 1
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
