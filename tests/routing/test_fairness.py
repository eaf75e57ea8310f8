"""Nobody starves: over random schedules every caller and every promise is served within a bound one can compute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from config.hotline_file import HotlineFile
from config.urgency import Urgency
from routing.changes import AgentReady, AgentSignedIn, OfferTaken, TimePassed, WorkArrived, WorkEnded
from routing.floor import Floor
from routing.outcomes import OfferMade
from routing.receipts import Receipt
from routing.score import standing
from routing.work import Mood, Work, WorkKind
from tests.routing.floors import GENERAL, START, agent, at, call, hotline, promise

#: One kind of agent, so that every agent who becomes free could serve everything that waits.
FILE = hotline(
    {name: agent(wrap_up=0) for name in ("kim", "lee")},
    scoring={"urgency": {"legal": 600, "money": 180, "service": 60, "info": 0}, "affinity_hold": 0},
)
SERVICE = 60.0
WINDOW = 3600.0

tiers = st.sampled_from(("vip", "standard"))
urgencies = st.sampled_from((Urgency.LEGAL, Urgency.MONEY, Urgency.SERVICE, Urgency.INFO))


@st.composite
def pieces(draw: st.DrawFn) -> Work:
    """A caller or a due promise, of any standing; the time of arrival is set by the schedule."""
    name, tier = "", draw(tiers)
    if draw(st.booleans()):
        opened = draw(st.floats(0, WINDOW))
        return replace(promise(name, 0, -opened, WINDOW - opened, tier=tier), urgency=draw(urgencies))
    return call(name, 0, GENERAL, tier, draw(urgencies), repeat=draw(st.booleans()), mood=draw(st.sampled_from(Mood)))


def arriving(number: int, work: Work, seconds: float) -> Work:
    """The piece as it arrives at this time."""
    shift = timedelta(seconds=seconds)
    return replace(
        work,
        id=f"w{number}",
        since=START + shift,
        opens=work.opens + shift if work.opens else None,
        due=work.due + shift if work.due else None,
    )


@dataclass(frozen=True)
class Line:
    """A bound of all scores: nobody has more than `points` on arrival, nor gains more than `pace` a second."""

    points: float
    pace: float


def steepest(file: HotlineFile, works: Iterable[Work]) -> Line:
    """The bound for these works under this file."""
    lines = [(standing(work, file), work) for work in works]
    pace = max(place.rate + (place.rise.per_second if place.rise else 0) for place, _ in lines)
    return Line(max(place.score(work.since) for place, work in lines), pace)


def serve(arrivals: list[Work], servers: int = 1, until: float = 1e6) -> list[Receipt]:
    """Everyone talks for `SERVICE` seconds without a pause, until nothing is left to do."""
    floor = Floor(FILE, "v1")
    receipts: list[Receipt] = []
    ends: list[tuple[float, str, str]] = []

    def tell(outcomes: tuple[object, ...], seconds: float) -> None:
        for outcome in outcomes:
            if isinstance(outcome, OfferMade):
                receipts.append(outcome.receipt)
                floor.feed(OfferTaken(outcome.agent, outcome.work.id), at(seconds))
                ends.append((seconds + SERVICE, outcome.agent, outcome.work.id))

    for name in list(FILE.agents)[:servers]:
        floor.feed(AgentSignedIn(name), START)
        tell(floor.feed(AgentReady(name), START), 0)
    waiting = list(arrivals)
    while waiting or ends:
        due = (waiting[0].since - START).total_seconds() if waiting else until
        if ends and ends[0][0] <= due:
            seconds, name, work = ends.pop(0)
            tell(floor.feed(WorkEnded(name, work), at(seconds)), seconds)
        else:
            work_arrived = waiting.pop(0)
            tell(floor.feed(WorkArrived(work_arrived), work_arrived.since), due)
    assert not floor.waiting(at(until))
    return receipts


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(pieces(), st.floats(0, 120)), min_size=2, max_size=60),
    st.integers(1, 2),
)
def test_everyone_is_served_and_none_is_passed_over_by_who_came_too_late_to_overtake(
    schedule: list[tuple[Work, float]], servers: int
) -> None:
    """Who waits t seconds at rate b is only passed over by those whom even the steepest line let catch up: they came
    before t' with points + pace * (t - t') >= b * t. So ever fewer of those who come can pass, and at last nobody."""
    works, clock = [], 0.0
    for number, (work, gap) in enumerate(schedule):
        clock += gap
        works.append(arriving(number, work, clock))
    line = steepest(FILE, works)
    receipts = serve(works, servers)
    assert sorted(receipt.work for receipt in receipts) == sorted(work.id for work in works)
    by_id = {work.id: work for work in works}
    offered = {receipt.work: receipt.at for receipt in receipts}
    for receipt in receipts:
        winner = by_id[receipt.work]
        for other in works:
            if other.since <= receipt.at < offered[other.id]:
                place = standing(other, FILE)
                least = place.rate * (receipt.at - other.since).total_seconds()
                assert least <= line.points + line.pace * (receipt.at - winner.since).total_seconds() + 1e-6


@settings(max_examples=30, deadline=None)
@given(rivals=st.lists(pieces(), min_size=1, max_size=8), load=st.floats(0.5, 1.15), mine=pieces())
def test_the_wait_is_bounded_even_while_favoured_work_comes_faster_than_it_is_served(
    rivals: list[Work], load: float, mine: Work
) -> None:
    """With one agent, work every s / k seconds and one piece in hand, who waits T seconds at rate b was passed over by
    at most 1 + k / s * (T - (b T - points) / pace) pieces, each of s seconds: T (1 - k (1 - b / pace)) is at most
    2 s + k * points / pace and the rest of what is in hand, another s. At these rates that is finite up to k = 1.23."""
    gap = SERVICE / load
    lines = [arriving(0, mine, 0.0), *(arriving(n, rival, 0.0) for n, rival in enumerate(rivals))]
    steep = steepest(FILE, lines)
    rate = standing(mine, FILE).rate
    remains = 1 - load * (1 - rate / steep.pace)
    bound = (3 * SERVICE + load * steep.points / steep.pace) / remains
    works = [arriving(n, rivals[n % len(rivals)], n * gap) for n in range(int(bound / gap) + 5)]
    works.insert(1, replace(arriving(0, mine, gap / 2), id="mine"))
    waited = next(receipt.waited for receipt in serve(works) if receipt.work == "mine")
    assert waited <= bound


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(tiers, urgencies, st.sampled_from(Mood), st.floats(0, 60)), min_size=2, max_size=60))
def test_nobody_is_overtaken_by_a_later_one_of_the_same_class(
    schedule: list[tuple[str, Urgency, Mood, float]],
) -> None:
    works, clock = [], 0.0
    for number, (tier, urgency, mood, gap) in enumerate(schedule):
        clock += gap
        works.append(arriving(number, call("", tier=tier, urgency=urgency, mood=mood), clock))
    by_id = {work.id: work for work in works}
    served = [by_id[receipt.work] for receipt in serve(works, servers=2)]
    for tier, urgency in {(work.tier, work.urgency) for work in works}:
        alike = [int(work.id[1:]) for work in served if (work.tier, work.urgency) == (tier, urgency)]
        assert alike == sorted(alike)


@given(pieces(), st.lists(st.floats(0, 2 * WINDOW), min_size=2, max_size=5))
def test_a_score_never_falls(work: Work, moments: list[float]) -> None:
    place = standing(arriving(0, work, 0.0), FILE)
    scores = [place.score(at(seconds)) for seconds in sorted(moments)]
    assert scores == sorted(scores)


@given(pieces(), st.floats(0, 2 * WINDOW))
def test_lines_and_scores_say_the_same(work: Work, seconds: float) -> None:
    place = standing(arriving(0, work, 0.0), FILE)
    slope = place.slope(at(seconds), at(-500))
    assert abs(slope.pace * (at(seconds) - at(-500)).total_seconds() - slope.lead - place.score(at(seconds))) < 1e-6


@settings(max_examples=60, deadline=None)
@given(tiers, st.floats(0, 800))
def test_a_promise_near_its_end_overtakes_a_caller_who_came_before_it(tier: str, ahead: float) -> None:
    """By the end of its window it has `promise_due` points more: as much as a caller gains who came so much earlier."""
    rate = FILE.tiers[tier].priority_rate
    owed = promise("owed", since=ahead / rate, opens=ahead / rate, due=ahead / rate + WINDOW, tier=tier)
    floor = Floor(FILE, "v1")
    floor.feed(WorkArrived(call("earlier", tier=tier)), START)
    assert owed.due is not None
    floor.feed(WorkArrived(owed), owed.since)
    if ahead > 0:
        assert [waiting.work.id for waiting in floor.waiting(owed.since)] == ["earlier", "owed"]
    floor.feed(TimePassed(), owed.due)
    floor.feed(AgentSignedIn("kim"), owed.due)
    (offer,) = [each for each in floor.feed(AgentReady("kim"), owed.due) if isinstance(each, OfferMade)]
    assert (offer.work.id, offer.work.kind) == ("owed", WorkKind.PROMISE)


@given(st.permutations(tuple(Urgency)), tiers)
def test_graver_matters_come_first_whatever_the_order_they_came_in(order: list[Urgency], tier: str) -> None:
    floor = Floor(hotline({"kim": agent()}), "v1")
    for urgency in order:
        floor.feed(WorkArrived(call(urgency.value, tier=tier, urgency=urgency)), START)
    line = [waiting.work.urgency for waiting in floor.waiting(at(30))]
    assert line == sorted(Urgency, key=lambda urgency: -urgency.rank)
