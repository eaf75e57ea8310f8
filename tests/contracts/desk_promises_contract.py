"""What every `Desk` must do about promises: claim, keep, show and renegotiate them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from callbacks.model import AttemptOutcome, CaseStatus, PromiseState
from config.errors import Refused
from ivr.desk import Stage
from routing.work import WorkKind
from tests.contracts.desk_bench import ANA, DEE, DeskBench, claimed, current, offered, stage, state


class DeskPromisesContract:
    """A part of `DeskContract`."""

    async def test_a_claimed_promise_rings_and_belongs_to_the_agent(self, bench: DeskBench) -> None:
        promise = await claimed(bench)
        view = await current(bench)
        assert (view.work, view.kind, view.stage) == (promise.id, WorkKind.PROMISE, Stage.RINGING)
        assert view.promise is not None
        assert (view.promise.state, view.promise.owner) == (PromiseState.DIALLING, ANA)
        assert await state(bench) == "talking"
        assert [one.id for one in await bench.desk.mine(ANA)] == [promise.id]
        assert await bench.desk.team(ANA) == ()
        assert [one.id for one in await bench.desk.team(DEE)] == [promise.id]

    async def test_a_promise_is_kept_once_they_talk(self, bench: DeskBench) -> None:
        promise = await claimed(bench)
        await bench.they_pick_up()
        assert await stage(bench) is Stage.TALKING
        kept = await bench.promise(promise.id)
        assert (kept.state, kept.attempts) == (PromiseState.KEPT, 1)
        assert await bench.desk.mine(ANA) == ()
        await bench.desk.hang_up(ANA)
        await bench.time_passes(0)
        await bench.desk.finish(ANA, AttemptOutcome.ANSWERED, True, "told them")
        assert (await bench.promise(promise.id)).state is PromiseState.KEPT
        assert (await bench.case(promise.case or "")).status is CaseStatus.SOLVED
        with pytest.raises(Refused):
            await bench.desk.claim(ANA, promise.id)

    async def test_a_voicemail_has_not_kept_the_promise(self, bench: DeskBench) -> None:
        promise = await claimed(bench)
        await bench.they_pick_up()
        await bench.they_hang_up()
        await bench.desk.finish(ANA, AttemptOutcome.VOICEMAIL, False, "only a machine")
        again = await bench.promise(promise.id)
        assert (again.state, again.attempts, again.closed_at) == (PromiseState.OWED, 1, None)
        assert again.not_before == bench.now() + timedelta(hours=1)
        assert [one.id for one in await bench.desk.mine(ANA)] == [promise.id]
        assert await state(bench) == "ready"

    async def test_a_wrong_number_breaks_the_promise(self, bench: DeskBench) -> None:
        promise = await claimed(bench)
        await bench.they_pick_up()
        await bench.they_hang_up()
        await bench.desk.finish(ANA, AttemptOutcome.WRONG_NUMBER, False, "")
        assert (await bench.promise(promise.id)).state is PromiseState.BROKEN
        assert await bench.desk.mine(ANA) == ()

    async def test_a_claim_that_is_declined_is_owed_again(self, bench: DeskBench) -> None:
        promise = await claimed(bench)
        await bench.desk.decline(ANA, promise.id)
        await bench.time_passes(0)
        owed = await bench.promise(promise.id)
        assert (owed.state, owed.attempts, owed.owner) == (PromiseState.OWED, 0, ANA)
        assert await state(bench) == "paused"
        assert await bench.desk.current(ANA) is None

    async def test_nothing_can_be_claimed_of_a_hotline_that_stops(self, bench: DeskBench) -> None:
        await bench.desk.sign_in(ANA)
        promise = await bench.a_promise()
        assert bench.desk.stops_at() is None
        bench.stops(moment := bench.now() + timedelta(minutes=2))
        assert bench.desk.stops_at() == moment
        with pytest.raises(Refused, match="about to stop"):
            await bench.desk.claim(ANA, promise.id)
        assert (await bench.promise(promise.id)).owner is None

    async def test_nothing_can_be_claimed_with_work_in_hand(self, bench: DeskBench) -> None:
        await claimed(bench)
        other = await bench.a_promise()
        for _ in ("ringing", "talking"):
            with pytest.raises(Refused):
                await bench.desk.claim(ANA, other.id)
            await bench.they_pick_up()
        assert (await bench.promise(other.id)).owner is None

    async def test_the_next_promise_can_be_claimed_in_the_wrap_up(self, bench: DeskBench) -> None:
        await claimed(bench)
        await bench.they_pick_up()
        await bench.they_hang_up()
        other = await bench.a_promise()
        await bench.desk.claim(ANA, other.id)
        await bench.time_passes(0)
        view = await current(bench)
        assert (view.work, view.stage) == (other.id, Stage.RINGING)

    async def test_who_is_not_at_work_cannot_claim(self, bench: DeskBench) -> None:
        promise = await bench.a_promise()
        with pytest.raises(Refused):
            await bench.desk.claim(ANA, promise.id)
        assert (await bench.promise(promise.id)).owner is None

    async def test_a_promise_cannot_be_claimed_before_its_window(self, bench: DeskBench) -> None:
        await bench.desk.sign_in(ANA)
        promise = await bench.a_promise(opens=600)
        with pytest.raises(Refused):
            await bench.desk.claim(ANA, promise.id)
        assert (await bench.promise(promise.id)).owner is None

    async def test_what_another_dials_cannot_be_claimed(self, bench: DeskBench) -> None:
        promise = await claimed(bench)
        await bench.desk.sign_in(DEE)
        with pytest.raises(Refused):
            await bench.desk.claim(DEE, promise.id)
        assert (await bench.promise(promise.id)).owner == ANA
        assert await bench.desk.current(DEE) is None

    async def test_a_promise_to_somebody_who_is_on_the_line_cannot_be_claimed(self, bench: DeskBench) -> None:
        call = await offered(bench)
        promise = await bench.a_promise(case=call.case)
        await bench.desk.sign_in(DEE)
        for _ in ("ringing", "talking"):
            with pytest.raises(Refused):
                await bench.desk.claim(DEE, promise.id)
            await bench.they_pick_up()
        assert (await bench.promise(promise.id)).owner is None

    async def test_what_takes_other_skills_or_languages_is_not_the_teams_and_cannot_be_claimed(
        self, bench: DeskBench
    ) -> None:
        await bench.desk.sign_in(DEE)
        legal, chinese = await bench.a_promise(skills=(("legal", 3),)), await bench.a_promise(language="zh")
        assert [one.id for one in await bench.desk.team(ANA)] == [legal.id]
        assert await bench.desk.team(DEE) == ()
        for promise in (legal, chinese):
            with pytest.raises(Refused):
                await bench.desk.claim(DEE, promise.id)
            assert (await bench.promise(promise.id)).owner is None

    async def test_promises_are_shown_by_due_time_ones_own_apart_from_the_teams(self, bench: DeskBench) -> None:
        made: dict[tuple[str | None, float], str] = {}
        for owner in (ANA, DEE, None):
            for due in (5400, 1800, 3600):
                offset = {ANA: 0, DEE: 10, None: 20}[owner]
                made[owner, due] = (await bench.a_promise(opens=600, due=due + offset, owner=owner)).id
        assert [one.id for one in await bench.desk.mine(ANA)] == [made[ANA, due] for due in (1800, 3600, 5400)]
        assert [one.id for one in await bench.desk.team(ANA)] == [
            made[owner, due] for due in (1800, 3600, 5400) for owner in (DEE, None)
        ]

    async def test_what_has_no_time_yet_comes_last(self, bench: DeskBench) -> None:
        case = await bench.a_case()
        problem = await bench.desk.open_problem("a fault", "repair", None, "")
        fixed = await bench.desk.link_case(problem.id, case.id)
        promise = await bench.a_promise(opens=600)
        assert [one.id for one in await bench.desk.team(ANA)] == [promise.id, fixed.id]

    async def test_a_renegotiated_promise_lives_on_in_its_successor(self, bench: DeskBench) -> None:
        mine, teams = await bench.a_promise(opens=600, owner=ANA), await bench.a_promise(opens=600)
        opens, due = bench.now() + timedelta(hours=3), bench.now() + timedelta(hours=4)
        for promise in (mine, teams):
            await bench.desk.renegotiate(ANA, promise.id, opens, due, "the part comes later")
        for old, shown in ((mine, await bench.desk.mine(ANA)), (teams, await bench.desk.team(ANA))):
            (successor,) = shown
            assert (successor.follows, successor.opens, successor.due) == (old.id, opens, due)
            assert (successor.state, successor.contact, successor.case) == (PromiseState.OWED, old.contact, old.case)
            assert (successor.owner, successor.note) == (old.owner, old.note)
            assert successor.reference != old.reference
            assert (await bench.promise(old.id)).state is PromiseState.RENEGOTIATED
        counts = (await bench.desk.wallboard()).promises
        assert {name: count for name, count in counts.items() if count} == {
            PromiseState.RENEGOTIATED: 2,
            PromiseState.OWED: 2,
        }

    async def test_what_is_no_window_or_has_no_reason_or_is_closed_is_not_renegotiated(self, bench: DeskBench) -> None:
        promise, now, hour = await bench.a_promise(opens=600), bench.now(), timedelta(hours=1)
        for opens, due, reason in (
            (now - 2 * hour, now - hour, "past"),
            (now + 2 * hour, now + hour, "turned round"),
            (now + hour, now + 2 * hour, " "),
        ):
            with pytest.raises(Refused):
                await bench.desk.renegotiate(ANA, promise.id, opens, due, reason)
        assert [one.id for one in await bench.desk.team(ANA)] == [promise.id]
        await bench.desk.renegotiate(ANA, promise.id, now + hour, now + 2 * hour, "later")
        with pytest.raises(Refused):
            await bench.desk.renegotiate(ANA, promise.id, now + hour, now + 2 * hour, "later still")
