"""The book behind the table of rights: every method as every role, and what the service adds to the book."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest

from callbacks.calls.records import CallRecords, Speaker
from callbacks.lists import CaseFilter, PromiseFilter
from callbacks.model import Case, Channel, Contact, Problem, ProblemState, Promise, PromiseKind, Wish
from callbacks.privacy.personal import Looked
from callbacks.privacy.retention import Privacy, Removed
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.memory_book import MemoryBook
from callbacks.store.memory_calls import MemoryCalls
from config.clock import VirtualClock
from config.errors import HotlineError, NotFound, Refused
from config.events import EventBus
from config.urgency import Urgency
from console.audit import Audit, Did
from console.book.contact_form import ContactForm
from console.book.ground import BookParts
from console.book.privacy import confirmation
from console.book.service import BookService
from console.errors import Forbidden
from console.identity.users import Role, User
from console.store.memory_audit import MemoryAudit
from tests.callbacks.samples import HOUR, NOON
from tests.console.sample_book import sample_file

AGENT, OTHER = User("minji", "Min-ji", Role.AGENT, "minji"), User("wei", "Wei", Role.AGENT, "wei")
LEADER, ADMIN = User("sam", "Sam", Role.SUPERVISOR), User("root", "Ada", Role.ADMIN)
FORM = ContactForm("+442071838750", "Joan", "standard")
TABLE = "number,name,tier\n010-3333-4444,Park,vip\n"


@dataclass
class Files:
    """Forgets files."""

    async def remove(self, name: str) -> None:
        """Nothing lies there."""


@dataclass
class House:
    """The service, and one of each thing; the promise is minji's."""

    service: BookService
    book: PromiseBook
    clock: VirtualClock
    audit: Audit
    contact: Contact
    case: Case
    promise: Promise
    problem: Problem
    proposed: Problem


@pytest.fixture
async def house() -> House:
    clock, bus = VirtualClock(NOON), EventBus()
    book = PromiseBook(MemoryBook(bus), clock, BookRules.of(sample_file()))
    calls, audit = CallRecords(MemoryCalls(bus), clock), Audit(MemoryAudit(), clock)
    contact = await book.contact_by_number("010-1234-5678", "standard")
    await calls.begin("call-1", contact=contact.id, dialled="1588", tier="standard")
    await calls.line("call-1", Speaker.CALLER, "it smells")
    case = await book.open_case(
        contact=contact.id,
        category="safety",
        urgency=Urgency.SERVICE,
        wish=Wish.NONE,
        language="en",
        summary="it smells",
    )
    needs = book.rules.needs_of("safety", "en")
    promise = await book.make(
        kind=PromiseKind.CALLBACK, contact=contact.id, case=case.id, problem=None, tier="standard",
        urgency=Urgency.SERVICE, language="en", queue=needs.queue, skills=(), opens=NOON + HOUR, due=NOON + 2 * HOUR,
        owner="minji",
    )  # fmt: skip
    problem = await book.open_problem(title="it", category="returns", product=None, workaround="")
    proposed = await book.propose_problem("many", "billing", None, cases=9, expected=1.0)
    assert proposed is not None
    parts = BookParts(book, calls, Privacy(book, calls, Files()), sample_file, audit)
    return House(BookService(parts), book, clock, audit, contact, case, promise, problem, proposed)


async def _preview_and_import(house: House, user: User) -> object:
    plan = await house.service.preview_import(ADMIN, TABLE)
    return await house.service.import_contacts(user, plan.rows, lambda _done: None)


