"""The routes about problems and about how it goes."""

from __future__ import annotations

import pytest

from callbacks.letters.messages import Message, failed, taken
from callbacks.model import Channel
from prompts.letters import Template
from tests.callbacks.samples import NOON
from tests.console.sample_api import SampleApi


@pytest.fixture
async def proposed(api: SampleApi) -> str:
    """The id of a proposed problem of safety."""
    problem = await api.book.propose_problem("smoke", "safety", None, cases=9, expected=1.5)
    assert problem is not None
    return problem.id


async def test_a_proposal_is_listed_apart_and_confirmed_by_a_leader(api: SampleApi, proposed: str) -> None:
    listed = (await api.ask("minji", "GET", "/problems/proposed")).json()
    assert proposed in [problem["id"] for problem in listed]
    assert (await api.ask("minji", "POST", f"/problems/{proposed}/confirm", {})).status_code == 403
    answer = await api.ask("sam", "POST", f"/problems/{proposed}/confirm", {"title": "the fuse melts"})
    assert (answer.json()["title"], answer.json()["state"]) == ("the fuse melts", "open")
    story = (await api.ask("minji", "GET", f"/problems/{proposed}")).json()
    assert story["cases"] == [api.smoke.id]
    assert [note["what"] for note in story["history"]] == ["proposed", "opened", "linked"]
    assert (await api.ask("sam", "POST", f"/problems/{proposed}/confirm", {})).status_code == 409


async def test_a_proposal_is_dismissed_with_a_reason(api: SampleApi, proposed: str) -> None:
    path = f"/problems/{proposed}/dismiss"
    assert (await api.ask("sam", "POST", path, {"reason": ""})).status_code == 409
    assert (await api.ask("sam", "POST", path, {"reason": "a campaign"})).json()["state"] == "dismissed"
    dismissed = (await api.ask("sam", "GET", "/problems?state=dismissed")).json()["items"]
    assert [problem["id"] for problem in dismissed] == [proposed]


async def test_findings_are_stated_and_a_case_is_unlinked(api: SampleApi, proposed: str) -> None:
    await api.book.confirm_problem(proposed, by="jin")
    finding = {"what": "root-cause", "text": "a wrong batch of fuses"}
    answer = await api.ask("sam", "POST", f"/problems/{proposed}/findings", finding)
    assert answer.json()["root_cause"] == "a wrong batch of fuses"
    assert (await api.ask("minji", "POST", f"/problems/{proposed}/findings", finding)).status_code == 403
    unlinked = await api.ask("sam", "POST", f"/problems/{proposed}/unlink", {"case": api.smoke.id})
    assert unlinked.json()["problem"] is None
    assert (await api.ask("sam", "GET", "/problems/unknown")).status_code == 404


async def test_ratings_are_for_leaders_and_adjusted(api: SampleApi) -> None:
    for visit, value in (("v1", 5), ("v2", 2)):
        await api.book.rate(visit, value, contact=api.smoke.contact, category="safety", agent="minji")
    assert (await api.ask("minji", "GET", "/ratings")).status_code == 403
    (rated,) = (await api.ask("sam", "GET", "/ratings?days=30")).json()
    assert (rated["agent"], rated["ratings"], rated["mean"]) == ("minji", 2, 3.5)
    assert (await api.ask("root", "GET", "/ratings?days=0")).status_code == 422


async def test_letters_that_did_not_arrive_are_listed_without_their_words(api: SampleApi) -> None:
    secret = Message("m", api.smoke.contact, Channel.MAIL, Template.STATUS_CODE, "en", NOON, NOON, {"code": "908172"})
    async with api.book.store.unit_of_work() as unit:
        await unit.save_message(failed(taken(secret, NOON), "550 no such user", True, 3, NOON))
    assert (await api.ask("minji", "GET", "/messages/given-up")).status_code == 403
    answer = await api.ask("sam", "GET", "/messages/given-up")
    (letter,) = answer.json()
    assert (letter["id"], letter["tries"], letter["fault"]) == ("m", 1, "550 no such user")
    assert "908172" not in answer.text


async def test_those_who_set_the_thresholds_see_how_cases_were_sifted(api: SampleApi) -> None:
    await api.book.classify_case(api.smoke.id, "delivery", None, "minji")
    await api.book.complain_again(api.smoke.id, "call-9")
    assert (await api.ask("minji", "GET", "/sifting")).status_code == 403
    figures = (await api.ask("sam", "GET", "/sifting")).json()
    assert (figures["cases"], figures["sifted"], figures["checked"], figures["sift_rate"]) == (2, 1, 1, 0.5)
    assert figures["mis_sift_rate"] == 1
    delivery = next(of for of in figures["categories"] if of["category"] == "delivery")
    assert (delivery["opened"], delivery["repeat_rate"], delivery["escalation_rate"]) == (1, 1, 0)
