"""Health, readiness and the door of the metrics, as probers and scrapers see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import IPv4Network, IPv6Network, ip_network

import httpx
import pytest
from fastapi import FastAPI

from console.web.health import Part, Standing, build_health
from console.web.scraping import build_scraping, is_within


class Parts:
    """A `Readiness` that says what it is told to."""

    def __init__(self, *parts: Part) -> None:
        self.parts = parts

    async def look(self) -> tuple[Part, ...]:
        return self.parts


def prober(*parts: Part) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(build_health(Parts(*parts), "1.2.3"))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hotline")


async def test_who_lives_says_its_version() -> None:
    answer = await prober(Part("database", Standing.MISSING)).get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": "1.2.3"})


async def test_it_is_ready_when_every_part_is() -> None:
    answer = await prober(Part("database"), Part("ears")).get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "missing": [], "degraded": []})


async def test_a_degraded_part_is_told_and_calls_still_come() -> None:
    answer = await prober(Part("database"), Part("ears", Standing.DEGRADED, "keys only")).get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "degraded",
        "missing": [],
        "degraded": [{"part": "ears", "why": "keys only"}],
    }


async def test_a_missing_part_keeps_calls_away_and_is_named() -> None:
    parts = Part("database", Standing.MISSING, "does not answer"), Part("ears", Standing.DEGRADED, "keys only")
    answer = await prober(*parts).get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"
    assert answer.json()["missing"] == [{"part": "database", "why": "does not answer"}]


NETWORKS = (ip_network("127.0.0.0/8"), ip_network("10.1.0.0/16"), ip_network("::1"))


@pytest.mark.parametrize("source", ["127.0.0.1", "10.1.200.3", "::1", "::ffff:127.0.0.1", "::1%lo"])
def test_an_address_is_found_in_its_network(source: str) -> None:
    assert is_within(source, NETWORKS)


@pytest.mark.parametrize("source", ["10.2.0.1", "fe80::1", "unknown", "", "::ffff:10.2.0.1"])
def test_other_addresses_and_what_is_none_are_outside(source: str) -> None:
    assert not is_within(source, NETWORKS)


@contextmanager
def scraper(sources: Sequence[IPv4Network | IPv6Network], client: str) -> Iterator[httpx.AsyncClient]:
    async def expose(accepts: str) -> tuple[bytes, str]:
        return f"accepts {accepts}".encode(), "text/plain; version=0.0.4; charset=utf-8"

    app = FastAPI()
    app.include_router(build_scraping(expose, sources))
    transport = httpx.ASGITransport(app, client=(client, 4711))
    yield httpx.AsyncClient(transport=transport, base_url="http://hotline")


async def test_a_scraper_from_a_named_network_needs_no_token() -> None:
    with scraper(NETWORKS, "10.1.2.3") as browser:
        answer = await browser.get("/metrics", headers={"Accept": "text/plain"})
    assert answer.text == "accepts text/plain"
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
