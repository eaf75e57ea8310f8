"""Promising: a window is offered only if every promise can be kept; an independent search tells whether it can."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from config.hotline_file import HotlineFile
from routing.windows import Promised, Window, feasible_window
from routing.work import Needs
from tests.routing.floors import GENERAL, SAFETY, START, agent, at, hotline

HOUR = timedelta(hours=1)
# START is 18:00 in Seoul, a Monday; quiet hours begin at 21:00.
NO_NIGHT = {"quiet_from": "00:00", "quiet_until": "00:00", "window": 3600, "service_seconds": 900, "earliest_after": 0}


def promised(file: HotlineFile, opens: datetime, count: int, needs: Needs = GENERAL) -> list[Promised]:
    return [Promised(opens, opens + HOUR, file.callbacks.service_seconds, needs)] * count


def test_the_wanted_window_is_given_when_it_is_free() -> None:
    file = hotline({"kim": agent()}, callbacks=NO_NIGHT)
    assert feasible_window(file, [], GENERAL, START, at(600)) == Window(at(600), at(600) + HOUR)


def test_a_window_begins_on_the_next_whole_increment_of_the_file() -> None:
    asked = at(61)
    coarse = hotline({"kim": agent()}, callbacks=NO_NIGHT)
    assert feasible_window(coarse, [], GENERAL, START, asked).opens == at(300)
    fine = hotline({"kim": agent()}, callbacks=NO_NIGHT | {"start_increment": 60})
    assert feasible_window(fine, [], GENERAL, START, asked).opens == at(120)


def test_a_full_window_moves_the_promise_to_the_next_feasible_one() -> None:
    file = hotline({"kim": agent()}, callbacks=NO_NIGHT)
    # One agent at half of their time keeps two calls of a quarter of an hour in an hour.
    assert feasible_window(file, promised(file, START, 1), GENERAL, START) == Window(START, START + HOUR)
    assert feasible_window(file, promised(file, START, 2), GENERAL, START).opens == START + HOUR / 2


def test_promises_that_others_can_keep_do_not_stand_in_the_way() -> None:
    file = hotline({"kim": agent(safety=5), "lee": agent()}, callbacks=NO_NIGHT)
    # Two general calls can go to lee, so that kim can keep the safety one; three and one fill both agents' hour.
    assert feasible_window(file, promised(file, START, 2), SAFETY, START).opens == START
    assert feasible_window(file, promised(file, START, 2, SAFETY), SAFETY, START).opens > START
    assert feasible_window(file, promised(file, START, 2, SAFETY), GENERAL, START).opens == START
    assert feasible_window(file, promised(file, START, 4), SAFETY, START).opens > START


def test_windows_lie_outside_quiet_hours_and_within_the_queues_hours() -> None:
    weekly = [{"days": ["mon", "tue"], "opens": "10:00", "closes": "18:30"}]
    file = hotline(
        {"kim": agent()},
        callbacks={"quiet_from": "12:00", "quiet_until": "13:00", "window": 7200},
        hours={"office": {"weekly": weekly}},
        queues={"general": {"hours": "office"}},
    )
    # Half an hour is left today, too little for a window; tomorrow opens at 10:00 in Seoul.
    opens = START + timedelta(hours=16)
    assert feasible_window(file, [], GENERAL, START) == Window(opens, opens + 2 * HOUR)
    asked = opens + timedelta(minutes=30)
    assert feasible_window(file, [], GENERAL, START, asked).opens == opens + 3 * HOUR


def test_a_day_shorter_than_the_window_is_the_window() -> None:
    weekly = [{"days": ["tue"], "opens": "10:00", "closes": "11:00"}]
    hours = {"short": {"weekly": weekly}}
    file = hotline({"kim": agent()}, hours=hours, queues={"general": {"hours": "short"}})
    opens = START + timedelta(hours=16)
    assert feasible_window(file, [], GENERAL, START) == Window(opens, opens + HOUR)


def test_there_is_always_a_window() -> None:
    never = {"never": {"weekly": [{"days": [], "opens": "10:00", "closes": "11:00"}]}}
    closed = hotline({"kim": agent()}, hours=never, queues={"general": {"hours": "never"}}, callbacks=NO_NIGHT)
    assert feasible_window(closed, [], GENERAL, START) == Window(START, START + HOUR)
    nobody = hotline({"kim": agent("ko")}, callbacks=NO_NIGHT)
    assert feasible_window(nobody, [], GENERAL, START) == Window(START, START + HOUR)
    full = hotline({"kim": agent()}, callbacks=NO_NIGHT)
    longest = [Promised(START, START + timedelta(days=20), 86_400.0 * 20, GENERAL)]
    assert feasible_window(full, longest, GENERAL, START).due <= START + timedelta(days=34)


def test_a_promise_that_is_late_already_does_not_forbid_new_ones() -> None:
    file = hotline({"kim": agent()}, callbacks=NO_NIGHT)
    overdue = Promised(START - 2 * HOUR, START - HOUR, 900, GENERAL)
    assert feasible_window(file, [overdue], GENERAL, START).opens == START


def test_what_was_promised_window_by_window_can_all_be_kept_and_wastes_nothing() -> None:
    file = hotline({"kim": agent(), "lee": agent()}, callbacks=NO_NIGHT)
    book = booked(file, [GENERAL] * 30, START)
    assert can_be_kept(file, book, START)
    # 30 quarters of an hour at the pace of one agent take seven and a half hours.
    assert max(p.due for p in book) <= START + 9 * HOUR


def test_windows_begin_on_a_time_that_can_be_said() -> None:
    file = hotline({"kim": agent()}, callbacks=NO_NIGHT)
    assert feasible_window(file, [], GENERAL, at(7)).opens == at(300)


def test_the_share_of_time_for_promises_is_the_files() -> None:
    for share, kept in ((0.25, 1), (0.5, 2), (1.0, 4)):
        file = hotline({"kim": agent()}, callbacks=NO_NIGHT | {"capacity_share": share})
        assert feasible_window(file, promised(file, START, kept - 1), GENERAL, START).opens == START
        assert feasible_window(file, promised(file, START, kept), GENERAL, START).opens > START


def test_agents_count_in_their_shifts_only() -> None:
    late = {"late": {"weekly": [{"days": ["mon"], "opens": "20:00", "closes": "23:00"}]}}
    file = hotline({"kim": agent() | {"shift": "late"}}, callbacks=NO_NIGHT, hours=late)
    # START is 18:00 there: a window that ends at 20:00 has nobody, one to 20:30 half an hour at half of kim's time.
    assert feasible_window(file, [], GENERAL, START) == Window(START + 1.5 * HOUR, START + 2.5 * HOUR)
    assert feasible_window(file, promised(file, START + 1.5 * HOUR, 1), GENERAL, START).opens == START + 2 * HOUR


def test_a_shift_may_come_from_a_group() -> None:
    late = {"late": {"weekly": [{"days": ["mon"], "opens": "20:00", "closes": "23:00"}]}}
    groups = {"evening": {"shift": "late", "skills": {"safety": 4}}}
    file = hotline({"kim": agent() | {"groups": ["evening"]}}, callbacks=NO_NIGHT, hours=late, groups=groups)
    assert feasible_window(file, [], SAFETY, START).opens == START + 1.5 * HOUR


def test_room_that_skills_and_windows_together_leave_is_not_counted_twice() -> None:
    """Each skill alone, all skills together and each window alone have room; yet there is none: a case of Hall's."""
    file = hotline(
        {"kim": agent(safety=5), "lee": agent()}, callbacks=NO_NIGHT | {"capacity_share": 1.0, "window": 3600}
    )
    two_hours = Promised(START, START + 2 * HOUR, 2 * 3600.0, SAFETY)  # kim for two hours
    assert feasible_window(file, [two_hours], GENERAL, START).opens == START
    one_hour = Promised(START, START + HOUR, 3600.0, GENERAL)  # lee for the first
    assert feasible_window(file, [two_hours, one_hour], GENERAL, START).opens > START


