"""Privacy on each store: what is erased, what stays, how long things are kept, who looked."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from callbacks.calls.model import Speaker
from callbacks.model import AttemptOutcome, Channel, PromiseState
from callbacks.privacy.personal import Looked
from callbacks.privacy.retention import Privacy, Removed
from config.database import metadata
from config.errors import NotFound, Refused
from config.hotline_file import Retention, Tier
from tests.callbacks.samples import HOUR
from tests.contracts.promise_books import STORES, House, house_on

SECRETS = ("Kim", "+821012345678", "1007", "kim@example.org", "blue door", "stands still", "free repair", "smoke")
DAYS = timedelta(days=1).total_seconds()


@dataclass
class Files:
    """Remembers what was removed."""

    removed: list[str] = field(default_factory=list)

    async def remove(self, name: str) -> None:
        self.removed.append(name)


@dataclass
class Held:
    """A house in which much is held on one contact."""

    house: House
    files: Files
    privacy: Privacy
    contact: str


@pytest.fixture(params=STORES)
async def held(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[Held]:
    async with house_on(request.param, empty_database) as house:
        files = Files()
        yield Held(house, files, Privacy(house.book, house.calls, files), await fill(house))
        report = await house.book.audit()
        assert report.holds, report


async def fill(house: House) -> str:
    """The id of a contact of whom each kind of thing is held, and to whom two promises are open."""
    book, calls = house.book, house.calls
    known = await book.contact_by_number("010-1234-5678", "standard")
    await book.save_contact(
        replace(
            known, name="Kim", notes="blue door", other_numbers=("1007",), channel=Channel.MAIL, mail="kim@example.org"
        )
    )
    await calls.begin("call-1", contact=known.id, dialled="1000", tier="standard", recording="call-1.wav")
    await calls.line("call-1", Speaker.CALLER, "there is smoke", 0.9, "vosk")
    await book.meet_caller(known.id, "call-1")
    case = await house.complaint(known.id)
    await book.record_exception(case.id, "free repair", "smoke", "jin")
    promise = await house.callback(known.id, case.id)
    await book.caller_left(known.id, "call-1")
    await calls.finish("call-1", "them")
    await house.pass_time(HOUR)
    started = await book.start_attempt(promise.id, "jin")
    await calls.begin("call-2", contact=known.id, dialled="+821012345678", tier="standard", promise=promise.id)
    await calls.finish("call-2", "us")
    await book.end_attempt(promise.id, started.attempt or "", AttemptOutcome.BUSY, "Kim spoke of smoke")
    now = house.clock.now()
    await book.renegotiate(promise.id, now + HOUR, now + 2 * HOUR, "Kim has smoke in the house", "jin")
    await book.note_case(case.id, "jin", "Kim lives behind the blue door")
    return known.id


async def everything(house: House) -> str:
    """All that is stored, as text."""
    if house.database is None:
        return f"{vars(house.book.store)} {vars(vars(house.calls)['_store'])}"
    async with house.database.reading() as connection:
        rows = [str(row) for table in metadata.sorted_tables for row in await connection.execute(table.select())]
    return "\n".join(rows)


async def test_nothing_of_an_erased_contact_is_left_and_the_identity_holds(held: Held) -> None:
    book = held.house.book
    before = await everything(held.house)
    assert all(secret in before for secret in SECRETS)
    made = (await book.identity()).made
    assert await held.privacy.erase(held.contact, "user:ana") == 1
    after = await everything(held.house)
    assert [secret for secret in SECRETS if secret in after] == []
    identity = await book.identity()
    assert (identity.made, identity.open, identity.withdrawn, identity.holds) == (made, 0, 1, True)
    assert held.files.removed == ["call-1.wav"]
    erased = await book.contact(held.contact)
    assert (erased.numbers, erased.name, erased.do_not_call) == ((), "", True)
    assert (await book.contact_by_number("010-1234-5678", "standard")).id != held.contact
    assert await held.privacy.erase(held.contact, "user:ana") == 0


async def test_a_contact_on_the_line_is_not_erased_under_the_agents_eyes(held: Held) -> None:
    await held.house.book.meet_caller(held.contact, "call-9")
    with pytest.raises(Refused, match="on the line"):
        await held.privacy.erase(held.contact, "user:ana")
    assert held.files.removed == []
    with pytest.raises(NotFound):
        await held.privacy.erase("nobody", "user:ana")


async def test_an_export_holds_everything_and_is_itself_a_look(held: Held) -> None:
    exported = await held.privacy.export(held.contact, "user:ana")
    text = json.dumps(exported, ensure_ascii=False)
    assert [secret for secret in SECRETS if secret not in text] == []
    promises = exported["promises"]
    assert isinstance(promises, list)
    assert len(promises) == 2
    (look,) = await held.house.book.looks()
    assert (look.by, look.what, look.subject) == ("user:ana", Looked.EXPORT, held.contact)


async def test_looks_are_listed_the_latest_first(held: Held) -> None:
    book = held.house.book
    await book.note_look("user:ana", Looked.TRANSCRIPT, "call-1")
    await held.house.clock.advance(1)
    await book.note_look("user:bo", Looked.RECORDING, "call-2")
    assert [look.by for look in await book.looks()] == ["user:bo", "user:ana"]
    assert [look.by for look in await book.looks(subject="call-1")] == ["user:ana"]


async def test_each_kind_goes_when_its_days_are_over(held: Held) -> None:
    house, privacy = held.house, held.privacy
    tiers = {"standard": Tier(retention_days=10, retention=Retention(transcripts=20, calls=30, contacts=40))}
    await house.clock.advance(11 * DAYS)
    assert await privacy.retain(tiers, house.clock.now(), dry_run=True) == Removed(recordings=1)
    assert held.files.removed == []
    assert await privacy.retain(tiers, house.clock.now()) == Removed(recordings=1)
    assert held.files.removed == ["call-1.wav"]
    assert (await house.calls.call("call-1")).recording is None
    assert len(await house.calls.lines("call-1")) == 1
    await house.clock.advance(10 * DAYS)
    assert await privacy.retain(tiers, house.clock.now()) == Removed(transcripts=1)
    assert await house.calls.lines("call-1") == ()
    await house.clock.advance(10 * DAYS)
    assert await privacy.retain(tiers, house.clock.now()) == Removed(calls=2)
    assert await house.calls.of_contact(held.contact) == ()
    assert await privacy.retain({"vip": tiers["standard"]}, house.clock.now() + timedelta(days=99)) == Removed()


async def test_a_contact_is_kept_while_anything_is_open_and_goes_after_the_silence(held: Held) -> None:
    house, privacy = held.house, held.privacy
    tiers = {"standard": Tier(retention=Retention(contacts=40))}
    await house.clock.advance(41 * DAYS)
    now = house.clock.now()
    assert (await privacy.retain(tiers, now)).contacts == 0
    for case in await house.book.cases_of(held.contact):
        await house.book.solve_case(case.id, "jin", "mended")
    await house.book.fall_due(now)
    assert [p.state for p in await house.book.owed_to(held.contact)] == []
    async with house.book.store.reading() as reader:
        assert (await reader.counts())[PromiseState.BROKEN] == 1
    assert (await privacy.retain(tiers, now)).contacts == 1
    assert (await house.book.contact(held.contact)).name == ""
    assert (await privacy.retain(tiers, now)).contacts == 0
