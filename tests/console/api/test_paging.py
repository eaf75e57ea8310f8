"""Lists in pages."""

from __future__ import annotations

from callbacks.model import CaseStatus, Wish
from config.urgency import Urgency
from console.api.description import operations
from tests.console.sample_api import SampleApi

LISTS = ("/contacts", "/cases", "/promises", "/problems", "/calls", "/queue-events", "/hotline-files", "/agents")


async def test_the_pages_together_are_the_list_though_it_grows_meanwhile(api: SampleApi) -> None:
    for _ in range(5):
        await _open_case(api)
    whole = [case["id"] for case in (await api.ask("minji", "GET", "/cases")).json()["items"]]
    answer = await api.ask("minji", "GET", "/cases?limit=3&status=open")
    await api.clock.advance(60)
    await _open_case(api)  # newer than where we are: it belongs to no page that is to come
    found = [case["id"] for case in answer.json()["items"]]
    while "next" in answer.links:
        assert answer.json()["next"] in answer.links["next"]["url"]
        path = answer.links["next"]["url"].partition("/api/v1")[2]
        answer = await api.ask("minji", "GET", path)
        found += [case["id"] for case in answer.json()["items"]]
    assert found == whole
    assert answer.json()["next"] is None


async def test_a_bad_cursor_is_named_on_every_list(api: SampleApi) -> None:
    of_cases = (await api.ask("root", "GET", "/cases?limit=1")).json()["next"]
    for path in LISTS:
        for cursor in ("nonsense", "", "ä", "Y2FzZXMgfg", "A" * 300, *([of_cases] if path != "/cases" else [])):
            answer = await api.ask("root", "GET", f"{path}?cursor={cursor}")
            assert (answer.status_code, answer.json()["faults"][0]["where"]) == (422, "query.cursor"), (path, cursor)
        for limit in (0, 201, "many"):
            assert (await api.ask("root", "GET", f"{path}?limit={limit}")).status_code == 422


async def test_a_page_of_one_leads_through_the_whole_list(api: SampleApi) -> None:
    for path in ("/contacts?search=", "/problems?state=open&state=proposed", "/calls?", "/agents?"):
        whole = (await api.ask("root", "GET", path)).json()["items"]
        found, more = [], ""
        while True:
            page = (await api.ask("root", "GET", f"{path}&limit=1{more}")).json()
            found += page["items"]
            if page["next"] is None:
                break
            more = f"&cursor={page['next']}"
        assert found == whole
        assert len(found) > 1


def test_every_list_that_grows_is_in_pages(api: SampleApi) -> None:
    """A list that is an answer by itself is bounded by what it is of: one call, one text, one team."""
    whole = {"/ratings", "/messages/given-up", "/looks", "/problems/proposed", "/calls/{call}/transcript"}
    schemas = api.app.openapi()["components"]["schemas"]
    for path, verb, operation in operations(api.app.openapi()):
        answer = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
        if verb == "get" and answer.get("type") == "array":
            assert path.removeprefix("/api/v1") in whole, path
        named = answer.get("$ref", "").rpartition("/")[2]
        if named.startswith("Page_"):
            assert {"limit", "cursor"} <= {one["name"] for one in operation["parameters"]}, path
            assert set(schemas[named]["properties"]) == {"items", "next"}


async def _open_case(api: SampleApi) -> None:
    case = await api.book.open_case(
        contact=api.smoke.contact,
        category="refund",
        urgency=Urgency.MONEY,
        wish=Wish.REFUND,
        language="en",
        summary="again",
    )
    assert case.status is CaseStatus.OPEN
