"""`hotline talk`: a promise lived through at one terminal, with the lines typed or piped in."""

from __future__ import annotations

import asyncio
import io
import itertools
import re
import runpy
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from callbacks.model import PromiseKind, PromiseState
from config.clock import VirtualClock
from config.errors import Refused
from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from hotline.cli import app
from hotline.walk.commands import seconds_of
from hotline.walk.talk import keep_pace, shown_on, typed, walk_along
from hotline.walk.walk import Walk, Walker
from ivr.flow.catalogue import STEPS

ROOT = Path(__file__).parents[2]
MONDAY_NOON_IN_SEOUL = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
REFUND_PROMISED = ("i want my money back", "1", "1")


@pytest.fixture(scope="module")
def file() -> HotlineFile:
    return read_hotline_file(default_hotline_file(), STEPS)[0]


async def walked(file: HotlineFile, *lines: str, agents: tuple[str, ...] = ()) -> tuple[Walk, list[str]]:
    """The walk after these lines, and what was shown."""
    shown: list[str] = []
    references = itertools.count(471201)
    walk = Walk(
        file, Walker("+821012345678", "1001"), MONDAY_NOON_IN_SEOUL, shown.append, lambda: str(next(references))
    )

    async def lines_typed() -> AsyncIterator[str]:
        for line in lines:
            yield line

    await walk_along(walk, agents, lines_typed())
    return walk, shown


async def promises_of(walk: Walk) -> list[tuple[PromiseKind, PromiseState]]:
    async with walk.book.store.reading() as reader:
        found = await reader.promises(states=frozenset(PromiseState))
    return [(one.kind, one.state) for one in sorted(found, key=lambda one: one.made_at)]


async def test_a_promise_is_made_kept_and_followed_up_in_one_sitting(file: HotlineFile) -> None:
    lines = (*REFUND_PROMISED, "/ready ana", "/wait 3h", "", "bye", "/solve it is paid", "/wait 4d", "", "1", "5")
    walk, shown = await walked(file, *lines)
    assert await promises_of(walk) == [
        (PromiseKind.CALLBACK, PromiseState.KEPT),
        (PromiseKind.FOLLOW_UP, PromiseState.KEPT),
    ]
    assert sum("the hotline rings +821012345678" in line for line in shown) == 2
    assert any(line.startswith("hotline: ") and "We promised to call you back" in line for line in shown)
    assert "(it is Thu 26 Nov 12:35)" in shown


async def test_what_is_waited_for_ends_the_wait(file: HotlineFile) -> None:
    walk, shown = await walked(file, *REFUND_PROMISED, "/ready ana", "/wait 20h")
    assert "(it is Mon 23 Nov 12:35)" in shown
    assert (walk.clock.now() - MONDAY_NOON_IN_SEOUL).total_seconds() < 3600


async def test_who_declines_is_called_again_later(file: HotlineFile) -> None:
    _, shown = await walked(file, *REFUND_PROMISED, "/ready ana", "/wait 3h", "not now", "/promises", "/wait 20h", "")
    assert any("attempt-ended (rejected)" in line for line in shown)
    assert sum("the hotline rings" in line for line in shown) == 2


async def test_nobody_who_picks_up_is_no_answer(file: HotlineFile) -> None:
    _, shown = await walked(file, *REFUND_PROMISED, "/ready ana", "/wait 3h", "/wait 40s", "/promises")
    assert "(+821012345678 was not answered)" in shown
    assert any("attempt-ended (no-answer)" in line for line in shown)


async def test_the_desk_shows_who_why_and_what_was_said(file: HotlineFile) -> None:
    _, shown = await walked(file, "i want my money back", "1", "/desk", agents=("ana",))
    desk = shown[shown.index(next(line for line in shown if line.startswith("desk of Ana"))) :]
    assert desk[0] == "desk of Ana Reyes: call, talking, refund, money, standard"
    assert "  said: i want my money back" in desk
    assert "  planned for it: about 4 min" in desk
    assert any(line.startswith("  why you: money first") for line in desk)


async def test_a_row_of_digits_is_keyed_in(file: HotlineFile) -> None:
    _, shown = await walked(file, *REFUND_PROMISED, "", "2", "*", "471221")
    assert any("This is promised, and it will be kept" in line for line in shown)


async def test_the_public_page_tells_anybody_the_stage_and_the_contact_the_rest(file: HotlineFile) -> None:
    _, shown = await walked(file, *REFUND_PROMISED, "/status", "/status 999999")
    anybody = shown.index("the status page, to anybody: We will call, as promised.")
    assert shown[anybody + 1] == "the status page, to the contact: We will call, as promised."
    assert "  We will call you: Mon 23 Nov 12:35 to Mon 23 Nov 14:35" in shown
    assert sum("We do not know this reference" in line for line in shown) == 2


