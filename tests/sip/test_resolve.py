from __future__ import annotations

import asyncio

import pytest

from ivr.sip.hop import Hop
from ivr.sip.resolve import MOST_TARGETS, NOT_FOUND, REMEMBERED, NameResolver, Service, in_order, literal, targets_of
from tests.sip.virtual_timers import VirtualTimers


class Book:
    """A name service that is a book."""

    def __init__(
        self, addresses: dict[str, list[str]] | None = None, services: dict[str, list[Service]] | None = None
    ) -> None:
        self._addresses = addresses or {}
        self._services = services or {}
        self.asked: list[str] = []

    async def addresses(self, host: str) -> list[str]:
        self.asked.append(host)
        if host not in self._addresses:
            raise OSError("no such name")
        return self._addresses[host]

    async def services(self, name: str) -> list[Service]:
        self.asked.append(name)
        return self._services.get(name, [])


def test_services_come_by_priority_and_within_one_by_weight() -> None:
    first, heavy, light = Service(1, 0, 1, "first"), Service(2, 90, 1, "heavy"), Service(2, 10, 1, "light")
    assert in_order([light, heavy, first], lambda: 0.0) == [first, light, heavy]
    assert in_order([light, heavy, first], lambda: 0.5) == [first, heavy, light]


def test_a_service_that_is_decidedly_not_there_is_left_out() -> None:
    assert in_order([Service(0, 0, 0, ".")], lambda: 0.0) == []


async def test_a_name_without_a_port_is_looked_up_as_a_service() -> None:
    book = Book(
        {"a.example": ["192.0.2.1"], "b.example": ["192.0.2.2"]},
        {"_sip._udp.example": [Service(2, 0, 5070, "b.example"), Service(1, 0, 5060, "a.example")]},
    )
    found = await targets_of(Hop("example", 0), book, lambda: 0.0)
    assert found == (Hop("192.0.2.1", 5060), Hop("192.0.2.2", 5070))


async def test_where_there_is_a_service_over_tcp_only_it_is_taken() -> None:
    book = Book({"a.example": ["192.0.2.1"]}, {"_sip._tcp.example": [Service(1, 0, 5080, "a.example")]})
    assert await targets_of(Hop("example", 0), book, lambda: 0.0) == (Hop("192.0.2.1", 5080, "tcp"),)


async def test_a_named_port_and_a_name_without_services_mean_the_host_itself() -> None:
    book = Book({"example": ["192.0.2.1", "192.0.2.2"]})
    assert await targets_of(Hop("example", 5090), book, lambda: 0.0) == (
        Hop("192.0.2.1", 5090),
        Hop("192.0.2.2", 5090),
    )
    assert book.asked == ["example"]
    assert (await targets_of(Hop("example", 0, "tcp"), book, lambda: 0.0))[0] == Hop("192.0.2.1", 5060, "tcp")


async def test_a_target_that_is_not_found_does_not_spoil_the_others() -> None:
    services = [Service(1, 0, 5060, "gone.example"), Service(2, 0, 5060, "b.example")]
    book = Book({"b.example": ["192.0.2.2"]}, {"_sip._udp.example": services})
    assert await targets_of(Hop("example", 0), book, lambda: 0.0) == (Hop("192.0.2.2", 5060),)


async def test_a_name_with_a_thousand_addresses_gives_a_handful_of_targets() -> None:
    book = Book({"example": [f"192.0.{n // 250}.{n % 250}" for n in range(1000)]})
    assert len(await targets_of(Hop("example", 5060), book, lambda: 0.0)) == MOST_TARGETS


@pytest.mark.parametrize(
    ("hop", "said"),
    [
        (Hop("192.0.2.1", 0), Hop("192.0.2.1", 5060)),
        (Hop("2001:DB8:0::1", 5070, "tcp"), Hop("2001:db8::1", 5070, "tcp")),
    ],
)
def test_a_literal_is_found_at_once_in_one_spelling(hop: Hop, said: Hop) -> None:
    told: list[tuple[Hop, ...]] = []
    NameResolver(Book(), VirtualTimers()).find(hop, told.append)
    assert told == [(said,)]
    assert literal(hop) == said


async def test_a_name_is_asked_for_once_and_remembered_for_a_minute() -> None:
    book, timers = Book({"example": ["192.0.2.1"]}), VirtualTimers()
    resolver, told = NameResolver(book, timers), asyncio.Queue[tuple[Hop, ...]]()
    hop = Hop("example", 5060)
    assert resolver.known(hop) == hop
    resolver.find(hop, told.put_nowait)
    resolver.find(hop, told.put_nowait)
    assert told.empty()
    found = [await told.get(), await told.get()]
    resolver.find(hop, told.put_nowait)
    assert [*found, told.get_nowait()] == [(Hop("192.0.2.1", 5060),)] * 3
    assert book.asked == ["example"]
    assert resolver.known(hop) == Hop("192.0.2.1", 5060)
    timers.advance(REMEMBERED + 1)
    resolver.find(hop, told.put_nowait)
    await told.get()
    assert book.asked == ["example", "example"]


async def test_a_name_that_is_not_found_is_not_asked_for_again_at_once() -> None:
    book, timers = Book(), VirtualTimers()
    resolver, told = NameResolver(book, timers), asyncio.Queue[tuple[Hop, ...]]()
    resolver.find(Hop("nowhere", 5060), told.put_nowait)
    assert await told.get() == ()
    resolver.find(Hop("nowhere", 5060), told.put_nowait)
    timers.advance(0)
    assert told.get_nowait() == ()
    assert book.asked == ["nowhere"]
    timers.advance(NOT_FOUND)
    assert timers.pending == 0
