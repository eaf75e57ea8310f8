"""Safety first: a caller in danger is connected ahead of those who came before."""

from __future__ import annotations

from callbacks.events import CallEnded
from config.urgency import Urgency
from routing.agents import AgentState
from tests.journeys.stage import JourneyStage
from tests.journeys.world import MUSIC, OFFER


async def test_a_vip_in_danger_is_connected_ahead_of_two_earlier_callers(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    ana.will_pick_up(after=3)
    await stage.known("+821011110003", "vip")
    first, second = stage.caller("+821011110001"), stage.caller("+821011110002")
    vip = stage.caller("+821011110003")

    # Ana has somebody on the line while the others arrive.
    busy = stage.caller("+821011110009")
    await busy.complains("my parcel has not arrived yet", at=0)
    await ana.hears("whisper-call", by=20)
    assert busy.talks_with(ana)
    for caller, begins in ((first, 20), (second, 22)):
        await caller.rings(at=begins)
    await first.says("i want a refund", at=24)
    await second.says("where is my order", at=26)
    await first.presses("1", at=31)
    await second.presses("1", at=33)
    await first.hears("greeting", "ask-problem", "confirm", "case-opened", "wait-minutes", *OFFER, by=36)
    await first.presses("2", at=37)
    await second.presses("2", at=39)
    await first.hears(MUSIC, by=40)
    assert [waiting.work.urgency for waiting in stage.floor.waiting()] == [Urgency.MONEY, Urgency.SERVICE]

    await vip.rings(at=40)
    await vip.says("the charger is smoking", at=43)
    await vip.hears("greeting", "ask-problem", "heard-product", "confirm-safety", by=47)
    await vip.says("yes", at=48)
    await vip.hears("case-opened", "wait-soon", MUSIC, by=55)
    assert stage.floor.waiting()[0].work.urgency is Urgency.SAFETY

    await busy.hangs_up(at=60)
    assert stage.state_of("ana") is AgentState.WRAP_UP
    await stage.at(76)
    assert ana.rung == 2
    await ana.hears("whisper-call", by=80)
    assert "danger" in ana.text_of("whisper-call")
    await stage.at(81)
    assert vip.talks_with(ana)
    assert not first.talks_with(ana)
    view = await stage.desk.current("ana")
    assert view is not None
    assert view.urgency is Urgency.SAFETY
    assert "ahead of 2" in view.why
    assert "the charger is smoking" in [line.text for line in view.transcript]

    await ana.hangs_up(at=120)
    await vip.hears("survey-ask", by=121)
    await vip.presses("5", at=122)
    await vip.hears("survey-thanks", "goodbye", by=126)
    await stage.at(128)
    assert not vip.is_on_a_call
    record = await stage.record_of(vip)
    assert (record.agent, record.tier, record.category, record.rating) == ("ana", "vip", "safety", 5)
    assert record.ended_by == "us"
    assert record.bridged_at is not None
    ended = [event for event in stage.told(CallEnded) if event.subject == record.id]
    assert [(event.data()["agent"], event.data()["category"]) for event in ended] == [("ana", "safety")]

    for caller in (first, second):
        await caller.hangs_up(at=130)
    await stage.at(180)
    await stage.is_at_rest()
    assert stage.floor.figures().abandoned == 2
