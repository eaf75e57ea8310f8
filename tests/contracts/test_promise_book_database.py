"""What the database itself guards, and what happens when two workers want the same thing at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from callbacks.commands import Claim
from callbacks.ledger import LedgerRefusal
from callbacks.model import AttemptOutcome, Promise, PromiseState
from callbacks.ports import StaleVersion
from callbacks.privacy.personal import Looked
from callbacks.service import PromiseBook
from callbacks.store.sql_book import SqlBook
from callbacks.store.sql_tables import promise_identity
from config.database import Database
from config.errors import Refused
from config.events import EventBus
from tests.callbacks.samples import HOUR, NOON, RULES, make_command
from tests.contracts.promise_books import House, house_on
from tests.servers import DATABASES

ROUNDS = 50
#: The tables that nothing may ever be taken from.
FACTS = ("promise_entries", "case_notes", "problem_notes", "looks")


@pytest.fixture(params=DATABASES)
async def house(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    async with house_on(request.param, empty_database) as made:
        yield made
        report = await made.book.audit()
        assert report.holds, report


@pytest.fixture
async def second_worker(house: House) -> AsyncIterator[PromiseBook]:
    """The same book, kept by another process."""
    assert house.database is not None
    database = Database(house.database.engine.url.render_as_string(False), EventBus(), house.clock)
    yield PromiseBook(SqlBook(database), house.clock, RULES)
    await database.close()


async def due_promise(house: House, number: int) -> Promise:
    promise = await house.callback(await house.caller(str(1000 + number)))
    await house.pass_time(HOUR)
    return promise


async def history(house: House) -> None:
    """At least one row in each of `FACTS`."""
    case = await house.complaint(await house.caller())
    await house.callback(case.contact)
    await house.book.open_problem(title="it smokes", category=case.category, product=None, workaround="")
    await house.book.note_look("jin", Looked.TRANSCRIPT, "call-1")


async def execute(house: House, statement: str) -> None:
    assert house.database is not None
    async with house.database.unit_of_work() as work:
        await work.connection.execute(sa.text(statement))


@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize("statement", ["UPDATE {} SET by = 'someone else'", "DELETE FROM {}"])
async def test_the_database_refuses_to_change_history(house: House, table: str, statement: str) -> None:
    await history(house)
    with pytest.raises(sa.exc.DBAPIError, match=f"{table} is append-only"):
        await execute(house, statement.format(table))


async def test_history_cannot_be_emptied_or_overwritten_either(house: House) -> None:
    await history(house)
    assert house.database is not None
    on_sqlite = house.database.engine.dialect.name == "sqlite"
    for table in FACTS:
        way = "INSERT OR REPLACE INTO {0} SELECT * FROM {0}" if on_sqlite else "TRUNCATE {0} CASCADE"
        with pytest.raises(sa.exc.DBAPIError, match=f"{table} is append-only"):
            await execute(house, way.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        # a promise nobody made
        """INSERT INTO promises (id, reference, kind, state, contact_id, tier, urgency, language, queue, skills,
                                 made_at, attempts, version, note)
           SELECT 'x', 'x', kind, state, contact_id, tier, urgency, language, queue, skills, made_at, attempts,
                  version, note FROM promises""",
        # a promise made twice
        """INSERT INTO promise_entries (promise_id, version, kind, at, by, entry)
           SELECT promise_id, 2, kind, at, by, entry FROM promise_entries""",
        "UPDATE promise_tally SET made = made + 1, difference = difference + 1",
    ],
)
async def test_a_commit_that_breaks_the_identity_is_refused(house: House, statement: str) -> None:
    promise = await house.callback(await house.caller())
    with pytest.raises(sa.exc.IntegrityError):
        await execute(house, statement)
    assert await house.book.open_promises() == (promise,)
    assert (await house.book.identity()).made == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE promise_tally SET made = made + 1", "UPDATE promise_tally SET id = 2", "DELETE FROM promises"]
)
async def test_the_tally_and_its_promises_cannot_be_bent(house: House, statement: str) -> None:
    await house.callback(await house.caller())
    with pytest.raises(sa.exc.IntegrityError):
        await execute(house, statement)


async def test_an_audit_finds_a_tally_that_is_not_the_count(house: House) -> None:
    await house.callback(await house.caller())
    await execute(house, "UPDATE promise_tally SET kept = kept + 1, open = open - 1")
    report = await house.book.audit()
    assert not report.holds
    assert (report.kept.kept, report.identity.kept, report.identity.holds) == (1, 0, True)
    await execute(house, "UPDATE promise_tally SET kept = kept - 1, open = open + 1")


async def test_the_tally_follows_a_promise_through_every_end(house: House) -> None:
    dialled = await due_promise(house, 1)
    running = await house.book.start_attempt(dialled.id, "jin")
    await house.book.end_attempt(dialled.id, running.attempt or "", AttemptOutcome.ANSWERED)
    await house.book.correct_outcome(dialled.id, AttemptOutcome.VOICEMAIL, "jin")
    assert (await house.book.identity()).kept == 0
    now = house.clock.now()
    follower = await house.book.renegotiate(dialled.id, now, now + HOUR, "later", "jin")
    await house.pass_time(2 * HOUR)
    identity = await house.book.identity()
    assert (await house.book.promise(follower.id)).state is PromiseState.BROKEN
    assert (identity.made, identity.renegotiated, identity.broken, identity.open) == (2, 1, 1, 0)
    assert identity.holds


async def test_the_database_counts_the_identity(house: House) -> None:
    kept = await house.callback(await house.caller())
    await house.book.keep_by_call(kept.id, "call-1")
    withdrawn = await house.callback(kept.contact)
    await house.book.withdraw(withdrawn.id, "asked", "jin")
    await house.callback(kept.contact)
    assert house.database is not None
    async with house.database.reading() as connection:
        row = (await connection.execute(sa.select(promise_identity, sa.column("holds")))).one()
    assert row._asdict() | {"holds": bool(row.holds)} == {
        "made": 3,
        "kept": 1,
        "renegotiated": 0,
        "broken": 0,
        "withdrawn": 1,
        "open": 1,
        "holds": True,
    }


async def test_two_writers_of_one_version_cannot_both_win(house: House) -> None:
    seen_by_both = await house.callback(await house.caller())
    await house.book.claim(seen_by_both.id, "jin")

    async def claim_what_was_seen() -> None:
        async with house.book.store.unit_of_work() as unit:
            await house.book.carry_out(unit, seen_by_both, Claim("mina"), NOON)

    with pytest.raises(StaleVersion):
        await claim_what_was_seen()
    assert (await house.book.promise(seen_by_both.id)).owner == "jin"


async def test_a_failed_unit_of_work_leaves_neither_entries_nor_events(house: House) -> None:
    contact = await house.caller()

    async def promise_and_fail() -> None:
        async with house.book.store.unit_of_work() as unit:
            await house.book.carry_out(unit, None, replace(make_command(case=None), contact=contact), NOON)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        await promise_and_fail()
    assert (await house.book.identity()).made == 0
    assert house.heard("made") == []


async def test_an_audit_finds_a_row_that_is_not_its_fold(house: House) -> None:
    promise = await house.callback(await house.caller())
    await execute(house, "UPDATE promises SET owner = 'nobody', state = 'kept'")
    report = await house.book.audit()
    assert not report.holds
    assert report.differing == ((promise.reference, "row and entries differ in state, owner"),)
    await execute(house, "UPDATE promises SET owner = NULL, state = 'owed'")


async def test_a_contact_is_never_rung_while_they_ring_in(house: House, second_worker: PromiseBook) -> None:
    """Either the attempt began first, and whoever meets the caller sees it, or it is refused."""
    began_first = 0
    for number in range(ROUNDS):
        promise = await due_promise(house, number)
        attempt = house.book.start_attempt(promise.id, "jin")
        meeting = second_worker.meet_caller(promise.contact, "call-1")
        if number % 2:
            started, met = await asyncio.gather(attempt, meeting, return_exceptions=True)
        else:
            met, started = await asyncio.gather(meeting, attempt, return_exceptions=True)
        assert isinstance(met, tuple)
        assert [found.id for found in met] == [promise.id]
        if isinstance(started, Promise):
            assert met[0].state is PromiseState.DIALLING
            began_first += 1
        else:
            assert isinstance(started, Refused)
            assert (await house.book.promise(promise.id)).state is PromiseState.OWED
        await house.book.withdraw(promise.id, "end of the round", "test")
    assert 0 < began_first < ROUNDS, "the race was none"


async def test_two_workers_never_dial_one_promise_twice(house: House, second_worker: PromiseBook) -> None:
    for number in range(ROUNDS // 5):
        promise = await due_promise(house, number)
        results = await asyncio.gather(
            house.book.start_attempt(promise.id, "jin"),
            second_worker.start_attempt(promise.id, "mina"),
            return_exceptions=True,
        )
        assert sorted(type(result) is Promise for result in results) == [False, True]
        assert any(isinstance(result, LedgerRefusal) for result in results)
        running = await house.book.promise(promise.id)
        await house.book.end_attempt(promise.id, running.attempt or "", AttemptOutcome.ANSWERED)


async def test_two_workers_share_what_falls_due(house: House, second_worker: PromiseBook) -> None:
    made = {(await house.callback(await house.caller(str(1000 + number)))).id for number in range(30)}
    await house.clock.advance(HOUR.total_seconds())
    now = house.clock.now()
    mine, others = await asyncio.gather(house.book.fall_due(now), second_worker.fall_due(now))
    handed = [promise.id for promise in (*mine, *others)]
    assert sorted(handed) == sorted(made)


async def test_two_calls_at_once_make_one_contact_and_one_promise(house: House, second_worker: PromiseBook) -> None:
    one, other = await asyncio.gather(
        house.book.contact_by_number("1005", "standard"), second_worker.contact_by_number("1005", "standard")
    )
    assert one == other
    case = await house.complaint(one.id)
    books = (house, House(second_worker, house.calls, house.clock))
    first, second = await asyncio.gather(*(book.callback(one.id, case.id) for book in books))
    assert first.id == second.id
