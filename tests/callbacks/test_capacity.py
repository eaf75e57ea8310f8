"""Whether there is room for one more promised call, by the hotline file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from callbacks.aftercare.rules import Aftercare
from callbacks.capacity import OfTheFile, room_for_all
from callbacks.ports import PromisedCalls
from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from ivr.flow.catalogue import STEPS
from routing.hours import Spell, callback_spells
from routing.work import Needs

HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # a Monday morning in Seoul


@pytest.fixture(scope="module")
def file() -> HotlineFile:
    return read_hotline_file(default_hotline_file(), STEPS)[0]


@pytest.fixture
def needs(file: HotlineFile) -> Needs:
    name, category = next(iter(file.categories.items()))
    assert name
    return Needs(category.queue, file.languages[0], tuple(category.skills.items()))


@pytest.fixture
def window(file: HotlineFile, needs: Needs) -> Spell:
    spell = next(iter(callback_spells(file, needs.queue, NOW, NOW + timedelta(days=7))))
    return Spell(spell.start, min(spell.end, spell.start + HOUR))


def test_an_empty_book_has_room(file: HotlineFile, needs: Needs, window: Spell) -> None:
    assert OfTheFile(file)((), needs, NOW, NOW + timedelta(days=7))(window)


def test_what_is_given_away_is_not_given_twice(file: HotlineFile, needs: Needs, window: Spell) -> None:
    full = [PromisedCalls(window.start, window.end, needs, 1000)]
    assert not OfTheFile(file)(full, needs, NOW, NOW + timedelta(days=7))(window)
    assert room_for_all(full, needs, NOW, NOW + HOUR)(window)


def test_where_nobody_has_the_skills_no_window_is_better_than_another(file: HotlineFile, window: Spell) -> None:
    strange = Needs("general", file.languages[0], (("falconry", 5),))
    assert OfTheFile(file)((), strange, NOW, NOW + timedelta(days=7))(window)


def test_a_published_file_brings_its_capacity(file: HotlineFile, needs: Needs, window: Spell) -> None:
    full = [PromisedCalls(window.start, window.end, needs, 1000)]
    assert not Aftercare.of(file).capacity(full, needs, NOW, NOW + timedelta(days=7))(window)
