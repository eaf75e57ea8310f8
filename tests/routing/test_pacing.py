"""Many calls that are owed at once are spread as the floor can carry them, in the order they are given in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from config.hotline_file import HotlineFile
from routing.pacing import Wanted, paced_windows
from routing.windows import CapacityBook, Grid, Promised, Window
from routing.work import Needs
from tests.routing.floors import GENERAL, SAFETY, START, agent, at, hotline

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
#: One agent keeps eight calls of a quarter of an hour in a window of four hours, at half of their time.
RULES = {"window": 14_400, "service_seconds": 900, "earliest_after": 0, "quiet_from": "00:00", "quiet_until": "00:00"}


def staffed(agents: int, **rules: object) -> HotlineFile:
    return hotline({f"a{n}": agent("en", "ko") for n in range(agents)}, callbacks=RULES | rules)


def kept(file: HotlineFile, calls: Sequence[tuple[Window, Needs]], before: Sequence[Promised] = ()) -> bool:
    """Whether a schedule, filled from an empty one, finds time for every one of the calls within its window."""
    book = [*before, *(Promised(*window, file.callbacks.service_seconds, needs) for window, needs in calls)]
    end = max(each.due for each in book)
    schedule = CapacityBook(file, [each.needs for each in book], START, end, Grid(file.callbacks.start_increment))
    return all(schedule.has_room(each) for each in book)


def test_five_hundred_calls_are_spread_in_their_order_and_each_window_can_be_kept() -> None:
    file = staffed(10, quiet_from="21:00", quiet_until="08:00", window=7200, service_seconds=240)
    wanted = [Wanted(GENERAL, START + 10 * DAY)] * 500
    windows = paced_windows(file, [], wanted, START)
    assert all(one.opens <= other.opens for one, other in pairwise(windows))
    assert windows[0] == Window(START, START + 2 * HOUR)
    # Ten agents promise away half of their time: 150 calls of four minutes in a window of two hours.
    assert max(Counter(window.opens for window in windows).values()) <= 150
    seoul = [(w.opens + 9 * HOUR).hour * 60 + (w.opens + 9 * HOUR).minute for w in windows]
    assert all(8 * 60 <= minute <= 19 * 60 for minute in seoul)
    assert kept(file, [(window, GENERAL) for window in windows[::-1]])


def test_the_first_window_begins_at_once_even_between_two_increments() -> None:
    now = at(61)
    first, *_, last = paced_windows(staffed(1), [], [Wanted(GENERAL, now + DAY)] * 9, now)
    assert first == Window(now, now + 4 * HOUR)
    assert last.opens > now
    assert last.opens.timestamp() % 300 == 0


def test_what_was_promised_before_is_not_broken() -> None:
    file = staffed(1)
    before = [Promised(START, START + 4 * HOUR, 900, GENERAL)] * 8
    windows = paced_windows(file, before, [Wanted(GENERAL, START + DAY)] * 8, START)
    assert windows[0].opens > START
    assert kept(file, [(window, GENERAL) for window in windows], before)


def test_a_call_of_lower_rank_goes_first_only_where_its_deadline_asks_for_it() -> None:
    file = staffed(1)
    patient, pressed = Wanted(GENERAL, START + 3 * DAY), Wanted(GENERAL, START + 4 * HOUR)
    windows = paced_windows(file, [], [*[patient] * 12, *[pressed] * 4], START)
    assert windows[12:] == [Window(START, START + 4 * HOUR)] * 4
    assert Counter(window.opens for window in windows[:12])[START] == 4
    assert list(windows[:12]) == sorted(windows[:12])


def test_nobody_is_late_while_there_is_a_way_round_it() -> None:
    file = staffed(1)
    today, tomorrow = Wanted(GENERAL, START + 8 * HOUR), Wanted(GENERAL, START + 16 * HOUR)
    wanted = [tomorrow, today] * 16
    windows = paced_windows(file, [], wanted, START)
    assert all(window.due <= each.deadline for window, each in zip(windows, wanted, strict=True))


def test_who_cannot_be_called_in_time_is_called_as_soon_as_the_others_allow() -> None:
    file = staffed(1)
    windows = paced_windows(file, [], [Wanted(GENERAL, START + 4 * HOUR)] * 12, START)
    assert [window.due <= START + 4 * HOUR for window in windows] == [True] * 8 + [False] * 4
    assert max(window.due for window in windows) <= START + 8 * HOUR


def test_calls_for_other_people_do_not_wait_for_each_other() -> None:
    file = hotline({"kim": agent("en", safety=5), "lee": agent("ko")}, callbacks=RULES)
    korean = Wanted(Needs("general", "ko"), START + 3 * DAY)
    windows = paced_windows(file, [], [*[Wanted(SAFETY, START + 3 * DAY)] * 20, korean], START)
    assert windows[-1].opens == START
    assert windows[19].opens > START


def test_a_call_that_nobody_has_the_skills_for_still_gets_a_window() -> None:
    file = hotline({"lee": agent("ko")}, callbacks=RULES)
    assert paced_windows(file, [], [Wanted(SAFETY, START + DAY)] * 3, START) == [Window(START, START + 4 * HOUR)] * 3
    never = {"never": {"weekly": [{"days": [], "opens": "10:00", "closes": "11:00"}]}}
    closed = hotline({"kim": agent()}, hours=never, queues={"general": {"hours": "never"}}, callbacks=RULES)
    assert paced_windows(closed, [], [Wanted(GENERAL, START + DAY)], START) == [Window(START, START + 4 * HOUR)]


def test_nothing_owed_takes_no_window() -> None:
    assert paced_windows(staffed(1), [], [], START) == []
