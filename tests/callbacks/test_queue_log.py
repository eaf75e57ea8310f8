"""What the floor told, under the names of Asterisk's queue log."""

from __future__ import annotations

from datetime import timedelta

import pytest

from callbacks.calls.model import CallRecord
from callbacks.calls.queue_log import Known, QueueEvent, queue_log
from config.outbox import OutboxEntry
from tests.callbacks.samples import NOON

NUMBER = "+821012345678"


class Story:
    """Events of the floor, a position each."""

    def __init__(self) -> None:
        self.entries: list[OutboxEntry] = []

    def tell(self, second: float, noun: str, verb: str, subject: str, **data: object) -> None:
        position = len(self.entries) + 1
        at = NOON + timedelta(seconds=second)
        self.entries.append(OutboxEntry(position, f"id-{position}", noun, verb, subject, at, data))

    def enqueued(self, second: float, kind: str = "call") -> None:
        self.tell(second, "work", "enqueued", "w", queue="support", kind=kind)

    def log(self, after: int = 0, ended_by: str = "them", full: bool = True) -> list[QueueEvent]:
        """The lines after so many events."""
        call = CallRecord("w", "c-1", "1588", "vip", NOON, ended_by=ended_by)
        known = {"w": Known(call, NUMBER)}
        return list(queue_log(self.entries[:after], self.entries[after:], known, full_numbers=full))


def said(lines: list[QueueEvent]) -> list[tuple[str, ...]]:
    return [(line.event.value, line.agent, line.data1, line.data2, line.data3, line.data4) for line in lines]


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.mark.parametrize(("ended_by", "complete"), [("them", "COMPLETECALLER"), ("us", "COMPLETEAGENT")])
def test_a_call_that_is_served(story: Story, ended_by: str, complete: str) -> None:
    story.enqueued(0)
    story.tell(10, "work", "offered", "w", agent="ana")
    story.tell(25, "work", "offer-ended", "w", agent="ana", why="no-answer")
    story.tell(25, "work", "requeued", "w")
    story.tell(30, "work", "offered", "w", agent="ben")
    story.tell(34, "work", "taken", "w", agent="ben", waited=34.0)
    story.tell(94, "work", "left", "w", agent="ben", why="")
    lines = story.log(ended_by=ended_by)
    assert said(lines) == [
        ("ENTERQUEUE", "NONE", "", NUMBER, "", ""),
        ("RINGNOANSWER", "ana", "15000", "", "", ""),
        ("CONNECT", "ben", "34", "SIP/ben", "4", ""),
        (complete, "ben", "34", "60", "", ""),
    ]
    assert {line.queuename for line in lines} == {"support"}
    for cut in range(len(story.entries)):
        assert story.log(cut, ended_by) == [line for line in lines if line.position > cut]


@pytest.mark.parametrize(
    ("why", "line"),
    [
        ("hung-up", ("ABANDON", "NONE", "", "", "42", "")),
        ("promised", ("EXITWITHKEY", "NONE", "", "", "", "42")),
        ("not-due", ("EXITWITHTIMEOUT", "NONE", "", "", "42", "")),
    ],
)
def test_work_that_leaves_unserved(story: Story, why: str, line: tuple[str, ...]) -> None:
    story.enqueued(0)
    story.tell(42, "work", "left", "w", agent="", why=why)
    (_, left) = story.log()
    assert said([left]) == [line]
    assert left.reason == why


def test_a_call_that_is_handed_on_is_not_completed_here(story: Story) -> None:
    story.enqueued(0)
    story.tell(5, "work", "offered", "w", agent="ana")
    story.tell(8, "work", "taken", "w", agent="ana", waited=8.0)
    story.tell(68, "work", "transferred", "w", agent="ana")
    story.tell(69, "work", "left", "w", agent="ana", why="")
    assert said(story.log(3)) == [("TRANSFER", "ana", "", "", "8", "60")]


def test_an_offer_that_is_taken_back_is_nobodys_fault(story: Story) -> None:
    story.enqueued(0, "promise")
    story.tell(5, "work", "offered", "w", agent="ana")
    story.tell(7, "work", "offer-ended", "w", agent="ana", why="withdrawn")
    (entered, cancelled) = story.log()
    assert (cancelled.event, cancelled.data1, entered.kind) == ("RINGCANCELED", "2000", "promise")


def test_an_agents_day(story: Story) -> None:
    for state, reason in (("paused", "signed in"), ("ready", ""), ("offered", ""), ("talking", ""), ("wrap-up", ""),
                          ("paused", "lunch"), ("ready", ""), ("unreachable", ""), ("ready", ""),
                          ("signed-out", "")):  # fmt: skip
        story.tell(0, "agent", "state-changed", "ana", state=state, reason=reason)
    lines = story.log()
    assert [(line.event, line.data1) for line in lines] == [
        ("ADDMEMBER", "PAUSED"),
        ("UNPAUSE", ""),
        ("PAUSE", "lunch"),
        ("UNPAUSE", ""),
        ("PAUSE", "unreachable"),
        ("UNPAUSE", ""),
        ("REMOVEMEMBER", ""),
    ]
    last = list(queue_log(story.entries[5:6], story.entries[6:], {}, full_numbers=True))
    assert last == lines[3:]


def test_a_newly_published_file_and_a_masked_number(story: Story) -> None:
    story.tell(0, "hotline-file", "published", "2")
    story.enqueued(1)
    (reload, entered) = story.log(full=False)
    assert (reload.event, reload.queuename) == ("CONFIGRELOAD", "NONE")
    assert entered.data2 == "+82********78"


def test_of_a_call_that_is_no_longer_kept_the_number_is_empty(story: Story) -> None:
    story.enqueued(0)
    (entered,) = queue_log((), story.entries, {}, full_numbers=True)
    assert (entered.data2, entered.queuename) == ("", "support")
