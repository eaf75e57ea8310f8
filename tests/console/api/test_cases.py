"""The routes about cases, over a book in memory."""

from __future__ import annotations

from callbacks.model import Channel
from tests.console.sample_api import VIP, SampleApi


async def test_a_complaint_that_another_program_hands_in_becomes_a_case_with_a_promise(api: SampleApi) -> None:
    body = {"text": "There is smoke", "language": "ko", "number": "010-1234-5678"}
    answer = await api.ask("minji", "POST", "/cases", body)
    taken = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/cases/{taken['case']['id']}"
    assert (taken["case"]["contact"], taken["case"]["category"]) == (api.smoke.contact, "safety")
    assert (taken["case"]["repeat"], taken["case"]["language"]) == (True, "ko")
    assert taken["promise"]["opens"] < taken["promise"]["due"]
    notes = await api.book.case_history(taken["case"]["id"])
    assert [(note.what, note.by) for note in notes] == [("opened", "minji")]


async def test_who_gives_only_a_mail_address_is_answered_there(api: SampleApi) -> None:
    body = {"text": "My money, please", "mail": "kim@example.org", "name": "Kim", "category": "delivery"}
    taken = (await api.ask("minji", "POST", "/cases", body)).json()
    contact = await api.book.contact(taken["case"]["contact"])
    assert (contact.channel, contact.mail, contact.name) == (Channel.MAIL, "kim@example.org", "Kim")
    assert contact.numbers == ()
    assert (taken["case"]["category"], taken["promise"]) == ("delivery", None)


async def test_what_cannot_be_used_is_named_and_nothing_is_written(api: SampleApi) -> None:
    before = len(await api.book.open_cases())
    wrong: dict[str, dict[str, object]] = {
        "body.contact": {"text": "x"},
        "body.number": {"text": "x", "number": "+0000000000"},
        "body.mail": {"text": "x", "mail": "nobody"},
        "body.category": {"text": "x", "number": VIP, "category": "weather"},
        "body.text": {"text": " ", "number": VIP},
    }
    for where, body in wrong.items():
        answer = await api.ask("minji", "POST", "/cases", body)
        assert (answer.status_code, answer.json()["faults"][0]["where"]) == (422, where)
    assert len(await api.book.open_cases()) == before
    extension = await api.ask("minji", "POST", "/cases", {"text": "x", "number": "12"})
    assert extension.status_code == 201


async def test_a_graver_reading_wins_over_what_was_said(api: SampleApi) -> None:
    body = {"text": "smoke!", "number": VIP, "category": "delivery", "urgency": "info"}
    assert (await api.ask("minji", "POST", "/cases", body)).json()["case"]["urgency"] == "safety"


async def test_a_case_is_shown_with_its_history_promises_and_calls(api: SampleApi) -> None:
    await api.ask("minji", "POST", f"/cases/{api.smoke.id}/notes", {"text": "sends a new charger"})
    story = (await api.ask("sam", "GET", f"/cases/{api.smoke.reference}")).json()
    assert [note["what"] for note in story["history"]] == ["opened", "noted"]
    assert [promise["owner"] for promise in story["promises"]] == ["minji"]
    assert [call["uniqueid"] for call in story["calls"]] == ["call-1"]
    agents = (await api.ask("minji", "GET", f"/cases/{api.smoke.id}")).json()
    assert agents["calls"] == []
    assert (await api.ask("minji", "GET", "/cases/none")).status_code == 404


async def test_cases_are_found_by_what_they_are(api: SampleApi) -> None:
    async def found(query: str) -> list[str]:
        return [case["category"] for case in (await api.ask("minji", "GET", f"/cases?{query}")).json()["items"]]

    assert await found("urgency=safety") == ["safety"]
    assert await found("category=refund&status=open") == ["refund"]
    assert await found("status=solved") == []
    await api.clock.advance(3000)
    assert await found("overdue=true") == ["safety"]


async def test_a_person_corrects_category_and_urgency_with_a_reason(api: SampleApi) -> None:
    path = f"/cases/{api.smoke.id}"
    changed = await api.ask("minji", "POST", f"{path}/category", {"category": "delivery"})
    assert (changed.json()["category"], changed.json()["step"]) == ("delivery", "hand-over")
    steam = {"urgency": "money", "reason": "it was steam"}
    assert (await api.ask("minji", "POST", f"{path}/urgency", steam)).json()["urgency"] == "money"
    assert (await api.ask("minji", "POST", f"{path}/urgency", {"urgency": "info", "reason": ""})).status_code == 409


async def test_a_case_is_handed_over_solved_and_reopened(api: SampleApi) -> None:
    path = f"/cases/{api.smoke.id}"
    assert (await api.ask("minji", "POST", f"{path}/owner", {"agent": "ben"})).status_code == 403
    assert (await api.ask("minji", "POST", f"{path}/owner", {"agent": "minji"})).json()["owner"] == "minji"
    assert (await api.ask("minji", "POST", f"{path}/solve", {"note": "new fuse"})).json()["status"] == "solved"
    assert (await api.ask("minji", "POST", f"{path}/solve", {"note": "new fuse"})).status_code == 409
    assert (await api.ask("minji", "POST", f"{path}/reopen", {"reason": "smokes again"})).json()["status"] == "open"


async def test_an_agent_records_an_exception_with_its_reason(api: SampleApi) -> None:
    path = f"/cases/{api.smoke.id}/exceptions"
    made = await api.ask("minji", "POST", path, {"what": "free repair", "reason": "third fault"})
    assert (made.status_code, made.json()["by"]) == (201, "minji")
    assert (await api.ask("minji", "POST", path, {"what": "free repair", "reason": " "})).status_code == 409
    assert [one.what for one in await api.book.exceptions_of(api.smoke.contact)] == ["free repair"]


async def test_who_handles_cases_reads_their_report(api: SampleApi) -> None:
    path = f"/cases/{api.smoke.id}/report"
    page = await api.ask("minji", "GET", f"{path}?language=zh")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert 'lang="zh"' in page.text
    assert "style-src 'unsafe-inline'" in page.headers["content-security-policy"]  # its picture has its own
    assert "script-src" not in page.headers["content-security-policy"]
    document = await api.ask("sam", "GET", f"{path}?format=pdf&language=en")
    assert document.headers["content-type"] == "application/pdf"
    assert document.content.startswith(b"%PDF")
    assert (await api.ask("minji", "GET", "/cases/none/report")).status_code == 404
    assert (await api.ask("minji", "GET", f"{path}?language=fr")).status_code == 422
