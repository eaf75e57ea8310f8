"""The promise book on each store: making, keeping, meeting the caller, changing openly."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from callbacks.ledger import LedgerRefusal
from callbacks.model import AttemptOutcome, Promise, PromiseKind, PromiseState
from config.errors import NotFound, Refused
from config.urgency import Urgency
from tests.callbacks.samples import HOUR, MINUTE
from tests.contracts.promise_books import STORES, House, house_on


@pytest.fixture(params=STORES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as made:
        yield made
        report = await made.book.audit()
        assert report.holds, report


async def dialling(house: House) -> Promise:
    promise = await house.callback(await house.caller())
    await house.pass_time(HOUR)
    await house.book.offer(promise.id, "jin")
    return await house.book.start_attempt(promise.id, "jin")


async def test_a_promise_is_found_again_by_id_reference_and_contact(house: House) -> None:
    contact = await house.caller()
    case = await house.complaint(contact)
    promise = await house.callback(contact, case.id)
    assert await house.book.promise(promise.id) == promise
    assert await house.book.by_reference(promise.reference) == promise
    assert await house.book.owed_to(contact) == (promise,)
    (booked,) = await house.book.promised_calls(None)
    assert (booked.opens, booked.due, booked.needs.skills, booked.count) == (
        promise.opens,
        promise.due,
        promise.skills,
        1,
    )
    assert promise.skills == (("repair", 2),)
    assert [event.subject for event in house.heard("made")] == [promise.id]


async def test_what_does_not_exist_is_not_found(house: House) -> None:
    for lost in (house.book.promise("x"), house.book.by_reference("000000"), house.book.contact("x")):
        with pytest.raises(NotFound):
            await lost
    with pytest.raises(NotFound):
        await house.callback("nobody")


async def test_the_same_promise_is_not_made_twice(house: House) -> None:
    contact = await house.caller()
    case = await house.complaint(contact)
    first = await house.callback(contact, case.id)
    assert await house.callback(contact, case.id) == first
    graver = await house.callback(contact, case.id, urgency=Urgency.SAFETY)
    assert (graver.id, graver.urgency) == (first.id, Urgency.SAFETY)
    other = await house.complaint(contact, category="safety")
    assert (await house.callback(contact, other.id)).id != first.id
    assert (await house.book.identity()).made == 2


async def test_a_promise_falls_due_is_offered_dialled_and_kept(house: House) -> None:
    promise = await house.callback(await house.caller())
    assert await house.pass_time(59 * MINUTE) == ()
    (due,) = await house.pass_time(MINUTE)
    assert (due.id, due.state) == (promise.id, PromiseState.DUE)
    assert await house.book.fall_due(house.clock.now()) == ()
    await house.book.offer(promise.id, "jin")
    running = await house.book.start_attempt(promise.id, "jin")
    kept = await house.book.end_attempt(promise.id, running.attempt or "", AttemptOutcome.ANSWERED)
    assert kept.state is PromiseState.KEPT
    verbs = [event.verb for event in house.told if event.noun == "promise"]
    assert verbs == ["made", "fell-due", "offered", "attempt-started", "attempt-ended", "kept"]
    assert (await house.book.counts())[PromiseState.KEPT] == 1
    assert [entry.kind for entry in await house.book.entries(promise.id)] == verbs
    assert await house.book.open_promises() == ()


async def test_an_offer_taken_back_leaves_the_promise_due(house: House) -> None:
    promise = await house.callback(await house.caller())
    await house.pass_time(HOUR)
    await house.book.offer(promise.id, "jin")
    assert (await house.book.withdraw_offer(promise.id)).state is PromiseState.DUE
    with pytest.raises(LedgerRefusal):
        await house.book.withdraw_offer(promise.id)


async def test_a_busy_contact_is_rung_again_and_the_promise_broken_when_the_window_is_over(house: House) -> None:
    running = await dialling(house)
    again = await house.book.end_attempt(running.id, running.attempt or "", AttemptOutcome.BUSY, "engaged")
    assert again.state is PromiseState.OWED
    assert await house.pass_time(4 * MINUTE) == ()
    assert [promise.id for promise in await house.pass_time(MINUTE)] == [running.id]
    assert await house.pass_time(2 * HOUR) == ()
    assert (await house.book.promise(running.id)).state is PromiseState.BROKEN
    assert len(house.heard("broken")) == 1


async def test_an_attempt_without_an_end_is_lost_after_its_lease_and_owed_again(house: House) -> None:
    running = await dialling(house)
    await house.pass_time(timedelta(seconds=house.book.attempt_lease - 1))
    assert (await house.book.promise(running.id)).state is PromiseState.DIALLING
    await house.pass_time(timedelta(seconds=1))
    lost = await house.book.promise(running.id)
    assert (lost.state, lost.attempts) == (PromiseState.OWED, 1)
    assert [event.data()["outcome"] for event in house.heard("attempt-ended")] == ["lost"]
    with pytest.raises(LedgerRefusal):
        await house.book.end_attempt(running.id, running.attempt or "", AttemptOutcome.ANSWERED)
    (due,) = await house.pass_time(MINUTE)
    assert due.id == running.id


async def test_what_an_agent_corrects_at_wrap_up_is_owed_again(house: House) -> None:
    running = await dialling(house)
    kept = await house.book.end_attempt(running.id, running.attempt or "", AttemptOutcome.ANSWERED)
    assert await house.book.correct_outcome(running.id, AttemptOutcome.ANSWERED, "jin") == kept
    again = await house.book.correct_outcome(running.id, AttemptOutcome.VOICEMAIL, "jin")
    assert again.state is PromiseState.OWED
    assert len(house.heard("reopened")) == 1
    assert (await house.book.identity()).holds


async def test_a_correction_is_refused_when_the_same_was_promised_again(house: House) -> None:
    running = await dialling(house)
    await house.book.end_attempt(running.id, running.attempt or "", AttemptOutcome.ANSWERED)
    second = await house.callback(running.contact)
    with pytest.raises(Refused, match=second.reference):
        await house.book.correct_outcome(running.id, AttemptOutcome.VOICEMAIL, "jin")


async def test_a_contact_on_the_line_is_not_rung(house: House) -> None:
    contact = await house.caller()
    promise = await house.callback(contact)
    await house.pass_time(HOUR)
    await house.book.offer(promise.id, "jin")
    (held,) = await house.book.meet_caller(contact, "call-1")
    assert held.state is PromiseState.OWED
    assert len(house.heard("stood-down")) == 1
    with pytest.raises(Refused, match="on the line"):
        await house.book.start_attempt(promise.id, "jin")
    assert await house.pass_time(MINUTE) == ()
    await house.book.caller_left(contact, "call-1")
    assert [due.id for due in await house.pass_time(MINUTE)] == [promise.id]


async def test_a_promise_that_would_fall_due_or_break_waits_for_the_end_of_the_call(house: House) -> None:
    contact = await house.caller()
    promise = await house.callback(contact)
    await house.pass_time(HOUR - MINUTE)
    await house.book.meet_caller(contact, "call-1")
    assert await house.pass_time(10 * MINUTE) == ()
    await house.book.meet_caller(contact, "call-2")
    await house.book.caller_left(contact, "call-1")
    assert await house.pass_time(MINUTE) == ()
    kept = await house.book.keep_by_call(promise.id, "call-2")
    assert kept.state is PromiseState.KEPT
    assert kept.attempt is None


async def test_a_hold_that_nobody_releases_ends_by_itself_or_at_the_next_start(house: House) -> None:
    contact = await house.caller()
    promise = await house.callback(contact)
    await house.pass_time(30 * MINUTE)
    await house.book.meet_caller(contact, "call-1")
    assert await house.pass_time(HOUR - MINUTE) == ()
    assert [due.id for due in await house.pass_time(MINUTE)] == [promise.id]
    await house.book.meet_caller(contact, "call-2")
    assert await house.book.recover() == ()
    assert [due.id for due in await house.pass_time(MINUTE)] == [promise.id]


async def test_a_start_takes_offers_back_and_names_what_is_due(house: House) -> None:
    promise = await house.callback(await house.caller())
    await house.pass_time(HOUR)
    await house.book.offer(promise.id, "jin")
    (due,) = await house.book.recover()
    assert (due.id, due.state, due.agent) == (promise.id, PromiseState.DUE, None)


async def test_a_running_attempt_is_shown_to_whoever_meets_the_caller(house: House) -> None:
    running = await dialling(house)
    (met,) = await house.book.meet_caller(running.contact, "call-1")
    assert met.state is PromiseState.DIALLING
    with pytest.raises(LedgerRefusal):
        await house.book.keep_by_call(running.id, "call-1")
    stood_down = await house.book.end_attempt(running.id, running.attempt or "", AttemptOutcome.STOOD_DOWN)
    assert (stood_down.state, stood_down.attempts) == (PromiseState.OWED, 0)
    assert (await house.book.keep_by_call(running.id, "call-1")).state is PromiseState.KEPT


async def test_a_renegotiated_promise_is_closed_and_another_one_holds(house: House) -> None:
    case = await house.complaint(await house.caller())
    old = await house.callback(case.contact, case.id)
    now = house.clock.now()
    new = await house.book.renegotiate(old.id, now + 24 * HOUR, now + 26 * HOUR, "the part comes tomorrow", "jin")
    assert (await house.book.promise(old.id)).state is PromiseState.RENEGOTIATED
    assert (new.follows, new.case, new.state) == (old.id, case.id, PromiseState.OWED)
    assert new.reference != old.reference
    identity = await house.book.identity()
    assert (identity.made, identity.renegotiated, identity.open) == (2, 1, 1)
    assert identity.holds


async def test_a_refused_renegotiation_leaves_nothing_behind(house: House) -> None:
    promise = await house.callback(await house.caller())
    now = house.clock.now()
    with pytest.raises(LedgerRefusal, match="reason"):
        await house.book.renegotiate(promise.id, now + HOUR, now + 2 * HOUR, "", "jin")
    assert await house.book.open_promises() == (promise,)
    assert [event.verb for event in house.told if event.noun == "promise"] == ["made"]


async def test_withdrawn_and_claimed_promises(house: House) -> None:
    promise = await house.callback(await house.caller())
    assert (await house.book.claim(promise.id, "mina")).owner == "mina"
    withdrawn = await house.book.withdraw(promise.id, "the contact solved it", "mina")
    assert withdrawn.state is PromiseState.WITHDRAWN
    with pytest.raises(LedgerRefusal):
        await house.book.claim(promise.id, "mina")


async def test_promises_fall_due_in_the_order_of_urgency_tier_and_age(house: House) -> None:
    made = []
    for number, tier, urgency in (
        ("01011110001", "standard", Urgency.SERVICE),
        ("01011110002", "standard", Urgency.SAFETY),
        ("01011110003", "vip", Urgency.SERVICE),
        ("01011110004", "standard", Urgency.SERVICE),
    ):
        contact = await house.caller(number, tier)
        made.append(await house.callback(contact, urgency=urgency))
        await house.clock.advance(1)
    due = await house.pass_time(HOUR)
    assert [made.index(next(m for m in made if m.id == promise.id)) for promise in due] == [1, 2, 0, 3]


async def test_a_when_fixed_promise_without_a_window_is_never_due(house: House) -> None:
    contact = await house.caller()
    with pytest.raises(LedgerRefusal):
        await house.book.make(
            kind=PromiseKind.CALLBACK,
            contact=contact,
            case=None,
            problem=None,
            tier="standard",
            urgency=Urgency.INFO,
            language="ko",
            queue="service",
            skills=(),
            opens=None,
            due=None,
        )
    case = await house.complaint(contact)
    await house.book.open_problem(title="fuse", category=case.category, product=None, workaround="")
    assert await house.pass_time(1000 * HOUR) == ()
    assert await house.book.promised_calls(None) == ()
    assert len(await house.book.open_promises()) == 1


async def test_what_is_due_is_known_by_name(house: House) -> None:
    first, second = [await house.callback(await house.caller(str(1000 + n))) for n in range(2)]
    assert await house.book.due_names() == frozenset()
    await house.pass_time(HOUR)
    assert await house.book.due_names() == {first.id, second.id}
    await house.book.offer(first.id, "jin")
    assert await house.book.due_names() == {second.id}
    named = await house.book.promises_named([second.id, first.id, "nobody's"])
    assert {promise.id: promise.state for promise in named} == {
        first.id: PromiseState.OFFERED,
        second.id: PromiseState.DUE,
    }


async def test_a_team_sees_first_what_is_due_first(house: House) -> None:
    contact = await house.caller()
    later = await house.callback(contact)
    now = house.clock.now()
    sooner = await house.book.renegotiate((await house.callback(contact)).id, now, now + MINUTE, "sooner", "jin")
    other = await house.callback(await house.caller("1001"))
    assert (later.id, sooner.follows) == (sooner.follows, later.id)
    assert [p.id for p in await house.book.first_due((), ("ko",), 10)] == [sooner.id, other.id]
    assert [p.id for p in await house.book.first_due(("service",), ("ko", "en"), 1)] == [sooner.id]
    assert await house.book.first_due(("urgent",), ("ko",), 10) == ()
    assert await house.book.first_due((), ("en",), 10) == ()


async def test_an_agent_owns_what_they_claimed_until_it_is_closed(house: House) -> None:
    promise = await house.callback(await house.caller())
    await house.callback(await house.caller("1001"))
    assert await house.book.owned_by("jin") == ()
    mine = await house.book.claim(promise.id, "jin")
    assert await house.book.owned_by("jin") == (mine,)
    await house.book.withdraw(promise.id, "asked", "jin")
    assert await house.book.owned_by("jin") == ()


async def test_promised_calls_that_are_alike_are_counted_together(house: House) -> None:
    for number in range(3):
        await house.callback(await house.caller(str(1000 + number)))
    (alike,) = await house.book.promised_calls(house.clock.now() + 2 * HOUR)
    assert (alike.count, alike.needs.skills) == (3, (("repair", 2),))
    assert await house.book.promised_calls(house.clock.now() + HOUR) == ()
    await house.book.withdraw((await house.book.open_promises())[0].id, "asked", "jin")
    assert [calls.count for calls in await house.book.promised_calls(None)] == [2]


async def test_a_reference_is_longer_when_every_short_one_is_taken(house: House) -> None:
    house.book.make_reference = lambda: "123456"
    first = await house.callback(await house.caller())
    second = await house.callback(await house.caller("1001"))
    assert (first.reference, second.reference) == ("123456", "123456123456")
