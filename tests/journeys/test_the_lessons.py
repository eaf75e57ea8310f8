"""What practice taught, lived through on the stage: each test has the sentence of a lesson for its name, and shows what
the caller hears, what the desk shows and what the ledger says."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from callbacks.entries import HOTLINE
from callbacks.letters.messages import MessageState
from callbacks.letters.messenger import Messenger
from callbacks.model import CaseStatus, Channel, PromiseKind, PromiseState, Wish
from callbacks.reports.report_html import report_html
from callbacks.reports.report_view import report_view
from callbacks.status.public_status import PublicStatus
from callbacks.status.standing import Stage as Standing
from callbacks.status.status_codes import StatusCodes
from config.errors import Refused
from config.urgency import Urgency
from hotline.couriers import LetterRules
from prompts.letters import Template
from tests.callbacks.promised import promise_callback
from tests.callbacks.samples import SEOUL
from tests.journeys.lessons_told import (
    Letterbox,
    desk_of,
    keys,
    passes_unseen,
    promises,
    prompts_of,
    silences_watched,
    tells,
)
from tests.journeys.stage import JourneyStage

MIA, LEO, VIP = "+821011110001", "+821011110002", "+821011110003"
HOUR, DAY = 3600.0, 86400.0


async def test_1_note_who_was_hit_by_a_problem_and_ring_them_all_when_it_is_solved(stage: JourneyStage) -> None:
    await stage.known(VIP, "vip")
    problem = await stage.desk.open_problem("The spring update locks people out", "account", None, "")
    mia, vip = stage.caller(MIA), stage.caller(VIP)
    for caller, begins in ((mia, 0), (vip, 40)):
        await tells(caller, "i can not log in", at=begins)
        await caller.presses("1", at=begins + 21)
        await stage.at(begins + 28)
        assert prompts_of(caller)[-3:] == ["offer-when-fixed", "when-fixed-made", "goodbye"]
    (ana,) = await stage.on_shift("ana")
    await stage.at(HOUR)
    assert (mia.rung, vip.rung) == (0, 0)  # nothing is fixed yet
    assert await stage.desk.solve_problem(problem.id) == 2
    await stage.at(stage.seconds + 12)
    assert vip.talks_with(ana)  # the tier comes before who was first
    assert prompts_of(vip)[-1] == "when-fixed-hello"
    view = await desk_of(stage, "ana")
    assert view.promise is not None
    assert (view.promise.problem, view.promise.kind) == (problem.id, PromiseKind.WHEN_FIXED)
    assert [line.text for line in view.transcript] == ["i can not log in"]
    await vip.hangs_up(at=stage.seconds + 60)
    await stage.at(stage.seconds + 30)
    assert mia.talks_with(ana)
    await mia.hangs_up(at=stage.seconds + 60)
    assert {promise.state for promise in await promises(stage, PromiseKind.WHEN_FIXED)} == {PromiseState.KEPT}
    await stage.at(stage.seconds + 60)
    await stage.is_at_rest()


async def test_2_i_thought_it_was_only_talk(stage: JourneyStage) -> None:
    mia = stage.caller(MIA)
    promise = await stage.owes(mia, opens=60)
    (ana,) = await stage.on_shift("ana")
    await mia.rings(at=58)
    await mia.hears("greeting", "owed-callback", "owed-choice", by=64)  # before anything else
    assert promise.reference in mia.text_of("owed-callback").replace(" ", "")
    assert mia.rung == 0  # it has fallen due, but she is on the line
    await mia.presses("1", at=65)
    await stage.at(75)
    assert mia.talks_with(ana)
    view = await desk_of(stage, "ana")
    assert [owed.id for owed in view.owed] == [promise.id]
    assert view.case is not None
    assert (view.case.id, view.category) == (promise.case, "refund")  # what was promised need not be told again
    assert "refund" in stage.agent("ana").text_of("whisper-call")
    await mia.hangs_up(at=100)
    assert await stage.promise_state() is PromiseState.KEPT
    await stage.desk.finish("ana", None, True, "paid")
    assert (await stage.book.case(view.case.id)).status is CaseStatus.SOLVED
    await stage.at(HOUR)
    assert mia.rung == 0
    await stage.is_at_rest()


async def test_4_a_second_complaint_on_one_matter_reaches_a_senior_by_another_way(stage: JourneyStage) -> None:
    ana, dee, mia, leo = stage.agent("ana"), stage.agent("dee"), stage.caller(MIA), stage.caller(LEO)
    await stage.on_shift("dee")
    await tells(mia, "the vacuum cleaner does not turn on any more", at=0)
    assert mia.talks_with(dee)
    await mia.hangs_up(at=60)
    first = prompts_of(mia)
    await stage.at(120)
    await tells(leo, "it is broken and i need a repair", at=121)
    assert leo.talks_with(dee)
    await stage.on_shift("ana")
    await leo.hangs_up(at=150)
    await stage.at(200)  # both are free, and Dee knows the matter
    await mia.rings(at=201)
    await mia.presses("1", at=207)  # yes, about that again
    await stage.at(225)
    again = prompts_of(mia)[len(first) :]
    assert again[:3] == ["greeting", "same-matter", "repeat-sorry"]
    assert {"ask-problem", "case-opened"} <= set(first)
    assert not {"ask-problem", "case-opened"} & set(again)  # never the same menu
    assert mia.talks_with(ana)
    assert not mia.talks_with(dee)
    view = await desk_of(stage, "ana")
    assert "complained before" in view.why
    assert view.case is not None
    assert view.case.repeat
    assert len(await stage.book.cases_of(view.contact)) == 1  # one matter, one case
    assert "complained-again" in [note.what for note in await stage.book.case_history(view.case.id)]


async def test_11_urgency_by_harm_and_speech_may_raise_it_but_only_a_person_lower_it(stage: JourneyStage) -> None:
    mia, leo = stage.caller(MIA), stage.caller(LEO)
    (ana,) = await stage.on_shift("ana")
    busy = stage.caller("+821011110009")
    await tells(busy, "my parcel has not arrived", at=0)
    await leo.rings(at=30)
    await leo.says("i want my money back", at=34)
    await leo.presses("1", at=42)
    await leo.presses("2", at=50)
    await mia.rings(at=60)
    await mia.says("the charger is smoking", at=64)
    await mia.presses("1", at=74)
    await stage.at(85)
    assert "confirm-safety" in prompts_of(mia)
    assert [one.work.urgency for one in stage.floor.waiting()] == [Urgency.SAFETY, Urgency.MONEY]
    await busy.hangs_up(at=90)
    await stage.at(125)
    assert mia.talks_with(ana)  # although Leo was first
    view = await desk_of(stage, "ana")
    assert (view.urgency, "ahead of 1" in view.why) == (Urgency.SAFETY, True)
    assert view.case is not None
    with pytest.raises(Refused):
        await stage.book.lower_urgency(view.case.id, Urgency.SERVICE, HOTLINE, "it was only steam")
    with pytest.raises(Refused):
        await stage.book.lower_urgency(view.case.id, Urgency.SERVICE, "ana", " ")
    lowered = await stage.book.lower_urgency(view.case.id, Urgency.SERVICE, "ana", "it was only steam")
    assert lowered.urgency is Urgency.SERVICE
    last = (await stage.book.case_history(view.case.id))[-1]
    assert (last.what, last.by, "it was only steam" in last.text) == ("urgency-lowered", "ana", True)
    assert (await stage.book.raise_urgency(view.case.id, Urgency.LEGAL)).urgency is Urgency.LEGAL


async def test_12_if_it_takes_long_say_when_and_answer_by_then(stage: JourneyStage) -> None:
    mia = stage.caller(MIA)
    await tells(mia, "i want my money back", at=0)  # nobody is there
    assert "choose-time" in prompts_of(mia)
    await mia.presses("1", at=22)
    await stage.at(30)
    promise = await stage.only_promise()
    assert promise.opens is not None
    assert promise.due is not None
    assert "today at twelve" in mia.text_of("callback-made")
    assert promise.opens.astimezone(SEOUL).hour == 12
    assert promise.due - promise.opens == timedelta(seconds=stage.file.callbacks.window)
    await stage.on_shift("ana")
    await stage.at_moment(promise.opens + timedelta(seconds=15))
    assert mia.talks_with(stage.agent("ana"))
    view = await desk_of(stage, "ana")
    assert view.promise is not None
    assert view.promise.id == promise.id
    kept = await stage.book.promise(promise.id)
    assert (kept.state, kept.reference) == (PromiseState.KEPT, promise.reference)
    await mia.hangs_up(at=stage.seconds + 60)
    await stage.at(stage.seconds + 60)
    await stage.is_at_rest()


async def test_14_follow_up_after_solving_and_a_no_reopens_the_case_higher(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller(MIA)
    await tells(mia, "my parcel has not arrived yet", at=0)
    assert mia.talks_with(ana)
    await mia.hangs_up(at=60)
    case = (await desk_of(stage, "ana")).case
    assert case is not None
    await stage.desk.finish("ana", None, True, "sent again")
    assert (await stage.book.case(case.id)).status is CaseStatus.SOLVED
    (follow_up,) = await promises(stage, PromiseKind.FOLLOW_UP)
    assert follow_up.opens is not None
    await stage.desk.pause("ana", "break")
    await passes_unseen(stage, follow_up.opens)
    await stage.at(stage.seconds + 6)
    assert prompts_of(mia)[-2:] == ["follow-up-hello", "follow-up-solved"]
    await mia.says("no", at=stage.seconds + 1)
    await mia.presses("1", at=stage.seconds + 4)
    await stage.at(stage.seconds + 3)
    assert "follow-up-sorry" in prompts_of(mia)
    again = await stage.book.case(case.id)
    assert (again.status, again.urgency) == (CaseStatus.OPEN, Urgency.MONEY)  # it was a matter of service
    assert (await stage.book.promise(follow_up.id)).state is PromiseState.KEPT
    (rating,) = await stage.book.ratings(follow_up.made_at)
    assert (rating.agent, rating.value, rating.solved) == ("ana", 1, False)


async def test_16_some_need_interim_reports_so_no_silence_is_too_long(stage: JourneyStage) -> None:
    vip, mia = await stage.known(VIP, "vip"), await stage.known(MIA, "standard")
    for contact in (vip, mia):
        await stage.book.open_case(
            contact=contact.id,
            category="repair",
            urgency=Urgency.SERVICE,
            wish=Wish.REPAIR,
            language="en",
            summary="it makes a loud noise",
        )
    async with silences_watched(stage):
        (ana,) = await stage.on_shift("ana")
        for _ in range(24 * 4):  # the vip's limit is 24 hours
            if stage.caller(VIP).rung:
                break
            await stage.clock.leap(900)
            await stage.at(stage.seconds + 10)
        assert stage.seconds <= DAY
        (progress,) = await promises(stage, PromiseKind.PROGRESS)
        assert progress.contact == vip.id
        assert stage.caller(VIP).talks_with(ana)
        view = await desk_of(stage, "ana")
        assert view.promise is not None
        assert (view.promise.kind, view.case is not None) == (PromiseKind.PROGRESS, True)
        assert (await stage.book.promise(progress.id)).state is PromiseState.KEPT
        assert stage.caller(MIA).rung == 0  # a standard contact is told within 72 hours


async def test_17_a_report_the_layman_can_follow_and_never_a_false_cause(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller(MIA)
    await tells(mia, "i can not log in", at=0)
    await mia.hangs_up(at=60)
    case = (await desk_of(stage, "ana")).case
    assert case is not None
    await stage.desk.finish("ana", None, True, "her password was reset")

    async def page() -> str:
        return report_html(report_view(await stage.book.case_report(case.id, stage.calls), "en", SEOUL, "your account"))

    before = await page()
    assert "her password was reset" in before
    assert "<svg" in before
    problem = await stage.desk.open_problem("The spring update locks people out", "account", None, "")
    await stage.desk.link_case(problem.id, case.id)
    assert "the session table was full" not in await page()  # a problem without a cause stated has none
    await stage.book.state(problem.id, "root-cause", "the session table was full", by="user:chief")
    after = await page()
    assert "the session table was full" in after
    nothing = before.count("no record") + before.count("Nothing is recorded")
    assert nothing > after.count("no record") + after.count("Nothing is recorded")


async def test_21_do_not_over_satisfy_one_at_the_cost_of_ten(stage: JourneyStage) -> None:
    needs = stage.book.rules.needs_of("refund", "en")
    windows = []
    for number in range(80):
        window = await stage.services.promising.window(needs, MIA)
        contact = await stage.known(f"+8210222200{number:02}", "standard")
        length = (window.due - window.opens).total_seconds()
        await promise_callback(stage.book, contact, "refund", Urgency.MONEY, window.opens, length)
        windows.append(window)
    assert windows[0].opens < windows[-1].opens  # what the floor cannot keep is not promised
    opens = windows[0].opens
    promised = sum(window.due <= windows[0].due for window in windows) * stage.file.callbacks.service_seconds
    agents = len(stage.file.agents)
    assert promised <= stage.file.callbacks.capacity_share * agents * (windows[0].due - opens).total_seconds()
    leo = stage.caller(LEO)
    (ana,) = await stage.on_shift("ana")
    await stage.at_moment(opens + timedelta(seconds=20))
    assert stage.floor.waiting()  # callbacks that are due
    now = stage.seconds
    await tells(leo, "i got an electric shock from it", at=now)
    talking = await desk_of(stage, "ana")
    assert talking.promise is not None
    assert talking.budget == stage.file.queues["general"].service_seconds
    await ana.hangs_up(at=now + 60)
    await stage.at(now + 95)
    assert leo.talks_with(ana)  # the live caller comes before the callbacks that are due


async def test_22_a_one_off_favour_is_said_to_be_one(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    mia = stage.caller(MIA)
    await tells(mia, "my parcel has not arrived yet", at=0)
    assert mia.talks_with(ana)
    case = (await desk_of(stage, "ana")).case
    assert case is not None
    with pytest.raises(Refused):
        await stage.book.record_exception(case.id, "free return", "", "ana")
    await stage.book.record_exception(case.id, "free return", "the courier lost it twice", "ana")
    await ana.hangs_up(at=60)
    await stage.at(66)
    assert prompts_of(mia)[-2:] == ["exception-once", "survey-ask"]
    await mia.hangs_up(at=70)
    await stage.desk.finish("ana", None, False, "")
    await stage.desk.sign_out("ana")
    (dee,) = await stage.on_shift("dee")
    await mia.rings(at=600)
    await mia.presses("1", at=608)
    await stage.at(625)
    assert mia.talks_with(dee)
    (seen,) = (await desk_of(stage, "dee")).exceptions
    assert (seen.what, seen.reason, seen.by) == ("free return", "the courier lost it twice", "ana")
    await dee.hangs_up(at=660)
    await stage.at(668)
    assert prompts_of(mia).count("exception-once") == 1  # nothing was granted this time


async def test_24_a_transparent_process_earns_trust(stage: JourneyStage) -> None:
    mia, leo = stage.caller(MIA), stage.caller(LEO)
    promise = await stage.owes(mia, opens=7200)
    page = PublicStatus(stage.book, StatusCodes("of this house"))
    anybody = await page.standing(promise.reference, "", "")
    contact = await page.standing(promise.reference, "010-1111-0001", "")
    assert anybody is not None
    assert contact is not None
    assert (anybody.stage, anybody.details) == (Standing.OWED, None)
    assert contact.details is not None
    assert contact.details.opens == promise.opens
    assert await page.standing("999999", MIA, "") is None
    await mia.rings(at=0)
    await mia.presses("2", at=8)
    await mia.presses("*", at=10)
    await keys(mia, promise.reference, at=12)
    await stage.at(21)
    assert prompts_of(mia)[-3:] == ["status-owed", "owed-callback", "owed-choice"]
    await mia.hangs_up(at=25)
    await leo.rings(at=30)
    await leo.says("what is the status of my complaint", at=35)
    await leo.says(" ".join(promise.reference), at=39)
    await stage.at(48)
    assert prompts_of(leo)[-2:] == ["status-owed", "goodbye"]  # and not when we call
    counts = await stage.book.identity()
    assert (counts.made, counts.open, counts.holds) == (1, 1, True)


async def test_26_follow_up_by_the_channel_the_customer_likes(stage: JourneyStage) -> None:
    box = Letterbox()
    rules = LetterRules.of(stage.file, "https://care.example")
    messenger = Messenger(stage.stores.book, {Channel.MAIL: box}, stage.clock, lambda: rules)
    contact = await stage.known(MIA, "standard")
    await stage.book.save_contact(replace(contact, channel=Channel.MAIL, mail="mia@care.example"))
    mia = stage.caller(MIA)
    running = asyncio.ensure_future(messenger.run())
    try:
        await tells(mia, "i want my money back", at=0)
        await mia.presses("2", at=22)  # the later one of the two windows
        await stage.at(30)
        promise = await stage.only_promise()
        assert [parcel.to for parcel in box.parcels] == ["mia@care.example"]
        assert promise.reference in box.parcels[0].letter.text
        await stage.on_shift("ana")
        assert promise.opens is not None
        await passes_unseen(stage, promise.opens - timedelta(minutes=30))
        assert len(box.parcels) == 2  # the reminder
        await stage.at_moment(promise.opens + timedelta(seconds=15))
        await mia.hangs_up(at=stage.seconds + 60)
        await stage.desk.finish("ana", None, True, "the money is on its way")
        await passes_unseen(stage, stage.clock.now() + timedelta(hours=73))
        assert len(box.parcels) == 3  # is it solved?
    finally:
        running.cancel()
    assert mia.rung == 1  # for what was promised, and not to be asked
    async with stage.book.store.reading() as reader:
        written = await reader.messages(contact.id)
    assert [(message.template, message.state) for message in sorted(written, key=lambda one: one.not_before)] == [
        (Template.PROMISE_MADE, MessageState.SENT),
        (Template.REMINDER, MessageState.SENT),
        (Template.FOLLOW_UP, MessageState.SENT),
    ]
