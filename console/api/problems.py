"""Problems: known causes behind several cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from callbacks.lists import Place
from callbacks.model import Case, Problem, ProblemState, Promise
from callbacks.ports import ProblemNote
from callbacks.problems.book import Statement
from callbacks.service import PromiseBook
from console.api.routing import routes
from console.desk.service import DeskService, need, person
from console.identity.signed_in import SignedIn
from console.identity.users import Action
from console.web.api_body import TEXT, Body, Id, Long, Name
from console.web.paging import Cursor, Limit, Page, after, cursor_of, linked

_KNOWN = (ProblemState.OPEN,)
_Title = Annotated[str, Field(max_length=200, pattern=TEXT)]


class NewProblem(Body):
    """A known root cause. `workaround` is told to callers."""

    title: _Title
    category: Name
    product: _Title | None = None
    workaround: Long = ""


class CaseId(Body):
    """The case that is meant."""

    case: Name


class Confirmation(Body):
    """What is wrong, in one line; empty: as it was proposed."""

    title: _Title = ""


class Dismissal(Body):
    """Why it is no problem."""

    reason: Long


class Finding(Body):
    """What a person has found out, or decided."""

    what: Statement
    text: Long


@dataclass(frozen=True, slots=True)
class Solved:
    """How many promises fell due."""

    due: int


@dataclass(frozen=True, slots=True)
class ProblemStory:
    """A problem, what was done about it, and the cases that have this cause, by id."""

    problem: Problem
    history: tuple[ProblemNote, ...]
    cases: tuple[str, ...]


def build_problem_acts(service: DeskService) -> APIRouter:
    """The routes that the floor must know of. The application must have `state.sign_in`."""
    router = routes("problems")

    @router.post("/problems", status_code=201)
    async def open_problem(body: NewProblem, user: SignedIn) -> Problem:
        """Declare a known root cause; open cases of the category are linked to it."""
        return await service.open_problem(user, body.title, body.category, body.product, body.workaround)

    @router.post("/problems/{problem}/cases", status_code=201)
    async def link_case(problem: Id, body: CaseId, user: SignedIn) -> Promise:
        """One more case has this root cause; its contact is owed a call when it is fixed."""
        return await service.link_case(user, problem, body.case)

    @router.post("/problems/{problem}/solve")
    async def solve_problem(problem: Id, user: SignedIn) -> Solved:
        """The problem is solved: every linked promise falls due."""
        return Solved(await service.solve_problem(user, problem))

    return router


def build_problems(book: PromiseBook) -> APIRouter:
    """The routes over the book. The application must have `state.sign_in`."""
    router = routes("problems")

    @router.get("/problems")
    async def list_problems(
        user: SignedIn,
        request: Request,
        response: Response,
        state: Annotated[list[ProblemState] | None, Query(max_length=len(ProblemState))] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[Problem]:
        """Problems in these states (none named: open ones), the newest first."""
        need(user, Action.SEE_PROBLEMS)
        last = after("problems", cursor)
        rest = [one for one in await book.problems_in(frozenset(state or _KNOWN)) if _comes_after(one, last)]
        more = str(Place(rest[limit - 1].opened_at, rest[limit - 1].id)) if len(rest) > limit else None
        return linked(request, response, rest[:limit], None if more is None else cursor_of("problems", more))

    @router.get("/problems/proposed")
    async def list_proposed(user: SignedIn) -> tuple[Problem, ...]:
        """What a rise in cases suggests and nobody has judged yet, newest first."""
        need(user, Action.SEE_PROBLEMS)
        return await book.proposed_problems()

    @router.get("/problems/{problem}")
    async def get_problem(problem: Id, user: SignedIn) -> ProblemStory:
        """All that is known of a problem."""
        need(user, Action.SEE_PROBLEMS)
        cases = await book.cases_of_problem(problem)
        history = await book.problem_history(problem)
        return ProblemStory(await book.problem(problem), history, tuple(case.id for case in cases))

    @router.post("/problems/{problem}/confirm")
    async def confirm_problem(problem: Id, body: Confirmation, user: SignedIn) -> Problem:
        """What was proposed is a problem: open cases of its kind join it."""
        need(user, Action.OPEN_PROBLEM)
        return await book.confirm_problem(problem, by=person(user), title=body.title)

    @router.post("/problems/{problem}/dismiss")
    async def dismiss_problem(problem: Id, body: Dismissal, user: SignedIn) -> Problem:
        """What was proposed is none."""
        need(user, Action.OPEN_PROBLEM)
        return await book.dismiss_problem(problem, body.reason, by=person(user))

    @router.post("/problems/{problem}/findings", status_code=201)
    async def add_finding(problem: Id, body: Finding, user: SignedIn) -> Problem:
        """State the root cause, the correction chosen, the prevention, or a way round it."""
        need(user, Action.OPEN_PROBLEM)
        return await book.state(problem, body.what, body.text, by=person(user))

    @router.post("/problems/{problem}/unlink")
    async def unlink_case(problem: Id, body: CaseId, user: SignedIn) -> Case:
        """The case has another cause."""
        need(user, Action.OPEN_PROBLEM)
        return await book.unlink_case(problem, body.case, by=person(user))

    return router


def _comes_after(problem: Problem, last: Place | None) -> bool:
    if last is None or last.at is None:
        return True
    return problem.opened_at < last.at or (problem.opened_at == last.at and problem.id > last.id)
