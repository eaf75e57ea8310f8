"""What every test can ask for.

`database_url` gives an empty database and runs the test once on SQLite and once on PostgreSQL. Tests that need a
server started for them are marked `server`, those below `tests/live` are marked `live`; the quick run on other Python
versions leaves both out: `pytest -m "not live and not server"`. All of these may run side by side, each process with
servers and ports (`tests.ports`) of its own; those that could not bear it are marked `alone`.

Examples that hypothesis draws are the same in every run. `--hypothesis-profile=long` draws others each time, and a
hundred times as many: for an hour's search after a change of what strangers can reach.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from config.ids import new_id
from tests.servers import (
    DATABASES,
    Mosquitto,
    drop_postgres_database,
    new_postgres_database,
    running_mosquitto,
    running_postgres,
)

settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("ci"), derandomize=False, max_examples=10_000)
settings.load_profile("ci")

_SERVERS = frozenset({"postgres_url", "mosquitto"})
_HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "server: starts PostgreSQL or a broker")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _SERVERS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("server")
        if item.path.is_relative_to(_HERE / "live"):
            item.add_marker("live")
    items.sort(key=_patience, reverse=True)  # so that none of the longest is begun when all else is done


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have measured (`record_property("table", text)`), in whichever process they ran."""
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for name, text in report.user_properties:
            if name == "table":
                terminalreporter.section(report.nodeid.rpartition("::")[2])
                terminalreporter.write_line(str(text))


def _patience(item: pytest.Item) -> float:
    """Seconds that the test was given beyond what all are."""
    given = item.get_closest_marker("timeout")
    return float(given.args[0]) if given else 0.0


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running PostgreSQL; `HOTLINE_TEST_POSTGRES` names one to use instead of starting our own."""
    given = os.environ.get("HOTLINE_TEST_POSTGRES")
    if given:
        yield given
        return
    with running_postgres() as url:
        yield url


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Call it with `sqlite` or `postgresql` for the address of an empty database; gone after the test."""
    with ExitStack() as until_the_end:

        def make(kind: str) -> str:
            if kind == "sqlite":
                return f"sqlite+aiosqlite:///{tmp_path / new_id()}.db"
            server: str = request.getfixturevalue("postgres_url")
            name = f"test_{new_id()}"
            until_the_end.callback(drop_postgres_database, server, name)
            return new_postgres_database(server, name)

        yield make


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> str:
    """The address of an empty database, once on SQLite and once on PostgreSQL."""
    return empty_database(request.param)


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A running broker that the test may kill and start again."""
    with running_mosquitto(tmp_path) as broker:
        yield broker
