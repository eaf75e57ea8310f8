"""What is said, pressed or written into a caller's name stays words: no markup, no command, no query, no log line."""

from __future__ import annotations

from collections.abc import Callable

from structlog.testing import capture_logs

from callbacks.calls.records import Speaker
from callbacks.reports.report_html import report_html
from callbacks.reports.report_pdf import report_pdf
from callbacks.reports.report_view import report_view
from config.hotline_file import HotlineFile
from console.pages import desk_view
from console.pages.desk_view import Showing
from console.pages.html import Html
from console.ports import Site
from console.words import words
from ivr.messages import DigitPressed
from ivr.sip.uri import user_part
from tests.callbacks.samples import SEOUL
from tests.contracts.promise_books import house_on
from tests.journeys.stage import JourneyStage

EVIL = (
    "I want my money back <script>alert(1)</script><img src=x onerror=alert(2)>"
    "'; DROP TABLE calls; -- $(reboot) `reboot` ; rm -rf / %s%n%x {0.__class__} {{7*7}} \x1b[31mred\x1b[0m \u202eback"
)
MARKUP = ("<script", "<img", "onerror=alert(2)>")


async def test_no_log_line_holds_a_word_that_was_said_and_the_record_holds_every_one(stage: JourneyStage) -> None:
    ana, mia = stage.agent("ana"), stage.caller("+821011110002")
    ana.will_pick_up()
    await stage.on_shift("ana")
    with capture_logs() as logged:
        await mia.rings(at=1)
        await mia.says(EVIL, at=5)
        await mia.presses("1", at=25)
        await stage.at(45)
    assert mia.talks_with(ana)
    assert "script" not in str(logged)
    assert "reboot" not in str(logged)
    said = [line.text for line in await stage.calls.lines(stage.call_of(mia)) if line.speaker is Speaker.CALLER]
    assert said == [EVIL]


async def test_the_desk_shows_words_and_no_markup(stage: JourneyStage, file: HotlineFile) -> None:
    ana, mia = stage.agent("ana"), stage.caller("+821011110002")
    ana.will_pick_up()
    await stage.on_shift("ana")
    await mia.rings(at=1)
    await mia.says(EVIL, at=5)
    await mia.presses("1", at=25)
    await stage.at(45)
    work = await stage.desk.current("ana")
    assert work is not None
    assert work.case is not None
    assert "<script>" in work.case.summary  # the words are there
    show = Showing(words("en"), Site.of(file), stage.clock.now())
    page = str(desk_view.now_column(show, await stage.desk.agent("ana"), work, None, Html()))
    assert "&lt;script&gt;" in page
    assert not [bad for bad in MARKUP if bad in page]


async def test_the_database_keeps_the_words_and_the_report_of_the_case_prints_them(
    empty_database: Callable[[str], str],
) -> None:
    async with house_on("sqlite", empty_database) as house:
        contact = await house.caller()
        case = await house.complaint(contact)
        await house.calls.begin("call-0", contact=contact, dialled="1001", tier="standard")
        await house.calls.line("call-0", Speaker.CALLER, EVIL)
        await house.book.note_case(case.id, "ana", EVIL)
        await house.book.solve_case(case.id, "ana", EVIL)
        assert [line.text for line in await house.calls.lines("call-0")] == [EVIL]
        view = report_view(await house.book.case_report(case.id, house.calls), "en", SEOUL, EVIL)
        page = report_html(view)
        assert report_pdf(view).startswith(b"%PDF")
    assert "DROP TABLE" in page
    assert "{{7*7}}" in page
    assert not [bad for bad in MARKUP if bad in page]


def test_the_codes_of_a_terminal_in_a_callers_name_reach_no_log_line() -> None:
    assert user_part("sip:%1b%5b31mred%0d%0aforged%20line@h") == "[31mredforged line"


async def test_a_thousand_keys_leave_the_flow_where_one_does(stage: JourneyStage) -> None:
    mia = stage.caller("+821011110002")
    await mia.rings(at=1)
    await stage.at(5)
    for _ in range(1000):
        stage.edge.tell(DigitPressed(mia.leg, "9"))
    await stage.at(7)
    assert mia.is_on_a_call
    assert len(mia.heard()) < 40  # a few questions further on, by keys
