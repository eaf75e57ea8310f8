"""What the desk shows, without a browser."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callbacks.model import AttemptOutcome, CaseException, PromiseKind
from callbacks.window_check import WhyNot, WindowCheck
from config.clock import VirtualClock
from config.events import EventBus
from config.urgency import Urgency
from console.pages import desk_case_view, desk_help_view, desk_state_view, desk_view, desk_wrap_view
from console.pages.desk_opening import opening
from console.pages.desk_view import Showing
from console.pages.html import Html, el
from console.sample.memory_desk import MemoryDesk
from console.sample.morning import sample_floor, sample_offer
from console.words import LANGUAGES, words
from ivr.casedesk import CaseInHand, Helped
from ivr.desk import AgentView, HeardLine, Recording, Stage, WorkView
from ivr.messages import Answerer
from routing.windows import Window
from routing.work import Mood, WorkKind
from tests.console.fake_console import SITE

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOW = Showing(words("en"), SITE, NOW)
_NONE = Html()
AGENT = AgentView("a", "Kim Min-ji", "talking", "", NOW, "sip:minji@127.0.0.1:5070", {}, ())


@pytest.fixture
def desk() -> MemoryDesk:
    return MemoryDesk(VirtualClock(NOW), EventBus(), sample_floor(NOW))


def now_column(work: WorkView, case: CaseInHand | None = None, agent: AgentView = AGENT, helped: Html = _NONE) -> Html:
    return desk_view.now_column(SHOW, agent, work, case, helped)


def in_hand(work: WorkView, *, confirmed: bool = False) -> CaseInHand:
    assert work.case is not None
    return CaseInHand(work.case, confirmed, None, (), can_be_rung=True)


def test_what_a_caller_says_cannot_become_markup() -> None:
    evil = "<img src=x onerror=alert(1)>"
    work = replace(sample_offer(NOW), name=evil, why=evil, transcript=(HeardLine(evil, 0.9, NOW),))
    agent = AgentView("a", evil, "talking", evil, NOW, "", {}, ())
    shown = now_column(work, agent=agent) + desk_state_view.state_bar(SHOW, agent)
    assert "<img" not in shown
    assert "&lt;img" in shown


def test_a_desk_says_by_when_the_calls_of_a_hotline_that_stops_end() -> None:
    assert desk_help_view.closing(SHOW, None) == Html()
    assert "18:02" in desk_help_view.closing(SHOW, NOW + timedelta(minutes=2))


def test_an_agent_whose_call_is_at_another_machine_is_shown_the_way_there() -> None:
    assert desk_help_view.elsewhere(SHOW, AGENT) == Html()
    shown = desk_help_view.elsewhere(SHOW, replace(AGENT, desk="https://n2.example.org/desk"))
    assert 'href="https://n2.example.org/desk"' in shown


def test_the_desk_says_who_calls_why_and_what_is_owed() -> None:
    shown = now_column(sample_offer(NOW))
    for text in ("Lee Ji-won", "+821012345678", "vip", "Safety", "Product safety", "upset", "skill hardware 4",
                 "Progress report", "complains again", "Charged twice in May", "+9 dB, +5.2 st"):  # fmt: skip
        assert text in shown, text


def test_a_withheld_number_is_said() -> None:
    work = replace(sample_offer(NOW), name="", number="")
    shown = now_column(work)
    assert "Number withheld" in shown


def test_doubtful_words_are_marked_by_more_than_colour() -> None:
    lines = tuple(HeardLine(f"said {sure}", sure, NOW) for sure in (0.9, 0.6, 0.2))
    work = replace(sample_offer(NOW), transcript=lines)
    shown = now_column(work)
    assert '<span class="said">said 0.9</span>' in shown
    assert '<span class="said unsure">said 0.6</span><span class="chip doubt">unsure</span>' in shown
    assert "hardly understood" in shown


@pytest.mark.parametrize(
    ("stage", "asks"),
    [
        (Stage.OFFERED, ["accept", "decline"]),
        (Stage.RINGING, ["hang-up"]),
        (Stage.TALKING, ["hold", "hang-up"]),
        (Stage.WRAP_UP, ["finish"]),
    ],
)
def test_each_stage_has_its_actions(stage: Stage, asks: list[str]) -> None:
    work = replace(sample_offer(NOW), stage=stage, recording=Recording.OFF)
    shown = desk_view.actions(SHOW, work) + desk_wrap_view.form(SHOW, work, in_hand(work))
    assert re.findall(r'data-do="([^"]+)"', shown) == asks


def test_who_is_on_hold_is_taken_off_it_by_the_same_key() -> None:
    work = replace(sample_offer(NOW), stage=Stage.TALKING)
    assert 'data-do="hold" data-key="O"' in desk_view.actions(SHOW, work)
    held = replace(work, on_hold=True)
    assert 'data-do="resume" data-key="O"' in desk_view.actions(SHOW, held)
    assert "nothing is recorded" in now_column(held)


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
    assert "answering machine" not in now_column(work)
    assert "answering machine" in now_column(replace(work, answerer=Answerer.MACHINE))


def test_the_planned_time_is_a_quiet_bar_while_they_talk() -> None:
    work = replace(sample_offer(NOW), stage=Stage.TALKING, budget=240.0, since=NOW - timedelta(minutes=3))
    within = now_column(work)
    assert 'aria-valuenow="75"' in within
    assert "about 4 min planned" in within
    assert 'aria-valuenow="100"' in now_column(replace(work, since=NOW - timedelta(minutes=9)))
    assert "progressbar" not in now_column(replace(work, budget=0.0))
    assert "progressbar" not in now_column(replace(work, stage=Stage.WRAP_UP))


def test_only_a_callback_asks_how_the_call_went() -> None:
    call = replace(sample_offer(NOW), stage=Stage.WRAP_UP)
    assert 'name="outcome"' not in desk_wrap_view.form(SHOW, call, in_hand(call))
    shown = desk_wrap_view.form(SHOW, replace(call, kind=WorkKind.PROMISE), in_hand(call))
    assert all(f'value="{outcome}"' in shown for outcome in (AttemptOutcome.VOICEMAIL, AttemptOutcome.WRONG_NUMBER))
    assert '<select required name="outcome">' in shown


def test_a_category_is_asked_for_until_a_person_has_said_it() -> None:
    call = replace(sample_offer(NOW), stage=Stage.WRAP_UP)
    asked = desk_wrap_view.form(SHOW, call, in_hand(call))
    assert '<select required name="category"><option value=""' in asked
    assert '<option value="safety">Product safety is right</option>' in asked
    assert 'name="category"' not in desk_wrap_view.form(SHOW, call, in_hand(call, confirmed=True))


def test_without_a_case_nothing_is_asked_about_one() -> None:
    shown = desk_wrap_view.form(SHOW, replace(sample_offer(NOW), stage=Stage.WRAP_UP), None)
    assert 'name="solved"' not in shown
    assert 'name="note"' in shown


def test_what_is_typed_survives_new_lines_of_the_transcript() -> None:
    work = replace(sample_offer(NOW), stage=Stage.WRAP_UP)
    more = replace(work, transcript=(*work.transcript, HeardLine("thank you", 0.9, NOW)))
    assert desk_wrap_view.form(SHOW, work, in_hand(work)) == desk_wrap_view.form(SHOW, more, in_hand(more))
    assert desk_case_view.dialogs(SHOW, in_hand(work)) == desk_case_view.dialogs(SHOW, in_hand(more))


async def test_calls_cannot_be_begun_with_work_in_hand(desk: MemoryDesk) -> None:
    promises = await desk.team("minji")
    shown = desk_view.promises_column(SHOW, promises, False, "C")
    agreed = [promise for promise in promises if promise.opens and promise.due and promise.opens <= NOW < promise.due]
    assert 0 < len(agreed) < len(promises)
    assert shown.count("disabled") == len(promises) - len(agreed)  # outside of what was agreed on nobody is called
    assert f'data-item="{agreed[0].id}" data-key="C"' in shown
    assert desk_view.promises_column(SHOW, promises, False, "C", free=False).count("disabled") == len(promises)


async def test_times_are_the_sites(desk: MemoryDesk) -> None:
    shown = desk_view.promises_column(SHOW, await desk.mine("minji"), True, "M")
    assert 'until <time data-at="2026-03-02T09:12:00+00:00"' in shown
    assert ">18:12</time>" in shown  # 09:12 in UTC is 18:12 in Seoul, until a browser knows where its reader is
    assert "when it is fixed" in shown


# --- the case in hand -------------------------------------------------------------------------------------------------


def test_what_the_machine_understood_is_marked_until_a_person_confirms_it() -> None:
    work = sample_offer(NOW)
    assert "as understood, not confirmed" in now_column(work, in_hand(work))
    assert "✓ Product safety" in now_column(work, in_hand(work, confirmed=True))


@pytest.mark.parametrize(("stage", "is_there"), [(Stage.OFFERED, False), (Stage.TALKING, True), (Stage.WRAP_UP, True)])
def test_something_is_promised_to_who_was_spoken_with(stage: Stage, is_there: bool) -> None:
    work = replace(sample_offer(NOW), stage=stage)
    assert ('data-opens="promise"' in desk_case_view.tools(SHOW, work, in_hand(work))) is is_there


def test_who_cannot_be_rung_is_promised_nothing() -> None:
    work = replace(sample_offer(NOW), stage=Stage.TALKING)
    shown = desk_case_view.tools(SHOW, work, replace(in_hand(work), can_be_rung=False))
    assert 'data-opens="promise"' not in shown
    assert 'data-opens="correct"' in shown


def test_when_fixed_is_promised_only_where_a_problem_is_known() -> None:
    case, problem = in_hand(sample_offer(NOW)), sample_floor(NOW).problems["p-battery"]
    assert "when-fixed" not in re.findall(r'value="([^"]+)"', desk_case_view.dialogs(SHOW, case))
    assert "when-fixed" in re.findall(r'value="([^"]+)"', desk_case_view.dialogs(SHOW, replace(case, problem=problem)))
    solved = replace(problem, solved_at=NOW)
    assert "when-fixed" not in re.findall(
        r'value="([^"]+)"', desk_case_view.dialogs(SHOW, replace(case, problem=solved))
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("why_not", WhyNot)
def test_a_refused_window_says_why_and_offers_others(language: str, why_not: WhyNot) -> None:
    show, hour = Showing(words(language), SITE, NOW), timedelta(hours=1)
    window, near = Window(NOW, NOW + hour), Window(NOW + 2 * hour, NOW + 3 * hour)
    shown = desk_case_view.answer(show, window, WindowCheck(why_not, (near,)))
    assert el("p", words(language).texts[f"window_why.{why_not}"], class_="fault", role="alert") in shown
    assert f'data-from="{near.opens.isoformat()}" data-until="{near.due.isoformat()}"' in shown


def test_a_window_that_fits_is_said_to_fit() -> None:
    window = Window(NOW, NOW + timedelta(hours=1))
    assert "This time can be kept." in desk_case_view.answer(SHOW, window, WindowCheck(None))


def test_what_helped_is_shown_with_what_it_was_about() -> None:
    case = in_hand(sample_offer(NOW))
    one = Helped("301200", "safety", "X2", "en", NOW, "it smoked", "sent a new one", "unplug it")
    shown = desk_case_view.similar(SHOW, (one,), case)
    for text in ("Product safety", "X2", "301200", "it smoked", "sent a new one", "unplug it"):
        assert text in shown
    assert "Yours will be the first" in desk_case_view.similar(SHOW, (), case)
    assert desk_case_view.similar(SHOW, (), None) == ""


# --- what could be said first -----------------------------------------------------------------------------------------


def said(work: WorkView, language: str = "en") -> str:
    return " ".join(opening(work, SITE, "Kim Min-ji", language, NOW))


def test_the_opening_names_both_and_begins_with_what_matters_most() -> None:
    lines = opening(sample_offer(NOW), SITE, "Kim Min-ji", "zh", NOW)
    assert lines[0] == "Hello Lee Ji-won, this is Kim Min-ji from Hanbit Hotline."
    assert lines[1] == "First of all, is everybody safe?"
    assert len(lines) == 3


def test_the_opening_is_in_the_callers_language_or_the_readers_where_there_is_none() -> None:
    work = replace(sample_offer(NOW), name="张敏")
    assert "您好" in said(replace(work, language="zh"))
    assert "안녕하세요" in said(replace(work, language="ko"))
    assert "您好" in said(replace(work, language="fr"), "zh")


@pytest.mark.parametrize("kind", PromiseKind)
def test_who_is_rung_hears_why(kind: PromiseKind) -> None:
    promise = replace(next(iter(sample_floor(NOW).promises.values())), kind=kind)
    plain = replace(
        sample_offer(NOW), kind=WorkKind.PROMISE, promise=promise, owed=(promise,), mood=Mood.CALM, case=None
    )
    lines = opening(plain, SITE, "Kim Min-ji", "en", NOW)
    assert len(lines[0]) > len("Hello Lee Ji-won, this is Kim Min-ji from Hanbit Hotline.")
    assert "everybody safe" not in " ".join(lines)


def test_moods_and_exceptions_are_met() -> None:
    plain = replace(sample_offer(NOW), urgency=Urgency.SERVICE, owed=(), case=None, mood=Mood.CALM, tier="standard")
    assert said(plain) == "Hello Lee Ji-won, this is Kim Min-ji from Hanbit Hotline."
    assert "Take your time" in said(replace(plain, mood=Mood.TENSE))
    assert "annoying" in said(replace(plain, mood=Mood.UPSET))
    assert "for so long" in said(replace(plain, tier="vip"))
    granted = CaseException("case", NOW, "ana", "free repair", "goodwill")
    assert "was an exception" in said(replace(plain, exceptions=(granted,)))
    assert "With whom am I speaking?" in said(replace(plain, name=""))


# --- what helps to work -----------------------------------------------------------------------------------------------


def test_a_shift_begins_at_a_phone() -> None:
    shown = desk_state_view.state_bar(SHOW, replace(AGENT, state="signed-out"))
    assert 'data-do="begin"' in shown
    assert 'name="station"' in shown
    assert 'value="sip:minji@127.0.0.1:5070"' in shown


def test_every_key_of_the_desk_is_in_the_overview() -> None:
    work = replace(sample_offer(NOW), stage=Stage.TALKING)
    wrap = replace(work, stage=Stage.WRAP_UP)
    views = (
        *(desk_state_view.state_bar(SHOW, replace(AGENT, state=state)) for state in ("signed-out", "paused")),
        *(desk_view.actions(SHOW, replace(work, stage=stage)) for stage in Stage),
        desk_case_view.tools(SHOW, work, in_hand(work)),
        desk_wrap_view.form(SHOW, wrap, in_hand(wrap)),
    )
    keys = {key for view in views for key in re.findall(r'data-key="(.)"', view)}
    overview = re.findall(r"<kbd>(.)</kbd>", desk_help_view.help_dialogs(SHOW))
    assert keys <= set(overview)
    assert set(overview) - keys == {"M", "C", "/"}
