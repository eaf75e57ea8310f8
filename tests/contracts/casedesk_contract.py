"""What every `CaseDesk` must do, beside the `Desk` over the same floor."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

import pytest

from callbacks.model import Promise, PromiseKind, PromiseState
from callbacks.window_check import WhyNot
from config.errors import NotFound, Refused
from config.urgency import Urgency
from ivr.casedesk import CaseDesk, CaseInHand
from routing.windows import Window
from tests.contracts.desk_bench import ANA, MISSING, DeskBench, offered, wrapping_up

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class CaseDeskBench(DeskBench, Protocol):
    """The default hotline file, Monday noon in Seoul; nobody is rung from nine in the evening on."""

    cases: CaseDesk


async def in_hand(bench: CaseDeskBench) -> CaseInHand:
    found = await bench.cases.case_in_hand(ANA)
    assert found is not None
    return found


async def promised(bench: CaseDeskBench, kind: PromiseKind = PromiseKind.CALLBACK) -> Promise:
    window = await bench.cases.proposed_window(ANA, None)
    return await bench.cases.promise(ANA, kind, window, "we ring with the result")


class CaseDeskContract:
    """Derive from it and give a fixture `bench`."""

    @pytest.fixture
    async def talking(self, bench: CaseDeskBench) -> CaseDeskBench:
        await offered(bench)
        await bench.they_pick_up()
        return bench

    async def test_without_work_there_is_no_case_to_do_anything_about(self, bench: CaseDeskBench) -> None:
        now = bench.now()
        assert await bench.cases.case_in_hand(ANA) is None
        assert await bench.cases.similar(ANA) == ()
        for refused in (
            bench.cases.correct(ANA, "refund", "", Urgency.MONEY, ""),
            bench.cases.proposed_window(ANA, None),
            bench.cases.check_window(ANA, None, Window(now, now + HOUR)),
            bench.cases.promise(ANA, PromiseKind.CALLBACK, Window(now, now + HOUR), ""),
        ):
            with pytest.raises(Refused, match="no case in hand"):
                await refused

    async def test_who_does_not_exist_is_not_found(self, bench: CaseDeskBench) -> None:
        now = bench.now()
        for missing in (
            bench.cases.case_in_hand(MISSING),
            bench.cases.similar(MISSING),
            bench.cases.station(MISSING),
            bench.cases.sit_at(MISSING, ""),
            bench.cases.check_window(ANA, MISSING, Window(now, now + HOUR)),
        ):
            with pytest.raises(NotFound):
                await missing

    # --- what the case is about -------------------------------------------------------------------------------------

    async def test_what_the_machine_heard_counts_as_confirmed_once_a_person_says_so(
        self, talking: CaseDeskBench
    ) -> None:
        before = await in_hand(talking)
        assert (before.case.category, before.is_confirmed, before.promised) == ("refund", False, ())
        await talking.cases.correct(ANA, "refund", "", before.case.urgency, "")
        after = await in_hand(talking)
        assert after.is_confirmed
        assert after.case.urgency is before.case.urgency

    async def test_another_category_makes_the_case_as_grave_as_that_is(self, talking: CaseDeskBench) -> None:
        case = await talking.cases.correct(ANA, "safety", "kettle", Urgency.SAFETY, "")
        assert (case.category, case.product, case.urgency) == ("safety", "kettle", Urgency.SAFETY)
        assert (await talking.case(case.id)).urgency is Urgency.SAFETY

    async def test_urgency_is_raised_freely_and_lowered_with_a_reason(self, talking: CaseDeskBench) -> None:
        raised = await talking.cases.correct(ANA, "refund", "", Urgency.LEGAL, "")
        assert raised.urgency is Urgency.LEGAL
        with pytest.raises(Refused, match="reason"):
            await talking.cases.correct(ANA, "repair", "", Urgency.INFO, " ")
        assert (await in_hand(talking)).case.category == "refund"  # nothing of it was written
        lowered = await talking.cases.correct(ANA, "refund", "", Urgency.INFO, "they only asked")
        assert lowered.urgency is Urgency.INFO

    async def test_a_category_that_the_file_does_not_have_is_refused(self, talking: CaseDeskBench) -> None:
        with pytest.raises(Refused):
            await talking.cases.correct(ANA, MISSING, "", Urgency.MONEY, "")

    # --- promises ---------------------------------------------------------------------------------------------------

    async def test_a_promise_made_at_the_desk_is_the_agents_own(self, talking: CaseDeskBench) -> None:
        made = await promised(talking)
        assert (made.kind, made.owner, made.state) == (PromiseKind.CALLBACK, ANA, PromiseState.OWED)
        assert made.note == "we ring with the result"
        assert [one.id for one in (await in_hand(talking)).promised] == [made.id]
        assert [one.id for one in await talking.desk.mine(ANA)] == [made.id]

    async def test_a_promise_can_be_made_in_the_wrap_up_too(self, bench: CaseDeskBench) -> None:
        await wrapping_up(bench)
        assert (await promised(bench, PromiseKind.PROGRESS)).kind is PromiseKind.PROGRESS

    async def test_the_same_is_not_promised_twice(self, talking: CaseDeskBench) -> None:
        await promised(talking)
        with pytest.raises(Refused, match="already"):
            await promised(talking)

    async def test_the_window_that_is_proposed_can_be_kept(self, talking: CaseDeskBench) -> None:
        window = await talking.cases.proposed_window(ANA, None)
        checked = await talking.cases.check_window(ANA, None, window)
        assert (checked.why_not, checked.nearest) == (None, ())

    async def test_a_window_in_the_night_is_refused_and_near_ones_offered(self, talking: CaseDeskBench) -> None:
        night = talking.now().replace(hour=14, minute=0) + DAY  # eleven in the evening in Seoul
        window = Window(night, night + HOUR)
        checked = await talking.cases.check_window(ANA, None, window)
        assert checked.why_not in (WhyNot.NIGHT, WhyNot.CLOSED)
        assert len(checked.nearest) == 3
        for near in checked.nearest:
            assert (await talking.cases.check_window(ANA, None, near)).why_not is None
        with pytest.raises(Refused):
            await talking.cases.promise(ANA, PromiseKind.CALLBACK, window, "")
        assert await talking.desk.mine(ANA) == ()

    async def test_when_fixed_needs_a_problem_and_no_window(self, talking: CaseDeskBench) -> None:
        with pytest.raises(Refused):
            await talking.cases.promise(ANA, PromiseKind.WHEN_FIXED, None, "")
        window = await talking.cases.proposed_window(ANA, None)
        with pytest.raises(Refused):
            await talking.cases.promise(ANA, PromiseKind.CALLBACK, None, "")
        with pytest.raises(Refused):
            await talking.cases.promise(ANA, PromiseKind.WHEN_FIXED, window, "")

    async def test_a_promise_moves_to_a_window_that_can_be_kept(self, bench: CaseDeskBench) -> None:
        old = await bench.a_promise(opens=600, owner=ANA)
        night = bench.now().replace(hour=14, minute=0) + DAY
        with pytest.raises(Refused):
            await bench.cases.move(ANA, old.id, Window(night, night + HOUR), "they prefer it")
        assert (await bench.promise(old.id)).state is PromiseState.OWED
        window = await bench.cases.proposed_window(ANA, old.id)
        moved = await bench.cases.move(ANA, old.id, window, "they prefer it")
        assert (moved.opens, moved.due, moved.follows) == (*window, old.id)
        assert (await bench.promise(old.id)).state is PromiseState.RENEGOTIATED

    # --- what helped before -----------------------------------------------------------------------------------------

    async def test_a_solved_case_like_this_one_is_found_with_what_helped(self, bench: CaseDeskBench) -> None:
        await wrapping_up(bench)
        first = (await in_hand(bench)).case
        await bench.desk.finish(ANA, None, True, "paid back at once; their card was 4111 1111 1111 1111")
        await bench.someone_calls()
        assert (await in_hand(bench)).case.id != first.id
        (found,) = await bench.cases.similar(ANA)
        assert (found.reference, found.category) == (first.reference, "refund")
        assert found.note == "paid back at once; their card was …"

    # --- where the agent sits ---------------------------------------------------------------------------------------

    async def test_an_agent_may_sit_elsewhere_for_a_shift(self, bench: CaseDeskBench) -> None:
        usual = await bench.cases.station(ANA)
        assert await bench.cases.sit_at(ANA, "sip:room9@127.0.0.1:5099") == "sip:room9@127.0.0.1:5099"
        await bench.desk.sign_in(ANA)
        assert (await bench.desk.agent(ANA)).station == await bench.cases.station(ANA) == "sip:room9@127.0.0.1:5099"
        await bench.desk.sign_out(ANA)
        assert await bench.cases.station(ANA) == usual

    @pytest.mark.parametrize("wrong", ["room 9", "sip:127.0.0.1", "http://desk", "sip:a b@desk", "sip:x@h?Replaces=1"])
    async def test_only_a_telephone_can_be_sat_at(self, bench: CaseDeskBench, wrong: str) -> None:
        usual = await bench.cases.station(ANA)
        with pytest.raises(Refused):
            await bench.cases.sit_at(ANA, wrong)
        assert await bench.cases.station(ANA) == usual
