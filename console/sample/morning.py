"""A believable morning at a hotline, for tests and pictures: agents, callers, promises, one known problem."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from callbacks.model import Case, CaseStatus, Contact, Problem, Promise, PromiseKind, PromiseState, Wish
from config.urgency import Urgency
from console.sample.memory_floor import Floor
from ivr.desk import AgentView, HeardLine, Recording, Stage, WaitingView, WorkView
from routing.forecast_error import Estimator, ForecastError
from routing.work import Mood, WorkKind

_SKILLS = {"hardware": 3, "billing": 3, "returns": 3}


def sample_floor(now: datetime) -> Floor:
    """The floor as it is at `now`."""
    floor = Floor(
        offered=142, answered=131, answered_in_time=118, abandoned=8,
        forecasts=(
            ForecastError("billing", "standard", 58, 12.4, 31.0, 31.0, 36.5, Estimator.QUEUE_LENGTH),
            ForecastError("support", "vip", 41, -6.1, 14.2, 17.9, 14.2, Estimator.HEAD_OF_LINE),
        ),
        categories=frozenset({"safety", "hardware", "billing", "returns"}),
    )  # fmt: skip
    for agent in _agents(now):
        floor.agents[agent.id] = agent
    for contact in _contacts():
        floor.contacts[contact.id] = contact
    for case in _cases(now):
        floor.cases[case.id] = case
    floor.problems["p-battery"] = Problem(
        "p-battery", "Battery of the X2 swells", "safety", now - timedelta(days=2), "X2", "Unplug it; do not charge it"
    )
    for promise in (*_promises(now), *_past_promises(now)):
        floor.promises[promise.id] = promise
    for waiting in _waiting(now):
        floor.waiting[waiting.work] = waiting
    return floor


def sample_offer(now: datetime, work: str = "call-smoke") -> WorkView:
    """A VIP whose product smokes: what the demo's first caller looks like on the desk."""
    floor_cases = {case.id: case for case in _cases(now)}
    lines: Sequence[tuple[str, float, int]] = (
        ("hello my charger started smoking this morning", 0.93, 48),
        ("it is the x two and it smells of burning", 0.81, 36),
        ("i put it on the balcony", 0.64, 29),
        ("my daughter was near it", 0.38, 24),
        ("yes that is right", 0.97, 12),
    )
    return WorkView(
        work=work,
        kind=WorkKind.CALL,
        stage=Stage.OFFERED,
        since=now,
        why="safety first (100000), vip waited 12 s; complained before (+300); ahead of 3; skill hardware 4; own agent",
        contact="c-lee",
        name="Lee Ji-won",
        number="+821012345678",
        tier="vip",
        language="en",
        category="safety",
        urgency=Urgency.SAFETY,
        mood=Mood.UPSET,
        mood_told_by="+9 dB, +5.2 st, ×1.5",
        transcript=tuple(HeardLine(text, sure, now - timedelta(seconds=ago)) for text, sure, ago in lines),
        owed=tuple(p for p in _promises(now) if p.contact == "c-lee"),
        history=(floor_cases["case-lee-1"], floor_cases["case-lee-2"]),
        case=Case(
            "case-smoke", "481205", "c-lee", "safety", Urgency.SAFETY, Wish.EXCHANGE, "en", CaseStatus.OPEN, now,
            product="X2", summary="Charger smokes", repeat=True,
        ),
        promise=None,
        recording=Recording.ON,
    )  # fmt: skip


def _agents(now: datetime) -> Sequence[AgentView]:
    rows = (
        ("minji", "Kim Min-ji", "paused", "break", 4, ("en", "ko", "zh"), 4),
        ("wei", "Wang Wei", "talking", "", 6, ("zh", "en"), 4),
        ("anna", "Anna Berg", "wrap-up", "", 1, ("en",), 3),
        ("haoran", "Li Haoran", "ready", "", 2, ("zh",), 3),
        ("seo", "Seo Yeon", "offered", "", 0, ("ko", "en"), 5),
        ("tom", "Tom Okafor", "signed-out", "", 95, ("en",), 2),
    )
    return [
        AgentView(
            name, full, state, reason, now - timedelta(minutes=ago), f"sip:{name}@127.0.0.1:5070",
            {skill: min(5, base + (level - 3)) for skill, base in _SKILLS.items()}, languages,
        )
        for name, full, state, reason, ago, languages, level in rows
    ]  # fmt: skip


def _contacts() -> Sequence[Contact]:
    return (
        Contact("c-lee", "+821012345678", "vip", "en", "Lee Ji-won"),
        Contact("c-zhang", "+8613800138000", "standard", "zh", "张敏"),
        Contact("c-park", "+821087654321", "standard", "ko", "박서준"),
        Contact("c-smith", "+442071838750", "standard", "en", "Joan Smith"),
        Contact("c-novak", "+12025550143", "standard", "en"),
    )


