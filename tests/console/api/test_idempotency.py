"""A request that is sent twice under one key is carried out once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from callbacks.service import PromiseBook
from config.errors import DatabaseFault
from console.api.description import operations
from console.api.routing import NO_KEY, PREFIX
from console.public.complaints import Complaint, Taken
from console.web.idempotency import HEADER, REPLAYED, digest_of, key_of
from tests.console.people import PASSWORD
from tests.console.roles.house import role_house
from tests.console.sample_api import VIP, SampleApi

CASE = {"text": "smoke again", "number": VIP}
KEY = {HEADER: "8e03978e-40d5-43e8-bc93-6894a57f9324"}


async def test_the_second_time_the_first_answer_is_given_again(api: SampleApi) -> None:
    first = await api.ask("minji", "POST", "/cases", CASE, KEY)
    again = await api.ask("minji", "POST", "/cases", CASE, KEY)
    assert REPLAYED not in first.headers
    assert again.headers[REPLAYED] == "true"
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["location"] == first.headers["location"]
    assert len(await api.book.open_cases("safety")) == 2


async def test_the_same_key_with_another_request_is_refused(api: SampleApi) -> None:
    await api.ask("minji", "POST", "/cases", CASE, KEY)
    other = await api.ask("minji", "POST", "/cases", {**CASE, "text": "fire"}, KEY)
    assert (other.status_code, other.json()["faults"][0]["where"]) == (422, "header.idempotency-key")
    elsewhere = await api.ask("minji", "POST", f"/cases/{api.smoke.id}/notes", {"text": "x"}, KEY)
    assert elsewhere.status_code == 422


async def test_a_key_is_its_persons_own(api: SampleApi) -> None:
    await api.ask("minji", "POST", "/cases", CASE, KEY)
    other = await api.ask("sam", "POST", "/cases", CASE, KEY)
    assert REPLAYED not in other.headers
    assert len(await api.book.open_cases("safety")) == 3


def test_who_may_do_less_does_not_ask_the_same() -> None:
    asked = ("POST", "/api/v1/cases?", "application/json", b"{}")
    assert digest_of("agent all", *asked) == digest_of("agent all", *asked)
    assert digest_of("agent all", *asked) != digest_of("agent ['see cases']", *asked)


async def test_what_was_refused_may_be_tried_again_under_its_key(api: SampleApi) -> None:
    path = f"/contacts/{api.smoke.contact}/do-not-call"
    lift = {"do_not_call": False, "reason": "may be called"}
    assert (await api.ask("sam", "POST", path, lift, KEY)).status_code == 409
    await api.book.set_do_not_call(api.smoke.contact, True, "asked", "minji")
    assert (await api.ask("sam", "POST", path, lift, KEY)).status_code == 200


async def test_a_fault_of_ours_leaves_the_key_free(api: SampleApi, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_arguments: object, **_more: object) -> None:
        raise DatabaseFault("the database does not answer")

    with monkeypatch.context() as patched:
        patched.setattr(PromiseBook, "open_case", away)
        assert (await api.ask("minji", "POST", "/cases", CASE, KEY)).status_code == 500
    assert (await api.ask("minji", "POST", "/cases", CASE, KEY)).status_code == 201


async def test_a_request_that_is_being_carried_out_is_not_begun_again(
    api: SampleApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, let = asyncio.Event(), asyncio.Event()
    take = api.house.complaints.take

    async def slow(complaint: Complaint, by: str) -> Taken:
        reached.set()
        await let.wait()
        return await take(complaint, by)

    await api.token("minji")
    monkeypatch.setattr(api.house.complaints, "take", slow)
    first = asyncio.ensure_future(api.ask("minji", "POST", "/cases", CASE, KEY))
    await reached.wait()
    meanwhile = await api.ask("minji", "POST", "/cases", CASE, KEY)
    assert (meanwhile.status_code, meanwhile.headers["retry-after"]) == (409, "1")
    let.set()
    assert (await first).status_code == 201
    assert (await api.ask("minji", "POST", "/cases", CASE, KEY)).headers[REPLAYED] == "true"


async def test_after_a_day_a_key_may_be_used_again(api: SampleApi) -> None:
    path = f"/cases/{api.smoke.id}/notes"
    assert (await api.ask("minji", "POST", path, {"text": "one"}, KEY)).status_code == 204
    replayed = await api.ask("minji", "POST", path, {"text": "one"}, KEY)
    assert (replayed.status_code, replayed.content) == (204, b"")
    await api.clock.leap(24 * 3600)
    api.tokens.clear()
    assert REPLAYED not in (await api.ask("minji", "POST", path, {"text": "two"}, KEY)).headers


@pytest.mark.parametrize(("value", "key"), [("a-1", "a-1"), ('"a 1"', "a 1"), ("", None), ("a b", None), ("ä", None)])
def test_a_key_is_visible_signs_or_a_string_in_quotation_marks(value: str, key: str | None) -> None:
    assert key_of(value) == key
    assert key_of("x" * 129) is None


async def test_a_key_that_is_none_is_refused_and_nothing_done(api: SampleApi) -> None:
    answer = await api.ask("minji", "POST", "/cases", CASE, {HEADER: "two words"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert len(await api.book.open_cases("safety")) == 1


async def test_a_stranger_is_told_that_nobody_is_signed_in(api: SampleApi) -> None:
    assert (await api.browser.post("/api/v1/cases", json=CASE, headers=KEY)).status_code == 401


async def test_the_answer_to_a_sign_in_is_kept_for_nobody(api: SampleApi) -> None:
    body = {"user": "minji", "password": PASSWORD}
    known = {**KEY, "Authorization": f"Bearer {await api.token('minji')}"}
    answers = [await api.browser.post("/api/v1/sessions", json=body, headers=known) for _ in range(2)]
    assert answers[0].json()["token"] != answers[1].json()["token"]
    assert all(REPLAYED not in answer.headers for answer in answers)


async def test_every_post_of_every_room_takes_a_key_or_says_why_not(tmp_path: Path) -> None:
    async with role_house(tmp_path) as house:
        description = house.app.openapi()
    for path, verb, operation in operations(description):
        if verb == "post":
            named = [one for one in operation.get("parameters", ()) if one["name"] == HEADER]
            assert path.startswith(PREFIX), path
            assert bool(named) is not bool(operation.get(NO_KEY)), path
    secret = [path for path, _, operation in operations(description) if operation.get(NO_KEY)]
    assert secret == ["/api/v1/sessions"]
