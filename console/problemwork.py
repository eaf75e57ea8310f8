"""Routes about problems beyond those of the wallboard: what is suspected, and what people have found out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.security import HTTPBearer
from pydantic import Field

from callbacks.model import Case, Problem
from callbacks.ports import ProblemNote
from callbacks.problem_book import Statement
from callbacks.service import PromiseBook
from console.api import Body, Long, Short
from console.service import need, person
from console.signed_in import SignedIn
from console.users import Action


class Confirmation(Body):
    """What is wrong, in one line; empty: as it was proposed."""

    title: Annotated[str, Field(max_length=200)] = ""


class Dismissal(Body):
    """Why it is no problem."""

    reason: Long


class Finding(Body):
    """What a person has found out, or decided."""

    what: Statement
    text: Long


class CaseOfProblem(Body):
    """A case, by its id."""

    case: Short


@dataclass(frozen=True, slots=True)
class ProblemStory:
    """A problem, what was done about it, and the cases that have this cause, by id."""

    problem: Problem
    history: tuple[ProblemNote, ...]
    cases: tuple[str, ...]


def build_problemwork(book: PromiseBook) -> APIRouter:
    """The routes. The application must have `state.sign_in`."""
    router = APIRouter(prefix="/api/v1/problems", dependencies=[Depends(HTTPBearer(auto_error=False))])

    @router.get("/proposed")
    async def proposed(user: SignedIn) -> tuple[Problem, ...]:
        """What a rise in cases suggests and nobody has judged yet, newest first."""
        need(user, Action.SEE_PROBLEMS)
        return await book.proposed_problems()

    @router.get("/{problem}")
    async def story(problem: str, user: SignedIn) -> ProblemStory:
        """All that is known of a problem."""
        need(user, Action.SEE_PROBLEMS)
        cases = await book.cases_of_problem(problem)
        history = await book.problem_history(problem)
        return ProblemStory(await book.problem(problem), history, tuple(case.id for case in cases))

    @router.post("/{problem}/confirm")
    async def confirm(problem: str, body: Confirmation, user: SignedIn) -> Problem:
        """What was proposed is a problem: open cases of its kind join it."""
        need(user, Action.OPEN_PROBLEM)
        return await book.confirm_problem(problem, by=person(user), title=body.title)

    @router.post("/{problem}/dismiss")
    async def dismiss(problem: str, body: Dismissal, user: SignedIn) -> Problem:
        """What was proposed is none."""
        need(user, Action.OPEN_PROBLEM)
        return await book.dismiss_problem(problem, body.reason, by=person(user))

    @router.post("/{problem}/findings", status_code=201)
    async def state(problem: str, body: Finding, user: SignedIn) -> Problem:
        """State the root cause, the correction chosen, the prevention, or a way round it."""
        need(user, Action.OPEN_PROBLEM)
        return await book.state(problem, body.what, body.text, by=person(user))

    @router.post("/{problem}/unlink")
    async def unlink(problem: str, body: CaseOfProblem, user: SignedIn) -> Case:
        """The case has another cause."""
        need(user, Action.OPEN_PROBLEM)
        return await book.unlink_case(problem, body.case, by=person(user))

    return router
