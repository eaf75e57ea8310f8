"""What the list of calls shows, without a browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from callbacks.calls.lookback import CallOutcome, CallsWanted, FoundCall
from callbacks.calls.model import CallLine, CallRecord, Speaker
from callbacks.lists import Listed, Place
from callbacks.privacy.personal import Looked
from console.book.call_log import Looking
from console.pages import calls_view
from console.pages.calls_view import Asked
from console.pages.desk_view import Showing
from console.words import words
from tests.console.fake_console import SITE

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOW = Showing(words("en"), SITE, NOW)
CALL = CallRecord(
    "call-1", "c-lee", "1588", "vip", NOW - timedelta(minutes=5), "ko",
    bridged_at=NOW - timedelta(minutes=4, seconds=30), ended_at=NOW, ended_by="them", agent="minji",
    category="safety", queue="support", urgency="safety", rating=4, recording="call-1.wav", codec="PCMA",
    packets_received=990, packets_lost=10, jitter=3.4, round_trip=21.0,
)  # fmt: skip
FOUND = FoundCall(CALL, "Lee Ji-won", "+821012345678", "481205")
EVIL = "<img src=x onerror=alert(1)>"


def test_an_address_is_read_and_written_back() -> None:
    query = {"day": "2026-03-02", "tier": "vip", "outcome": "talked", "recorded": "1"}
    asked = Asked.of(query)
    place = Place(NOW, "call-1")
    written = asked.address(place)
    assert written == (
        "/calls?day=2026-03-02&tier=vip&outcome=talked&recorded=1&after=2026-03-02T09%3A00%3A00%2B00%3A00~call-1"
    )
    assert asked.address(None) == "/calls?day=2026-03-02&tier=vip&outcome=talked&recorded=1"
    assert Asked().address(None) == "/calls"


def test_a_day_is_the_sites_and_rubbish_is_left_out() -> None:
    wanted = Asked.of({"day": "2026-03-02", "category": "safety"}).wanted(SHOW)
    assert wanted.since == datetime(2026, 3, 1, 15, tzinfo=UTC)  # midnight in Seoul
    assert wanted.until == datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert wanted.category == "safety"
    nothing = Asked.of({"day": "yesterday", "outcome": "bliss"})
    assert nothing.wanted(SHOW) == CallsWanted()
    assert not nothing.narrows


def test_the_form_keeps_what_was_asked() -> None:
    shown = calls_view.filters(SHOW, Asked(day="2026-03-02", queue="billing", outcome="left-queue", recorded=True))
    for text in ('value="2026-03-02"', '<option value="billing" selected>', '<option value="left-queue" selected>',
                 " checked>", 'href="/calls"', "Day (Asia/Seoul)"):  # fmt: skip
        assert text in shown, text
    assert 'href="/calls"' not in calls_view.filters(SHOW, Asked())


def test_a_row_says_when_with_whom_what_came_of_it_and_how_long() -> None:
    shown = calls_view.found(SHOW, Asked(), Listed((FOUND,)), "call-1")
    told = ("Lee Ji-won", "vip", "Talked with an agent", "Product safety", "Kim Min-ji", "5:00")
    for text in (*told, 'data-item="call-1"', 'aria-pressed="true"', 'aria-label="With a recording"'):
        assert text in shown, text
    assert "Older calls" not in shown
    nameless = FoundCall(replace(CALL, recording=None))
    assert "Number withheld" in calls_view.found(SHOW, Asked(), Listed((nameless,)), None)


def test_older_calls_are_a_link_that_keeps_the_conditions() -> None:
    page = Listed((FOUND,), Place(NOW, "call-1"))
    shown = calls_view.found(SHOW, Asked(tier="vip"), page, None)
    assert 'href="/calls?tier=vip&amp;after=' in shown
    assert "Latest" not in shown
    assert 'href="/calls?tier=vip" class="button small">Latest' in (
        calls_view.found(SHOW, Asked(tier="vip", after="x"), page, None)
    )


def test_an_empty_list_says_what_to_do() -> None:
    assert "Nobody has called yet." in calls_view.found(SHOW, Asked(), Listed(()), None)
    assert "Take a condition away" in calls_view.found(SHOW, Asked(tier="vip"), Listed(()), None)


def test_the_record_is_told_in_words() -> None:
    shown = calls_view.facts(SHOW, FOUND)
    for text in ("+821012345678", "They rang in", "<dd>0:30</dd>", "<dd>4:30</dd>", "<dd>5:00</dd>", "481205",
                 "4 of 5", "The other side", "PCMA · 1.0% lost · jitter 3 ms · round trip 21 ms"):  # fmt: skip
        assert text in shown, text
    assert "Why this agent" not in shown  # nothing was recorded of it


def test_a_callback_is_one_that_we_rang() -> None:
    shown = calls_view.facts(SHOW, replace(FOUND, call=replace(CALL, promise="p", bridged_at=None)))
    assert "We rang out" in shown
    assert "Until an agent" not in shown
    head = calls_view.heading_of(SHOW, replace(FOUND, call=replace(CALL, promise="p", bridged_at=None)))
    assert "Not reached" in head


def test_nothing_is_fetched_before_it_is_played() -> None:
    shown = calls_view.recording(SHOW, CALL)
    assert '<audio controls preload="none" src="/api/v1/calls/call-1/recording"' in shown
    assert "<audio" not in calls_view.recording(SHOW, replace(CALL, recording=None))


def test_a_transcript_says_who_spoke_and_what_was_heard_badly() -> None:
    lines = (
        CallLine("call-1", NOW, Speaker.HOTLINE, "How can I help you?"),
        CallLine("call-1", NOW, Speaker.CALLER, EVIL, 0.4),
    )
    shown = calls_view.transcript(SHOW, lines)
    assert "speaker-hotline" in shown
    assert "hardly understood" in shown
    assert "<img" not in shown
    assert "Nothing was heard" in calls_view.transcript(SHOW, ())


def test_the_audit_line_says_who_did_what_from_when_to_when() -> None:
    looks = (
        Looking("user:sam", Looked.RECORDING, NOW - timedelta(minutes=9), NOW),
        Looking("minji", Looked.TRANSCRIPT, NOW, NOW),
    )
    shown = calls_view.looked_at(SHOW, looks, "call-1")
    assert "sam listened" in shown
    assert "minji read the transcript" in shown
    assert shown.count("<time") == 3
    assert "Nobody has listened" in calls_view.looked_at(SHOW, (), "call-1")


def test_what_others_typed_cannot_become_markup() -> None:
    evil = FoundCall(replace(CALL, receipt=EVIL, agent=EVIL, category=EVIL, tier=EVIL, id=EVIL), EVIL, EVIL, EVIL)
    shown = calls_view.found(SHOW, Asked(), Listed((evil,)), None) + calls_view.facts(SHOW, evil)
    shown += calls_view.recording(SHOW, evil.call) + calls_view.heading_of(SHOW, evil)
    assert "<img" not in shown


def test_every_outcome_has_a_word() -> None:
    for language in ("en", "zh", "ko"):
        shown = calls_view.filters(Showing(words(language), SITE, NOW), Asked())
        assert not any(f">{outcome}<" in shown for outcome in CallOutcome)
