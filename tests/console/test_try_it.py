"""Trying the hotline out: who may, which text, and what is drawn."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from config.errors import NotFound, Refused
from config.urgency import Urgency
from console.errors import Forbidden
from console.identity.users import Role, User
from console.pages import try_it_view
from console.pages.desk_view import Showing
from console.ports import FileFault, Site
from console.words import LANGUAGES, words
from console.workshop.trying import (
    LONGEST_TEXT,
    Choices,
    Handset,
    Happening,
    Kind,
    Setting,
    Side,
    Trial,
    TrialView,
    TriedAgent,
    TriedLine,
    TryingService,
    Understood,
)
from hotline.walk.notes import Noted
from ivr.messages import Expecting

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ADMIN = User("ada", "Ada", Role.ADMIN)
SHOW = Showing(words("en"), Site(), NOW)
CHOICES = Choices((("1000", ""), ("1001", "en")), (("ana", "Ana"), ("bo", "Bo")), "+821020000000")


class Files:
    """`HotlineFiles` of one version."""

    async def current(self) -> tuple[str, str]:
        return "7", "in force"

    async def check(self, text: str) -> tuple[FileFault, ...]:
        return ()


class Tries:
    """A `TryIt` that remembers what it was asked."""

    def __init__(self) -> None:
        self.settings: list[tuple[str, Setting]] = []

    async def choices(self, text: str) -> Choices:
        return CHOICES

    async def open(self, who: str, setting: Setting) -> Trial:
        self.settings.append((who, setting))
        raise NotFound("no trial here")

    def of(self, who: str) -> Trial | None:
        return None

    async def close(self, who: str) -> None:
        return None


def view(handset: Handset = Handset.LISTENED, *lines: TriedLine, agents: tuple[TriedAgent, ...] = ()) -> TrialView:
    happenings = (Happening(NOW, Kind.EVENT, "case/opened", (("category", "<refund>"), ("case", "a" * 32))),)
    zone = ZoneInfo("Asia/Seoul")
    return TrialView(NOW, zone, handset, "1001", "+8210", "speech", "ana", lines, happenings, agents, ())


async def test_an_edited_text_is_tried_by_its_author_alone_until_it_is_put_away() -> None:
    tries = Tries()
    service = TryingService(tries, Files())
    assert await service.text_of(ADMIN) == ("7", "in force")
    service.keep_text(ADMIN, "edited\r\ntext")
    assert await service.text_of(ADMIN) == ("", "edited\ntext")
    assert await service.text_of(User("sam", "Sam", Role.SUPERVISOR)) == ("7", "in force")
    with pytest.raises(NotFound):
        await service.open(ADMIN, "1001", "+8210", ("ana",), None)
    assert tries.settings == [("ada", Setting("edited\ntext", "1001", "+8210", ("ana",), None))]
    service.forget_text(ADMIN)
    assert await service.text_of(ADMIN) == ("7", "in force")


async def test_texts_of_the_longest_ago_go_first_and_none_is_too_long() -> None:
    service = TryingService(Tries(), Files())
    for person in range(40):
        service.keep_text(User(f"p{person}", "P", Role.ADMIN), "edited")
    assert await service.text_of(User("p0", "P", Role.ADMIN)) == ("7", "in force")
    assert await service.text_of(User("p39", "P", Role.ADMIN)) == ("", "edited")
    with pytest.raises(Refused, match="too long"):
        service.keep_text(ADMIN, "x" * (LONGEST_TEXT + 1))


async def test_agents_may_not_try_hotline_files() -> None:
    service, agent = TryingService(Tries(), Files()), User("minji", "Min-ji", Role.AGENT, "minji")
    with pytest.raises(Forbidden):
        service.keep_text(agent, "mine")
    with pytest.raises(Forbidden):
        await service.open(agent, "1001", "", (), None)
    with pytest.raises(Forbidden):
        service.trial(agent)
    with pytest.raises(Forbidden):
        await service.choices(agent)


def test_what_was_understood_is_drawn_with_its_scores_and_nothing_said_is_markup() -> None:
    reading = Understood(
        "refund", 0.87, Urgency.MONEY, "refund", "kettle", False, NOW, (("refund", 0.87), ("other", 0.1))
    )
    lines = (
        TriedLine(NOW, Side.HOTLINE, "Hello.", clips=("en/greeting.1.opus",), unheard=True),
        TriedLine(NOW, Side.CALLER, "<i>money</i>", understood=reading),
        TriedLine(NOW, Side.HOTLINE, "Silent."),
    )
    drawn = try_it_view.conversation(SHOW, view(Handset.LISTENED, *lines))
    assert "/sounds/prompts/en/greeting.1.opus" in drawn
    assert "87%" in drawn
    assert "<i>" not in drawn
    assert SHOW.words("try_it.unheard") in drawn
    assert SHOW.words("try_it.partly") in drawn
    assert "12:00" in drawn


@pytest.mark.parametrize(
    ("handset", "controls"),
    [
        (Handset.IDLE, {"again"}),
        (Handset.RINGING, {"pick-up", "turn-down"}),
        (Handset.LISTENED, {"line", "key", "put-down"}),
        (Handset.TALKING, {"line", "key", "put-down"}),
        (Handset.WAITING, {"line", "key", "put-down"}),
    ],
)
def test_the_telephone_offers_what_can_be_done(handset: Handset, controls: set[str]) -> None:
    drawn = try_it_view.controls(SHOW, view(handset))
    known = ("again", "pick-up", "turn-down", "line", "key", "put-down")
    assert {one for one in known if f'data-do="{one}"' in drawn} == controls


@pytest.mark.parametrize(
    ("stage", "do"),
    [
        ("", "agent-ready"),
        ("preview", "agent-acts"),
        ("offered", "agent-acts"),
        ("talking", "agent-acts"),
        ("wrap-up", "agent-finishes"),
    ],
)
def test_an_agent_offers_what_the_desk_would(stage: str, do: str) -> None:
    agent = TriedAgent("ana", "Ana", "paused", stage, "w1", "refund", promised=True)
    assert f'data-do="{do}"' in try_it_view.agents(SHOW, view(agents=(agent,)), CHOICES)


def test_identifiers_are_short_and_values_are_text() -> None:
    drawn = try_it_view.happenings(SHOW, view())
    assert "aaaaaa…" in drawn
    assert "<refund>" not in drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_note_and_everything_that_is_listened_for_has_its_words(language: str) -> None:
    texts = words(language).texts
    for group, codes in (
        ("try_note", {note for note in Noted if note is not Noted.SAID}),
        ("try_expecting", set(Expecting)),
        ("try_kind", set(Kind)),
    ):
        assert {f"{group}.{code}" for code in codes} == {key for key in texts if key.startswith(f"{group}.")}


def test_the_form_offers_the_number_of_the_readers_language_first() -> None:
    drawn = try_it_view.begin_form(SHOW, CHOICES)
    assert '<option value="1001" selected>' in drawn
    assert 'name="ready.ana"' in drawn