Ask = Callable[[House, User], Awaitable[object]]
#: Method -> how it is asked, and who is let in: a agent, o another agent, l leader, d admin.
ASKED: dict[str, tuple[Ask, str]] = {
    "list_contacts": (lambda h, u: h.service.list_contacts(u, ""), "aold"),
    "card": (lambda h, u: h.service.card(u, h.contact.id), "aold"),
    "add_contact": (lambda h, u: h.service.add_contact(u, FORM), "ld"),
    "change_contact": (lambda h, u: h.service.change_contact(u, h.contact.id, FORM), "ld"),
    "refuse_calls": (lambda h, u: h.service.refuse_calls(u, h.contact.id, "asked"), "aold"),
    "refuse_number": (lambda h, u: h.service.refuse_number(u, "010-2222-3333", "asked"), "ld"),
    "allow_calls": (lambda h, u: h.service.allow_calls(u, h.contact.id, "asked"), "ld"),
    "preview_import": (lambda h, u: h.service.preview_import(u, TABLE), "d"),
    "import_contacts": (_preview_and_import, "d"),
    "list_cases": (lambda h, u: h.service.list_cases(u, CaseFilter()), "aold"),
    "case": (lambda h, u: h.service.case(u, h.case.reference), "aold"),
    "classify": (lambda h, u: h.service.classify(u, h.case.id, "billing", None, ""), "aold"),
    "set_urgency": (lambda h, u: h.service.set_urgency(u, h.case.id, Urgency.LEGAL, "a writ"), "aold"),
    "assign": (lambda h, u: h.service.assign(u, h.case.id, "minji"), "ald"),
    "note_case": (lambda h, u: h.service.note_case(u, h.case.id, "speaks English"), "aold"),
    "grant": (lambda h, u: h.service.grant(u, h.case.id, "free repair", "third fault"), "aold"),
    "solve_case": (lambda h, u: h.service.solve_case(u, h.case.id, "mended"), "aold"),
    "reopen": (lambda h, u: h.service.reopen(u, h.case.id, "it is not"), "aold"),
    "transcript": (lambda h, u: h.service.transcript(u, "call-1"), "ld"),
    "problems": (lambda h, u: h.service.problems(u, frozenset(ProblemState)), "aold"),
    "evidence": (lambda h, u: h.service.evidence(u, h.problem), "aold"),
    "problem": (lambda h, u: h.service.problem(u, h.problem.id), "aold"),
    "open_problem": (lambda h, u: h.service.open_problem(u, "it", "safety", None, ""), "ld"),
    "confirm": (lambda h, u: h.service.confirm(u, h.proposed.id, ""), "ld"),
    "dismiss": (lambda h, u: h.service.dismiss(u, h.proposed.id, "a holiday"), "ld"),
    "state": (lambda h, u: h.service.state(u, h.problem.id, "root-cause", "a hinge"), "ld"),
    "link": (lambda h, u: h.service.link(u, h.problem.id, h.case.reference), "ld"),
    "unlink": (lambda h, u: h.service.unlink(u, h.problem.id, h.case.id), "ld"),
    "preview": (lambda h, u: h.service.preview(u, h.problem.id), "ld"),
    "solve_problem": (lambda h, u: h.service.solve_problem(u, h.problem.id), "ld"),
    "list_promises": (lambda h, u: h.service.list_promises(u, PromiseFilter()), "aold"),
    "identity": (lambda h, u: h.service.identity(u), "aold"),
    "promise": (lambda h, u: h.service.promise(u, h.promise.reference), "ald"),
    "renegotiate": (
        lambda h, u: h.service.renegotiate(u, h.promise.id, NOON + 3 * HOUR, NOON + 4 * HOUR, "in a meeting"),
        "ald",
    ),
    "withdraw": (lambda h, u: h.service.withdraw(u, h.promise.id, "no longer wanted"), "ald"),
    "hand_over": (lambda h, u: h.service.hand_over(u, h.promise.id, "wei"), "ald"),
    "keeping": (lambda h, u: h.service.keeping(u), "d"),
    "retain": (lambda h, u: h.service.retain(u), "d"),
    "export": (lambda h, u: h.service.export(u, h.contact.id), "d"),
    "erase": (lambda h, u: h.service.erase(u, h.contact.id, h.contact.number), "d"),
    "looks": (lambda h, u: h.service.looks(u, None), "d"),
    "letters": (lambda h, u: h.service.letters(u), "ld"),
    "ratings": (lambda h, u: h.service.ratings(u, 90), "ld"),
}
_PEOPLE = {"a": AGENT, "o": OTHER, "l": LEADER, "d": ADMIN}


