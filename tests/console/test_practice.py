"""What is said at the end of an exercise, and how practice looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from callbacks.model import AttemptOutcome
from config.urgency import Urgency
from console.errors import Forbidden
from console.identity.users import Role, User
from console.pages import practice_view
from console.pages.desk_view import Showing
from console.ports import Site
from console.words import LANGUAGES, words
from console.workshop.practice import (
    Facts,
    MadePromise,
    PhoneLine,
    PhoneState,
    PhoneView,
    PracticeService,
    PromiseWanted,
    Remark,
    Run,
    Scenario,
    Verdict,
    Voice,
    Wanted,
    feedback,
)

GOOD = Facts(
    talked=200.0,
    budget=240.0,
    urgency=Urgency.SAFETY,
    noted=True,
    is_solved=False,
    outcome=None,
    promises=(MadePromise(can_be_kept=True, is_owned=True),),
)
SAFETY = Wanted(Urgency.SAFETY, PromiseWanted.NEEDED)
LATE, NOBODYS = MadePromise(can_be_kept=False, is_owned=True), MadePromise(can_be_kept=True, is_owned=False)
SHOW = Showing(words("en"), Site(), datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
SCENARIO = Scenario("safety", "en", False, 5, 1)
VIEW = PhoneView(SCENARIO, PhoneState.IDLE, (), has_more=True, is_over=False, remarks=(), talked=None, budget=0)


def said(wanted: Wanted, facts: Facts) -> dict[str, tuple[Verdict, str]]:
    return {remark.subject: (remark.verdict, remark.why) for remark in feedback(wanted, facts)}


def test_who_does_everything_right_hears_it() -> None:
    assert {verdict for verdict, _ in said(SAFETY, GOOD).values()} == {Verdict.GOOD}


@pytest.mark.parametrize(
    ("wanted", "facts", "subject", "remark"),
    [
        (SAFETY, replace(GOOD, talked=241), "budget", (Verdict.BAD, "over")),
        (SAFETY, replace(GOOD, talked=None), "budget", (Verdict.OPEN, "not-talked")),
        (SAFETY, replace(GOOD, urgency=Urgency.LEGAL), "urgency", (Verdict.BAD, "too-low")),
        (Wanted(Urgency.MONEY), replace(GOOD, urgency=Urgency.LEGAL), "urgency", (Verdict.GOOD, "right")),
        (SAFETY, replace(GOOD, urgency=None), "urgency", (Verdict.OPEN, "no-case")),
        (SAFETY, replace(GOOD, promises=()), "promise", (Verdict.BAD, "missing")),
        (SAFETY, replace(GOOD, promises=(), is_solved=True), "promise", (Verdict.OPEN, "none")),
        (Wanted(), replace(GOOD, promises=()), "promise", (Verdict.OPEN, "none")),
        (SAFETY, replace(GOOD, promises=(*GOOD.promises, LATE)), "promise", (Verdict.BAD, "too-late")),
        (SAFETY, replace(GOOD, promises=(NOBODYS,)), "promise", (Verdict.BAD, "nobody's")),
        (Wanted(), replace(GOOD, promises=(NOBODYS,)), "promise", (Verdict.GOOD, "can-be-kept")),
        (Wanted(promise=PromiseWanted.NONE), GOOD, "promise", (Verdict.BAD, "needless")),
        (Wanted(promise=PromiseWanted.NONE), replace(GOOD, promises=()), "promise", (Verdict.GOOD, "none-needed")),
        (SAFETY, replace(GOOD, noted=False), "note", (Verdict.BAD, "missing")),
        (SAFETY, replace(GOOD, noted=False, urgency=None), "note", (Verdict.OPEN, "no-case")),
        (Wanted(outcome=AttemptOutcome.VOICEMAIL), GOOD, "outcome", (Verdict.BAD, "wrong")),
        (
            Wanted(outcome=AttemptOutcome.VOICEMAIL),
            replace(GOOD, outcome=AttemptOutcome.VOICEMAIL),
            "outcome",
            (Verdict.GOOD, "right"),
        ),
    ],
)
def test_what_could_be_better_is_named(wanted: Wanted, facts: Facts, subject: str, remark: tuple[Verdict, str]) -> None:
    assert said(wanted, facts)[subject] == remark


def test_every_remark_every_exercise_and_every_state_has_its_words() -> None:
    wanted = [Wanted(urgency, promise, outcome) for urgency in (None, Urgency.SAFETY) for promise in PromiseWanted
              for outcome in (None, AttemptOutcome.VOICEMAIL)]  # fmt: skip
    facts = [
        replace(GOOD, talked=talked, urgency=urgency, noted=noted, promises=promises, outcome=outcome)
        for talked in (None, 1, 999)
        for urgency in (None, Urgency.INFO, Urgency.SAFETY)
        for noted in (True, False)
        for promises in ((), (LATE,), (NOBODYS,))
        for outcome in (None, AttemptOutcome.VOICEMAIL)
    ]
    remarks = {remark for one in wanted for other in facts for remark in feedback(one, other)}
    named = {f"practice_remark.{remark.subject}-{remark.why}" for remark in remarks}
    there = {key for key in words("en").texts if key.startswith("practice_remark.")}
    assert named == there


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_banner_says_that_nothing_counts_and_then_how_it_went(language: str) -> None:
    show = replace(SHOW, words=words(language))
    assert show.words("practice.banner") in practice_view.banner(show, VIEW)
    over = replace(VIEW, is_over=True, remarks=(Remark("budget", Verdict.BAD, "over"),), talked=301, budget=240)
    drawn = practice_view.banner(show, over)
    assert show.words("practice.banner") in drawn
    assert show.words("practice_remark.budget-over", talked=6, budget=4) in drawn


def test_the_telephone_shows_what_can_be_done_with_it() -> None:
    assert "phone-up" in practice_view.phone(SHOW, replace(VIEW, state=PhoneState.RINGING))
    lines = (PhoneLine(Voice.CALLER, "<b>Smoke!</b>", "en/smoke.opus"), PhoneLine(Voice.AGENT, "Out!"))
    talking = practice_view.phone(SHOW, replace(VIEW, state=PhoneState.TALKING, lines=lines, has_more=False))
    assert "phone-say" in talking
    assert "/sounds/callers/en/smoke.opus" in talking
    assert "<b>" not in talking
    assert SHOW.words("practice.last") in talking


def test_exercises_are_listed_by_the_language_of_their_callers() -> None:
    korean = replace(SCENARIO, language="ko", is_callback=True, sounds=0)
    drawn = practice_view.exercises(SHOW, (SCENARIO, korean), "ko")
    assert "safety ko" in drawn
    assert "safety en" not in drawn
    assert "safety en" in practice_view.exercises(SHOW, (SCENARIO, korean), "zh")


class _Nothing:
    """A `Practice` in which nothing is open."""

    def scenarios(self) -> tuple[Scenario, ...]:
        return (SCENARIO,)

    async def begin(self, who: str, agent: str, scenario: str, language: str) -> Run:
        raise AssertionError

    def of(self, who: str) -> Run | None:
        return None

    async def close(self, who: str) -> None:
        return None


async def test_practice_is_for_those_who_serve_callers() -> None:
    service = PracticeService(_Nothing())
    admin, agent = User("ada", "Ada", Role.ADMIN), User("minji", "Min-ji", Role.AGENT, "minji")
    assert service.scenarios(agent) == (SCENARIO,)
    assert service.run(agent) is None
    with pytest.raises(Forbidden):
        service.scenarios(admin)
    with pytest.raises(Forbidden):
        service.run(admin)
    with pytest.raises(Forbidden):
        await service.begin(admin, "safety", "en")
