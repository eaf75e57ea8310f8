"""Whoever makes us dial for their profit is stopped by the day's ceiling; what is owed is not lost by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from callbacks.dialled import DiallingCeilingReached
from callbacks.model import PromiseState
from config.errors import Refused
from config.hotline_file import Dialling, DialRule, HotlineFile
from ivr.messages import EndedBy, LegEnded, ReportTransfer, TransferAsked
from ivr.understanding.understander import Understander
from tests.journeys.people import AgentPhone, Caller
from tests.journeys.stage import JourneyStage

RULES = (DialRule(prefix="+82", price=Decimal("0.09")),)
#: Midnight in Seoul, where the site is, is 15:00 UTC; the stage begins at 03:00.
HOURS_TO_MIDNIGHT = 12


def with_ceiling(file: HotlineFile, **ceiling: int | Decimal) -> HotlineFile:
    return file.model_copy(update={"dialling": Dialling.model_validate({"rules": RULES, **ceiling})})


@pytest.fixture
async def one_call(
    file: HotlineFile, understander: Understander, no_hidden_faults: None
) -> AsyncIterator[JourneyStage]:
    stage = JourneyStage(with_ceiling(file, calls_a_day=1), understander)
    await stage.open()
    yield stage
    await stage.close()


async def called_back(stage: JourneyStage, number: str, at: float) -> tuple[AgentPhone, Caller]:
    """Ana is put through to somebody who was promised a call."""
    ana, mia = stage.agent("ana"), stage.caller(number)
    ana.will_pick_up()
    mia.will_pick_up()
    await stage.owes(mia, opens=at - stage.seconds)
    await stage.on_shift("ana")
    await stage.at(at + 10)
    assert mia.talks_with(ana)
    return ana, mia


async def test_above_the_ceiling_nobody_is_dialled_and_what_is_owed_waits_until_midnight(
    one_call: JourneyStage,
) -> None:
    stage = one_call
    _, first = await called_back(stage, "+821011110001", 5)
    stage.edge.tell(LegEnded(first.leg, EndedBy.THEM))
    second = stage.caller("+821011110002")
    second.will_pick_up()
    owed = await stage.owes(second, opens=60, window=HOURS_TO_MIDNIGHT * 3600 + 12 * 3600)
    await stage.at(3600)
    assert second.rung == 0
    assert (await stage.book.promise(owed.id)).state is PromiseState.DUE
    assert stage.floor.waiting() == ()
    with pytest.raises(Refused, match="ceiling of 1 outbound calls is reached"):
        await stage.desk.claim("ana", owed.id)
    assert len(stage.told(DiallingCeilingReached)) == 1
    await stage.at(HOURS_TO_MIDNIGHT * 3600 + 60)
    assert second.rung == 1
    assert (await stage.book.promise(owed.id)).state is PromiseState.KEPT


async def test_a_promise_whose_window_ends_today_is_promised_anew_for_tomorrow(one_call: JourneyStage) -> None:
    stage = one_call
    _, first = await called_back(stage, "+821011110001", 5)
    stage.edge.tell(LegEnded(first.leg, EndedBy.THEM))
    owed = await stage.owes(stage.caller("+821011110002"), opens=60, window=3600)
    await stage.at(4000)
    before = await stage.book.promise(owed.id)
    assert before.state is PromiseState.RENEGOTIATED
    (anew,) = [one for one in stage.stores.book.pages.promises.values() if one.follows == owed.id]
    assert anew.opens is not None
    assert anew.opens >= datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    assert "ceiling" in (await stage.book.entries(owed.id))[-1].reason  # type: ignore[union-attr]  # a `Renegotiated`


async def test_a_restart_does_not_begin_the_day_anew(one_call: JourneyStage) -> None:
    await called_back(one_call, "+821011110001", 5)
    reborn = await one_call.crash()
    second = reborn.caller("+821011110002")
    await reborn.owes(second, opens=5)
    await reborn.on_shift("ana")
    await reborn.at(60)
    assert second.rung == 0
    await reborn.close()


async def test_minutes_cost_as_they_begin_and_nobody_is_cut_off_for_them(
    file: HotlineFile, understander: Understander, no_hidden_faults: None
) -> None:
    stage = JourneyStage(with_ceiling(file, cost_a_day=Decimal("0.18")), understander)
    await stage.open()
    ana, mia = await called_back(stage, "+821011110001", 5)
    today = await stage.switchboard.ceiling.today()
    assert (today.calls, today.minutes) == (1, 1)
    assert await stage.switchboard.ceiling.reached() == ""
    await stage.at(75)
    assert "ceiling of 0.18 for" in await stage.switchboard.ceiling.reached()
    await stage.at(200)
    assert mia.talks_with(ana)
    stage.edge.tell(LegEnded(mia.leg, EndedBy.THEM))
    await stage.at(600)
    assert (await stage.switchboard.ceiling.today()).minutes == 4
    await stage.close()


async def test_transfers_count_and_are_refused_above_the_ceiling_but_colleagues_are_free(
    one_call: JourneyStage,
) -> None:
    stage = one_call
    ana, mia = await called_back(stage, "+821011110001", 5)
    expert = stage.caller("+8225550123")
    expert.will_pick_up()
    stage.edge.tell(TransferAsked(ana.leg, "+8225550123"))
    await stage.at(stage.seconds + 2)
    assert expert.rung == 0
    assert stage.sent(ReportTransfer) == [ReportTransfer(ana.leg, 403)]
    assert mia.talks_with(ana)
    ben = stage.agent(next(name for name in stage.file.agents if name != "ana"))
    ben.will_pick_up()
    stage.edge.tell(TransferAsked(ana.leg, ben.target))
    await stage.at(stage.seconds + 5)
    assert mia.talks_with(ben)


async def test_an_agent_who_puts_through_to_a_forbidden_number_is_told_why(one_call: JourneyStage) -> None:
    stage = one_call
    ana, _ = await called_back(stage, "+821011110001", 5)
    with pytest.raises(Refused, match="dial plan does not allow this number"):
        await stage.conversations.transfer("ana", "+19005550100")
    with pytest.raises(Refused, match="premium-rate"):
        await stage.conversations.transfer("ana", "sip:060-234-5678@pbx.example")
    assert stage.sent(ReportTransfer) == []
    stage.edge.tell(TransferAsked(ana.leg, "sip:+19005550100@pbx.example"))
    await stage.settle()
    assert stage.sent(ReportTransfer) == [ReportTransfer(ana.leg, 403)]


async def test_a_call_that_is_taken_back_while_it_is_counted_rings_nobody(one_call: JourneyStage) -> None:
    line = one_call.switchboard.lines.dial("+8225550123", "1000", 20)
    line.hang_up()
    await one_call.settle()
    assert line.ended.is_set()
    assert one_call.edge.dialled == []
