"""The window offered is the one that a look at every single promise gives."""

from __future__ import annotations

from datetime import timedelta

from callbacks.model import PromiseKind
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.memory_book import MemoryBook
from config.clock import VirtualClock
from config.events import EventBus
from config.urgency import Urgency
from ivr.promising import Promising
from routing.floor import Floor
from routing.memory_receipts import MemoryReceipts
from routing.service import FloorService
from routing.windows import Promised, Window, feasible_window
from routing.work import Needs
from tests.routing.floors import GENERAL, SAFETY, START, agent, hotline

#: One agent knows all, the other one half of it; promises of an hour each soon fill the days to come.
FILE = hotline(
    {"kim": agent(safety=3), "lee": agent()},
    callbacks={
        "service_seconds": 3600,
        "start_increment": 3600,
        "earliest_after": 0,
        "window": 7200,
        "capacity_share": 1.0,
        "quiet_from": "20:00",
        "quiet_until": "14:00",
    },
)
CALLERS = 45


async def test_every_window_offered_is_the_one_that_all_promises_allow() -> None:
    clock = VirtualClock(START)
    book = PromiseBook(MemoryBook(EventBus()), clock, BookRules.of(FILE))
    promising = Promising(book, FloorService(Floor(FILE, "1"), MemoryReceipts(EventBus()), clock), clock, lambda: FILE)
    given: list[Promised] = []
    for number in range(CALLERS):
        needs = SAFETY if number % 3 else GENERAL
        offered = await promising.window(needs, "")
        assert offered == feasible_window(FILE, given, needs, START), number
        given.append(Promised(*offered, 3600, needs))
        await promise(book, number, offered, needs)
    assert max(each.due for each in given) > START + timedelta(days=2), "no caller had to look far"
    assert len(await book.promised_calls(None)) < CALLERS, "no two promises were alike"


async def promise(book: PromiseBook, number: int, window: Window, needs: Needs) -> None:
    contact = await book.contact_by_number(f"010-1234-{number:04}", "standard")
    await book.make(
        kind=PromiseKind.CALLBACK,
        contact=contact.id,
        case=None,
        problem=None,
        tier="standard",
        urgency=Urgency.SERVICE,
        language=needs.language,
        queue=needs.queue,
        skills=needs.skills,
        opens=window.opens,
        due=window.due,
    )
