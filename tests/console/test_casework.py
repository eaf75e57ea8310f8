"""The routes about cases and calls, over a book in memory: who may, and that every look is written down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from callbacks.calls import CallRecords, Speaker
from callbacks.memory_book import MemoryBook
from callbacks.memory_calls import MemoryCalls
from callbacks.messages import Message, failed, taken
from callbacks.model import Case, Channel, Wish
from callbacks.service import PromiseBook
from config.clock import VirtualClock
from config.events import EventBus
from config.urgency import Urgency
from console.app import build_console
from console.casework import Records, build_casework
from console.memory_conversations import MemoryConversations
from console.memory_desk import MemoryDesk
from console.memory_users import MemoryUsers
from console.outcomes import build_outcomes
from console.problemwork import build_problemwork
from console.rooms import Room
from console.sample_floor import sample_floor, sample_offer
from prompts.letters import Template
from tests.callbacks.samples import NOON, RULES
from tests.console.fake_console import SITE, Files
from tests.console.people import PASSWORD, PEOPLE, kept_password


@dataclass
class House:
    """A console with a case and a recorded call behind it; `minji` is an agent, `boss` an admin."""

    browser: httpx.AsyncClient
    book: PromiseBook
    desk: MemoryDesk
    case: Case
    tokens: dict[str, str] = field(default_factory=dict)

    async def ask(self, user: str, method: str, path: str, body: Mapping[str, object] | None = None) -> httpx.Response:
        if user not in self.tokens:  # checking a password takes long on purpose
            answer = await self.browser.post("/api/v1/sessions", json={"user": user, "password": PASSWORD})
            self.tokens[user] = answer.json()["token"]
        headers = {"Authorization": f"Bearer {self.tokens[user]}"}
        return await self.browser.request(method, f"/api/v1{path}", json=body, headers=headers)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock, bus, users = VirtualClock(NOON), EventBus(), MemoryUsers()
    book, calls = PromiseBook(MemoryBook(bus), clock, RULES), CallRecords(MemoryCalls(bus), clock)
    for person in PEOPLE:
        await users.save(person, kept_password())
    contact = await book.contact_by_number("1005", "standard")
    await calls.begin("call-1", contact=contact.id, dialled="1000", tier="standard", recording="call-1.wav")
    await calls.line("call-1", Speaker.CALLER, "it smells of smoke", 0.9, "vosk")
    (tmp_path / "call-1.wav").write_bytes(b"RIFF")
    (tmp_path.parent / "call-2.wav").write_bytes(b"not ours")
    await calls.begin("call-2", contact=contact.id, dialled="1000", tier="standard", recording="../call-2.wav")
    case = await book.open_case(
        contact=contact.id,
        category="safety",
        urgency=Urgency.SAFETY,
        wish=Wish.NONE,
        language="en",
        summary="it smells of smoke",
    )
    desk = MemoryDesk(clock, bus, sample_floor(NOON))
    records = Records(book, calls, tmp_path)
    app = build_console(
        desk,
        MemoryConversations(desk.floor),
        users,
        Files(),
        bus,
        clock,
        "a secret",
        lambda: SITE,
        (Room(routers=(build_casework(records), build_outcomes(records, lambda: SITE), build_problemwork(book))),),
        book,
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://console") as browser:
        yield House(browser, book, desk, case)


def leader() -> str:
    return next(person.id for person in PEOPLE if person.role == "supervisor")


def admin() -> str:
    return next(person.id for person in PEOPLE if person.role == "admin")


async def test_an_agent_records_an_exception_with_its_reason(house: House) -> None:
    path = f"/cases/{house.case.id}/exceptions"
    made = await house.ask("minji", "POST", path, {"what": "free repair", "reason": "third fault"})
    assert (made.status_code, made.json()["by"]) == (201, "minji")
    refused = await house.ask("minji", "POST", path, {"what": "free repair", "reason": " "})
    assert refused.status_code == 409
    assert [e.what for e in await house.book.exceptions_of(house.case.contact)] == ["free repair"]


async def test_a_person_corrects_the_category_and_lowers_the_urgency_with_a_reason(house: House) -> None:
    changed = await house.ask("minji", "POST", f"/cases/{house.case.id}/category", {"category": "product-fault"})
    assert (changed.json()["category"], changed.json()["step"]) == ("product-fault", "hand-over")
    path, steam = f"/cases/{house.case.id}/urgency", {"urgency": "money", "reason": "it was steam"}
    assert (await house.ask("minji", "POST", path, steam)).json()["urgency"] == "money"
    assert (await house.ask("minji", "POST", path, {"urgency": "info", "reason": ""})).status_code == 409


async def test_what_was_said_is_shown_to_leaders_and_each_look_is_kept(house: House) -> None:
    assert (await house.ask("minji", "GET", "/calls/call-1/transcript")).status_code == 403
    lines = (await house.ask(leader(), "GET", "/calls/call-1/transcript")).json()
    assert [line["text"] for line in lines] == ["it smells of smoke"]
    assert (await house.ask(leader(), "GET", "/calls/call-1/recording")).content == b"RIFF"
    assert (await house.ask(leader(), "GET", "/calls/none/transcript")).status_code == 404
    assert (await house.ask(leader(), "GET", "/looks")).status_code == 403
    looks = (await house.ask(admin(), "GET", "/looks?of=call-1")).json()
    assert [(look["what"], look["by"]) for look in looks] == [
        ("recording", f"user:{leader()}"),
        ("transcript", f"user:{leader()}"),
    ]


async def test_no_file_outside_the_folder_of_recordings_is_given_out(house: House) -> None:
    assert (await house.ask(leader(), "GET", "/calls/call-2/recording")).status_code == 404
    assert await house.book.looks() == ()


async def test_a_transcript_on_a_desk_is_one_look_however_often_it_is_drawn(house: House) -> None:
    house.desk.floor.work["minji"] = sample_offer(NOON)
    for user in ("minji", "minji", leader(), "minji"):
        assert (await house.ask(user, "GET", "/agents/minji/work")).status_code == 200
    assert sorted(look.by for look in await house.book.looks()) == ["minji", f"user:{leader()}"]


async def test_ratings_are_for_leaders_and_adjusted(house: House) -> None:
    for visit, value in (("v1", 5), ("v2", 2)):
        await house.book.rate(visit, value, contact=house.case.contact, category="safety", agent="minji")
    assert (await house.ask("minji", "GET", "/ratings")).status_code == 403
    (rated,) = (await house.ask(leader(), "GET", "/ratings?days=30")).json()
    assert (rated["agent"], rated["ratings"], rated["mean"]) == ("minji", 2, 3.5)
    assert (await house.ask(admin(), "GET", "/ratings?days=0")).status_code == 422


async def test_letters_that_did_not_arrive_are_listed_without_their_words(house: House) -> None:
    secret = Message("m", house.case.contact, Channel.MAIL, Template.STATUS_CODE, "en", NOON, NOON, {"code": "908172"})
    async with house.book.store.unit_of_work() as unit:
        await unit.save_message(failed(taken(secret, NOON), "550 no such user", True, 3, NOON))
    assert (await house.ask("minji", "GET", "/messages/given-up")).status_code == 403
    answer = await house.ask(leader(), "GET", "/messages/given-up")
    (letter,) = answer.json()
    assert (letter["id"], letter["tries"], letter["fault"]) == ("m", 1, "550 no such user")
    assert "908172" not in answer.text


@pytest.mark.parametrize("user", [person.id for person in PEOPLE])
async def test_who_handles_cases_reads_their_report(house: House, user: str) -> None:
    path = f"/cases/{house.case.id}/report"
    page = await house.ask(user, "GET", f"{path}?language=zh")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert 'lang="zh"' in page.text
    assert house.case.reference in page.text
    document = await house.ask(user, "GET", f"{path}?format=pdf&language=en")
    assert document.headers["content-type"] == "application/pdf"
    assert document.content.startswith(b"%PDF")
    assert (await house.ask(user, "GET", "/cases/none/report")).status_code == 404
    assert (await house.ask(user, "GET", f"{path}?language=fr")).status_code == 422


@pytest.mark.parametrize("path", ["/ratings", "/messages/given-up", "/cases/any/report"])
async def test_none_of_this_is_told_to_strangers(house: House, path: str) -> None:
    assert (await house.browser.get(f"/api/v1{path}")).status_code == 401


async def test_those_who_set_the_thresholds_see_how_cases_were_sifted(house: House) -> None:
    await house.book.classify_case(house.case.id, next(iter(RULES.categories)), None, "minji")
    assert (await house.ask("minji", "GET", "/sifting")).status_code == 403
    figures = (await house.ask(leader(), "GET", "/sifting")).json()
    assert figures["cases"] == figures["sifted"] == figures["checked"] == 1
    assert figures["sift_rate"] == 1
    assert figures["mis_sift_rate"] == figures["corrected"]


async def test_they_see_of_each_category_how_many_came_back_or_were_late(house: House) -> None:
    await house.book.complain_again(house.case.id, "call-9")
    (of,) = (await house.ask(leader(), "GET", "/sifting")).json()["categories"]
    assert (of["category"], of["opened"], of["repeat_rate"]) == (house.case.category, 1, 1)
    assert (of["escalated"], of["escalation_rate"]) == (0, 0)
