"""Whatever command a page names in passing, `hotline backup FILE` or the like, is there with the options it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from typer.main import get_command

from hotline.cli import app
from tests.hotline.handbook_pages import ROOT, blocks
from tests.hotline.test_handbook_links import PAGES, prose

_INLINE = re.compile(r"`(?:\.venv/bin/)?(hotline(?:\s[^`]+)?)`")
_ENDS = re.compile(r"\s(?:#|\||&&|>)\s.*$|…")
_OPTION = re.compile(r"(?<!\S)\[?(--[a-z][a-z-]*)")
#: Alternatives, as in `hotline promises list|show`.
_WORD = re.compile(r"^[a-z]+(?:-[a-z]+)*(?:\|[a-z]+(?:-[a-z]+)*)*$")


@cache
def known() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Of `hotline` and each command below it: the names of its commands, and its options."""
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    waiting = [("hotline", get_command(app))]
    while waiting:
        path, command = waiting.pop()
        below = getattr(command, "commands", {})
        options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
        found[path] = frozenset(below), frozenset(options)
        waiting += [(f"{path} {name}", one) for name, one in below.items()]
    return found


def mentions(text: str) -> Iterator[str]:
    """The commands of ours that a page names in a line or in a block that is not typed by a test."""
    yield from (" ".join(found.split()) for found in _INLINE.findall(prose(text)))
    for block in blocks(text):
        if block.kind != "sh":
            yield from (line.strip() for line in block.text.splitlines() if re.match(r"\s*hotline [a-z]", line))


def fault(mention: str) -> str:
    """What is wrong with it; empty if nothing is."""
    said = _ENDS.sub("", mention)
    paths = ["hotline"]
    for word in said.split()[1:]:
        below = known()[paths[0]][0]
        if not below or not _WORD.match(word):
            break
        if wrong := set(word.split("|")) - below:
            return f"{mention}: there is no {paths[0]} {min(wrong)}"
        paths = [f"{paths[0]} {name}" for name in word.split("|")]
    options = frozenset[str]().union(*(known()[path][1] for path in paths))
    wrong = set(_OPTION.findall(said)) - options
    return f"{mention}: there is no {min(wrong)}" if wrong else ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_that_is_named_is_there(page: Path) -> None:
    found = mentions(page.read_text(encoding="utf-8"))
    assert [told for mention in found if (told := fault(mention))] == []


@pytest.mark.parametrize(
    ("mention", "told"),
    [
        ("hotline", ""),
        ("hotline doctor", ""),
        ("hotline versions publish mine.yaml --base N --reason R", ""),
        ("hotline promises list|show", ""),
        ("hotline tea", "hotline tea: there is no hotline tea"),
        ("hotline promises list|brew", "hotline promises list|brew: there is no hotline promises brew"),
        ("hotline backup FILE --twice", "hotline backup FILE --twice: there is no --twice"),
    ],
)
def test_a_command_that_is_not_there_is_told(mention: str, told: str) -> None:
    assert fault(mention) == told


def test_commands_are_found_in_lines_and_in_blocks_that_no_test_types() -> None:
    text = (
        "`hotline backup\nFILE` `.venv/bin/hotline doctor`\n```text\nhotline db upgrade\n```\n```sh\nhotline x\n```\n"
    )
    assert list(mentions(text)) == ["hotline backup FILE", "hotline doctor", "hotline db upgrade"]