def test_three_who_form_a_chain_of_skills_are_not_promised_more_than_three_can_keep() -> None:
    """Two overlapping skills beside an idle third: everyone together has room, the two have not."""
    queues: dict[str, dict[str, str]] = {"a": {}, "b": {}, "c": {}}
    agents = {
        "one": agent(queues=("a",)),
        "two": agent(queues=("a", "b")),
        "three": agent(queues=("b",)),
        "idle": agent(queues=("c",)),
    }
    file = hotline(agents, queues=queues, callbacks=NO_NIGHT | {"capacity_share": 1.0})
    a, b, c = (Needs(queue, "en") for queue in "abc")
    quarter = 900.0
    book = [Promised(START, START + HOUR, quarter, needs) for needs in [a] * 6 + [b] * 5 + [c]]
    assert feasible_window(file, book, a, START).opens == START
    book.append(Promised(START, START + HOUR, quarter, a))
    assert feasible_window(file, book, a, START).opens > START


def test_a_promise_over_night_is_worked_on_in_the_hours_of_its_own_queue() -> None:
    weekly = [{"days": ["mon", "tue"], "opens": "10:00", "closes": "19:00"}]
    file = hotline(
        {"kim": agent()},
        hours={"office": {"weekly": weekly}},
        queues={"general": {"hours": "office"}, "always": {}},
        callbacks=NO_NIGHT | {"capacity_share": 1.0},
    )
    over_night = Promised(START, START + 17 * HOUR, 2 * 3600.0, GENERAL)  # 18 to 19 today, 10 to 11 tomorrow
    always = Needs("always", "en")
    assert feasible_window(file, [over_night], always, START).opens == START + HOUR / 2
    assert feasible_window(file, [over_night], GENERAL, START).opens == START + 16.5 * HOUR


