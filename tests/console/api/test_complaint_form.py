"""The public form for complaints: it works without a script, writes once, and cannot be made to bother others."""

from __future__ import annotations

import re

import httpx

from callbacks.model import Channel
from console.words import words
from tests.console.sample_api import JOAN, VIP, SampleApi

SMOKE = {"text": "There is smoke again", "number": "010-1234-5678", "when": "soonest", "key": "k1"}


async def send(api: SampleApi, form: dict[str, str], language: str = "en") -> httpx.Response:
    """The answer to the form."""
    return await api.browser.post("/complain", data=form, headers={"Accept-Language": language})


def reference_in(page: str) -> str:
    """The case's reference that the page tells."""
    found = re.search(r'class="reference">(\d+)<', page)
    assert found is not None, page
    return found.group(1)


async def test_the_form_speaks_the_readers_language_and_needs_no_script(api: SampleApi) -> None:
    for language, title in (("zh", "给我们留言"), ("ko", "문의 남기기"), ("en", "Write to us")):
        page = (await api.browser.get("/complain", headers={"Accept-Language": language})).text
        assert title in page
        assert 'action="/complain"' in page
        assert "style=" not in page
        assert words(language)("complain.read_it") in page


async def test_who_gives_a_number_is_told_a_reference_and_when_we_call(api: SampleApi) -> None:
    page = (await send(api, SMOKE)).text
    (case, *_) = [one for one in await api.book.open_cases("safety") if one.id != api.smoke.id]
    (promise,) = [one for one in await api.book.owed_to(case.contact) if one.case == case.id]
    assert (reference_in(page), case.contact) == (case.reference, api.smoke.contact)
    assert promise.opens is not None
    assert promise.reference in page
    assert promise.opens.astimezone(api.house.site().zone).strftime("%H:%M") in page
    assert 'href="/status"' in page


async def test_sending_it_twice_is_sending_it_once(api: SampleApi) -> None:
    first, again = (await send(api, SMOKE)).text, (await send(api, SMOKE)).text
    assert reference_in(first) == reference_in(again)
    assert len(await api.book.open_cases("safety")) == 2
    other = await send(api, {**SMOKE, "text": "and now there is fire and smoke"})  # the reader went back and wrote anew
    assert reference_in(other.text) != reference_in(first)


async def test_a_call_is_promised_for_when_it_suits(api: SampleApi) -> None:
    await send(api, {"text": "money", "number": "02-312-3456", "when": "tomorrow_afternoon", "key": "k2"})
    contact = await api.book.find_contact("+8223123456")
    assert contact is not None
    (promise,) = await api.book.owed_to(contact.id)
    assert promise.opens is not None
    assert promise.opens.astimezone(api.house.site().zone).strftime("%d %H") >= "11 13"


async def test_who_wants_no_call_is_promised_none(api: SampleApi) -> None:
    page = (await send(api, {"text": "money", "number": JOAN, "when": "no_call", "key": "k3"})).text
    assert words("en")("complain.no_window") in page
    written = (await send(api, {"text": "money", "mail": "kim@example.org", "key": "k4"})).text
    assert words("en")("complain.will_write") in written
    newest = (await api.book.open_cases("refund"))[0]
    assert newest is not None
    channels = {(await api.book.contact(case.contact)).channel for case in await api.book.open_cases("refund")}
    assert Channel.MAIL in channels


async def test_a_stranger_changes_nothing_that_is_known_of_the_numbers_owner(api: SampleApi) -> None:
    before = await api.book.contact(api.smoke.contact)
    await send(api, {**SMOKE, "mail": "thief@example.org", "name": "Somebody else"})
    assert await api.book.contact(api.smoke.contact) == before


async def test_what_is_missing_is_said_and_what_was_typed_stays(api: SampleApi) -> None:
    told = {
        "complain.fault_text": {"text": " ", "number": VIP},
        "complain.fault_contact": {"text": "My <b>parcel</b>"},
        "complain.fault_number": {"text": "parcel", "number": "one two"},
        "complain.fault_mail": {"text": "parcel", "mail": "nobody"},
    }
    for key, form in told.items():
        answer = await send(api, form, "ko")
        assert answer.status_code == 422
        assert words("ko")(key) in answer.text
        assert "<b>parcel" not in answer.text
    assert "My &lt;b&gt;parcel&lt;/b&gt;" in (await send(api, told["complain.fault_contact"])).text


async def test_a_machine_that_fills_in_everything_is_thanked_and_nothing_is_written(api: SampleApi) -> None:
    answer = await send(api, {**SMOKE, "website": "https://spam.example"})
    assert answer.status_code == 200
    assert 'class="reference"' not in answer.text
    assert len(await api.book.open_cases("safety")) == 1


async def test_nobody_sends_it_again_and_again_nor_has_somebody_called_so(api: SampleApi) -> None:
    answers = [await send(api, {**SMOKE, "key": f"n{n}"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    others = [await send(api, {"text": "money", "mail": "kim@example.org", "key": f"m{n}"}) for n in range(2)]
    assert [answer.status_code for answer in others] == [200, 429]


async def test_another_sites_page_cannot_send_it(api: SampleApi) -> None:
    foreign = {"Origin": "https://evil.example"}
    answer = await api.browser.post("/complain", data=SMOKE, headers=foreign)
    assert answer.status_code == 403
    assert len(await api.book.open_cases("safety")) == 1
