"""Nothing of an erased contact is left in any table of the whole program, by any column: numbers, name, mail, words."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

import callbacks
import config
import console
import ivr
import routing
from callbacks.calls.model import Speaker
from callbacks.letters.messages import Message
from callbacks.model import AttemptOutcome, Channel, Contact
from callbacks.privacy.retention import Privacy
from config.clock import VirtualClock
from config.database import metadata
from console.audit import Audit, Did
from console.store.sql_answers import SqlAnswers
from console.store.sql_audit import SqlAudit
from console.web.idempotency import Answer
from hotline.recording_folder import RecordingFolder
from prompts.letters import Template
from tests.callbacks.samples import HOUR
from tests.contracts.promise_books import House, house_on
from tests.servers import DATABASES

NUMBERS = ("+821012345678", "+447911123456")
WORDS = ("Kim Minji", "minji@example.org", "blue door", "smoke", "free courier", "stands still", "rang at night")
SECRETS = (*NUMBERS, *WORDS, "12345678", "7911123456")


@dataclass(frozen=True, slots=True)
class Held:
    """A house in which each kind of thing is held on one contact, and another contact beside them."""

    house: House
    privacy: Privacy
    answers: SqlAnswers
    contact: str
    folder: Path


@pytest.fixture(params=DATABASES)
async def held(
    request: pytest.FixtureRequest, empty_database: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Held]:
    for package in (config, callbacks, routing, ivr, console):  # every table there is
        for module in pkgutil.iter_modules(package.__path__):
            if module.name.startswith("sql"):
                importlib.import_module(f"{package.__name__}.{module.name}")
    async with house_on(request.param, empty_database) as house:
        assert house.database is not None
        answers = SqlAnswers(house.database)
        folder = tmp_path / "recordings"
        folder.mkdir()
        privacy = Privacy(house.book, house.calls, RecordingFolder(folder), (answers,))
        yield Held(house, privacy, answers, await fill(house, answers, folder), folder)


async def fill(house: House, answers: SqlAnswers, folder: Path) -> str:
    """The id of a contact with numbers, mail, notes, calls, cases, promises, letters, ratings, exceptions, a problem,
    looks, and answers that are kept for whoever asks again."""
    book, calls, clock = house.book, house.calls, house.clock
    known = await book.contact_by_number("010-1234-5678", "standard")
    kim = await book.save_contact(
        replace(
            known, name="Kim Minji", notes="blue door", other_numbers=(NUMBERS[1],), channel=Channel.MAIL,
            mail="minji@example.org",
        )
    )  # fmt: skip
    await keep(answers, clock, "post-contact", kim)
    await keep(answers, clock, "post-other", Contact("other", "+4930901820", "standard", name="Jonas"))
    (folder / "call-1.wav").write_bytes(b"RIFF")
    await calls.begin("call-1", contact=kim.id, dialled="1000", tier="standard", recording="call-1.wav")
    await calls.line("call-1", Speaker.CALLER, "there is smoke", 0.9, "vosk")
    await book.meet_caller(kim.id, "call-1")
    case = await house.complaint(kim.id)
    await keep(answers, clock, "post-case", replace(case, summary="stands still, smoke"))
    await book.record_exception(case.id, "free courier", "smoke", "jin")
    await book.note_case(case.id, "jin", "Kim Minji rang at night")
    problem = await book.open_problem(title="motor", category=case.category, product=None, workaround="unplug it")
    promise = await house.callback(kim.id, case.id)
    await keep(answers, clock, "post-promise", promise)
    await book.rate("call-1", 2, contact=kim.id, category=case.category, agent="jin", case=case.id)
    await book.caller_left(kim.id, "call-1")
    await calls.finish("call-1", "them")
    await house.pass_time(HOUR)
    started = await book.start_attempt(promise.id, "jin")
    await calls.begin(started.attempt or "", contact=kim.id, dialled=NUMBERS[1], tier="standard", promise=promise.id)
    await calls.finish(started.attempt or "", "us")
    await book.end_attempt(promise.id, started.attempt or "", AttemptOutcome.BUSY, "Kim Minji spoke of smoke")
    now = clock.now()
    moved = await book.renegotiate(promise.id, now + HOUR, now + 2 * HOUR, "smoke in the house", "jin")
    await book.withdraw(moved.id, "Kim Minji wants no call: smoke", "jin")
    await book.set_do_not_call(kim.id, True, "rang at night", "jin")
    letter = Message(
        "m-1", kim.id, Channel.MAIL, Template.WORKAROUND, "en", now, now, {"reference": "1", "workaround": "smoke"}
    )
    async with book.store.unit_of_work() as unit:
        await unit.save_message(letter)
    await book.solve_case(case.id, "jin", "the smoke has gone")
    await book.reopen_case(case.id, "jin", "smoke again")
    assert (await book.problem(problem.id)).title == "motor"
    return kim.id


async def keep(answers: SqlAnswers, clock: VirtualClock, key: str, value: object) -> None:
    """As the API keeps what it answered."""
    body = TypeAdapter(type(value)).dump_json(value)
    await answers.begin("ana", key, "digest", clock.now())
    await answers.settle("ana", key, Answer(201, (("content-type", "application/json"),), body))


async def everything(house: House) -> dict[str, str]:
    """All that is stored: table -> its rows as text."""
    assert house.database is not None
    found = {}
    async with house.database.reading() as connection:
        for table in metadata.sorted_tables:
            rows = [tuple(row) for row in await connection.execute(table.select())]
            found[table.name] = json.dumps(rows, default=_shown, ensure_ascii=False)
    return found


def _shown(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


async def test_no_table_of_the_program_knows_an_erased_contact(held: Held) -> None:
    before = "".join((await everything(held.house)).values())
    assert [secret for secret in SECRETS if secret not in before] == []
    assert held.house.database is not None
    audit = Audit(SqlAudit(held.house.database), held.house.clock)
    withdrawn = await held.privacy.erase(held.contact, "user:ana")
    await audit.note("ana", Did.CONTACT_ERASED, held.contact, f"promises withdrawn: {withdrawn}")
    left = {
        table: secret for table, text in (await everything(held.house)).items() for secret in SECRETS if secret in text
    }
    assert left == {}
    assert list(held.folder.iterdir()) == []
    assert (await held.house.book.identity()).holds


async def test_answers_about_others_are_kept(held: Held) -> None:
    await held.privacy.erase(held.contact, "user:ana")
    now = held.house.clock.now()
    kept = await held.answers.begin("ana", "post-other", "digest", now)
    assert kept is not None
    assert kept.answer is not None
    assert b"Jonas" in kept.answer.body
    for key in ("post-contact", "post-case", "post-promise"):
        assert await held.answers.begin("ana", key, "digest", now) is None


async def test_an_export_has_the_ratings_too(held: Held) -> None:
    exported = await held.privacy.export(held.contact, "user:ana")
    ratings = exported["ratings"]
    assert isinstance(ratings, list)
    assert len(ratings) == 1
