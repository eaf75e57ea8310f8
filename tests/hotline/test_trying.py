"""Trying a hotline file out: the real engine behind typed words, and all that came of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from callbacks.model import AttemptOutcome, PromiseState
from config.clock import VirtualClock
from config.errors import NotFound, Refused
from config.settings import default_hotline_file
from console.workshop.trying import Handset, Kind, Setting, Side, Trial, TrialView
from hotline.walk.trying import IDLE, MOST_TRIALS, WalkTrials

MONDAY_NOON_IN_SEOUL = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TEXT = default_hotline_file().read_text(encoding="utf-8")
SETTING = Setting(TEXT, "1001", "+821012345678")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(MONDAY_NOON_IN_SEOUL)


@pytest.fixture
async def trials(clock: VirtualClock) -> AsyncIterator[WalkTrials]:
    trials = WalkTrials(clock)
    yield trials
    await trials.close_all()


async def after(trial: Trial, *lines: str) -> TrialView:
    for line in lines:
        await trial.take(line)
    return await trial.view()


def names(view: TrialView, kind: Kind) -> list[str]:
    return [one.name for one in view.happenings if one.kind is kind]


async def test_the_hotline_speaks_with_sounds_and_says_how_it_understood(trials: WalkTrials) -> None:
    trial = await trials.open("ada", SETTING)
    view = await after(trial, "i was charged twice")
    greeting = view.lines[0]
    assert greeting.side is Side.HOTLINE
    assert greeting.clips == ("en/greeting.1.opus",)
    assert not greeting.unheard
    said = next(line for line in view.lines if line.side is Side.CALLER)
    assert said.understood is not None
    assert said.understood.category == "billing"
    assert said.understood.scores[0][0] == "billing"
    assert 0 < said.understood.confidence <= 1
    assert view.expecting == "yes-no"
    assert view.handset is Handset.LISTENED


async def test_events_commands_and_promises_stand_in_the_second_column(trials: WalkTrials) -> None:
    trial = await trials.open("ada", SETTING)
    view = await after(trial, "i want my money back", "1", "1")
    assert view.handset is Handset.IDLE
    assert {"Answer", "Play", "Listen", "HangUp"} <= set(names(view, Kind.COMMAND))
    assert "case/opened" in names(view, Kind.EVENT)
    assert names(view, Kind.PROMISE) == ["promise/made"]
    assert [promise.state for promise in view.promises] == [PromiseState.OWED]


async def test_time_passes_until_the_promised_call_and_the_agent_wraps_up(trials: WalkTrials) -> None:
    trial = await trials.open("ada", SETTING)
    await after(trial, "i want my money back", "1", "1")
    await trial.set_ready("ana", True)
    await trial.wait(3 * 3600)
    view = await trial.view()
    assert view.handset is Handset.RINGING
    assert view.now > MONDAY_NOON_IN_SEOUL + timedelta(minutes=30)
    assert "work/offered" in names(view, Kind.RECEIPT)
    view = await after(trial, "")
    assert (view.handset, view.talks_with) == (Handset.TALKING, "ana")
    await trial.act("ana", "hang-up")
    assert (await trial.view()).agents[0].stage == "wrap-up"
    await trial.finish("ana", AttemptOutcome.ANSWERED, True, "it is paid")
    view = await trial.view()
    assert view.agents[0].stage == ""
    assert PromiseState.KEPT in [promise.state for promise in view.promises]


async def test_who_is_ready_from_the_start_answers_and_the_caller_hangs_up(trials: WalkTrials) -> None:
    trial = await trials.open("ada", Setting(TEXT, "1001", "+821012345678", ready=("ana",)))
    view = await after(trial, "my parcel has not arrived yet", "1", "hello, my parcel")
    assert view.handset is Handset.TALKING
    await trial.hang_up()
    assert (await trial.view()).handset is Handset.IDLE


async def test_the_edited_text_counts_and_its_faults_are_told(trials: WalkTrials) -> None:
    edited = TEXT.replace('"1001": {language: en}', '"7777": {language: en}')
    assert "7777" in dict((await trials.choices(edited)).numbers)
    trial = await trials.open("ada", Setting(edited, "7777", "+821012345678"))
    assert (await trial.view()).number == "7777"
    with pytest.raises(NotFound, match="no number '1001'"):
        await trials.open("ada", Setting(edited, "1001", "+821012345678"))
    with pytest.raises(Refused, match="in line"):
        await trials.choices(TEXT.replace("zone: Asia/Seoul", "zone: Nowhere"))


async def test_a_moment_without_a_zone_is_at_the_hotlines_own_place(trials: WalkTrials) -> None:
    night = Setting(TEXT, "1001", "+821012345678", begins=datetime(2026, 11, 24, 3, 0))  # noqa: DTZ001
    assert (await (await trials.open("ada", night)).view()).now.hour == 18


async def test_what_cannot_be_done_is_said(trials: WalkTrials) -> None:
    trial = await trials.open("ada", SETTING)
    with pytest.raises(Refused, match="in use"):
        await trial.ring("+821012345678")
    await trial.hang_up()
    with pytest.raises(Refused, match="nobody is on the line"):
        await trial.take("hello")
    with pytest.raises(Refused, match="no work in hand"):
        await trial.act("ana", "hang-up")
    with pytest.raises(Refused, match="nobody waits so long"):
        await trial.wait(31 * 86_400)


async def test_each_person_has_one_trial_and_an_untouched_one_goes(trials: WalkTrials, clock: VirtualClock) -> None:
    first = await trials.open("ada", SETTING)
    second = await trials.open("ada", SETTING)
    assert trials.of("ada") is second
    with pytest.raises(Refused, match="broken off"):
        await first.take("hello")
    await clock.advance(IDLE.total_seconds() + 1)
    assert trials.of("ada") is None


async def test_there_are_not_more_than_the_machine_carries(trials: WalkTrials) -> None:
    for person in range(MOST_TRIALS):
        await trials.open(f"person{person}", SETTING)
    with pytest.raises(Refused, match="no room"):
        await trials.open("one more", SETTING)
