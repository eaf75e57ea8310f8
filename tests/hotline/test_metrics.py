"""Metrics: what is told is counted, what is looked at is shown, and the handbook lists them all."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from callbacks.calls.model import CallRecord
from callbacks.events import AttemptEnded, PromiseBroken, PromiseKept, PromiseMade
from callbacks.letters.events import MessageGivenUp, MessageSent
from config.clock import VirtualClock
from config.errors import DatabaseFault
from config.events import Event
from config.urgency import Urgency
from console.web.health import Part, Standing
from hotline.metrics.catalogue import Metrics
from hotline.metrics.counting import Counting, LogCounter
from hotline.metrics.scrape import BookFigures, Scrape
from hotline.metrics.table import renewed, table
from ivr.events import EarsRelieved, EarsStrained
from ivr.messages import EarsUnavailable, LegFailed, NothingHeard
from routing.agents import AgentOnFloor, AgentState
from routing.classes import WaitingWork
from routing.events import OfferEndedUntaken, WorkEnqueued, WorkLeftFloor, WorkOffered, WorkTaken
from routing.work import Needs, Work, WorkKind

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"

Value = Callable[..., float | None]


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("1.2.3")


@pytest.fixture
def counting(metrics: Metrics) -> Counting:
    return Counting(metrics)


@pytest.fixture
def value(metrics: Metrics) -> Value:
    return lambda name, **labels: metrics.registry.get_sample_value(f"hotline_{name}", labels)


def queued(subject: str, kind: str = "call") -> WorkEnqueued:
    return WorkEnqueued(
        subject=subject, at=NOW, kind=kind, queue="repairs", language="ko", tier="gold", urgency="normal"
    )


def call(**known: Any) -> CallRecord:
    return replace(CallRecord("call-1", "contact-1", "+8227", "gold", NOW), **known)


def test_a_caller_who_is_put_through_is_counted_with_their_wait(counting: Counting, value: Value) -> None:
    told: list[Event] = [
        queued("call-1"),
        WorkOffered(subject="call-1", at=NOW, agent="ana", score=1.0, waited=25.0, why=""),
        WorkTaken(subject="call-1", at=NOW, agent="ana", waited=25.0),
        WorkLeftFloor(subject="call-1", at=NOW, agent="ana", why=""),
    ]
    for event in told:
        counting.on_event(event)
    assert value("work_enqueued_total", queue="repairs", kind="call") == 1
    assert value("wait_seconds_bucket", queue="repairs", tier="gold", le="20.0") == 0
    assert value("wait_seconds_bucket", queue="repairs", tier="gold", le="30.0") == 1
    assert value("offers_ended_total", end="taken") == 1
    assert value("work_left_total", kind="call", why="served") == 1


def test_a_promise_does_not_wait_as_a_caller_does(counting: Counting, value: Value) -> None:
    counting.on_event(queued("promise-1", "promise"))
    counting.on_event(WorkTaken(subject="promise-1", at=NOW, agent="ana", waited=3600.0))
    assert value("wait_seconds_count", queue="repairs", tier="gold") is None


def test_a_caller_who_hangs_up_and_an_offer_that_is_not_answered_are_told_apart(
    counting: Counting, value: Value
) -> None:
    counting.on_event(queued("call-1"))
    counting.on_event(OfferEndedUntaken(subject="call-1", at=NOW, agent="ana", why="no-answer"))
    counting.on_event(WorkLeftFloor(subject="call-1", at=NOW, agent="", why="hung-up"))
    assert value("offers_ended_total", end="no-answer") == 1
    assert value("work_left_total", kind="call", why="hung-up") == 1
    assert value("work_left_total", kind="call", why="served") == 0


def test_promises_attempts_and_messages_are_counted(counting: Counting, value: Value) -> None:
    made = PromiseMade(
        subject="p", at=NOW, kind="callback", contact="c", tier="gold", urgency="normal", queue="repairs", due=None
    )
    told: list[Event] = [
        made,
        made,
        PromiseKept(subject="p", at=NOW, by="attempt"),
        PromiseBroken(subject="p", at=NOW, contact="c", reason="nobody free"),
        AttemptEnded(subject="p", at=NOW, attempt="a", outcome="no-answer", not_before=None),
        MessageSent(subject="m", at=NOW, template="promise", channel="mail", contact="c"),
        MessageGivenUp(subject="m", at=NOW, template="promise", channel="text", contact="c", tries=3, fault="refused"),
    ]
    for event in told:
        counting.on_event(event)
    assert value("promises_made_total", kind="callback") == 2
    assert (value("promises_kept_total"), value("promises_broken_total")) == (1, 1)
    assert value("attempts_ended_total", outcome="no-answer") == 1
    assert value("messages_sent_total", channel="mail") == 1
    assert value("messages_failed_total", channel="text") == 1


def test_a_call_is_in_progress_until_its_record_is_complete(counting: Counting, value: Value) -> None:
    counting.call_began(call())
    assert value("calls_in_progress", direction="inbound") == 1
    ended = NOW + timedelta(seconds=90)
    counting.call_ended(call(ended_at=ended, ended_by="them", bridged_at=NOW + timedelta(seconds=20)))
    assert value("calls_in_progress", direction="inbound") == 0
    assert value("calls_ended_total", direction="inbound", outcome="talked", by="them") == 1
    assert value("call_duration_seconds_sum", direction="inbound") == 90


def test_a_call_that_an_earlier_process_began_takes_nothing_away(counting: Counting, value: Value) -> None:
    counting.call_ended(call(ended_at=NOW, ended_by="lost in a crash", promise="p"))
    assert value("calls_in_progress", direction="outbound") == 0
    assert value("calls_ended_total", direction="outbound", outcome="not-reached", by="other") == 1


def test_the_quality_of_the_line_is_told_both_ways_in_base_units(counting: Counting, value: Value) -> None:
    heard = call(packets_received=980, packets_lost=20, packets_sent=1000, lost_there=0, jitter=4.0, jitter_there=None)
    counting.call_ended(replace(heard, ended_at=NOW, ended_by="us"))
    assert value("rtp_loss_ratio_sum", way="received") == pytest.approx(0.02)
    assert value("rtp_loss_ratio_sum", way="sent") == 0
    assert value("rtp_jitter_seconds_sum", way="received") == pytest.approx(0.004)
    assert value("rtp_jitter_seconds_count", way="sent") is None


def test_what_ears_and_telephones_tell_is_counted(counting: Counting, value: Value) -> None:
    counting.on_told(NothingHeard("leg", 1))
    counting.on_told(EarsUnavailable("leg", 2, "away"))
    for status in (486, 499, 999):
        counting.on_told(LegFailed("leg", status, "whatever the peer says"))
    counting.on_event(EarsStrained(subject="ears", at=NOW, behind=2.5))
    assert counting.is_strained
    assert (value("ears_strained"), value("ears_behind_seconds")) == (1, 2.5)
    counting.on_event(EarsRelieved(subject="ears", at=NOW))
    assert not counting.is_strained
    assert (value("ears_strained"), value("ears_behind_seconds")) == (0, 0)
    assert [value("listens_ended_total", result=result) for result in ("heard", "nothing", "unavailable")] == [0, 1, 1]
    assert [value("dials_failed_total", status=status) for status in ("486", "4xx", "other")] == [1, 1, 1]


def test_what_is_logged_is_counted_from_warnings_on(metrics: Metrics, value: Value) -> None:
    logger = logging.Logger("tested")
    logger.addHandler(LogCounter(metrics))
    for level in (logging.INFO, logging.WARNING, logging.ERROR, logging.ERROR):
        logger.log(level, "something")
    assert [value("log_messages_total", level=level) for level in ("warning", "error")] == [1, 2]


class Floor:
    """Two callers wait in one queue, one agent is there."""

    def __init__(self) -> None:
        self.callers = [timedelta(seconds=90), timedelta(seconds=30)]

    def waiting(self) -> tuple[WaitingWork, ...]:
        needs = Needs("repairs", "ko")
        works = (
            Work(f"call-{n}", WorkKind.CALL, needs, "gold", Urgency.INFO, NOW - waited)
            for n, waited in enumerate(self.callers)
        )
        return tuple(WaitingWork(work, 0.0) for work in works)

    def agents(self) -> tuple[AgentOnFloor, ...]:
        return (AgentOnFloor("ana", AgentState.TALKING, "", NOW, "call-9"),)


class Book:
    """A database with two promises, until it is away."""

    def __init__(self) -> None:
        self.is_away = False

    async def read(self, now: datetime) -> BookFigures:
        if self.is_away:
            raise DatabaseFault("away")
        refused = {"webhook:crm": 4}
        return BookFigures({("owed", "callback"): 2}, 7.0, outbox_unsent=3, set_aside=refused, messages_waiting=1)


class Ready:
    """Ready, without speech."""

    async def look(self) -> tuple[Part, ...]:
        return Part("database"), Part("ears", Standing.DEGRADED, "keys only")


def scrape_of(metrics: Metrics, floor: Floor, book: Book, clock: VirtualClock) -> Scrape:
    return Scrape(metrics, floor, book, Ready(), frozenset, lambda: True, clock)


async def test_a_scrape_shows_floor_book_and_parts(metrics: Metrics, value: Value) -> None:
    body, media_type = await scrape_of(metrics, Floor(), Book(), VirtualClock(NOW)).expose("")
    assert media_type.startswith("text/plain")
    assert b'hotline_work_waiting{kind="call",queue="repairs"} 2.0' in body
    assert value("work_longest_wait_seconds", queue="repairs", kind="call") == 90
    assert [value("agents", state=state) for state in ("talking", "ready")] == [1, 0]
    assert value("promises_open", state="owed", kind="callback") == 2
    assert (value("promise_overdue_seconds"), value("outbox_unsent"), value("messages_waiting")) == (7, 3, 1)
    assert value("events_set_aside", receiver="webhook:crm") == 4
    assert (value("ready"), value("part_ready", part="ears"), value("part_ready", part="database")) == (1, 0.5, 1)
    assert (value("broker_connected"), value("ears_languages"), value("database_up")) == (1, 0, 1)


async def test_a_scraper_that_speaks_openmetrics_gets_it(metrics: Metrics) -> None:
    scrape = scrape_of(metrics, Floor(), Book(), VirtualClock(NOW))
    body, media_type = await scrape.expose("application/openmetrics-text; version=1.0.0")
    assert media_type.startswith("application/openmetrics-text")
    assert body.endswith(b"# EOF\n")


async def test_a_queue_that_is_empty_again_has_no_line(metrics: Metrics, value: Value) -> None:
    floor, clock = Floor(), VirtualClock(NOW)
    scrape = scrape_of(metrics, floor, Book(), clock)
    await scrape.expose("")
    floor.callers.clear()
    await scrape.expose("")
    assert value("work_waiting", queue="repairs", kind="call") is None


async def test_without_the_database_a_scrape_tells_so_and_the_rest(metrics: Metrics, value: Value) -> None:
    book, clock = Book(), VirtualClock(NOW)
    book.is_away = True
    await scrape_of(metrics, Floor(), book, clock).expose("")
    assert (value("database_up"), value("agents", state="talking")) == (0, 1)


async def test_the_list_has_every_metric_that_is_told_and_no_other(metrics: Metrics) -> None:
    Counting(metrics)
    body, _ = await scrape_of(metrics, Floor(), Book(), VirtualClock(NOW)).expose("")
    families = {(f.name, f.type) for f in text_string_to_metric_families(body.decode()) if f.name.startswith("hotline")}
    assert families == {(one.name.removesuffix("_total"), one.kind) for one in metrics.described}


async def test_processes_and_the_collector_are_told_by_their_usual_names(metrics: Metrics) -> None:
    body, _ = await scrape_of(metrics, Floor(), Book(), VirtualClock(NOW)).expose("")
    for name in (b"process_cpu_seconds_total", b"process_open_fds", b"python_gc_collections_total"):
        assert name in body


def test_no_label_can_name_a_person_or_a_call(metrics: Metrics) -> None:
    labels = {label for one in metrics.described for label in one.labels}
    assert labels.isdisjoint({"agent", "caller", "number", "contact", "call", "promise", "case", "id", "leg"})


def test_the_handbook_lists_the_metrics_as_they_are() -> None:
    page = OPERATING.read_text(encoding="utf-8")
    assert renewed(page) == page, "run: python -m hotline.metrics.table docs/operating.md"


def test_a_page_without_a_place_for_them_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        renewed(table())
