"""What the description of the API says holds for every operation, whichever room it comes from."""

from __future__ import annotations

import json

from console.api.description import methods_at, operations
from tests.console.sample_api import SampleApi

FAULT = {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}


def test_every_operation_has_a_name_a_subject_a_sentence_and_its_faults(api: SampleApi) -> None:
    description = api.app.openapi()
    subjects = {tag["name"] for tag in description["tags"]}
    names = set()
    for path, verb, operation in operations(description):
        assert operation["operationId"] not in names
        names.add(operation["operationId"])
        assert set(operation["tags"]) <= subjects, path
        assert operation["description"].strip().endswith((".", ".”")), path
        for status in ("401", "422", "500"):
            assert operation["responses"][status]["content"] == {"application/problem+json": FAULT}, path
        assert ("409" in operation["responses"]) == (verb != "get")


def test_every_operation_but_the_sign_in_needs_a_token(api: SampleApi) -> None:
    description = api.app.openapi()
    assert description["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert all(operation["security"] == [{"bearer": []}] for _, _, operation in operations(description))


async def test_strangers_are_turned_away_everywhere(api: SampleApi) -> None:
    for path, verb, _ in operations(api.app.openapi()):
        if path == "/api/v1/sessions" and verb == "post":
            continue
        address = path.replace("{number}", "1").replace("{", "").replace("}", "")
        if path.endswith("/diff"):
            address += "?against=1"
        answer = await api.browser.request(verb, address, headers={"Authorization": "Bearer rubbish"})
        assert answer.status_code == 401, (verb, path)
        assert answer.headers["content-type"] == "application/problem+json"


async def test_another_method_is_told_which_there_are(api: SampleApi) -> None:
    answer = await api.browser.put("/api/v1/cases")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert answer.headers["content-type"] == "application/problem+json"
    assert methods_at(api.app.openapi(), "/api/v1/contacts/c-1") == ("GET", "PATCH")
    nothing = await api.browser.get("/api/v2/cases")
    assert (nothing.status_code, nothing.headers["content-type"]) == (404, "application/problem+json")


async def test_a_parameter_that_there_is_not_is_refused(api: SampleApi) -> None:
    answer = await api.ask("minji", "GET", "/cases?staus=open")
    assert (answer.status_code, answer.json()["faults"][0]["where"]) == (422, "query.staus")
    twice = await api.ask("minji", "GET", "/cases?status=open&status=closed")
    assert (twice.status_code, twice.json()["faults"][0]["where"]) == (422, "query.status")


async def test_a_field_that_is_wrong_is_named(api: SampleApi) -> None:
    answer = await api.ask("minji", "POST", "/cases", {"text": "x" * 4001, "more": 1})
    assert {fault["where"] for fault in answer.json()["faults"]} == {"body.text", "body.more"}
    broken = await api.browser.post("/api/v1/sessions", content=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.headers["content-type"]) == (422, "application/problem+json")


async def test_the_page_shows_every_operation_by_subject_and_loads_nothing_from_elsewhere(api: SampleApi) -> None:
    page = (await api.browser.get("/api/docs")).text
    for path, verb, _ in operations(api.app.openapi()):
        assert f"<code>{verb.upper()} {path}</code>" in page
    assert "Idempotency-Key" in page
    assert "http://" not in page.replace("http://console", "")
    assert "https://" not in page
    assert len(json.dumps(api.app.openapi())) > 10_000
