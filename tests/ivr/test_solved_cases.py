"""The index of what helped, over a book that goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from callbacks.model import Case, Contact
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.memory_book import MemoryBook
from config.clock import VirtualClock
from config.events import EventBus
from ivr.solved_cases import SHOWN, LikeSolved
from tests.callbacks.promised import complain
from tests.routing.floors import agent, hotline

FILE = hotline({"kim": agent()})


class House:
    def __init__(self) -> None:
        self.clock = VirtualClock(datetime(2026, 11, 23, 3, tzinfo=UTC))
        self.events = EventBus()
        self.book = PromiseBook(MemoryBook(self.events), self.clock, BookRules.of(FILE))
        self.solved = LikeSolved(self.book, self.events, self.clock)

    async def somebody(self, number: int) -> Contact:
        return await self.book.contact_by_number(f"010-1234-{number:04}", "standard")

    async def solve(self, number: int, helped: str = "a new charger") -> Case:
        case = await complain(self.book, await self.somebody(number), next(iter(FILE.categories)), "the charger smokes")
        return await self.book.solve_case(case.id, "kim", helped)

    async def a_case(self) -> Case:
        return await complain(
            self.book, await self.somebody(9999), next(iter(FILE.categories)), "my charger is smoking"
        )


@pytest.fixture
async def house() -> AsyncIterator[House]:
    built = House()
    yield built
    await built.solved.stop()


async def test_only_a_handful_is_shown_and_only_where_it_is_written_what_helped(house: House) -> None:
    for number in range(SHOWN + 2):
        await house.solve(number)
    await house.solve(100, helped="")
    found = await house.solved.like(await house.a_case(), "")
    assert len(found) == SHOWN
    assert all(one.note == "a new charger" for one in found)


async def test_what_was_solved_since_is_found_after_a_while(house: House) -> None:
    case = await house.a_case()
    assert await house.solved.like(case, "") == ()
    solved = await house.solve(1)
    assert await house.solved.like(case, "") == ()  # the index is not built anew for every case
    await house.clock.advance(301)
    await house.solved.like(case, "")
    await house.solved.built()
    assert [one.case.id for one in await house.solved.like(case, "")] == [solved.id]


async def test_what_was_erased_or_taken_up_again_is_shown_no_more(house: House) -> None:
    erased, reopened = await house.solve(1), await house.solve(2)
    case = await house.a_case()
    assert len(await house.solved.like(case, "")) == 2
    await house.book.reopen_case(reopened.id, "kim", "it smokes again")
    await house.book.forget_contact(erased.contact, "admin")
    for one in await house.solved.like(case, ""):
        assert (one.case.summary, one.note) == ("", "")
    assert reopened.id not in [one.case.id for one in await house.solved.like(case, "")]
