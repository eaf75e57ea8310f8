"""The book's pages as places: who finds a way to which, and that none is drawn for those who may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.clock import VirtualClock
from config.events import EventBus
from console.book.room import build_book
from console.identity.users import Role, User, may
from console.pages.privacy_view import TABS
from console.rooms import Room
from console.words import LANGUAGES, words
from tests.callbacks.samples import NOON
from tests.console.sample_book import sample_book

_AGENTS = {"/contacts", "/contact", "/cases", "/case", "/promises", "/promise", "/problems", "/problem"}
_LEADERS = _AGENTS | {"/ratings", "/privacy"}
_ADMINS = _LEADERS | {"/contacts/import"}


@pytest.fixture
async def room(tmp_path: Path) -> Room:
    return build_book(await sample_book(VirtualClock(NOON), EventBus(), tmp_path))


@pytest.mark.parametrize(
    ("user", "open_to"),
    [
        (User("minji", "Min-ji", Role.AGENT, "minji"), _AGENTS),
        (User("sam", "Sam", Role.SUPERVISOR), _LEADERS),
        (User("root", "Ada", Role.ADMIN), _ADMINS),
    ],
)
def test_each_role_finds_the_way_to_its_pages(room: Room, user: User, open_to: set[str]) -> None:
    assert {page.place.path for page in room.pages if page.place.is_open_to(user)} == open_to


def test_who_may_open_the_page_about_privacy_sees_a_part_of_it() -> None:
    for role in (Role.SUPERVISOR, Role.ADMIN):
        assert any(may(User("u", "U", role), action) for action in TABS.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_place_has_a_name(room: Room, language: str) -> None:
    assert all(words(language)(page.place.label) for page in room.pages)


def test_pages_about_one_thing_are_reached_from_their_lists_only(room: Room) -> None:
    listed = [page.place.path for page in room.pages if page.place.listed]
    assert listed == ["/contacts", "/cases", "/promises", "/problems", "/ratings", "/privacy"]
