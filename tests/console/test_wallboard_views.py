"""What the wallboard shows, without a browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callbacks.calls.lookback import KeptRate
from callbacks.cases.sifting import SiftRates
from callbacks.model import PromiseState
from callbacks.wait_spread import WaitSpread
from config.clock import VirtualClock
from config.events import EventBus
from config.urgency import Urgency
from console.desk.waiting import by_queue, longest_first
from console.pages import wallboard_charts, wallboard_problems_view, wallboard_view
from console.pages.desk_view import Showing
from console.pages.html import together
from console.sample.figures import sample_figures
from console.sample.memory_desk import MemoryDesk
from console.sample.morning import sample_floor
from console.supervision.figures import BoardFigures, TierLevel
from console.words import words
from ivr.desk import WaitingView
from routing.work import WorkKind
from tests.console.fake_console import SITE

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOW = Showing(words("en"), SITE, NOW)
FIGURES = sample_figures(NOW)
NONE_YET = BoardFigures(NOW, (), (), KeptRate(), KeptRate(), (), (), (), SiftRates(0, 0, 0, 0, 0, 0))


@pytest.fixture
def desk() -> MemoryDesk:
    return MemoryDesk(VirtualClock(NOW), EventBus(), sample_floor(NOW))


def waits(work: str, seconds: float, *, queue: str = "support", kind: WorkKind = WorkKind.CALL) -> WaitingView:
    since = NOW - timedelta(seconds=seconds)
    return WaitingView(work, kind, queue, "standard", Urgency.SERVICE, "en", since, None, 0.0)


def series(options: wallboard_charts.Options) -> list[Any]:
    found = options["series"]
    assert isinstance(found, list)
    return found


def axis(options: wallboard_charts.Options, name: str) -> dict[str, Any]:
    found = options[name]
    assert isinstance(found, dict)
    return found


async def test_made_is_the_sum_of_how_promises_ended_and_those_open(desk: MemoryDesk) -> None:
    board = await desk.wallboard()
    shown = wallboard_view.promises(SHOW, board, FIGURES)
    made = len(desk.floor.promises)
    still_open = sum(count for state, count in board.promises.items() if state.is_open)
    assert f"<b>{made}</b> made" in shown
    assert f"<b>{still_open}</b> open" in shown
    assert f"<b>{board.promises[PromiseState.BROKEN]}</b> broken" in shown


@pytest.mark.parametrize(
    ("language", "holds", "holds_not"),
    [("en", "the sum holds", "41 made by the ledger"), ("zh", "数目相符", "41"), ("ko", "합계가 맞습니다", "41")],
)
async def test_the_wallboard_says_whether_the_sum_holds(
    desk: MemoryDesk, language: str, holds: str, holds_not: str
) -> None:
    board, show = await desk.wallboard(), Showing(words(language), SITE, NOW)
    assert holds in wallboard_view.promises(show, board, FIGURES)
    lost = wallboard_view.promises(show, replace(board, made=41, identity_holds=False), FIGURES)
    assert holds not in lost
    assert holds_not in lost
    assert "hotline promises audit" in lost


async def test_the_kept_rate_is_told_for_today_and_for_a_month(desk: MemoryDesk) -> None:
    board = await desk.wallboard()
    assert "today: 96% kept (61 kept, 2 broken) · in 30 days: 98% kept (1874 kept, 31 broken)" in (
        wallboard_view.promises(SHOW, board, FIGURES)
    )
    assert "61 of 63 today · 98% in 30 days" in wallboard_view.figures(SHOW, board, FIGURES)


@pytest.mark.parametrize(
    ("share", "shown"), [(None, "–"), (1.0, "100%"), (0.996, "99%"), (0.29, "29%"), (0.0, "0%"), (7 / 25, "28%")]
)
def test_what_is_not_all_is_never_shown_as_a_hundred_percent(share: float | None, shown: str) -> None:
    assert wallboard_view.percent(share) == shown


async def test_the_service_level_names_its_t(desk: MemoryDesk) -> None:
    shown = wallboard_view.figures(SHOW, await desk.wallboard(), FIGURES)
    assert "83%" in shown
    assert "118 of 142" in shown
    assert "vip 20 s, standard 60 s" in shown


def test_each_tier_has_its_own_level_and_t() -> None:
    shown = wallboard_view.levels(SHOW, FIGURES.levels)
    for text in ("T = 20 s", "35 of 38", "92%", "T = 60 s", "83 of 104", "79%"):
        assert text in shown, text
    assert "–" in wallboard_view.levels(SHOW, (TierLevel("vip", 20, 0, 0, 0, 0),))


async def test_an_empty_floor_can_be_shown() -> None:
    board = await MemoryDesk(VirtualClock(NOW), EventBus()).wallboard()
    shown = together(
        wallboard_view.figures(SHOW, board, NONE_YET),
        wallboard_view.promises(SHOW, board, NONE_YET),
        wallboard_view.queues(SHOW, board.waiting),
        wallboard_view.waiting(SHOW, board.waiting),
        wallboard_view.forecasts(SHOW, board.forecasts),
        wallboard_view.agents(SHOW, board.agents, True),
        wallboard_problems_view.problems(SHOW, board.problems, True),
        wallboard_problems_view.proposed(SHOW, (), True),
        wallboard_problems_view.sifting(SHOW, NONE_YET.sift),
        wallboard_charts.waits_summary(SHOW, (), ()),
        wallboard_charts.due_summary(SHOW, ()),
    )
    for text in ("Nobody is waiting.", "No known problem.", "There are no cases yet.", "No caller was put through yet.",
                 "No kind of case comes oftener than usual."):  # fmt: skip
        assert text in shown, text
    assert wallboard_charts.waits_chart(SHOW, (), ()) == {}


def test_queues_are_gathered_with_how_long_how_many_and_how_grave(desk: MemoryDesk) -> None:
    support, billing = by_queue(tuple(desk.floor.waiting.values()))
    assert (support.queue, support.calls, support.promises) == ("support", 3, 1)
    assert support.longest_call == NOW - timedelta(seconds=171)
    assert support.longest_promise == NOW - timedelta(hours=1)
    assert support.urgencies == ((Urgency.SAFETY, 2), (Urgency.SERVICE, 1), (Urgency.INFO, 1))
    assert support.tiers == (("standard", 3), ("vip", 1))
    assert (billing.queue, billing.calls, billing.longest_call) == ("billing", 1, NOW - timedelta(seconds=96))


def test_a_queue_of_callers_comes_before_one_of_promises_alone() -> None:
    lines = (waits("p", 9000, queue="a", kind=WorkKind.PROMISE), waits("c", 5, queue="b"), waits("d", 9, queue="c"))
    assert [one.queue for one in by_queue(lines)] == ["c", "b", "a"]


def test_the_longest_waiting_caller_is_first_and_promises_come_after() -> None:
    lines = (waits("p", 9000, kind=WorkKind.PROMISE), waits("short", 5), waits("long", 60))
    assert [one.work for one in longest_first(lines, 9)] == ["long", "short", "p"]
    assert [one.work for one in longest_first(lines, 1)] == ["long"]


def test_of_ten_thousand_who_wait_only_the_first_are_sent_and_the_rest_counted() -> None:
    lines = tuple(waits(f"c{n}", n, queue=f"q{n % 3}") for n in range(10_000))
    shown = wallboard_view.waiting(SHOW, lines)
    assert shown.count("<tr>") == wallboard_view.ROWS + 1
    assert f"and {10_000 - wallboard_view.ROWS:,} more" in shown
    assert len(shown) + len(wallboard_view.queues(SHOW, lines)) < 10_000
    assert wallboard_view.queues(SHOW, lines).count("3,333") == 6  # calls, urgency and tier of two queues


def test_the_forecasts_say_whether_callers_were_told_too_much() -> None:
    shown = wallboard_view.forecasts(SHOW, sample_floor(NOW).forecasts)
    assert "+12 s" in shown
    assert "-6 s" in shown
    assert "wait of the first in line" in shown


async def test_only_those_who_may_see_the_buttons_of_problems(desk: MemoryDesk) -> None:
    known = await desk.problems()
    assert "data-opens" in wallboard_problems_view.problems(SHOW, known, True)
    assert "data-opens" not in wallboard_problems_view.problems(SHOW, known, False)
    assert wallboard_problems_view.proposed(SHOW, FIGURES.proposed, True).count("data-opens") == 2
    assert "data-opens" not in wallboard_problems_view.proposed(SHOW, FIGURES.proposed, False)


def test_a_rise_is_told_in_words_and_a_title_of_a_persons_own_as_it_is() -> None:
    (rise,) = FIGURES.proposed
    assert "9 cases in 3 h where 2.1 are usual" in wallboard_problems_view.proposed(SHOW, (rise,), False)
    named = replace(rise, title="Drum of the X1: it squeaks")
    assert "Drum of the X1: it squeaks" in wallboard_problems_view.proposed(SHOW, (named,), False)


def test_sifting_is_told_in_rates_and_counts() -> None:
    shown = wallboard_problems_view.sifting(SHOW, FIGURES.sift)
    for text in ("64 of 812 cases", "7%", "47 of 540 that people checked", "8%"):
        assert text in shown, text


async def test_only_a_supervisor_finds_the_way_into_a_conversation_and_it_names_whose(desk: MemoryDesk) -> None:
    team = (await desk.wallboard()).agents
    shown = wallboard_view.agents(SHOW, team, True)
    assert shown.count('data-opens="supervise"') == 1
    assert 'aria-label="Listen in on Wang Wei"' in shown
    assert "data-opens" not in wallboard_view.agents(SHOW, team, False)


def test_the_chart_of_what_falls_due_marks_what_is_over_by_more_than_colour() -> None:
    options = wallboard_charts.due_chart(SHOW, FIGURES.due)
    bars, line = series(options)
    assert [bar["value"] for bar in bars["data"]] == [2, 6, 11, 9, 7, 4, 8, 3, 1, 0]
    assert bars["data"][2]["label"]["formatter"] == "11 ▲"
    assert line["data"][:3] == [5.0, 10.0, 10.0]
    table = wallboard_charts.due_table(SHOW, FIGURES.due)
    assert table.count("too many") == 1
    assert table.count("<tr>") == 11
    said = wallboard_charts.due_summary(SHOW, FIGURES.due)
    assert said == (
        "51 promised calls fall due in the next 10 hours; the agents can make 78. "
        "More than can be made by the end of the hour from 20:00."
    )


def test_the_boxes_of_waits_stand_at_their_hour_and_their_t_beside_them() -> None:
    spreads = (WaitSpread(9, "vip", 4, 1, 2, 3, 4, 5), WaitSpread(11, "standard", 9, 10, 20, 30, 40, 50))
    options = wallboard_charts.waits_chart(SHOW, spreads, FIGURES.levels)
    vip, standard = series(options)
    assert axis(options, "xAxis")["data"] == ["09:00", "10:00", "11:00"]
    assert vip["data"] == [[1, 2, 3, 4, 5], [], []]
    assert standard["data"] == [[], [], [10, 20, 30, 40, 50]]
    assert [line["yAxis"] for one in (vip, standard) for line in one["markLine"]["data"]] == [20, 60]


def test_long_waits_are_shown_in_minutes() -> None:
    spreads = (WaitSpread(9, "vip", 4, 60, 120, 180, 240, 600),)
    options = wallboard_charts.waits_chart(SHOW, spreads, FIGURES.levels)
    assert series(options)[0]["data"] == [[1, 2, 3, 4, 10]]
    assert "minutes" in axis(options, "yAxis")["name"]
    assert wallboard_charts.waits_summary(SHOW, spreads, FIGURES.levels) == "vip: median from 180 to 180 s."


def test_every_chart_has_its_numbers_as_a_table() -> None:
    shown = wallboard_charts.waits_table(SHOW, FIGURES.waits_today)
    assert shown.count("<tr>") == 1 + len(FIGURES.waits_today)
    assert '<td class="number">26</td>' in shown


def test_the_big_screen_has_a_way_back() -> None:
    assert 'href="/wallboard?big=1"' in wallboard_view.head(SHOW, big=False)
    assert 'href="/wallboard"' in wallboard_view.head(SHOW, big=True)
