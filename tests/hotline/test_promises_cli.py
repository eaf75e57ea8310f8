"""`hotline promises` and `hotline problems` on a real file, beside a book that others have written."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from typer.testing import CliRunner

from callbacks.model import Wish
from config.errors import HotlineError, NotFound, Refused
from hotline.cli import app
from hotline.commands.opened_book import OpenedBook, opened_book
from tests.callbacks.promised import complain, promise_call_about

pytestmark = pytest.mark.long

T = TypeVar("T")
#: What callers were told.
Told = dict[str, str]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    """One contact has a case and a promised call: their references."""
    monkeypatch.setenv("HOTLINE_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    return on_book(a_case_and_a_callback)


async def a_case_and_a_callback(opened: OpenedBook) -> Told:
    contact = await opened.book.contact_by_number("+821012345678", "standard")
    case = await complain(opened.book, contact, "repair", "the dryer stands still", wish=Wish.REPAIR, language="ko")
    opens = opened.clock.now() + timedelta(hours=1)
    promise = await promise_call_about(opened.book, case, contact, opens, timedelta(hours=2).total_seconds())
    return {"case": case.reference, "promise": promise.reference, "id": promise.id}


def on_book(act: Callable[[OpenedBook], Awaitable[T]]) -> T:
    async def run() -> T:
        async with opened_book() as opened:
            return await act(opened)

    return asyncio.run(run())


def run(*arguments: str, code: int = 0) -> str:
    """The command's output. A fault is raised, as `main` tells it."""
    result = CliRunner().invoke(app, list(arguments))
    if isinstance(result.exception, HotlineError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout


def test_what_is_owed_is_listed_for_people_and_for_programs(told: Told) -> None:
    assert told["promise"] in run("promises", "list")
    (row,) = json.loads(run("promises", "list", "--json"))
    assert (row["reference"], row["state"], row["kind"]) == (told["promise"], "owed", "callback")
    assert json.loads(run("promises", "list", "--contact", "010-1234-5678", "--json")) == [row]
    assert json.loads(run("promises", "list", "--state", "kept", "--json")) == []
    assert json.loads(run("promises", "list", "--kind", "progress", "--json")) == []
    with pytest.raises(NotFound):
        run("promises", "list", "--contact", "+821099999999")


def test_one_promise_is_shown_with_its_ledger(told: Told) -> None:
    shown = run("promises", "show", told["promise"])
    assert "made" in shown
    assert "technical" in shown
    assert "1234-5678" not in shown
    as_json = json.loads(run("promises", "show", told["promise"], "--json"))
    assert as_json["promise"]["reference"] == told["promise"]
    assert [entry["kind"] for entry in as_json["entries"]] == ["made"]
    with pytest.raises(NotFound, match="no promise") as fault:
        run("promises", "show", "000000")
    assert "hotline promises list" in str(fault.value)


def test_a_promise_is_renegotiated_openly_by_a_person(told: Told) -> None:
    said = run("promises", "renegotiate", told["promise"], "--opens", "2036-11-24 15:00", "--reason", "she is away")
    assert "2036-11-24 15:00 to" in said
    successor = said.split()[0]
    shown = json.loads(run("promises", "show", successor, "--json"))
    assert shown["promise"]["follows"] == told["id"]
    assert shown["entries"][0]["by"].startswith("user:")
    (old,) = json.loads(run("promises", "list", "--state", "renegotiated", "--json"))
    assert old["reference"] == told["promise"]
    with pytest.raises(HotlineError, match="no moment"):
        run("promises", "renegotiate", successor, "--opens", "tomorrow", "--reason", "x")
    with pytest.raises(Refused):
        run("promises", "renegotiate", told["promise"], "--opens", "2036-11-25 15:00", "--reason", "too late")
    assert "the identity holds" in run("promises", "audit")


def test_a_promise_is_withdrawn_with_a_reason(told: Told) -> None:
    run("promises", "withdraw", told["promise"], "--reason", "it works again")
    assert "it works again" in run("promises", "show", told["promise"])
    with pytest.raises(Refused):
        run("promises", "withdraw", told["promise"], "--reason", "again")


def test_an_audit_shows_the_identity_as_a_table(told: Told) -> None:
    run("promises", "withdraw", told["promise"], "--reason", "it works again")
    on_book(a_case_and_a_callback)
    printed = run("promises", "audit")
    rows = {line.split()[-3]: line.split()[-2:] for line in printed.splitlines() if line[:1] in "=+ " and line.strip()}
    assert rows["made"] == ["2", "2"]
    assert rows["withdrawn"] == ["1", "1"]
    assert rows["open"] == ["1", "1"]
    as_json = json.loads(run("promises", "audit", "--json"))
    assert as_json["holds"] is True
    assert as_json["entries"] == 3


def test_an_audit_of_a_book_that_was_tampered_with_exits_with_1(told: Told, tmp_path: Path) -> None:
    (file,) = (tmp_path / "data").glob("*.db")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE promises SET note = 'something else'")
    connection.close()
    printed = run("promises", "audit", code=1)
    assert f"promise {told['promise']}: row and entries differ in note" in printed
    assert "cannot be trusted" in printed.lower()
    assert json.loads(run("promises", "audit", "--json", code=1))["holds"] is False


def test_a_problem_is_opened_stated_and_solved(told: Told) -> None:
    said = run("problems", "open", "the fuse melts", "--category", "repair", "--workaround", "pull the plug")
    problem = said.partition(":")[0]
    assert said.strip().endswith("cases linked: 1")
    assert "the fuse melts" in run("problems", "list")
    run("problems", "state", problem[:8], "root-cause", "a wrong batch of fuses")
    (owed,) = json.loads(run("promises", "list", "--problem", problem, "--json"))
    assert (owed["kind"], owed["opens"]) == ("when-fixed", None)
    solved = run("problems", "solve", problem[:8])
    assert "calls owed now: 1" in solved
    assert json.loads(run("promises", "list", "--problem", problem, "--json"))[0]["opens"] is not None
    shown = json.loads(run("problems", "show", problem, "--json"))
    assert (shown["root_cause"], shown["state"], shown["cases"]) == ("a wrong batch of fuses", "solved", [told["case"]])
    assert [entry["what"] for entry in shown["history"]] == ["opened", "linked", "root-cause", "solved"]
    assert all(entry["by"].startswith("user:") for entry in shown["history"])
    assert "a wrong batch" in run("problems", "show", problem)
    assert json.loads(run("problems", "list", "--json")) == []
    assert len(json.loads(run("problems", "list", "--all", "--json"))) == 1


def test_cases_are_linked_and_unlinked(told: Told) -> None:
    problem = run("problems", "open", "the fuse melts", "--category", "refund").partition(":")[0]
    linked = run("problems", "link", problem, told["case"])
    reference = linked.split()[2]
    assert json.loads(run("promises", "show", reference, "--json"))["promise"]["problem"] == problem
    run("problems", "unlink", problem, told["case"])
    assert json.loads(run("promises", "show", reference, "--json"))["promise"]["state"] == "withdrawn"


def test_a_proposal_is_confirmed_or_dismissed(told: Told) -> None:
    async def propose(opened: OpenedBook) -> None:
        for category in ("repair", "refund"):
            assert await opened.book.propose_problem(category, category, None, cases=9, expected=1.5)

    on_book(propose)
    ids = {one["category"]: one["id"] for one in json.loads(run("problems", "list", "--json"))}
    assert run("problems", "confirm", ids["repair"], "--title", "the fuse").strip().endswith("cases linked: 1")
    run("problems", "dismiss", ids["refund"], "--reason", "a campaign")
    (left,) = json.loads(run("problems", "list", "--json"))
    assert (left["title"], left["state"]) == ("the fuse", "open")


def test_what_cannot_be_done_is_said_in_one_line_with_the_remedy(told: Told) -> None:
    with pytest.raises(NotFound, match="no category named repairs") as category:
        run("problems", "open", "a fault", "--category", "repairs")
    assert "repair" in category.value.remedy
    with pytest.raises(NotFound) as problem:
        run("problems", "solve", "feed")
    assert "hotline problems list" in problem.value.remedy
    assert "\n" not in str(problem.value)
    with pytest.raises(NotFound, match="no case"):
        run("problems", "link", run("problems", "open", "x", "--category", "repair").partition(":")[0], "000000")
