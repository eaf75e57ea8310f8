"""A caller who rings again is served by who knows the matter, unless that takes too long."""

from __future__ import annotations

from datetime import timedelta

from callbacks.model import PromiseKind, PromiseState
from tests.journeys.stage import JourneyStage


async def test_who_rings_again_talks_with_the_same_agent(stage: JourneyStage) -> None:
    ana, cho, mia = stage.agent("ana"), stage.agent("cho"), stage.caller("+821011110002")
    ana.will_pick_up()
    cho.will_pick_up()
    await stage.on_shift("cho")
    await mia.complains("my refund has not come", at=1)
    await stage.at(21)
    assert mia.talks_with(cho)
    await mia.hangs_up(at=30)
    await stage.on_shift("ana")  # has more of the skills, and has been idle
    await stage.at(60)
    await mia.rings(at=61)
    await mia.hears("greeting", "same-matter", by=66)
    await mia.says("yes", at=67)
    await stage.at(82)
    assert mia.talks_with(cho)


async def test_when_who_knows_is_not_at_work_somebody_else_serves(stage: JourneyStage) -> None:
    ana, dee, mia = stage.agent("ana"), stage.agent("dee"), stage.caller("+821011110002")
    ana.will_pick_up()
    dee.will_pick_up()
    await stage.on_shift("dee")
    await mia.complains("my refund has not come", at=1)
    await mia.hangs_up(at=30)
    await stage.desk.sign_out("dee")
    await stage.on_shift("ana")
    await mia.rings(at=61)
    await mia.hears("greeting", "same-matter", by=66)
    await mia.says("yes", at=67)
    await stage.at(82)
    assert mia.talks_with(ana)


async def test_who_talked_with_an_agent_about_it_is_not_rung_with_a_report_on_it(stage: JourneyStage) -> None:
    dee, mia = stage.agent("dee"), stage.caller("+821011110002")
    dee.will_pick_up()
    await stage.on_shift("dee")
    await mia.complains("my refund has not come", at=1)
    await stage.at(21)
    assert mia.talks_with(dee)
    contact = await stage.known(mia.number, stage.file.default_tier)
    (case,) = await stage.book.cases_of(contact.id)
    silent = timedelta(hours=stage.file.tiers[contact.tier].maximum_silence_hours)
    await stage.book.break_silences(case.opened_at + silent)  # while they talk
    (report,) = await stage.book.owed_to(contact.id)
    assert (report.kind, report.case) == (PromiseKind.PROGRESS, case.id)
    await mia.hangs_up(at=60)
    assert (await stage.book.promise(report.id)).state is PromiseState.KEPT
