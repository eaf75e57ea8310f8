"""The routes about promises."""

from __future__ import annotations

from datetime import timedelta

from callbacks.model import AttemptOutcome
from tests.callbacks.samples import NOON
from tests.console.sample_api import SampleApi


async def mine(api: SampleApi) -> dict[str, object]:
    """The promise that `minji` owns."""
    (found,) = (await api.ask("minji", "GET", "/promises")).json()["items"]
    assert isinstance(found, dict)
    return found


async def test_agents_see_their_own_and_leaders_all(api: SampleApi) -> None:
    assert (await mine(api))["owner"] == "minji"
    assert (await api.ask("minji", "GET", "/promises?agent=ana")).status_code == 403
    assert len((await api.ask("sam", "GET", "/promises")).json()["items"]) == 2
    assert len((await api.ask("sam", "GET", "/promises?kind=progress")).json()["items"]) == 0
    soon = (NOON + timedelta(hours=3)).isoformat().replace("+", "%2B")
    assert len((await api.ask("sam", "GET", f"/promises?due_by={soon}&agent=minji")).json()["items"]) == 1
    mixed = await api.ask("sam", "GET", "/promises?state=owed&state=kept")
    assert (mixed.status_code, mixed.json()["faults"][0]["where"]) == (422, "query.state")


async def test_a_promise_is_shown_with_its_ledger_by_id_and_by_reference(api: SampleApi) -> None:
    promise = await mine(api)
    for name in (promise["id"], promise["reference"]):
        story = (await api.ask("minji", "GET", f"/promises/{name}")).json()
        assert [entry["kind"] for entry in story["entries"]] == ["made"]
    others = (await api.ask("sam", "GET", "/promises")).json()["items"][1]
    assert (await api.ask("minji", "GET", f"/promises/{others['id']}")).status_code == 403


async def test_a_promise_without_a_window_gets_the_first_that_the_floor_can_keep(api: SampleApi) -> None:
    body = {"case": api.smoke.id, "kind": "progress", "owner": "minji", "note": "say how it goes"}
    made = await api.ask("minji", "POST", "/promises", body)
    promise = made.json()
    assert (made.status_code, promise["kind"], promise["owner"]) == (201, "progress", "minji")
    assert promise["opens"] >= NOON.isoformat()[:16]
    again = await api.ask("minji", "POST", "/promises", body)
    assert again.json()["id"] == promise["id"]


async def test_a_window_that_the_floor_cannot_keep_is_refused_with_those_near_it(api: SampleApi) -> None:
    at_night = {"opens": "2026-03-10T18:00:00Z", "due": "2026-03-10T19:00:00Z"}  # 3 o'clock in Seoul
    refused = await api.ask("sam", "POST", "/promises", {"case": api.smoke.id, "kind": "progress", **at_night})
    assert refused.status_code == 409
    nearest = refused.json()["nearest"]
    assert nearest
    made = await api.ask("sam", "POST", "/promises", {"case": api.smoke.id, "kind": "progress", **nearest[0]})
    assert (made.status_code, made.json()["owner"]) == (201, None)
    half = {"case": api.smoke.id, "opens": at_night["opens"]}
    assert (await api.ask("sam", "POST", "/promises", half)).status_code == 422


async def test_an_agent_promises_only_what_they_do_themselves(api: SampleApi) -> None:
    body = {"case": api.smoke.id, "kind": "progress", "owner": "ana"}
    assert (await api.ask("minji", "POST", "/promises", body)).status_code == 403
    assert (await api.ask("sam", "POST", "/promises", {**body, "owner": "nobody"})).status_code == 404


async def test_who_is_not_to_be_called_is_promised_no_call(api: SampleApi) -> None:
    await api.book.set_do_not_call(api.smoke.contact, True, "asked", "minji")
    refused = await api.ask("sam", "POST", "/promises", {"case": api.smoke.id, "kind": "progress"})
    assert refused.status_code == 409


async def test_a_promise_is_claimed_and_handed_over(api: SampleApi) -> None:
    team = next(one for one in (await api.ask("sam", "GET", "/promises")).json()["items"] if one["owner"] is None)
    path = f"/promises/{team['id']}/claim"
    assert (await api.ask("minji", "POST", path, {})).json()["owner"] == "minji"
    assert (await api.ask("minji", "POST", path, {"agent": "ana"})).json()["owner"] == "ana"
    assert (await api.ask("minji", "POST", path, {"agent": "ben"})).status_code == 403
    assert (await api.ask("sam", "POST", path, {})).status_code == 422


async def test_a_promise_is_moved_into_a_window_that_can_be_kept(api: SampleApi) -> None:
    path = f"/promises/{(await mine(api))['id']}/renegotiate"
    night = {"opens": "2026-03-10T18:00:00Z", "due": "2026-03-10T19:00:00Z", "reason": "they sleep by day"}
    refused = await api.ask("minji", "POST", path, night)
    assert (refused.status_code, bool(refused.json()["nearest"])) == (409, True)
    day = {"opens": "2026-03-11T03:00:00Z", "due": "2026-03-11T05:00:00Z", "reason": "tomorrow at noon"}
    moved = (await api.ask("minji", "POST", path, day)).json()
    assert (moved["opens"], moved["state"]) == (day["opens"], "owed")
    assert moved["follows"] == path.split("/")[2]


async def test_an_outcome_is_corrected_and_a_promise_withdrawn(api: SampleApi) -> None:
    promise = str((await mine(api))["id"])
    await api.clock.advance(3600)
    started = await api.book.start_attempt(promise, "minji")
    await api.book.end_attempt(promise, started.attempt or "", AttemptOutcome.ANSWERED)
    voicemail = {"outcome": "voicemail"}
    owed = await api.ask("minji", "POST", f"/promises/{promise}/outcome", voicemail)
    assert owed.json()["state"] == "owed"
    gone = await api.ask("minji", "POST", f"/promises/{promise}/withdraw", {"reason": "solved by mail"})
    assert gone.json()["state"] == "withdrawn"
    assert (await api.ask("minji", "POST", f"/promises/{promise}/outcome", voicemail)).status_code == 409