@pytest.mark.parametrize("role", _PEOPLE)
@pytest.mark.parametrize("method", ASKED)
async def test_each_method_lets_in_whom_the_table_says_and_nobody_else(house: House, method: str, role: str) -> None:
    ask, welcome = ASKED[method]
    try:
        await ask(house, _PEOPLE[role])
    except Forbidden:
        assert role not in welcome
    except HotlineError:
        assert role in welcome  # the state of things did not allow it, the rights did
    else:
        assert role in welcome


def test_the_table_names_every_method_of_the_service() -> None:
    helpers = {"contacts", "people", "keep_note"}
    methods = {name for name in dir(BookService) if not name.startswith("_") and callable(getattr(BookService, name))}
    assert methods - helpers == set(ASKED)


async def test_an_agent_sees_their_own_promises_whatever_the_address_says(house: House) -> None:
    for wanted in (PromiseFilter(), PromiseFilter(owner="minji"), PromiseFilter(owner="")):
        assert (await house.service.list_promises(OTHER, wanted)).promises.rows == ()
    page = await house.service.list_promises(AGENT, PromiseFilter(owner="wei"))
    assert [one.id for one in page.promises.rows] == [house.promise.id]
    assert page.contacts[house.contact.id].number == house.contact.number


async def test_an_agent_gives_cases_to_themselves_only_and_nobody_to_a_stranger(house: House) -> None:
    with pytest.raises(Forbidden):
        await house.service.assign(AGENT, house.case.id, "wei")
    with pytest.raises(NotFound):
        await house.service.assign(LEADER, house.case.id, "stranger")
    with pytest.raises(NotFound):
        await house.service.hand_over(LEADER, house.promise.id, "stranger")


async def test_erasing_takes_the_contacts_own_number_and_is_written_down_without_it(house: House) -> None:
    with pytest.raises(Refused):
        await house.service.erase(ADMIN, house.contact.id, "yes")
    assert (await house.book.contact(house.contact.id)).number
    assert await house.service.erase(ADMIN, house.contact.id, f" {house.contact.number} ") == 1
    erased = await house.book.contact(house.contact.id)
    assert confirmation(erased) == house.contact.id
    (line,) = await house.audit.newest(ADMIN)
    assert (line.what, line.subject, line.by) == (Did.CONTACT_ERASED, house.contact.id, "root")
    assert house.contact.number not in line.detail


async def test_what_is_done_to_contacts_is_in_the_audit_log(house: House) -> None:
    service = house.service
    await service.change_contact(LEADER, house.contact.id, FORM)
    await service.refuse_calls(AGENT, house.contact.id, "asked")
    await service.export(ADMIN, house.contact.id)
    await service.retain(ADMIN)
    await _preview_and_import(house, ADMIN)
    done = [(line.what, line.by) for line in await house.audit.newest(ADMIN)]
    assert done == [
        (Did.CONTACTS_IMPORTED, "root"),
        (Did.RETENTION_RUN, "root"),
        (Did.CONTACT_EXPORTED, "root"),
        (Did.CONTACT_CHANGED, "minji"),
        (Did.CONTACT_CHANGED, "sam"),
    ]


async def test_reading_a_transcript_is_a_look(house: House) -> None:
    assert [line.text for line in await house.service.transcript(LEADER, "call-1")] == ["it smells"]
    (look,) = await house.service.looks(ADMIN, "call-1")
    assert (look.by, look.what) == ("user:sam", Looked.TRANSCRIPT)
    with pytest.raises(NotFound):
        await house.service.transcript(LEADER, "none")


