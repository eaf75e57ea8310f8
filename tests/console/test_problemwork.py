"""The routes about problems, over a book in memory."""

from __future__ import annotations

import pytest

from tests.console.test_casework import House, house, leader

__all__ = ["house"]


@pytest.fixture
async def proposed(house: House) -> str:
    """The id of a proposed problem of safety."""
    problem = await house.book.propose_problem("smoke", "safety", None, cases=9, expected=1.5)
    assert problem is not None
    return problem.id


async def test_a_proposal_is_listed_apart_and_confirmed_by_a_leader(house: House, proposed: str) -> None:
    agent = "minji"
    (listed,) = (await house.ask(agent, "GET", "/problems/proposed")).json()
    assert (listed["id"], listed["state"]) == (proposed, "proposed")
    assert (await house.ask(agent, "POST", f"/problems/{proposed}/confirm", {})).status_code == 403
    answer = await house.ask(leader(), "POST", f"/problems/{proposed}/confirm", {"title": "the fuse melts"})
    assert (answer.json()["title"], answer.json()["state"]) == ("the fuse melts", "open")
    story = (await house.ask(agent, "GET", f"/problems/{proposed}")).json()
    assert story["cases"] == [house.case.id]
    assert [note["what"] for note in story["history"]] == ["proposed", "opened", "linked"]
    again = await house.ask(leader(), "POST", f"/problems/{proposed}/confirm", {})
    assert again.status_code == 409


async def test_a_proposal_is_dismissed_with_a_reason(house: House, proposed: str) -> None:
    path = f"/problems/{proposed}/dismiss"
    assert (await house.ask(leader(), "POST", path, {"reason": ""})).status_code in (409, 422)
    assert (await house.ask(leader(), "POST", path, {"reason": "a campaign"})).json()["state"] == "dismissed"
    assert (await house.ask(leader(), "GET", "/problems/proposed")).json() == []


async def test_findings_are_stated_and_a_case_is_unlinked(house: House, proposed: str) -> None:
    await house.book.confirm_problem(proposed, by="jin")
    finding = {"what": "root-cause", "text": "a wrong batch of fuses"}
    answer = await house.ask(leader(), "POST", f"/problems/{proposed}/findings", finding)
    assert answer.json()["root_cause"] == "a wrong batch of fuses"
    assert (await house.ask("minji", "POST", f"/problems/{proposed}/findings", finding)).status_code == 403
    unlinked = await house.ask(leader(), "POST", f"/problems/{proposed}/unlink", {"case": house.case.id})
    assert unlinked.json()["problem"] is None
    assert (await house.ask(leader(), "GET", "/problems/unknown")).status_code == 404
