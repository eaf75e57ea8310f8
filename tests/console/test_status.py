"""The public status page, asked as anybody may ask it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from callbacks.model import Channel, Contact, Promise, Wish
from callbacks.service import PromiseBook
from callbacks.status.public_status import PublicStatus
from callbacks.status.status_codes import StatusCodes
from callbacks.store.memory_book import MemoryBook
from config.clock import VirtualClock
from config.events import EventBus
from config.urgency import Urgency
from console.ports import Site
from console.public.status import ANSWER_SECONDS, build_status
from console.words import LANGUAGES, words
from prompts.letters import Template
from tests.callbacks.promised import complain, promise_call_about
from tests.callbacks.samples import HOUR, NOON, RULES, SEOUL

SITE = Site("Hanbit", SEOUL, {"product-fault": {"en": "a faulty product"}})
NUMBER = "+821012345678"


@dataclass
class Visitor:
    """A browser at one address, and the book behind the page."""

    book: PromiseBook
    clock: VirtualClock
    client: httpx.AsyncClient
    took: float = 0.0

    async def ask(self, **form: str) -> httpx.Response:
        began = self.clock.monotonic()
        answer = asyncio.create_task(self.client.post("/status", data=form))
        while not answer.done():
            await self.clock.advance(0.05)
        self.took = self.clock.monotonic() - began
        return await answer

    async def contact(self, channel: Channel = Channel.PHONE) -> Contact:
        known = await self.book.contact_by_number(NUMBER, "standard")
        return await self.book.save_contact(
            Contact(known.id, NUMBER, "standard", "en", "Jane Doe", channel=channel, mail="jane@example.org")
        )

    async def promise(self, channel: Channel = Channel.PHONE) -> Promise:
        contact = await self.contact(channel)
        case = await complain(self.book, contact, "product-fault", "the kettle leaks", wish=Wish.REPAIR)
        return await promise_call_about(self.book, case, contact, NOON + HOUR, (2 * HOUR).total_seconds())


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    clock = VirtualClock(NOON)
    book = PromiseBook(MemoryBook(EventBus()), clock, RULES)
    app = FastAPI()
    app.include_router(build_status(PublicStatus(book, StatusCodes("secret")), clock, lambda: SITE))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://care.example") as client:
        yield Visitor(book, clock, client)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_is_there_without_sign_in_in_every_language(visitor: Visitor, language: str) -> None:
    page = await visitor.client.get("/status", headers={"accept-language": language})
    assert page.status_code == 200
    assert words(language)("standing.lead") in page.text


async def test_who_only_has_the_reference_learns_the_stage_and_nothing_of_the_person(visitor: Visitor) -> None:
    promise = await visitor.promise()
    page = await visitor.ask(reference=promise.reference)
    assert words("en")("standing_stage.owed") in page.text
    for secret in ("faulty product", "14:00", "Jane", "5678", "kettle", promise.contact, promise.id):
        assert secret not in page.text


@pytest.mark.parametrize("number", [NUMBER, "010-1234-5678"])
async def test_the_contacts_own_number_shows_the_details(visitor: Visitor, number: str) -> None:
    promise = await visitor.promise()
    page = await visitor.ask(reference=f" {promise.reference[:3]} {promise.reference[3:]}", number=number)
    assert "a faulty product" in page.text
    assert "14:00 – 16:00" in page.text
    assert "Jane" not in page.text


async def test_another_number_shows_no_more_than_none(visitor: Visitor) -> None:
    promise = await visitor.promise()
    page = await visitor.ask(reference=promise.reference, number="+821099999999")
    assert "14:00" not in page.text


async def test_a_withheld_number_does_not_open_a_contact_without_one(visitor: Visitor) -> None:
    contact = await visitor.book.contact_by_number("anonymous", "standard")
    promise = await visitor.promise()
    case = await visitor.book.open_case(
        contact=contact.id,
        category="product-fault",
        urgency=Urgency.INFO,
        wish=Wish.NONE,
        language="en",
        summary="",
    )
    page = await visitor.ask(reference=case.reference, number="anonymous")
    assert words("en")("standing_stage.in-work") in page.text
    assert "faulty product" not in page.text
    assert promise.reference not in page.text


async def test_a_code_goes_to_the_contacts_own_channel_and_shows_the_details(visitor: Visitor) -> None:
    promise = await visitor.promise(Channel.MAIL)
    said = await visitor.ask(reference=promise.reference, ask="code")
    async with visitor.book.store.reading() as book:
        written = await book.messages(promise.contact)
    (code,) = [message.fields["code"] for message in written if message.template is Template.STATUS_CODE]
    assert code not in said.text
    page = await visitor.ask(reference=promise.reference, code=code)
    assert "14:00 – 16:00" in page.text


async def test_nobody_is_told_whether_a_code_was_sent(visitor: Visitor) -> None:
    known = await visitor.promise(Channel.MAIL)
    sent = await visitor.ask(reference=known.reference, ask="code")
    not_sent = await visitor.ask(reference="100000", ask="code")
    assert sent.text.replace(known.reference, "") == not_sent.text.replace("100000", "")


async def test_unknown_and_known_references_are_answered_in_the_same_time(visitor: Visitor) -> None:
    promise = await visitor.promise(Channel.MAIL)
    took = []
    for form in ({"reference": promise.reference}, {"reference": "100000"}, {"reference": "100001", "ask": "code"}):
        await visitor.ask(**form)
        took.append(visitor.took)
    assert took == pytest.approx([ANSWER_SECONDS] * 3, abs=0.051)
    assert words("en")("standing.unknown") in (await visitor.ask(reference="100002")).text


async def test_a_renegotiated_promise_leads_its_contact_to_the_new_one(visitor: Visitor) -> None:
    promise = await visitor.promise()
    later = NOON + 5 * HOUR
    new = await visitor.book.renegotiate(promise.id, later, later + HOUR, "they asked", "jin")
    stranger = await visitor.ask(reference=promise.reference)
    assert words("en")("standing_stage.changed") in stranger.text
    assert new.reference not in stranger.text
    theirs = await visitor.ask(reference=promise.reference, number=NUMBER)
    assert new.reference in theirs.text
    assert "18:00 – 19:00" in theirs.text


async def test_one_source_may_not_try_references_out(visitor: Visitor) -> None:
    answers = [await visitor.ask(reference=str(100_000 + number)) for number in range(20)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 8
    assert int(refused[0].headers["retry-after"]) >= 1
    await visitor.clock.advance(timedelta(minutes=2).total_seconds())
    assert (await visitor.ask(reference="100000")).status_code == 200


async def test_codes_for_one_reference_may_not_be_tried_out(visitor: Visitor) -> None:
    promise = await visitor.promise()
    answers = [await visitor.ask(reference=promise.reference, code=f"{number:06d}") for number in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2


async def test_a_form_of_another_site_is_refused(visitor: Visitor) -> None:
    answer = await visitor.client.post(
        "/status", data={"reference": "1", "ask": "code"}, headers={"origin": "http://evil.example"}
    )
    assert answer.status_code == 403


async def test_what_is_typed_comes_back_as_digits_only(visitor: Visitor) -> None:
    page = await visitor.ask(reference='<script>alert("1")</script>')
    assert "<script>alert" not in page.text
