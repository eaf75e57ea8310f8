"""Note who was hit by a problem, and ring them all when it is solved, the gravest matter first (lesson 1)."""

from __future__ import annotations

from callbacks.model import PromiseKind, PromiseState
from config.urgency import Urgency
from tests.journeys.stage import JourneyStage


async def test_three_callers_hit_by_one_problem_all_get_their_call_safety_first(stage: JourneyStage) -> None:
    problem = await stage.desk.open_problem("The spring update locks people out", "account", None, "")
    one, two = stage.caller("+821011110001"), stage.caller("+821011110002")
    for caller, begins in ((one, 0), (two, 30)):
        await caller.rings(at=begins)
        await caller.says("i can not log in", at=begins + 4)
        await caller.presses("1", at=begins + 10)
        await caller.hears(
            "greeting", "ask-problem", "confirm", "case-opened", "known-problem", "offer-when-fixed", by=begins + 13
        )
        await caller.presses("1", at=begins + 15)
        await caller.hears("when-fixed-made", "goodbye", by=begins + 18)
        await stage.at(begins + 20)
        assert not caller.is_on_a_call

    # The third one's matter is graver, and of another category: a supervisor sees that it has the same root.
    three = stage.caller("+821011110003")
    await three.rings(at=60)
    await three.says("it caught fire while it was charging", at=64)
    await three.presses("1", at=71)
    await three.hangs_up(at=72)
    (grave,) = [case for case in await stage.desk.open_cases() if case.urgency is Urgency.SAFETY]
    await stage.desk.link_case(problem.id, grave.id)

    promises = list(stage.stores.book.pages.promises.values())
    assert {(promise.kind, promise.state) for promise in promises} == {(PromiseKind.WHEN_FIXED, PromiseState.OWED)}
    assert len(promises) == 3
    (ana,) = await stage.on_shift("ana")
    await stage.at(200)
    assert ana.rung == 0

    assert await stage.desk.solve_problem(problem.id) == 3
    rung_at: list[str] = []
    for _ in range(3):
        await stage.at(stage.seconds + 10)
        rung_at.append(stage.edge.dialled[-1][1].target)
        (talking,) = [caller for caller in (one, two, three) if caller.talks_with(ana)]
        assert talking.heard()[-1].prompt == "when-fixed-hello"
        await talking.hangs_up(at=stage.seconds + 60)
        await stage.at(stage.seconds + 16)
    assert rung_at == [three.number, one.number, two.number]
    assert {promise.state for promise in stage.stores.book.pages.promises.values()} == {PromiseState.KEPT}
    assert [caller.rung for caller in (one, two, three)] == [1, 1, 1]
    await stage.is_at_rest()


async def test_who_declines_the_promise_still_reaches_a_person(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    await stage.desk.open_problem("The spring update locks people out", "account", None, "")
    mia = stage.caller("+821011110001")
    await mia.rings(at=0)
    await mia.says("i can not log in", at=4)
    await mia.presses("1", at=10)
    await mia.presses("2", at=15)
    await stage.at(22)
    assert mia.talks_with(ana)
    assert stage.stores.book.pages.promises == {}
