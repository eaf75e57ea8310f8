"""docs/security.md promises nothing that no test holds: every test it names is there, and so is every setting."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from config.settings import Settings
from hotline.sql_rekey import sealed_columns

pytestmark = pytest.mark.long  # it reads files, alike on every Python

ROOT = Path(__file__).parents[2]
PAGES = [path for path in (ROOT / "docs/security.md", ROOT / "docs/zh/security.md") if path.exists()]
_NAMED = re.compile(r"`(test_\w+)`")
_TABLE = re.compile(r"^\|.*\|$", re.MULTILINE)


@cache
def all_tests() -> frozenset[str]:
    """The names of all test functions."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "tests").rglob("test_*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_every_defence_of_the_page_is_held_by_a_test_that_there_is(page: Path) -> None:
    named = _NAMED.findall(page.read_text(encoding="utf-8"))
    assert len(set(named)) > 60
    assert sorted(set(named) - all_tests()) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_every_threat_has_a_defence_and_a_test(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    threats = [row for row in _TABLE.findall(text) if "…" in row[:6] or _NAMED.search(row)]
    assert len(threats) > 35
    assert [row for row in threats if not _NAMED.search(row.rsplit("|", 2)[1])] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_every_setting_of_the_page_is_one(page: Path) -> None:
    named = set(re.findall(r"`?HOTLINE_([A-Z_]+)", page.read_text(encoding="utf-8")))
    known = {name.upper() for name in Settings.model_fields} | {
        f"{name.upper()}_FILE" for name in Settings.model_fields
    }
    assert sorted(named - known) == []


def test_both_pages_name_the_same_tests() -> None:
    named = [sorted(_NAMED.findall(page.read_text(encoding="utf-8"))) for page in PAGES]
    assert all(one == named[0] for one in named)


def test_the_page_says_what_is_encrypted() -> None:
    tables = {column.table.name for column in sealed_columns()}
    said = {"call_lines", "cases", "case_texts", "contacts", "promise_texts", "promises", "case_exceptions"}
    assert tables == said  # another one belongs in the page: "A stolen disk, database or back-up"
