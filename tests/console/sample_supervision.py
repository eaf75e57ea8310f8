"""What supervisors look at, over a believable morning in memory: for pages, pictures and the browser."""

from __future__ import annotations

import math
import struct
import wave
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from callbacks.calls.model import CallLine, CallRecord, Speaker
from callbacks.calls.records import CallRecords
from callbacks.service import PromiseBook
from callbacks.store.memory_book import MemoryBook
from callbacks.store.memory_calls import MemoryCalls
from callbacks.store.memory_lookback import MemoryLookback
from config.clock import Clock
from config.events import Events
from console.api.recordings import build_recordings
from console.book.call_log import CallLog
from console.book.records import Records
from console.rooms import Room
from console.sample.figures import SampleFigures, sample_figures
from console.supervision.room import supervision_room
from tests.callbacks.samples import RULES

_RATE = 8000
_AGENTS = ("minji", "wei", "anna", "haoran", "seo")
_MATTERS = (("hardware", "support", "service"), ("billing", "billing", "money"), ("safety", "support", "safety"),
            ("returns", "support", "service"))  # fmt: skip
_PEOPLE = (("+821012345678", "vip", "en", "Lee Ji-won"), ("+8613800138000", "standard", "zh", "张敏"),
           ("+821087654321", "standard", "ko", "박서준"), ("+442071838750", "standard", "en", "Joan Smith"),
           ("+12025550143", "standard", "en", ""))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Supervision:
    """The room, and what is behind it."""

    room: Room
    figures: SampleFigures
    records: Records
    log: CallLog


async def sample_supervision(clock: Clock, events: Events, folder: Path, calls: int = 60) -> Supervision:
    """So many calls in the last hours, some with recordings in `folder`."""
    store, kept = MemoryBook(events), MemoryCalls(events)
    book, figures = PromiseBook(store, clock, RULES), SampleFigures(sample_figures(clock.now()))
    records = Records(book, CallRecords(kept, clock), folder)
    log = CallLog(MemoryLookback(store, kept), records.calls, book)
    await _fill(records, kept, clock, folder, calls)
    room = supervision_room(figures, figures, log)
    return Supervision(Room(room.pages, (build_recordings(records),)), figures, records, log)


async def _fill(records: Records, kept: MemoryCalls, clock: Clock, folder: Path, count: int) -> None:
    contacts = []
    for number, tier, language, name in _PEOPLE:
        contact = await records.book.contact_by_number(number, tier)
        contacts.append(await records.book.save_contact(replace(contact, name=name, language=language)))
    async with kept.unit_of_work() as unit:
        for n in range(count):
            arrived = clock.now() - timedelta(minutes=7 * n + 3)
            category, queue, urgency = _MATTERS[n % 4]
            call = CallRecord(
                f"call-{n:03}", contacts[n % 5].id, "1588", _PEOPLE[n % 5][1], arrived, _PEOPLE[n % 5][2],
                ended_at=arrived + timedelta(seconds=95 + 13 * n % 240), ended_by="them" if n % 3 else "us",
                category=category, queue=queue if n % 6 != 5 else None, urgency=urgency, codec="PCMA",
                packets_sent=9200, packets_received=9150, packets_lost=14, jitter=3.2, round_trip=24.0,
            )  # fmt: skip
            if n % 6 < 4:
                call = _talked(call, n)
            await unit.add(call)
            if call.recording is not None:
                _tone(folder / call.recording, 6.0)
            await unit.add_line(CallLine(call.id, arrived, Speaker.HOTLINE, "Hello, how can I help you?"))
            await unit.add_line(CallLine(call.id, arrived, Speaker.CALLER, "it smells of burning", 0.9, "vosk"))
            await unit.add_line(CallLine(call.id, arrived, Speaker.CALLER, "on the balcony", 0.4, "vosk"))


def _talked(call: CallRecord, n: int) -> CallRecord:
    return replace(
        call,
        bridged_at=call.arrived_at + timedelta(seconds=12 + 5 * n % 60),
        agent=_AGENTS[n % 5],
        recording=f"{call.id}.wav" if n % 2 == 0 else None,
        receipt="service (60), standard waited 3 min; skill hardware 4; idle longest",
        rating=n % 5 + 1 if n % 4 == 0 else None,
    )


def _tone(path: Path, seconds: float) -> None:
    """A quiet tone, 16-bit mono."""
    samples = (int(3000 * math.sin(2 * math.pi * 440 * n / _RATE)) for n in range(int(seconds * _RATE)))
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
