"""The routes about contacts."""

from __future__ import annotations

from tests.console.sample_api import JOAN, SampleApi


async def test_a_contact_is_found_by_number_however_it_is_written_and_by_name(api: SampleApi) -> None:
    for search in ("010-1234-5678", "12345678", "ji-won", "lee@example"):
        found = (await api.ask("minji", "GET", f"/contacts?search={search}")).json()["items"]
        assert [one["contact"]["id"] for one in found] == [api.smoke.contact], search
    assert (await api.ask("minji", "GET", "/contacts?tier=gold")).json()["items"] == []


async def test_a_contact_is_shown_with_cases_and_what_is_owed(api: SampleApi) -> None:
    story = (await api.ask("minji", "GET", f"/contacts/{api.smoke.contact}")).json()
    assert [case["id"] for case in story["cases"]] == [api.smoke.id]
    assert [promise["kind"] for promise in story["owed"]] == ["callback"]
    assert (await api.ask("minji", "GET", "/contacts/none")).status_code == 404


async def test_a_leader_writes_a_contact_down_once(api: SampleApi) -> None:
    body = {"numbers": ["02-312-3456", "+82 10 9999 0000"], "name": "Park", "language": "ko"}
    assert (await api.ask("minji", "POST", "/contacts", body)).status_code == 403
    made = await api.ask("sam", "POST", "/contacts", body)
    contact = made.json()
    assert (made.status_code, contact["number"], contact["tier"]) == (201, "+8223123456", "standard")
    assert made.headers["location"] == f"/api/v1/contacts/{contact['id']}"
    assert (await api.ask("sam", "POST", "/contacts", body)).status_code == 409


async def test_only_what_is_given_is_changed(api: SampleApi) -> None:
    path = f"/contacts/{api.smoke.contact}"
    changed = (await api.ask("sam", "PATCH", path, {"name": "Lee"})).json()
    assert (changed["name"], changed["mail"], changed["tier"]) == ("Lee", "lee@example.org", "vip")
    assert (await api.ask("sam", "PATCH", path, {"numbers": [JOAN]})).status_code == 409
    assert (await api.ask("sam", "PATCH", path, {"do_not_call": True})).status_code == 422


async def test_whoever_speaks_with_contacts_notes_that_they_refuse_calls_and_a_leader_lifts_it(api: SampleApi) -> None:
    path = f"/contacts/{api.smoke.contact}/do-not-call"
    refused = await api.ask("minji", "POST", path, {"do_not_call": True, "reason": "asked for it"})
    assert refused.json()["do_not_call"] is True
    assert "asked for it" in refused.json()["notes"]
    lift = {"do_not_call": False, "reason": "changed their mind"}
    assert (await api.ask("minji", "POST", path, lift)).status_code == 403
    assert (await api.ask("sam", "POST", path, lift)).json()["do_not_call"] is False


async def test_what_is_no_number_is_refused(api: SampleApi) -> None:
    for number in ("nobody", "", "+82 1"):
        answer = await api.ask("sam", "POST", "/contacts", {"numbers": [number]})
        assert answer.status_code in (409, 422)
