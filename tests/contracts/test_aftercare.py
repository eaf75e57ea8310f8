"""What comes after a call, in memory and in the database: messages, silences broken, follow-ups, ratings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from callbacks.letters.courier import NotDelivered, Parcel
from callbacks.letters.messages import MessageState
from callbacks.letters.messenger import Messenger
from callbacks.model import CaseStatus, Channel, PromiseState
from config.errors import Refused
from config.urgency import Urgency
from prompts.letters import Template
from tests.callbacks.samples import HOUR, NOON
from tests.contracts.aftercare import (
    DAY,
    Post,
    has_room_where,
    house_with_aftercare,
    messenger_of,
    reader,
    send_all,
    silence_of,
    written,
)
from tests.contracts.promise_books import STORES, House


@pytest.fixture(params=STORES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_with_aftercare(request.param, empty_database) as made:
        yield made


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def messenger(house: House, post: Post) -> Messenger:
    return messenger_of(house, post)


# --- messages -----------------------------------------------------------------------------------------------------


async def test_a_promise_is_confirmed_in_writing_with_reference_and_window(
    house: House, post: Post, messenger: Messenger
) -> None:
    contact = await reader(house)
    promise = await house.callback(contact)
    assert await send_all(messenger) == 1
    (parcel,) = post.taken
    assert parcel.to == "jane@example.org"
    assert promise.reference in parcel.letter.text
    assert "on Tuesday 10 March 2026, 14:00 to 16:00 (KST)" in parcel.letter.text
    (message,) = await written(house, contact)
    assert (message.template, message.state) == (Template.PROMISE_MADE, MessageState.SENT)
    assert [event.subject for event in house.heard("sent")] == [message.id]
    assert await send_all(messenger) == 0


async def test_who_likes_to_be_rung_is_not_written_to(house: House) -> None:
    contact = await house.caller()
    await house.callback(contact)
    assert await written(house, contact) == ()


async def test_a_change_that_is_undone_was_never_written(house: House) -> None:
    contact = await reader(house)

    async def write_and_fail() -> None:
        async with house.book.store.unit_of_work() as unit:
            person = await house.book.the_contact(unit, contact)
            await house.book.tell(unit, person, Template.PROGRESS, {"reference": "123456"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_fail()
    assert await written(house, contact) == ()


async def test_a_failed_try_is_made_again_later_under_the_same_key(
    house: House, post: Post, messenger: Messenger
) -> None:
    contact = await reader(house)
    await house.callback(contact)
    post.faults = [NotDelivered("the mail server said 451", for_good=False)] * 2
    assert await send_all(messenger) == 1
    assert await send_all(messenger) == 0
    await house.clock.advance(60)
    assert await send_all(messenger) == 1
    await house.clock.advance(239)
    assert await send_all(messenger) == 0
    await house.clock.advance(1)
    assert await send_all(messenger) == 1
    assert len({parcel.key for parcel in post.taken}) == 1
    (message,) = await written(house, contact)
    assert (message.state, message.tries) == (MessageState.SENT, 3)


@pytest.mark.parametrize("for_good", [True, False])
async def test_what_cannot_be_delivered_is_given_up_visibly(
    house: House, post: Post, messenger: Messenger, for_good: bool
) -> None:
    contact = await reader(house)
    case = await house.complaint(contact)
    await house.callback(contact, case.id)
    post.faults = [NotDelivered("the receiver was refused: [550]", for_good=for_good)] * 9
    for _ in range(5):
        await send_all(messenger)
        await house.clock.advance(1000)
    assert len(post.taken) == (1 if for_good else 3)
    async with house.book.store.reading() as book:
        (message,) = await book.messages_given_up(10)
    assert message.fault == "the receiver was refused: [550]"
    assert [event.subject for event in house.heard("given-up")] == [message.id]
    assert [note.what for note in await house.book.case_history(case.id)] == ["opened", "not-delivered"]


async def test_a_channel_without_a_courier_is_given_up_at_once(house: House, messenger: Messenger) -> None:
    contact = await reader(house, channel=Channel.TEXT)
    await house.callback(contact)
    await send_all(messenger)
    (message,) = await written(house, contact)
    assert (message.state, message.fault) == (MessageState.GIVEN_UP, "nothing is set up to send by text")


async def test_a_message_whose_sender_died_is_sent_by_another_after_its_lease(
    house: House, post: Post, messenger: Messenger
) -> None:
    class PowerCut(BaseException):
        """The process is gone."""

    class Dying(Post):
        async def deliver(self, parcel: Parcel) -> None:
            await super().deliver(parcel)
            raise PowerCut

    contact = await reader(house)
    await house.callback(contact)
    dying = Dying()
    with pytest.raises(PowerCut):
        await messenger_of(house, dying).send_due()
    assert await messenger.send_due() == 0
    await house.clock.advance(300)
    assert await messenger.send_due() == 1
    assert [parcel.key for parcel in post.taken] == [parcel.key for parcel in dying.taken]


async def test_a_reminder_goes_out_before_the_window_opens(house: House, post: Post, messenger: Messenger) -> None:
    contact = await reader(house)
    promise = await house.callback(contact)
    later = house.clock.now() + 10 * HOUR
    await house.book.renegotiate(promise.id, later, later + HOUR, "tonight suits them", "jin")
    await send_all(messenger)
    assert [parcel.letter.subject for parcel in post.taken] == ["Our call has a new time"]
    await house.clock.advance((9 * HOUR).total_seconds())
    await send_all(messenger)
    assert post.taken[-1].letter.subject == "Our call is coming"
    assert len(post.taken) == 2


async def test_a_reminder_of_what_is_no_longer_owed_is_dropped(house: House, post: Post, messenger: Messenger) -> None:
    contact = await reader(house)
    promise = await house.callback(contact)
    later = house.clock.now() + 10 * HOUR
    promise = await house.book.renegotiate(promise.id, later, later + HOUR, "tonight suits them", "jin")
    await house.book.withdraw(promise.id, "not wanted any more", "jin")
    await house.clock.advance((9 * HOUR).total_seconds())
    await send_all(messenger)
    states = {message.template: message.state for message in await written(house, contact)}
    assert states[Template.REMINDER] is MessageState.DROPPED
    assert "Our call is coming" not in [parcel.letter.subject for parcel in post.taken]


async def test_a_broken_promise_is_owned_up_to(house: House, post: Post, messenger: Messenger) -> None:
    contact = await reader(house)
    await house.callback(contact)
    await house.pass_time(4 * HOUR)
    await send_all(messenger)
    assert post.taken[-1].letter.subject == "We did not keep our word"


async def test_who_must_not_be_called_reads_nothing_of_a_call(house: House, post: Post, messenger: Messenger) -> None:
    contact = await reader(house)
    case = await house.complaint(contact)
    await house.callback(contact, case.id)
    await house.book.save_contact(replace(await house.book.contact(contact), do_not_call=True))
    assert await send_all(messenger) == 1
    assert post.taken == []  # no call will come
    problem = await house.book.open_problem(title="smoke", category=case.category, product=None, workaround="")
    await send_all(messenger)
    await house.book.solve_problem(problem.id)
    await house.pass_time(2 * DAY)  # its window opens, and the call that is not wanted is withdrawn
    await send_all(messenger)
    assert [parcel.letter.subject for parcel in post.taken] == ["You will hear when it is fixed", "The fault is fixed"]
    assert not [parcel for parcel in post.taken if "call you" in parcel.letter.text]


async def test_a_code_is_not_kept_once_it_is_sent(house: House, post: Post, messenger: Messenger) -> None:
    contact = await reader(house)
    async with house.book.store.unit_of_work() as unit:
        person = await house.book.the_contact(unit, contact)
        await house.book.tell(unit, person, Template.STATUS_CODE, {"reference": "123456", "code": "908172"})
    await send_all(messenger)
    assert "908172" in post.taken[0].letter.text
    (message,) = await written(house, contact)
    assert message.fields == {"reference": "123456"}


# --- follow-up and ratings ----------------------------------------------------------------------------------------


async def test_a_solved_case_is_followed_up_some_days_later(house: House) -> None:
    case = await silence_of(house, "standard")
    await house.book.solve_case(case.id, "jin", "mended")
    promise = await house.book.follow_up_of(case.id)
    assert promise is not None
    assert (promise.opens, promise.due) == (NOON + 2 * DAY, NOON + 2 * DAY + 2 * HOUR)
    assert (promise.owner, promise.state) == ("jin", PromiseState.OWED)


async def test_a_follow_up_is_promised_when_the_floor_can_keep_it(house: House) -> None:
    free = NOON + 4 * DAY
    has_room_where(house, lambda window: window.start >= free)
    case = await silence_of(house, "standard")
    await house.book.solve_case(case.id, "jin", "mended")
    promise = await house.book.follow_up_of(case.id)
    assert promise is not None
    assert promise.opens == free


async def test_a_follow_up_that_the_floor_cannot_keep_is_not_promised(house: House) -> None:
    has_room_where(house, lambda _window: False)
    case = await silence_of(house, "standard")
    await house.book.solve_case(case.id, "jin", "mended")
    assert await house.book.follow_up_of(case.id) is None


async def test_a_no_reopens_the_case_more_urgent_with_who_had_it(house: House) -> None:
    case = await silence_of(house, "standard")
    await house.book.solve_case(case.id, "jin", "mended")
    await house.clock.advance((2 * DAY).total_seconds())
    opened = await house.book.answer_follow_up(case.id, "visit-1", solved=False, rating=2, by="hotline")
    assert (opened.status, opened.urgency, opened.owner, opened.repeat) == (CaseStatus.OPEN, Urgency.MONEY, "jin", True)
    assert [event.subject for event in house.heard("reopened")] == [case.id]
    (rating,) = await house.book.ratings(NOON)
    assert (rating.agent, rating.value, rating.solved, rating.visit) == ("jin", 2, False, "visit-1")
    again = await house.book.answer_follow_up(case.id, "visit-1", solved=False, rating=2, by="hotline")
    assert again.urgency is Urgency.MONEY
    assert len(await house.book.ratings(NOON)) == 1
    await house.clock.advance((3 * DAY).total_seconds())
    assert len(await house.book.break_silences(house.clock.now())) == 1


async def test_a_yes_leaves_the_case_solved_and_keeps_the_rating(house: House) -> None:
    case = await silence_of(house, "standard")
    await house.book.solve_case(case.id, "jin", "mended")
    done = await house.book.answer_follow_up(case.id, "visit-1", solved=True, rating=5, by="hotline")
    assert done.status is CaseStatus.SOLVED
    assert [(r.value, r.solved) for r in await house.book.ratings(NOON, "jin")] == [(5, True)]
    assert await house.book.ratings(NOON, "mina") == ()


@pytest.mark.parametrize("urgency", [Urgency.SAFETY, Urgency.LEGAL, Urgency.MONEY])
async def test_a_no_never_makes_a_matter_one_of_safety_or_law(house: House, urgency: Urgency) -> None:
    case = await house.complaint(await house.caller(), urgency=urgency)
    await house.book.solve_case(case.id, "jin", "mended")
    opened = await house.book.answer_follow_up(case.id, "visit-1", solved=False, rating=None, by="hotline")
    assert opened.urgency is urgency


async def test_a_case_is_reopened_only_with_a_reason_and_only_once(house: House) -> None:
    case = await silence_of(house, "standard")
    await house.book.solve_case(case.id, "jin", "mended")
    with pytest.raises(Refused, match="with a reason"):
        await house.book.reopen_case(case.id, "mina", " ")
    await house.book.reopen_case(case.id, "mina", "it broke again")
    with pytest.raises(Refused, match="is open"):
        await house.book.reopen_case(case.id, "mina", "it broke again")


async def test_a_rating_belongs_to_its_visit_and_its_agent(house: House) -> None:
    contact = await house.caller()
    await house.book.rate("call-1", 4, contact=contact, category="safety", agent="jin", wait=90.0)
    await house.book.rate("call-1", 5, contact=contact, category="safety", agent="jin", wait=90.0)
    (rating,) = await house.book.ratings(NOON, "jin")
    assert (rating.value, rating.wait) == (5, 90.0)
    with pytest.raises(Refused, match="1 to 5"):
        await house.book.rate("call-2", 6, contact=contact, category="safety")