async def test_who_likes_letters_gets_them(file: HotlineFile) -> None:
    walk, shown = await walked(file, "/channel mail mia@mail.example", *REFUND_PROMISED, "/letters")
    assert [parcel.to for parcel in walk.letters.sent] == ["mia@mail.example"]
    assert "(a letter to mia@mail.example: We will call you)" in shown


async def test_one_terminal_is_several_callers(file: HotlineFile) -> None:
    walk, _ = await walked(file, *REFUND_PROMISED, "/call +821022223333", *REFUND_PROMISED)
    async with walk.book.store.reading() as reader:
        promises = await reader.promises(states=frozenset(PromiseState))
    assert len({promise.contact for promise in promises}) == 2


async def test_the_report_is_shown_or_written(file: HotlineFile, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    _, shown = await walked(file, *REFUND_PROMISED, "/report", f"/report {page}", f"/report {tmp_path / 'no' / 'r'}")
    assert "Case report" in shown
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert any("cannot be written" in line for line in shown)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/nothing", "there is no command /nothing"),
        ("/wait soon", "`soon` is no duration"),
        ("/ready nobody", "there is no agent named nobody"),
        ("/solve", "you have no work in hand"),
        ("/fixed", "no problem is open"),
        ("/lower nothing", "is no urgency"),
        ("/channel pigeon", "`pigeon` is no channel"),
        ("/exception free return", "there is no case yet"),
        ("/call +821022223333", "the telephone is in use"),
    ],
)
async def test_what_cannot_be_done_is_said_with_its_remedy(file: HotlineFile, line: str, said: str) -> None:
    _, shown = await walked(file, line)
    assert any(said in one for one in shown), shown


async def test_words_to_nobody_are_not_lost_in_silence(file: HotlineFile) -> None:
    _, shown = await walked(file, "bye", "hello?", "/help")
    assert "(nobody is on the line: Enter rings the hotline)" in shown
    assert any(line.startswith("  /wait 2h: ") for line in shown)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("30s", 30), ("15m", 900), ("2h", 7200), ("1h30m", 5400), ("3d", 259200)]
)
def test_durations(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "h", "two hours", "2x", "-3h"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        seconds_of(text)


async def test_a_pipe_is_typed_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO("i want [bold]money\n\n/help\n"))
    console = Console(file=out, width=40)
    assert [line async for line in typed(console)] == ["i want [bold]money", "", "/help"]
    shown_on(console)("hotline: " + "word " * 20)
    assert out.getvalue().splitlines()[:3] == ["> i want [bold]money", "> ", "> /help"]
    assert len(out.getvalue().splitlines()) == 4  # lines are not broken


def test_the_command_begins_when_it_is_told_and_hangs_up_at_the_end() -> None:
    ran = CliRunner().invoke(app, ["talk", "--at", "2026-11-23 12:00", "--agent", "ana"], input="i want a refund\n1\n")
    assert ran.exit_code == 0, ran.output
    lines = ran.output.splitlines()
    assert lines[0] == "--- +821012345678 rings the hotline, Mon 23 Nov 12:00"
    assert "> i want a refund" in lines
    assert "(ana's phone rings and is picked up)" in lines
    assert lines[-1] == "(the call is over)"


async def test_at_a_terminal_time_runs_by_itself() -> None:
    walk, machine = VirtualClock(MONDAY_NOON_IN_SEOUL), VirtualClock(MONDAY_NOON_IN_SEOUL)
    pace = asyncio.ensure_future(keep_pace(walk, machine))
    for _ in range(60):
        await machine.advance(1)
    await walk.leap(3600)
    for _ in range(60):
        await machine.advance(1)
    pace.cancel()
    assert walk.monotonic() == pytest.approx(3720, abs=2)


async def test_a_clock_that_leaps_wakes_whoever_slept() -> None:
    clock, woken = VirtualClock(MONDAY_NOON_IN_SEOUL), list[tuple[str, float]]()

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.monotonic()))

    tasks = [asyncio.ensure_future(sleeper(name, seconds)) for name, seconds in (("late", 50), ("soon", 5))]
    await clock.settle()
    await clock.leap(20)
    assert woken == [("soon", 20)]
    await clock.leap(40)
    assert woken == [("soon", 20), ("late", 60)]
    await asyncio.gather(*tasks)


@pytest.mark.long
async def test_the_page_of_lessons_is_not_stale() -> None:
    page: str = await runpy.run_path(str(ROOT / "scripts" / "lessons.py"), run_name="lessons")["page"]()
    assert page == (ROOT / "docs" / "lessons.md").read_text(encoding="utf-8"), "run scripts/lessons.py"


def test_the_page_shows_every_lesson_that_was_asked_for() -> None:
    page = (ROOT / "docs" / "lessons.md").read_text(encoding="utf-8")
    assert [int(number) for number in re.findall(r"^## (\d+)\.", page, re.MULTILINE)] == [
        1, 2, 4, 11, 12, 14, 16, 17, 21, 22, 24, 26,
    ]  # fmt: skip
    assert " = kept " in page
    assert "there is no command" not in page
