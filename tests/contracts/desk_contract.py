"""What every `Desk` must do. The benches put the same floor, callers and promises around the real one and the fake."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from callbacks.model import CaseStatus, PromiseKind, PromiseState
from config.errors import NotFound, Refused
from ivr.desk import Desk, Stage
from routing.work import WorkKind
from tests.contracts.desk_bench import (
    ANA,
    DEE,
    MISSING,
    DeskBench,
    claimed,
    offered,
    ready,
    stage,
    state,
    waiting,
    wrapping_up,
)
from tests.contracts.desk_promises_contract import DeskPromisesContract


class DeskContract(DeskPromisesContract):
    """Derive from it and give a fixture `bench`."""

    # --- the agent's own state --------------------------------------------------------------------------------------

    async def test_a_shift_begins_paused(self, bench: DeskBench) -> None:
        assert await state(bench) == "signed-out"
        await bench.desk.sign_in(ANA)
        view = await bench.desk.agent(ANA)
        assert (view.id, view.state, view.since) == (ANA, "paused", bench.now())
        assert await state(bench, DEE) == "signed-out"

    async def test_who_is_ready_can_pause_with_a_reason_and_be_ready_again(self, bench: DeskBench) -> None:
        await ready(bench)
        assert await state(bench) == "ready"
        await bench.time_passes(30)
        await bench.desk.pause(ANA, "lunch")
        view = await bench.desk.agent(ANA)
        assert (view.state, view.reason, view.since) == ("paused", "lunch", bench.now())
        await bench.desk.ready(ANA)
        assert ((await bench.desk.agent(ANA)).state, (await bench.desk.agent(ANA)).reason) == ("ready", "")

    async def test_a_shift_ends_and_another_begins(self, bench: DeskBench) -> None:
        await ready(bench)
        await bench.desk.sign_out(ANA)
        assert await state(bench) == "signed-out"
        await bench.desk.sign_in(ANA)
        assert await state(bench) == "paused"

    async def test_who_is_not_at_work_can_only_sign_in(self, bench: DeskBench) -> None:
        with pytest.raises(Refused):
            await bench.desk.ready(ANA)
        with pytest.raises(Refused):
            await bench.desk.pause(ANA, "tea")
        with pytest.raises(Refused):
            await bench.desk.sign_out(ANA)
        assert await state(bench) == "signed-out"

    async def test_a_shift_does_not_begin_twice(self, bench: DeskBench) -> None:
        await ready(bench)
        with pytest.raises(Refused):
            await bench.desk.sign_in(ANA)
        assert await state(bench) == "ready"

    @pytest.mark.parametrize("act", [
        lambda desk, name, now: desk.agent(name),
        lambda desk, name, now: desk.sign_in(name),
        lambda desk, name, now: desk.ready(name),
        lambda desk, name, now: desk.pause(name, "tea"),
        lambda desk, name, now: desk.sign_out(name),
        lambda desk, name, now: desk.current(name),
        lambda desk, name, now: desk.accept(name, MISSING),
        lambda desk, name, now: desk.decline(name, MISSING),
        lambda desk, name, now: desk.dial(name, MISSING),
        lambda desk, name, now: desk.claim(name, MISSING),
        lambda desk, name, now: desk.hang_up(name),
        lambda desk, name, now: desk.finish(name, None, False, ""),
        lambda desk, name, now: desk.mine(name),
        lambda desk, name, now: desk.team(name),
        lambda desk, name, now: desk.claim(ANA, name),
        lambda desk, name, now: desk.renegotiate(ANA, name, now, now + timedelta(hours=1), "later"),
        lambda desk, name, now: desk.open_problem("a fault", name, None, ""),
        lambda desk, name, now: desk.solve_problem(name),
    ])  # fmt: skip
    async def test_what_does_not_exist_is_not_found(
        self, bench: DeskBench, act: Callable[[Desk, str, datetime], Awaitable[object]]
    ) -> None:
        await bench.desk.sign_in(ANA)
        with pytest.raises(NotFound):
            await act(bench.desk, MISSING, bench.now())

    async def test_an_unknown_agent_cannot_renegotiate(self, bench: DeskBench) -> None:
        promise, now = await bench.a_promise(), bench.now()
        with pytest.raises(NotFound):
            await bench.desk.renegotiate(MISSING, promise.id, now, now + timedelta(hours=1), "later")
        assert (await bench.promise(promise.id)).state.is_open

    async def test_neither_an_unknown_case_nor_an_unknown_problem_can_be_linked(self, bench: DeskBench) -> None:
        case, problem = await bench.a_case(), await bench.desk.open_problem("a fault", "repair", None, "")
        with pytest.raises(NotFound):
            await bench.desk.link_case(problem.id, MISSING)
        with pytest.raises(NotFound):
            await bench.desk.link_case(MISSING, case.id)

    # --- a caller ---------------------------------------------------------------------------------------------------

    async def test_an_idle_agent_has_nothing_in_hand(self, bench: DeskBench) -> None:
        assert await bench.desk.current(ANA) is None
        await ready(bench)
        assert await bench.desk.current(ANA) is None
        with pytest.raises(Refused):
            await bench.desk.hang_up(ANA)
        with pytest.raises(Refused):
            await bench.desk.finish(ANA, None, False, "")
        with pytest.raises(Refused):
            await bench.desk.accept(ANA, "call")
        with pytest.raises(Refused):
            await bench.desk.decline(ANA, "call")
        with pytest.raises(Refused):
            await bench.desk.dial(ANA, "call")

    async def test_a_waiting_caller_is_offered_with_what_is_known(self, bench: DeskBench) -> None:
        offer = await offered(bench)
        assert offer.stage is Stage.OFFERED
        assert (offer.kind, offer.category, offer.language, offer.promise) == (WorkKind.CALL, "refund", "en", None)
        assert offer.number
        assert offer.case is not None
        assert await state(bench) == "offered"
        assert offer.work not in await waiting(bench)

    async def test_who_accepts_an_offer_talks_without_a_hand_on_the_phone(self, bench: DeskBench) -> None:
        bench.the_phone_picks_up_when_asked(True)
        offer = await offered(bench)
        await bench.desk.accept(ANA, offer.work)
        await bench.they_pick_up()
        assert (await stage(bench), await state(bench)) == (Stage.TALKING, "talking")
        with pytest.raises(Refused):
            await bench.desk.accept(ANA, offer.work)

    async def test_another_phone_has_to_be_picked_up_by_hand(self, bench: DeskBench) -> None:
        bench.the_phone_picks_up_when_asked(False)
        offer = await offered(bench)
        with pytest.raises(Refused, match="picked up from here"):
            await bench.desk.accept(ANA, offer.work)
        assert await stage(bench) is Stage.OFFERED
        with pytest.raises(Refused):
            await bench.desk.accept(ANA, "another")

    async def test_a_declined_caller_waits_again_and_the_agent_is_paused(self, bench: DeskBench) -> None:
        offer = await offered(bench)
        await bench.desk.decline(ANA, offer.work)
        assert await waiting(bench) == [offer.work]
        await bench.time_passes(0)
        view = await bench.desk.agent(ANA)
        assert (view.state, view.reason) == ("paused", "declined")
        assert await bench.desk.current(ANA) is None
        with pytest.raises(Refused):
            await bench.desk.decline(ANA, offer.work)

    async def test_only_what_is_on_offer_can_be_declined(self, bench: DeskBench) -> None:
        offer = await offered(bench)
        with pytest.raises(Refused):
            await bench.desk.decline(ANA, "another")
        await bench.they_pick_up()
        with pytest.raises(Refused):
            await bench.desk.decline(ANA, offer.work)
        assert await stage(bench) is Stage.TALKING

    async def test_hanging_up_what_only_rings_declines_it(self, bench: DeskBench) -> None:
        offer = await offered(bench)
        await bench.desk.hang_up(ANA)
        assert await waiting(bench) == [offer.work]
        assert await state(bench) == "paused"

    async def test_a_pause_gives_an_offer_back(self, bench: DeskBench) -> None:
        offer = await offered(bench)
        await bench.desk.pause(ANA, "fire alarm")
        assert await waiting(bench) == [offer.work]
        view = await bench.desk.agent(ANA)
        assert (view.state, view.reason) == ("paused", "fire alarm")
        assert await bench.desk.current(ANA) is None

    async def test_the_agent_ends_a_conversation_and_then_the_wrap_up(self, bench: DeskBench) -> None:
        await offered(bench)
        await bench.they_pick_up()
        assert (await stage(bench), await state(bench)) == (Stage.TALKING, "talking")
        await bench.desk.hang_up(ANA)
        await bench.time_passes(0)
        assert (await stage(bench), await state(bench)) == (Stage.WRAP_UP, "wrap-up")
        await bench.desk.finish(ANA, None, False, "")
        assert await bench.desk.current(ANA) is None
        assert await state(bench) == "ready"

    async def test_the_caller_ends_the_conversation_too(self, bench: DeskBench) -> None:
        await offered(bench)
        await bench.they_pick_up()
        await bench.they_hang_up()
        assert (await stage(bench), await state(bench)) == (Stage.WRAP_UP, "wrap-up")
        await bench.desk.hang_up(ANA)  # the agent did so at the same moment
        assert await stage(bench) is Stage.WRAP_UP

    async def test_the_wrap_up_cannot_be_ended_before_it_began(self, bench: DeskBench) -> None:
        offer = await offered(bench)
        assert offer.case is not None
        with pytest.raises(Refused):
            await bench.desk.finish(ANA, None, True, "done")
        await bench.they_pick_up()
        with pytest.raises(Refused):
            await bench.desk.finish(ANA, None, True, "done")
        assert await stage(bench) is Stage.TALKING
        assert (await bench.case(offer.case.id)).status is CaseStatus.OPEN

    @pytest.mark.parametrize(("solved", "status"), [(True, CaseStatus.SOLVED), (False, CaseStatus.OPEN)])
    async def test_only_what_was_solved_closes_the_case(
        self, bench: DeskBench, solved: bool, status: CaseStatus
    ) -> None:
        case = (await wrapping_up(bench)).case
        assert case is not None
        assert case.id in [one.id for one in await bench.desk.open_cases()]
        await bench.desk.finish(ANA, None, solved, "sent the money back")
        assert (await bench.case(case.id)).status is status
        assert (case.id in [one.id for one in await bench.desk.open_cases()]) is not solved

    async def test_a_wish_to_pause_waits_for_the_end_of_the_work(self, bench: DeskBench) -> None:
        await offered(bench)
        await bench.they_pick_up()
        await bench.desk.pause(ANA, "lunch")
        assert await state(bench) == "talking"
        await bench.they_hang_up()
        assert await state(bench) == "wrap-up"
        await bench.desk.finish(ANA, None, False, "")
        view = await bench.desk.agent(ANA)
        assert (view.state, view.reason) == ("paused", "lunch")

    async def test_a_wish_can_be_taken_back(self, bench: DeskBench) -> None:
        await offered(bench)
        await bench.they_pick_up()
        await bench.desk.sign_out(ANA)
        await bench.desk.ready(ANA)
        await bench.they_hang_up()
        await bench.desk.finish(ANA, None, False, "")
        assert await state(bench) == "ready"

    async def test_who_is_ready_in_the_wrap_up_has_ended_it(self, bench: DeskBench) -> None:
        await wrapping_up(bench)
        await bench.desk.ready(ANA)
        assert await state(bench) == "ready"
        assert await bench.desk.current(ANA) is None

    # --- the whole floor --------------------------------------------------------------------------------------------

    async def test_the_wallboard_adds_up(self, bench: DeskBench) -> None:
        kept = await claimed(bench)
        await bench.a_promise(opens=600)
        moved = await bench.a_promise(opens=600)
        later = bench.now() + timedelta(hours=3)
        await bench.desk.renegotiate(ANA, moved.id, later, later + timedelta(hours=1), "later")
        await bench.they_pick_up()
        problem = await bench.desk.open_problem("a fault", "repair", None, "")
        board = await bench.desk.wallboard()
        assert sum(board.promises.values()) == board.made == 4
        assert board.identity_holds
        assert set(board.promises) == set(PromiseState)
        assert (await bench.promise(kept.id)).state is PromiseState.KEPT
        assert board.promises[PromiseState.KEPT] == board.promises[PromiseState.RENEGOTIATED] == 1
        assert board.promises[PromiseState.OWED] == 2
        states = {agent.id: agent.state for agent in board.agents}
        assert (states[ANA], states[DEE]) == ("talking", "signed-out")
        assert board.problems == (problem,)
        assert board.at == bench.now()
        assert (board.waiting, board.offered, board.abandoned) == ((), 0, 0)

    # --- cases and problems -----------------------------------------------------------------------------------------

    async def test_open_cases_are_shown_newest_first(self, bench: DeskBench) -> None:
        cases: list[str] = []
        for category in ("refund", "repair", "refund"):
            cases.append((await bench.a_case(category)).id)
            await bench.time_passes(60)
        assert [case.id for case in await bench.desk.open_cases()] == cases[::-1]
        assert [case.id for case in await bench.desk.open_cases("refund")] == [cases[2], cases[0]]
        assert await bench.desk.open_cases("billing") == ()

    async def test_a_problem_takes_in_the_open_cases_of_its_category_and_product(self, bench: DeskBench) -> None:
        hit, other = await bench.a_case("repair", "X2"), await bench.a_case("repair", "X1")
        elsewhere = await bench.a_case("refund", "X2")
        problem = await bench.desk.open_problem("the battery swells", "repair", "X2", "unplug it")
        assert (problem.title, problem.category, problem.product, problem.workaround, problem.solved_at) == (
            "the battery swells", "repair", "X2", "unplug it", None,
        )  # fmt: skip
        assert [(await bench.case(one.id)).problem for one in (hit, other, elsewhere)] == [problem.id, None, None]
        (promise,) = await bench.desk.team(ANA)
        assert (promise.kind, promise.state, promise.problem) == (
            PromiseKind.WHEN_FIXED, PromiseState.OWED, problem.id,
        )  # fmt: skip
        assert (promise.contact, promise.case, promise.opens, promise.due) == (hit.contact, hit.id, None, None)

    async def test_a_problem_without_a_product_takes_in_the_whole_category_once(self, bench: DeskBench) -> None:
        cases = [await bench.a_case("repair", product) for product in ("X1", "X2", None)]
        first = await bench.desk.open_problem("the update failed", "repair", None, "")
        await bench.time_passes(1)
        second = await bench.desk.open_problem("another fault", "repair", None, "")
        assert {(await bench.case(case.id)).problem for case in cases} == {first.id}
        assert {promise.case for promise in await bench.desk.team(ANA)} == {case.id for case in cases}
        assert await bench.desk.problems() == (second, first)

    async def test_a_case_of_any_category_can_be_linked_and_is_owed_one_call(self, bench: DeskBench) -> None:
        case = await bench.a_case("refund")
        problem = await bench.desk.open_problem("the battery swells", "repair", None, "")
        promise = await bench.desk.link_case(problem.id, case.id)
        assert (promise.kind, promise.contact, promise.problem) == (PromiseKind.WHEN_FIXED, case.contact, problem.id)
        assert (promise.note, promise.opens) == (problem.title, None)
        assert (await bench.case(case.id)).problem == problem.id
        assert (await bench.desk.link_case(problem.id, case.id)).id == promise.id
        assert [one.id for one in await bench.desk.team(ANA)] == [promise.id]

    async def test_a_solved_problem_makes_its_promises_due_and_cannot_be_solved_again(self, bench: DeskBench) -> None:
        cases = [await bench.a_case("repair"), await bench.a_case("repair"), await bench.a_case("refund")]
        await bench.a_promise(opens=600)
        problem = await bench.desk.open_problem("the battery swells", "repair", None, "")
        await bench.desk.link_case(problem.id, cases[2].id)
        assert await bench.desk.solve_problem(problem.id) == 3
        assert await bench.desk.problems() == ()
        now = bench.now()
        due = [one for one in await bench.desk.team(ANA) if one.problem == problem.id]
        assert {(one.state, one.opens) for one in due} == {(PromiseState.DUE, now)}
        assert all(one.due is not None and now < one.due for one in due)
        assert {one.case for one in due} == {case.id for case in cases}
        with pytest.raises(Refused):
            await bench.desk.solve_problem(problem.id)
        with pytest.raises(Refused):
            await bench.desk.link_case(problem.id, (await bench.a_case()).id)

    async def test_a_problem_that_hit_nobody_can_be_solved(self, bench: DeskBench) -> None:
        problem = await bench.desk.open_problem("a rumour", "repair", None, "")
        assert await bench.desk.solve_problem(problem.id) == 0