# --- an independent search


def booked(file: HotlineFile, asked: list[Needs], now: datetime) -> list[Promised]:
    """What is promised when these ask one after another."""
    book: list[Promised] = []
    for needs in asked:
        window = feasible_window(file, book, needs, now)
        book.append(Promised(*window, file.callbacks.service_seconds, needs))
    return book


def can_be_kept(file: HotlineFile, book: list[Promised], now: datetime, step: int = 300) -> bool:
    """Whether a search finds, for every stretch of every promised call, an agent who has time: each agent's share of
    each step is handed out by augmenting paths (Kuhn's matching), unit by unit. It shares nothing with the schedule."""
    unit = 75
    share = file.callbacks.capacity_share
    options = []
    for each in book:
        steps = range(int((each.opens - now).total_seconds()) // step, int((each.due - now).total_seconds()) // step)
        able = [
            name
            for name, spec in file.agents.items()
            if (not spec.queues or each.needs.queue in spec.queues)
            and all(spec.skills.get(skill, 0) >= 1 for skill, _ in each.needs.skills)
        ]
        places = [
            (name, n, part)
            for name in able
            for n in steps
            for part in range(int(step * share) // unit)
            if at_work(file, name, now + timedelta(seconds=n * step))
        ]
        options += [places] * (int(each.service) // unit)
    taken: dict[tuple[str, int, int], int] = {}

    def settle(unit_of_work: int, seen: set[tuple[str, int, int]]) -> bool:
        for place in options[unit_of_work]:
            if place not in seen:
                seen.add(place)
                if place not in taken or settle(taken[place], seen):
                    taken[place] = unit_of_work
                    return True
        return False

    return all(settle(n, set()) for n in range(len(options)))


def at_work(file: HotlineFile, name: str, moment: datetime) -> bool:
    """By the shifts of these tests: `early` is before 19:00 in Seoul, `late` after."""
    seoul_hour = (moment + timedelta(hours=9)).hour
    return {"early": 10 <= seoul_hour < 19, "late": 19 <= seoul_hour < 23, None: True}[file.agents[name].shift]


SHIFTS = {
    "early": {"weekly": [{"days": ["mon", "tue"], "opens": "10:00", "closes": "19:00"}]},
    "late": {"weekly": [{"days": ["mon", "tue"], "opens": "19:00", "closes": "23:00"}]},
}
QUEUES = ("a", "b", "c")


def staff(*people: tuple[tuple[str, ...], str | None]) -> HotlineFile:
    agents: dict[str, Any] = {
        f"agent{n}": agent(queues=own) | {"shift": shift} for n, (own, shift) in enumerate(people)
    }
    rules = NO_NIGHT | {"window": 1800, "service_seconds": 300, "earliest_after": 0}
    return hotline(agents, queues={queue: {} for queue in QUEUES}, hours=SHIFTS, callbacks=rules)


people = st.tuples(
    st.lists(st.sampled_from(QUEUES), min_size=1, max_size=3, unique=True).map(tuple),
    st.sampled_from([None, "early", "late"]),
)


@given(st.lists(people, min_size=1, max_size=3), st.lists(st.sampled_from(QUEUES), max_size=14))
@example([(("a",), None), (("a", "b"), None), (("b",), None)], ["a"] * 6 + ["b"] * 6 + ["a"] * 2)
def test_whatever_was_promised_one_after_another_can_all_be_kept(
    workers: list[tuple[tuple[str, ...], str | None]], asked: list[str]
) -> None:
    file = staff(*workers)
    known = [queue for queue in asked if any(queue in own for own, _ in workers)]
    book = booked(file, [Needs(queue, "en") for queue in known], START)
    assert can_be_kept(file, book, START)


@given(
    st.lists(people, min_size=1, max_size=3),
    st.lists(st.tuples(st.sampled_from(QUEUES), st.integers(0, 6), st.integers(1, 8)), max_size=9),
    st.sampled_from(QUEUES),
)
def test_a_window_is_refused_only_if_no_schedule_keeps_them_all(
    workers: list[tuple[tuple[str, ...], str | None]], made: list[tuple[str, int, int]], wanted: str
) -> None:
    """Promises of all lengths and places; those before must be kept, the new one is offered exactly if it can be."""
    file = staff(*workers)
    book: list[Promised] = []
    for queue, opens, length in made:
        each = Promised(at(opens * 300), at((opens + length) * 300), 300.0, Needs(queue, "en"))
        if can_be_kept(file, [*book, each], START):
            book.append(each)
    if not any(wanted in own for own, _ in workers):
        return
    first = Promised(START, START + timedelta(seconds=1800), 300.0, Needs(wanted, "en"))
    offered = feasible_window(file, book, first.needs, START)
    assert (offered.opens == START) == can_be_kept(file, [*book, first], START)
    assert can_be_kept(file, [*book, Promised(*offered, 300.0, first.needs)], START)


def test_a_book_with_more_than_can_be_kept_forbids_nothing_where_there_is_room() -> None:
    """Twice what can be done in the first hour: what is late goes on into the second, the third is free."""
    file = hotline({"kim": agent()}, callbacks=NO_NIGHT)
    book = promised(file, START, 4)
    assert feasible_window(file, book, GENERAL, START).opens == START + 1.5 * HOUR
    assert feasible_window(file, book, GENERAL, START, START + 2 * HOUR).opens == START + 2 * HOUR


@given(
    st.lists(people, max_size=3),
    st.lists(st.tuples(st.sampled_from(QUEUES), st.integers(-30, 30), st.integers(0, 40), st.integers(1, 90))),
    st.sampled_from(QUEUES),
    st.integers(-100, 4000),
)
def test_whatever_the_book_is_like_a_window_is_offered(
    workers: list[tuple[tuple[str, ...], str | None]],
    made: list[tuple[str, int, int, int]],
    wanted: str,
    wanted_opens: int,
) -> None:
    """Overdue, empty, hopelessly many: the answer is a window that is to come, of the full length, and soon enough."""
    file = staff(*workers)
    book = [
        Promised(at(opens * 300), at((opens + length) * 300), minutes * 60.0, Needs(queue, "en"))
        for queue, opens, length, minutes in made
    ]
    offered = feasible_window(file, book, Needs(wanted, "en"), START, at(wanted_opens))
    assert offered.opens >= max(START, at(wanted_opens))
    assert offered.due - offered.opens == timedelta(seconds=file.callbacks.window)
    assert offered.due <= max([START, *(p.due for p in book)]) + timedelta(days=15)
