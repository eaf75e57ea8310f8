"""The rules of the house hold, and each of them can fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.house_rules import (
    LONGEST_FILE,
    ROOT,
    TIMEKEEPERS,
    Source,
    adapter_imports,
    clock_reads,
    misplaced_imports,
    personal_paths,
    product,
    skipped_tests,
    sources,
    too_long,
    unfinished,
)

pytestmark = pytest.mark.long  # they read files, alike on every Python

Rule = Callable[[Source], Iterator[str]]


def broken(rule: Rule, where: Iterable[Source]) -> list[str]:
    return [violation for source in where for violation in rule(source)]


def test_only_the_clock_reads_the_time() -> None:
    assert broken(clock_reads, product()) == []


def test_every_timekeeper_still_exists() -> None:
    assert [pattern for pattern in TIMEKEEPERS if not any(ROOT.glob(pattern))] == []


def test_each_wrapped_library_is_imported_in_one_place() -> None:
    assert broken(misplaced_imports, product()) == []


def test_only_the_assembly_knows_the_adapters() -> None:
    assert broken(adapter_imports, product()) == []


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    assert broken(too_long, sources("*.py", "*.sh", "*.js", "*.css", "*.html", "*.yaml")) == []


def test_nothing_names_a_path_of_one_machine() -> None:
    assert broken(personal_paths, sources("*.py", "*.sh", "*.md", "*.yaml", "*.toml", "Makefile")) == []


def test_nothing_is_left_unfinished() -> None:
    assert broken(unfinished, sources("*.py", "*.sh", "*.js", "*.css", "*.yaml", "*.toml", "Makefile")) == []


def test_no_test_is_skipped() -> None:
    assert broken(skipped_tests, [source for source in sources("*.py") if source.room == "tests"]) == []


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (clock_reads, "ivr/a.py", "import datetime\ndatetime.datetime.now()\n"),
        (clock_reads, "ivr/a.py", "from datetime import datetime, UTC\ndatetime.now(UTC)\n"),
        (clock_reads, "ivr/a.py", "import time\nwait = time.sleep\n"),
        (clock_reads, "ivr/a.py", "from asyncio import sleep\n"),
        (clock_reads, "ivr/a.py", "import asyncio\nasyncio.get_running_loop().time()\n"),
        (clock_reads, "ivr/a.py", "class A:\n    def b(self):\n        return self._loop.time()\n"),
        (misplaced_imports, "ivr/a.py", "import vosk\n"),
        (misplaced_imports, "callbacks/ledger.py", "from sqlalchemy.ext import asyncio\n"),
        (adapter_imports, "callbacks/service.py", "from callbacks.store.sql_book import SqlBook\n"),
        (adapter_imports, "callbacks/service.py", "from callbacks import sql_book\n"),
        (too_long, "ivr/a.py", "\n" * (LONGEST_FILE + 1)),
        (personal_paths, "ivr/a.py", "HERE = '" + "/".join(["", "home", "ana", "calls"]) + "'\n"),
        (unfinished, "ivr/a.py", "# {} later\n".format("TO" + "DO")),
        (skipped_tests, "tests/a.py", "import pytest\npytest.skip('no server')\n"),
    ],
)
def test_each_rule_finds_what_it_forbids(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text)))


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (clock_reads, "config/clock.py", "import time\ntime.monotonic()\n"),
        (clock_reads, "ivr/a.py", "async def f(clock):\n    clock.now()\n    await clock.sleep(1)\n"),
        (clock_reads, "ivr/a.py", "def f(loop, work):\n    loop.call_later(1, work)\n"),
        (misplaced_imports, "callbacks/store/sql_book.py", "import sqlalchemy as sa\n"),
        (adapter_imports, "callbacks/store/sql_book.py", "from callbacks.store.sql_tables import promises\n"),
        (adapter_imports, "hotline/serve.py", "from callbacks.store.sql_book import SqlBook\n"),
    ],
)
def test_each_rule_lets_what_is_right_pass(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text))) == []
