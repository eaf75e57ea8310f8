"""Every command of the handbook and of the README does what its page says: it is typed into a shell, and succeeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hotline.forking_hotline import forking_hotline
from tests.hotline.handbook_pages import ROOT, Block, blocks, chinese_of, commands, english_pages
from tests.hotline.handbook_runner import Terminal

WITH_COMMANDS = [page for page in english_pages() if commands(page)]
TRANSLATED = [page for page in english_pages() if chinese_of(page).exists()]
SAMPLE = """
- a list

  ```sh
  hotline check FILE   # a remark
  ```
<!-- exits with 3 -->
```sh
exit 3
```
```text
no command
```
"""


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def forking() -> Iterator[Path]:
    with forking_hotline() as path:
        yield path


@pytest.fixture
def terminal(tmp_path: Path, forking: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path, forking)
    yield opened
    opened.close()


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=name)
def test_every_command_of_the_page_runs(page: Path, terminal: Terminal) -> None:
    assert terminal.type(commands(page)) == ""


@pytest.mark.parametrize("page", TRANSLATED, ids=name)
def test_the_translation_has_the_very_same_commands(page: Path) -> None:
    ours, theirs = ([block.commands for block in commands(one)] for one in (page, chinese_of(page)))
    assert theirs == ours


def test_a_command_that_fails_is_told_with_its_line(terminal: Terminal) -> None:
    told = terminal.type([Block("sh", 1, "hotline --help\n"), Block("sh", 7, "hotline check absent.yaml\n")])
    assert told.startswith("exit code ")
    assert "--- line 7" in told


def test_a_failure_that_is_meant_has_to_happen(terminal: Terminal) -> None:
    assert terminal.type([Block("sh", 1, "hotline check absent.yaml\n", exit_code=1)]) == ""
    assert terminal.type([Block("sh", 1, "hotline --help\n", exit_code=1)]).startswith("exit code 99")


def test_a_target_that_make_does_not_have_is_told(terminal: Terminal) -> None:
    assert terminal.type([Block("sh", 1, "make demo\n")]) == ""
    assert "exit code 2" in terminal.type([Block("sh", 1, "make tea\n")])


def test_blocks_are_found_with_their_lines_and_without_remarks() -> None:
    listed, failing, text = blocks(SAMPLE)
    assert (listed.kind, listed.line, listed.commands) == ("sh", 5, ("hotline check FILE",))
    assert (failing.exit_code, failing.text) == (3, "exit 3\n")
    assert (text.kind, text.exit_code) == ("text", 0)
