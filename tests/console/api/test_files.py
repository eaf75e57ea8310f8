"""The routes about versions of the hotline file."""

from __future__ import annotations

from tests.console.sample_api import TEXT, SampleApi

SLOWER = TEXT.replace("target_wait: 20", "target_wait: 30", 1)


async def test_a_version_is_published_compared_and_taken_back(api: SampleApi) -> None:
    body = {"text": SLOWER, "reason": "more patience", "base": 1}
    assert (await api.ask("sam", "POST", "/hotline-files", body)).status_code == 403
    made = await api.ask("root", "POST", "/hotline-files", body)
    assert (made.status_code, made.json()["number"], made.headers["location"]) == (201, 2, "/api/v1/hotline-files/2")
    diff = (await api.ask("sam", "GET", "/hotline-files/2/diff?against=1")).json()["diff"]
    assert "+    target_wait: 30" in diff
    back = await api.ask("root", "POST", "/hotline-files/1/roll-back", {"reason": "they hang up"})
    assert (back.status_code, back.json()["reason"]) == (201, "back to version 1: they hang up")
    assert (await api.ask("sam", "GET", "/hotline-files/3")).json()["text"] == TEXT
    listed = (await api.ask("sam", "GET", "/hotline-files?limit=2")).json()
    assert [version["number"] for version in listed["items"]] == [3, 2]
    rest = (await api.ask("sam", "GET", f"/hotline-files?limit=2&cursor={listed['next']}")).json()
    assert ([version["number"] for version in rest["items"]], rest["next"]) == ([1], None)


async def test_who_began_with_an_old_version_is_shown_both_changes(api: SampleApi) -> None:
    body = {"text": SLOWER, "reason": "more patience", "base": 1}
    await api.ask("root", "POST", "/hotline-files", body)
    other = {"text": TEXT.replace("Consumer Care", "Care"), "reason": "shorter", "base": 1}
    refused = await api.ask("root", "POST", "/hotline-files", other)
    assert refused.status_code == 409
    assert "target_wait: 30" in refused.json()["theirs"]
    assert "name: Care" in refused.json()["yours"]


async def test_faults_of_a_text_are_named_by_line(api: SampleApi) -> None:
    fault = {"line": 1, "what": "`hotline` is missing", "remedy": "describe the hotline"}
    checked = (await api.ask("sam", "POST", "/hotline-files/check", {"text": "nothing: 1"})).json()
    assert checked == [{**fault, "is_error": True}]
    body = {"text": "nothing: 1", "reason": "clean", "base": 1}
    refused = await api.ask("root", "POST", "/hotline-files", body)
    assert (refused.status_code, refused.json()["faults"]) == (422, [{"where": "body.text", **fault}])
    assert (await api.ask("minji", "GET", "/hotline-files")).status_code == 403
    assert (await api.ask("sam", "GET", "/hotline-files/9")).status_code == 404
