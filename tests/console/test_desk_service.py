"""What an agent does about the case in hand, behind the table of rights, and what a wrap-up must say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callbacks.model import AttemptOutcome, CaseStatus, PromiseKind
from config.clock import VirtualClock
from config.errors import Refused
from config.events import EventBus
from config.urgency import Urgency
from console.desk.case_service import CaseDeskService
from console.desk.service import DeskService
from console.desk.wrap_up import Incomplete, Missing, Solved, WrapUp, missing
from console.errors import Forbidden
from console.identity.users import Role, User
from console.sample.memory_conversations import MemoryConversations
from console.sample.memory_desk import MemoryDesk
from console.sample.morning import sample_floor, sample_offer
from ivr.casedesk import CaseInHand
from ivr.desk import WorkView
from routing.windows import Window
from routing.work import WorkKind
from tests.console.people import PEOPLE
from tests.console.sample_casedesk import sample_casedesk, with_case

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINJI, SAM, ROOT = PEOPLE
WEI = User("wei", "Wang Wei", Role.AGENT, "wei")
FILLED = WrapUp(None, "safety", "X2", Solved.YES, "a new charger")


class House:
    """Minji talks with Lee Ji-won, whose charger smokes."""

    def __init__(self) -> None:
        clock, events = VirtualClock(NOW), EventBus()
        self.desk = MemoryDesk(clock, events, sample_floor(NOW))
        self.floor = self.desk.floor
        self.service = DeskService(self.desk, MemoryConversations(self.floor))
        self.cases = CaseDeskService(sample_casedesk(clock, events, self.floor), self.service)

    async def talks(self) -> None:
        if (await self.desk.agent("minji")).state != "ready":
            await self.desk.ready("minji")
        await self.desk.offer("minji", with_case(self.floor, sample_offer(NOW), NOW))
        await self.desk.connect("minji")

    async def wraps_up(self) -> None:
        await self.talks()
        await self.desk.caller_hung_up("minji")

    async def status(self) -> CaseStatus:
        return self.floor.cases["case-smoke"].status


@pytest.fixture
def house() -> House:
    return House()


WINDOW = Window(NOW, NOW + timedelta(hours=2))
ACTS: list[Callable[[CaseDeskService, User], Awaitable[object]]] = [
    lambda cases, user: cases.case_in_hand(user, "minji"),
    lambda cases, user: cases.similar(user, "minji"),
    lambda cases, user: cases.correct(user, "minji", "safety", "", Urgency.SAFETY, ""),
    lambda cases, user: cases.proposed_window(user, "minji", None),
    lambda cases, user: cases.check_window(user, "minji", None, WINDOW),
    lambda cases, user: cases.promise(user, "minji", PromiseKind.CALLBACK, WINDOW, "we ring"),
    lambda cases, user: cases.move(user, "minji", "pr-518835", WINDOW, "agreed"),
    lambda cases, user: cases.begin_shift(user, "minji", ""),
    lambda cases, user: cases.sit_at(user, "minji", ""),
    lambda cases, user: cases.finish(user, "minji", FILLED),
]


@pytest.mark.parametrize("act", ACTS)
async def test_nobody_serves_at_the_desk_of_another_agent(
    house: House, act: Callable[[CaseDeskService, User], Awaitable[object]]
) -> None:
    await house.talks()
    with pytest.raises(Forbidden):
        await act(house.cases, WEI)


async def test_a_supervisor_sees_the_case_and_does_nothing_about_it(house: House) -> None:
    await house.talks()
    assert await house.cases.case_in_hand(SAM, "minji") is not None
    assert await house.cases.similar(SAM, "minji")
    with pytest.raises(Forbidden):
        await house.cases.promise(SAM, "minji", PromiseKind.CALLBACK, WINDOW, "we ring")


async def test_a_promise_says_what_was_promised_and_a_move_why(house: House) -> None:
    await house.talks()
    window = await house.cases.proposed_window(MINJI, "minji", None)
    with pytest.raises(Refused, match="what is promised"):
        await house.cases.promise(MINJI, "minji", PromiseKind.CALLBACK, window, " ")
    with pytest.raises(Refused, match="reason"):
        await house.cases.move(MINJI, "minji", "pr-518835", window, "")
    made = await house.cases.promise(MINJI, "minji", PromiseKind.CALLBACK, window, " we ring ")
    assert made.note == "we ring"


async def test_a_shift_begins_where_the_agent_sits(house: House) -> None:
    await house.desk.sign_out("minji")
    await house.cases.begin_shift(MINJI, "minji", "sip:room9@127.0.0.1")
    view = await house.desk.agent("minji")
    assert (view.state, view.station) == ("paused", "sip:room9@127.0.0.1")


async def test_a_shift_does_not_begin_at_what_is_no_phone(house: House) -> None:
    await house.desk.sign_out("minji")
    with pytest.raises(Refused):
        await house.cases.begin_shift(MINJI, "minji", "room 9")
    assert (await house.desk.agent("minji")).state == "signed-out"


# --- the wrap-up ------------------------------------------------------------------------------------------------------


def work() -> WorkView:
    return sample_offer(NOW)


def case(*, confirmed: bool = False, promised: bool = False) -> CaseInHand:
    found = work()
    assert found.case is not None
    return CaseInHand(found.case, confirmed, None, found.owed if promised else (), can_be_rung=True)


@pytest.mark.parametrize(
    ("wrap_up", "lacks"),
    [
        (FILLED, ()),
        (replace(FILLED, category=""), (Missing.CATEGORY,)),
        (replace(FILLED, solved=None), (Missing.SOLVED,)),
        (replace(FILLED, note="  "), (Missing.WHAT_HELPED,)),
        (replace(FILLED, solved=Solved.NO, note=""), ()),
        (replace(FILLED, solved=Solved.LATER, note=""), (Missing.PROMISE,)),
        (WrapUp(None, "", "", None, ""), (Missing.CATEGORY, Missing.SOLVED)),
    ],
)
def test_a_wrap_up_says_what_it_lacks(wrap_up: WrapUp, lacks: tuple[Missing, ...]) -> None:
    assert missing(wrap_up, work(), case()) == lacks


def test_a_callback_says_how_it_went_a_call_does_not() -> None:
    callback = replace(work(), kind=WorkKind.PROMISE)
    assert missing(FILLED, callback, case()) == (Missing.OUTCOME,)
    assert missing(replace(FILLED, outcome=AttemptOutcome.ANSWERED), callback, case()) == ()


def test_what_was_confirmed_or_promised_before_is_not_asked_again() -> None:
    assert missing(replace(FILLED, category=""), work(), case(confirmed=True)) == ()
    assert missing(replace(FILLED, solved=Solved.LATER), work(), case(promised=True)) == ()


def test_without_an_open_case_nothing_is_asked_about_it() -> None:
    nothing = WrapUp(None, "", "", None, "")
    assert missing(nothing, work(), None) == ()
    solved = case()
    assert missing(nothing, work(), replace(solved, case=replace(solved.case, status=CaseStatus.SOLVED))) == ()


async def test_an_incomplete_wrap_up_goes_on(house: House) -> None:
    await house.wraps_up()
    with pytest.raises(Incomplete) as lacking:
        await house.cases.finish(MINJI, "minji", WrapUp(None, "", "", Solved.YES, ""))
    assert lacking.value.missing == (Missing.CATEGORY, Missing.WHAT_HELPED)
    assert (await house.desk.agent("minji")).state == "wrap-up"
    assert await house.status() is CaseStatus.OPEN


async def test_a_wrap_up_that_says_everything_confirms_the_category_and_solves_the_case(house: House) -> None:
    await house.wraps_up()
    await house.cases.finish(MINJI, "minji", replace(FILLED, category="hardware"))
    assert (await house.desk.agent("minji")).state == "ready"
    ended = house.floor.cases["case-smoke"]
    assert (ended.category, ended.status, ended.urgency) == ("hardware", CaseStatus.SOLVED, Urgency.SAFETY)
    assert house.floor.solutions["case-smoke"][1] == "a new charger"


async def test_what_is_solved_later_is_promised_first(house: House) -> None:
    await house.wraps_up()
    later = replace(FILLED, solved=Solved.LATER)
    with pytest.raises(Incomplete):
        await house.cases.finish(MINJI, "minji", later)
    window = await house.cases.proposed_window(MINJI, "minji", None)
    await house.cases.promise(MINJI, "minji", PromiseKind.CALLBACK, window, "a new charger is sent")
    await house.cases.finish(MINJI, "minji", later)
    assert await house.status() is CaseStatus.OPEN


async def test_programs_that_finish_as_before_still_may(house: House) -> None:
    await house.wraps_up()
    await house.service.finish(MINJI, "minji", None, False, "")
    assert (await house.desk.agent("minji")).state == "ready"


async def test_a_caller_is_held_by_their_agent_alone(house: House) -> None:
    await house.talks()
    with pytest.raises(Forbidden):
        await house.service.hold(WEI, "minji", True)
    await house.service.hold(MINJI, "minji", True)
    assert house.floor.work["minji"].on_hold