async def test_urgency_goes_up_and_down_with_a_reason_in_the_history(house: House) -> None:
    service, case = house.service, house.case.id
    assert (await service.set_urgency(AGENT, case, Urgency.SAFETY, "smoke")).urgency is Urgency.SAFETY
    assert (await service.set_urgency(AGENT, case, Urgency.MONEY, "it was steam")).urgency is Urgency.MONEY
    told = [(note.what, note.text) for note in await house.book.case_history(case)][1:]
    assert told == [
        ("urgency-raised", "service to safety"),
        ("noted", "smoke"),
        ("urgency-lowered", "safety to money: it was steam"),
    ]
    for urgency, reason in ((Urgency.MONEY, "same"), (Urgency.INFO, " ")):
        with pytest.raises(Refused):
            await service.set_urgency(AGENT, case, urgency, reason)


async def test_a_table_is_looked_at_before_anything_is_written(house: House) -> None:
    text = "number,name\n010-1234-5678,Kim\nabc,Bad\n010-3333-4444,Park\n"
    found = await house.service.preview_import(ADMIN, text)
    assert ([one.name for one in found.plan.new], len(found.plan.changed)) == (["Park"], 1)
    assert [(fault.line, fault.what) for fault in found.faults] == [(3, "this is no telephone number")]
    assert (await house.book.contact(house.contact.id)).name == ""
    done: list[int] = []
    await house.service.import_contacts(ADMIN, found.rows, done.append)
    assert (await house.book.contact(house.contact.id)).name == "Kim"
    assert sum(done) == 2
    with pytest.raises(Refused):
        await house.service.import_contacts(ADMIN, (), done.append)


async def test_the_evidence_is_the_last_week_beside_the_weeks_before(house: House) -> None:
    evidence = await house.service.evidence(LEADER, replace(house.problem, category="safety"))
    assert (sum(evidence.counts), evidence.usual) == (0, 0.0)
    await house.clock.advance(7 * 3600.0)
    evidence = await house.service.evidence(LEADER, replace(house.problem, category="safety"))
    assert (evidence.counts[-2:], sum(evidence.counts)) == ((1, 0), 1)
    await house.clock.advance(8 * 86_400.0)
    evidence = await house.service.evidence(LEADER, replace(house.problem, category="safety"))
    assert (sum(evidence.counts), round(evidence.usual * 112)) == (0, 1)


async def test_what_is_kept_is_told_tier_by_tier_with_what_is_over(house: House) -> None:
    keeping = {one.tier: one for one in await house.service.keeping(ADMIN)}
    assert (keeping["vip"].contacts, keeping["standard"].contacts) == (730, None)
    assert (keeping["standard"].transcripts, keeping["standard"].calls) == (30, 180)
    assert all(one.over == Removed() for one in keeping.values())


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"numbers": "12 34 abc"}, "no telephone number"),
        ({"tier": "gold"}, "tier"),
        ({"language": "fr"}, "language"),
        ({"mail": "joan at home"}, "mail"),
        ({"channel": "mail"}, "no address"),
        ({"name": "x" * 201}, "too long"),
    ],
)
def test_a_form_says_what_is_wrong_with_it(changes: dict[str, str], what: str) -> None:
    with pytest.raises(Refused, match=what):
        replace(FORM, **changes).applied(Contact("c", "", "standard"), sample_file())


def test_a_form_says_all_of_the_contact() -> None:
    form = ContactForm.of({"numbers": "010-1234-5678; 1007", "tier": "vip", "channel": "mail", "mail": "a@b.org"})
    contact = form.applied(Contact("c", "+8613800138000", "standard", "zh", "张敏", notes="old"), sample_file())
    assert contact == Contact("c", "+821012345678", "vip", None, "", False, "", Channel.MAIL, "a@b.org", ("1007",))