def _cases(now: datetime) -> Sequence[Case]:
    def case(
        name: str, ref: str, contact: str, category: str, urgency: Urgency, wish: Wish, lang: str, days: float,
        summary: str, status: CaseStatus = CaseStatus.OPEN,
    ) -> Case:  # fmt: skip
        opened = now - timedelta(days=days)
        return Case(name, ref, contact, category, urgency, wish, lang, status, opened, "minji", "X2", summary=summary)

    return (
        case("case-lee-1", "339120", "c-lee", "hardware", Urgency.SERVICE, Wish.REPAIR, "en", 9, "Charger gets warm"),
        case("case-lee-2", "207714", "c-lee", "billing", Urgency.MONEY, Wish.REFUND, "en", 64, "Charged twice in May",
             CaseStatus.SOLVED),
        case("case-zhang", "518834", "c-zhang", "hardware", Urgency.SAFETY, Wish.EXCHANGE, "zh", 2, "电池鼓包"),
        case("case-park", "664902", "c-park", "billing", Urgency.MONEY, Wish.REFUND, "ko", 1, "환불이 아직 안 됨"),
        case("case-smith", "720051", "c-smith", "returns", Urgency.SERVICE, Wish.EXCHANGE, "en", 1, "Wrong colour"),
        case("case-novak", "815530", "c-novak", "hardware", Urgency.SERVICE, Wish.REPAIR, "en", 0.2, "Will not start"),
    )  # fmt: skip


def _promises(now: datetime) -> Sequence[Promise]:
    def promise(
        ref: str, kind: PromiseKind, contact: str, case: str, urgency: Urgency, lang: str, made: float,
        window: tuple[float, float] | None, owner: str | None, note: str, tier: str = "standard",
        problem: str | None = None, attempts: int = 0,
    ) -> Promise:  # fmt: skip
        opens = now + timedelta(minutes=window[0]) if window else None
        due = now + timedelta(minutes=window[1]) if window else None
        state = PromiseState.DUE if opens is not None and opens <= now else PromiseState.OWED
        return Promise(
            f"pr-{ref}", ref, kind, state, contact, case, problem, tier, urgency, lang, "support",
            (("hardware", 2),), now - timedelta(hours=made), opens, due, owner, attempts, 1, note=note,
        )  # fmt: skip

    kinds = PromiseKind
    return (
        promise("339120", kinds.PROGRESS, "c-lee", "case-lee-1", Urgency.SERVICE, "en", 70, (-170, -8), "minji",
                "Say what the laboratory found", "vip"),
        promise("518835", kinds.CALLBACK, "c-zhang", "case-zhang", Urgency.SAFETY, "zh", 3, (-60, 12), "minji",
                "换货安排", attempts=1),
        promise("720052", kinds.FOLLOW_UP, "c-smith", "case-smith", Urgency.SERVICE, "en", 26, (60, 185), "minji",
                "Did the right colour arrive?"),
        promise("518834", kinds.WHEN_FIXED, "c-zhang", "case-zhang", Urgency.SAFETY, "zh", 40, None, "minji",
                "电池修复后告知", problem="p-battery"),
        promise("664902", kinds.CALLBACK, "c-park", "case-park", Urgency.MONEY, "ko", 2, (-20, 40), None,
                "환불 진행 상황"),
        promise("815530", kinds.CALLBACK, "c-novak", "case-novak", Urgency.SERVICE, "en", 4, (30, 150), None,
                "Walk through a reset"),
        promise("720051", kinds.CALLBACK, "c-smith", "case-smith", Urgency.SERVICE, "en", 5, (200, 320), None,
                "Confirm the exchange"),
    )  # fmt: skip


def _past_promises(now: datetime) -> Sequence[Promise]:
    ended = (
        (PromiseState.KEPT, 61),
        (PromiseState.RENEGOTIATED, 6),
        (PromiseState.BROKEN, 2),
        (PromiseState.WITHDRAWN, 4),
    )
    return [
        Promise(
            f"past-{state}-{number}", str(200_000 + number), PromiseKind.CALLBACK, state, "c-smith", None, None,
            "standard", Urgency.SERVICE, "en", "support", (), now - timedelta(days=3), None, None, None, 1, 4,
        )
        for state, many in ended
        for number in range(many)
    ]  # fmt: skip


def _waiting(now: datetime) -> Sequence[WaitingView]:
    def waiting(
        work: str, kind: WorkKind, queue: str, tier: str, urgency: Urgency, lang: str, ago: int, score: float
    ) -> WaitingView:
        due = now + timedelta(minutes=12) if kind is WorkKind.PROMISE else None
        return WaitingView(work, kind, queue, tier, urgency, lang, now - timedelta(seconds=ago), due, score)

    return (
        waiting("call-smoke", WorkKind.CALL, "support", "vip", Urgency.SAFETY, "en", 14, 100_056),
        waiting("pr-518835", WorkKind.PROMISE, "support", "standard", Urgency.SAFETY, "zh", 3600, 100_900),
        waiting("call-2", WorkKind.CALL, "billing", "standard", Urgency.MONEY, "ko", 96, 276),
        waiting("call-3", WorkKind.CALL, "support", "standard", Urgency.SERVICE, "zh", 171, 231),
        waiting("call-4", WorkKind.CALL, "support", "standard", Urgency.INFO, "en", 42, 42),
    )
