"""Cases: complaints and requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from callbacks.calls.cdr import Cdr, cdr
from callbacks.lists import CaseFilter
from callbacks.model import Case, CaseException, CaseStatus, Contact, Problem, Promise, Wish
from callbacks.ports import CaseNote
from config.urgency import Urgency
from console.api.routing import routes
from console.book.service import BookService
from console.desk.service import need, person
from console.identity.signed_in import SignedIn
from console.identity.users import Action, may
from console.public.complaints import Complaint, Complaints, Taken
from console.web.api_body import TEXT, Body, Id, Long, Name, Short, Which
from console.web.paging import Cursor, Limit, Page, after, page

_Reason = Annotated[str, Field(min_length=1, max_length=4000, pattern=TEXT)]


class NewCase(Body):
    """A complaint or request. Who complains is named by id, or by number, or by mail address; a contact who is not
    known yet is made known. What is left out is read from the text; the urgency is never less than that of the
    category, nor than that which is read from the text. Who has a number is promised a call in the first window that
    the floor can keep, unless `wants_call` is false."""

    text: Annotated[
        str, Field(min_length=1, max_length=4000, pattern=TEXT, examples=["The charger of my X1 smells of smoke"])
    ]
    language: Annotated[str, Field(pattern="^[a-z]{2}$", examples=["en"])] = "en"
    contact: Name | None = None
    number: Annotated[str, Field(max_length=40, pattern=r"^[0-9+(). /-]*$", examples=["+821012345678"])] = ""
    mail: Annotated[str, Field(max_length=254, pattern=TEXT)] = ""
    name: Short = ""
    category: Short | None = None
    product: Short | None = None
    wish: Wish | None = None
    urgency: Urgency | None = None
    wants_call: bool = True


class NewException(Body):
    """What is granted once, and why."""

    what: Annotated[str, Field(min_length=1, max_length=500, pattern=TEXT)]
    reason: Long


class NewCategory(Body):
    """What the case is about, says a person."""

    category: Short
    product: Short | None = None
    reason: Long = ""


class NewUrgency(Body):
    """How urgent it is, and why."""

    urgency: Urgency
    reason: Long


class Note(Body):
    """What the next one should know."""

    text: _Reason


class Solution(Body):
    """What helped."""

    note: _Reason


class Reason(Body):
    """Why."""

    reason: _Reason


class Owner(Body):
    """Who answers for the case from now on."""

    agent: Name


@dataclass(frozen=True, slots=True)
class CaseStory:
    """All that is known of a case: its history oldest first, every promise about it, the calls that were about it or
    were to keep its promises, newest first. Without the right to see call records there are none, and without that to
    see contacts there is none."""

    case: Case
    contact: Contact | None
    problem: Problem | None
    history: tuple[CaseNote, ...]
    promises: tuple[Promise, ...]
    exceptions: tuple[CaseException, ...]
    calls: tuple[Cdr, ...]


def build_cases(service: BookService, complaints: Complaints) -> APIRouter:
    """The routes. The application must have `state.sign_in`."""
    router = routes("cases")

    @router.get("/cases")
    async def list_cases(
        user: SignedIn,
        request: Request,
        response: Response,
        status: CaseStatus | None = None,
        category: Which = None,
        urgency: Urgency | None = None,
        owner: Which = None,
        repeat: Annotated[bool | None, Query()] = None,
        overdue: Annotated[bool, Query()] = False,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[Case]:
        """Cases, the latest opened first; `overdue` are open ones whose step should be done by now."""
        need(user, Action.SEE_CASES)
        late = service.book.clock.now() if overdue else None
        wanted = CaseFilter(status, category, urgency, late, repeat, owner)
        found = await service.book.list_cases(wanted, after("cases", cursor), limit)
        return page(request, response, "cases", found, lambda case: case)

    @router.post("/cases", status_code=201)
    async def open_case(body: NewCase, user: SignedIn, response: Response) -> Taken:
        """Take a complaint in, from any channel."""
        need(user, Action.OPEN_CASE)
        taken = await complaints.take(Complaint(**body.model_dump()), person(user))
        response.headers["Location"] = f"/api/v1/cases/{taken.case.id}"
        return taken

    @router.get("/cases/{case}")
    async def get_case(case: Id, user: SignedIn) -> CaseStory:
        """The case with this id or reference."""
        story = await service.case(user, case)
        file, full = story.file, may(user, Action.SEE_CONTACTS)
        calls = story.calls if may(user, Action.SEE_CDRS) else ()
        return CaseStory(
            file.case,
            file.contact if full else None,
            file.problem,
            file.notes,
            file.promises,
            file.exceptions,
            tuple(cdr(call, file.contact, full_numbers=full) for call in calls),
        )

    _add_handling(router, service)
    return router


def _add_handling(router: APIRouter, service: BookService) -> None:
    @router.post("/cases/{case}/notes", status_code=204)
    async def add_note(case: Id, body: Note, user: SignedIn) -> None:
        """Write down what the next one should know."""
        await service.note_case(user, case, body.text)

    @router.post("/cases/{case}/owner")
    async def assign_case(case: Id, body: Owner, user: SignedIn) -> Case:
        """Say who answers for the case."""
        return await service.assign(user, case, body.agent)

    @router.post("/cases/{case}/solve")
    async def solve_case(case: Id, body: Solution, user: SignedIn) -> Case:
        """The case is solved."""
        return await service.solve_case(user, case, body.note)

    @router.post("/cases/{case}/reopen")
    async def reopen_case(case: Id, body: Reason, user: SignedIn) -> Case:
        """The case was taken for solved and is not."""
        return await service.reopen(user, case, body.reason)

    @router.post("/cases/{case}/exceptions", status_code=201)
    async def record_exception(case: Id, body: NewException, user: SignedIn) -> CaseException:
        """Grant something once; the next agent sees that it was an exception, and why."""
        return await service.grant(user, case, body.what, body.reason)

    @router.post("/cases/{case}/category")
    async def classify_case(case: Id, body: NewCategory, user: SignedIn) -> Case:
        """Say what the case is about: the machine's guess is confirmed or corrected."""
        return await service.classify(user, case, body.category, body.product, body.reason)

    @router.post("/cases/{case}/urgency")
    async def set_urgency(case: Id, body: NewUrgency, user: SignedIn) -> Case:
        """Raise or lower the urgency, with a reason: no machine may lower it."""
        return await service.set_urgency(user, case, body.urgency, body.reason)
