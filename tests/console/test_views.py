"""What pages show, without a browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callbacks.model import AttemptOutcome, PromiseState
from config.clock import VirtualClock
from config.events import EventBus
from console.memory_desk import MemoryDesk
from console.pages import desk_view, wallboard_view
from console.pages.desk_view import Showing
from console.pages.html import Html, el, together
from console.sample_floor import sample_floor, sample_offer
from console.words import words
from ivr.desk import AgentView, HeardLine, Recording, Stage
from ivr.messages import Answerer
from routing.work import WorkKind
from tests.console.fake_console import SITE

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOW = Showing(words("en"), SITE, NOW)


@pytest.fixture
def desk() -> MemoryDesk:
    return MemoryDesk(VirtualClock(NOW), EventBus(), sample_floor(NOW))


def test_text_is_escaped_and_markup_is_not() -> None:
    assert el("p", "<b>&", el("b", "ok"), title='"x"') == '<p title="&quot;x&quot;">&lt;b&gt;&amp;<b>ok</b></p>'
    assert el("input", name="a", required=True, value=None, disabled=False) == '<input name="a" required>'
    assert together("<", Html("<br>"), None) == "&lt;<br>"


def test_what_a_caller_says_cannot_become_markup() -> None:
    evil = "<img src=x onerror=alert(1)>"
    work = replace(sample_offer(NOW), name=evil, why=evil, transcript=(HeardLine(evil, 0.9, NOW),))
    agent = AgentView("a", evil, "talking", evil, NOW, "", {}, ())
    shown = desk_view.now_column(SHOW, agent, work) + desk_view.state_bar(SHOW, agent)
    assert "<img" not in shown
    assert "&lt;img" in shown


def test_the_desk_says_who_calls_why_and_what_is_owed() -> None:
    shown = desk_view.now_column(SHOW, AgentView("a", "A", "offered", "", NOW, "", {}, ()), sample_offer(NOW))
    for text in ("Lee Ji-won", "+821012345678", "vip", "Safety", "Product safety", "upset", "idle for 3 min",
                 "Progress report", "complains again", "Charged twice in May", "+9 dB, +5.2 st"):  # fmt: skip
        assert text in shown, text


def test_a_withheld_number_is_said() -> None:
    work = replace(sample_offer(NOW), name="", number="")
    shown = desk_view.now_column(SHOW, AgentView("a", "A", "offered", "", NOW, "", {}, ()), work)
    assert "Number withheld" in shown


def test_doubtful_words_are_marked_by_more_than_colour() -> None:
    lines = tuple(HeardLine(f"said {sure}", sure, NOW) for sure in (0.9, 0.6, 0.2))
    work = replace(sample_offer(NOW), transcript=lines)
    shown = desk_view.now_column(SHOW, AgentView("a", "A", "offered", "", NOW, "", {}, ()), work)
    assert '<span class="said">said 0.9</span>' in shown
    assert '<span class="said unsure">said 0.6</span><span class="chip doubt">unsure</span>' in shown
    assert "hardly understood" in shown


@pytest.mark.parametrize(
    ("stage", "asks"),
    [(Stage.OFFERED, "decline"), (Stage.RINGING, "hang-up"), (Stage.TALKING, "hang-up"), (Stage.WRAP_UP, "finish")],
)
def test_each_stage_has_its_action(stage: Stage, asks: str) -> None:
    shown = desk_view.actions(SHOW, replace(sample_offer(NOW), stage=stage, recording=Recording.OFF))
    assert shown.count("data-do=") == 1
    assert f'data-do="{asks}"' in shown


def test_who_is_shown_the_work_first_dials_or_declines() -> None:
    shown = desk_view.actions(SHOW, replace(sample_offer(NOW), stage=Stage.PREVIEW))
    assert shown.count("data-do=") == 2
    assert 'data-do="dial"' in shown
    assert 'data-do="decline"' in shown


@pytest.mark.parametrize(
    ("recording", "offered"), [(Recording.ON, "pause-recording"), (Recording.PAUSED, "record-again")]
)
def test_what_is_recorded_can_be_paused_and_what_is_paused_recorded(recording: Recording, offered: str) -> None:
    shown = desk_view.actions(SHOW, replace(sample_offer(NOW), stage=Stage.TALKING, recording=recording))
    assert f'data-do="{offered}"' in shown
    assert shown.count("data-opens=") == 2  # putting through, pressing keys


def test_an_answering_machine_is_hinted_at() -> None:
    work = replace(sample_offer(NOW), stage=Stage.TALKING)
    view = AgentView("a", "A", "talking", "", NOW, "", {}, ())
    assert "answering machine" not in desk_view.now_column(SHOW, view, work)
    assert "answering machine" in desk_view.now_column(SHOW, view, replace(work, answerer=Answerer.MACHINE))


def test_the_desk_says_how_long_a_conversation_may_take_and_when_that_is_over() -> None:
    agent = AgentView("a", "A", "talking", "", NOW, "", {}, ())
    work = replace(sample_offer(NOW), stage=Stage.TALKING, budget=240.0)
    within = desk_view.now_column(SHOW, agent, replace(work, since=NOW - timedelta(minutes=3)))
    over = desk_view.now_column(SHOW, agent, replace(work, since=NOW - timedelta(minutes=5)))
    assert '<span class="chip quiet">about 4 min planned</span>' in within
    assert '<span class="chip warn">about 4 min planned</span>' in over
    assert "planned" not in desk_view.now_column(SHOW, agent, replace(work, budget=0.0))


def test_only_a_callback_asks_how_the_call_went() -> None:
    call = replace(sample_offer(NOW), stage=Stage.WRAP_UP)
    assert 'name="outcome"' not in desk_view.actions(SHOW, call)
    shown = desk_view.actions(SHOW, replace(call, kind=WorkKind.PROMISE))
    assert all(f'value="{outcome}"' in shown for outcome in (AttemptOutcome.VOICEMAIL, AttemptOutcome.WRONG_NUMBER))


def test_what_is_typed_survives_new_lines_of_the_transcript() -> None:
    work = replace(sample_offer(NOW), stage=Stage.WRAP_UP)
    more = replace(work, transcript=(*work.transcript, HeardLine("thank you", 0.9, NOW)))
    assert desk_view.actions(SHOW, work) == desk_view.actions(SHOW, more)


async def test_calls_cannot_be_begun_with_work_in_hand(desk: MemoryDesk) -> None:
    promises = await desk.team("minji")
    assert "disabled" not in desk_view.promises_column(SHOW, promises, False, "C")
    assert desk_view.promises_column(SHOW, promises, False, "C", free=False).count("disabled") == len(promises)


async def test_times_are_the_sites(desk: MemoryDesk) -> None:
    shown = desk_view.promises_column(SHOW, await desk.mine("minji"), True, "M")
    assert "until 18:12" in shown  # 09:12 in UTC is 18:12 in Seoul
    assert "when it is fixed" in shown


async def test_made_is_the_sum_of_how_promises_ended_and_those_open(desk: MemoryDesk) -> None:
    board = await desk.wallboard()
    shown = wallboard_view.promises(SHOW, board)
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
    assert holds in wallboard_view.promises(show, board)
    lost = wallboard_view.promises(show, replace(board, made=41, identity_holds=False))
    assert holds not in lost
    assert holds_not in lost
    assert "hotline promises audit" in lost


async def test_the_service_level_names_its_t(desk: MemoryDesk) -> None:
    shown = wallboard_view.figures(SHOW, await desk.wallboard())
    assert "83%" in shown
    assert "118 of 142" in shown
    assert "vip 20 s, standard 60 s" in shown


async def test_an_empty_floor_can_be_shown() -> None:
    board = await MemoryDesk(VirtualClock(NOW), EventBus()).wallboard()
    shown = together(
        wallboard_view.figures(SHOW, board),
        wallboard_view.promises(SHOW, board),
        wallboard_view.waiting(SHOW, board.waiting),
        wallboard_view.forecasts(SHOW, board.forecasts),
        wallboard_view.agents(SHOW, board.agents, True),
        wallboard_view.problems(SHOW, board.problems, True),
    )
    assert "Nobody is waiting." in shown
    assert "No known problem." in shown


async def test_only_those_who_may_see_the_buttons_of_problems(desk: MemoryDesk) -> None:
    known = await desk.problems()
    assert "data-opens" in wallboard_view.problems(SHOW, known, True)
    assert "data-opens" not in wallboard_view.problems(SHOW, known, False)


async def test_who_waits_is_shown_by_score(desk: MemoryDesk) -> None:
    shown = wallboard_view.waiting(SHOW, (await desk.wallboard()).waiting)
    assert shown.index("100,900") < shown.index("100,056") < shown.index("276")


def test_the_forecasts_say_whether_callers_were_told_too_much() -> None:
    shown = wallboard_view.forecasts(SHOW, sample_floor(NOW).forecasts)
    assert "+12 s" in shown
    assert "-6 s" in shown
    assert "wait of the first in line" in shown
