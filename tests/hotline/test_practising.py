"""Practice: every exercise from the ring to the remarks, on the real desk over a book that does not count."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from callbacks.model import AttemptOutcome, PromiseKind
from config.clock import VirtualClock
from config.errors import NotFound, Refused
from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from config.urgency import Urgency
from console.workshop.practice import PhoneState, Run, Verdict, Voice
from hotline.practice.ground import to_a_working_hour
from hotline.practice.practising import IDLE, MOST_RUNS, Practising
from hotline.practice.run import EXERCISES
from hotline.practice.scripts import script
from ivr.desk import Stage, WorkView
from ivr.flow.catalogue import STEPS
from prompts.texts import read_texts
from routing.work import Mood

SUNDAY_NIGHT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
LANGUAGES = ("en", "zh", "ko")


@pytest.fixture(scope="module")
def file() -> HotlineFile:
    return read_hotline_file(default_hotline_file(), STEPS)[0]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(SUNDAY_NIGHT)


@pytest.fixture
async def practice(file: HotlineFile, clock: VirtualClock) -> AsyncIterator[Practising]:
    practice = Practising(lambda: file, clock)
    yield practice
    await practice.close_all()


async def until(clock: VirtualClock, reached: Callable[[], bool], seconds: float = 60.0) -> None:
    """Let time pass until it is so."""
    for _ in range(int(seconds / 0.25)):
        if reached():
            return
        await clock.advance(0.25)
    raise AssertionError("it never came to that")


async def at_work(practice: Practising, clock: VirtualClock, scenario: str, language: str = "en") -> Run:
    """A run whose trainee is ready, up to the ring of their phone."""
    run = await practice.begin("trainee", "dee", scenario, language)
    await run.desk.sign_in("dee")
    await run.desk.ready("dee")
    await until(clock, lambda: run.view().state is PhoneState.RINGING)
    return run


async def talking(practice: Practising, clock: VirtualClock, scenario: str, language: str = "en") -> Run:
    """The same, up to the conversation."""
    run = await at_work(practice, clock, scenario, language)
    run.pick_up()
    await until(clock, lambda: run.view().state is PhoneState.TALKING)
    return run


async def talked_out(run: Run, clock: VirtualClock) -> WorkView:
    """To the end of the conversation; the work in wrap-up."""
    while run.view().state is PhoneState.TALKING:
        run.say("I see.")
        await clock.advance(5)
    work = await run.desk.current("dee")
    assert work is not None
    assert work.stage is Stage.WRAP_UP
    return work


def verdicts(run: Run) -> dict[str, tuple[Verdict, str]]:
    return {remark.subject: (remark.verdict, remark.why) for remark in run.view().remarks}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scenario", EXERCISES)
async def test_every_exercise_can_be_lived_in_every_language(
    practice: Practising, clock: VirtualClock, scenario: str, language: str
) -> None:
    run = await talking(practice, clock, scenario, language)
    work = await run.desk.current("dee")
    assert work is not None
    assert work.language == language
    await talked_out(run, clock)
    written = script(language, scenario)
    assert written is not None
    said = [line.text for line in run.view().lines if line.voice is Voice.CALLER]
    assert said == list(written.turns)
    await run.desk.finish("dee", None, False, "it was so")
    await clock.settle()
    assert run.view().is_over
    assert {"budget", "urgency", "promise", "note"} <= verdicts(run).keys()


async def test_a_known_fault_and_an_upset_caller(practice: Practising, clock: VirtualClock) -> None:
    run = await talking(practice, clock, "angry")
    work = await run.desk.current("dee")
    assert work is not None
    assert work.mood is Mood.UPSET
    case = await run.cases.case_in_hand("dee")
    assert case is not None
    assert case.problem is not None
    await talked_out(run, clock)
    await run.desk.finish("dee", None, False, "told her about the website")
    await clock.settle()
    assert verdicts(run) == {
        "budget": (Verdict.GOOD, "within"),
        "urgency": (Verdict.GOOD, "right"),
        "promise": (Verdict.OPEN, "none"),  # a call when it is fixed is promised already
        "note": (Verdict.GOOD, "written"),
    }


async def test_a_danger_that_is_made_small_is_remarked_on(practice: Practising, clock: VirtualClock) -> None:
    run = await talking(practice, clock, "safety")
    await run.cases.correct("dee", "repair", "", Urgency.SERVICE, "only a charger")
    await talked_out(run, clock)
    await run.desk.finish("dee", None, False, "")
    await clock.settle()
    assert verdicts(run)["urgency"] == (Verdict.BAD, "too-low")
    assert verdicts(run)["promise"] == (Verdict.BAD, "missing")
    assert verdicts(run)["note"] == (Verdict.BAD, "missing")


async def test_a_promise_at_the_desk_that_can_be_kept_is_praised(practice: Practising, clock: VirtualClock) -> None:
    run = await talking(practice, clock, "safety")
    window = await run.cases.proposed_window("dee", None)
    await run.cases.promise("dee", PromiseKind.CALLBACK, window, "how we exchange it")
    await talked_out(run, clock)
    await run.desk.finish("dee", None, False, "unplugged; exchange the charger")
    await clock.settle()
    assert verdicts(run)["promise"] == (Verdict.GOOD, "can-be-kept")


async def test_similar_cases_know_what_helped(practice: Practising, clock: VirtualClock) -> None:
    run = await talking(practice, clock, "billing")
    found = await run.cases.similar("dee")
    assert found
    assert "reservation" in found[0].note


@pytest.mark.parametrize(
    ("outcome", "told"), [(AttemptOutcome.VOICEMAIL, (Verdict.GOOD, "right")), (None, (Verdict.BAD, "wrong"))]
)
async def test_a_mailbox_is_to_be_called_one(
    practice: Practising, clock: VirtualClock, outcome: AttemptOutcome | None, told: tuple[Verdict, str]
) -> None:
    run = await talking(practice, clock, "voicemail")
    await talked_out(run, clock)
    await run.desk.finish("dee", outcome, False, "her mailbox")
    await clock.settle()
    assert verdicts(run)["outcome"] == told


async def test_a_third_promise_meets_someone_who_was_let_down_twice(practice: Practising, clock: VirtualClock) -> None:
    run = await talking(practice, clock, "third_promise")
    work = await run.desk.current("dee")
    assert work is not None
    assert work.case is not None
    assert work.case.repeat
    assert work.name == "Robert Hale"


async def test_a_phone_that_nobody_picks_up_rings_out_and_the_call_waits(
    practice: Practising, clock: VirtualClock
) -> None:
    run = await at_work(practice, clock, "safety")
    await until(clock, lambda: run.view().state is PhoneState.IDLE)
    assert (await run.desk.agent("dee")).state == "unreachable"
    with pytest.raises(Refused, match="does not ring"):
        run.pick_up()
    with pytest.raises(Refused, match="nobody is on the line"):
        run.say("hello?")


async def test_who_hangs_up_first_wraps_up_too(practice: Practising, clock: VirtualClock) -> None:
    run = await talking(practice, clock, "billing")
    await run.desk.hang_up("dee")
    await clock.settle()
    work = await run.desk.current("dee")
    assert work is not None
    assert work.stage is Stage.WRAP_UP


async def test_the_callers_sentences_are_heard_where_a_clip_speaks_them(file: HotlineFile) -> None:
    for language in LANGUAGES:
        assert read_texts(language) is not None
        safety = script(language, "safety")
        assert safety is not None
        assert safety.sound(safety.openings[0]) == f"{language}/smoke.opus"


async def test_unknown_exercises_languages_and_agents_are_refused(practice: Practising) -> None:
    for agent, scenario, language in (("dee", "nothing", "en"), ("dee", "safety", "fr"), ("nobody", "safety", "en")):
        with pytest.raises(NotFound):
            await practice.begin("trainee", agent, scenario, language)


async def test_not_more_practise_than_the_machine_carries(practice: Practising, clock: VirtualClock) -> None:
    for trainee in range(MOST_RUNS):
        await practice.begin(f"trainee{trainee}", "dee", "safety", "en")
    with pytest.raises(Refused, match="no room"):
        await practice.begin("one more", "dee", "safety", "en")
    await clock.advance(IDLE.total_seconds())
    await practice.begin("one more", "dee", "safety", "en")
    assert practice.of("trainee1") is None


@pytest.mark.parametrize(
    ("now", "later"),
    [
        (datetime(2026, 11, 22, 14, 0, tzinfo=UTC), timedelta(hours=11)),
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), timedelta()),
        (datetime(2026, 11, 27, 1, 30, tzinfo=UTC), timedelta(days=3) - timedelta(minutes=30)),
    ],
)
def test_an_exercise_begins_on_a_working_morning(now: datetime, later: timedelta) -> None:
    assert to_a_working_hour(now, ZoneInfo("Asia/Seoul")) == later
