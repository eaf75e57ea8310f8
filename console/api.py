"""The JSON API, `/api/v1`. Who may call what is decided in `console.service`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPBearer
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callbacks.model import AttemptOutcome, Case, Problem, Promise
from config.errors import Refused
from console.service import DeskService
from console.shield import token_of
from console.sign_in import SESSION_LASTS, SignIn
from console.signed_in import SignedIn
from ivr.desk import AgentView, Wallboard, WorkView
from ivr.messages import Supervision


class Body(BaseModel):
    """What a request may carry: nothing unknown, no text without a bound."""

    model_config = ConfigDict(extra="forbid")


Short = Annotated[str, Field(max_length=200)]
Long = Annotated[str, Field(max_length=4000)]


class Credentials(Body):
    """To sign in with."""

    user: Short
    password: Annotated[str, Field(max_length=1024)]


class NewState(Body):
    """`state` is ready, paused (with a reason), signed-in or signed-out."""

    state: Short
    reason: Short = ""


class Finish(Body):
    """How the work ended. `outcome` corrects how a callback went."""

    outcome: AttemptOutcome | None = None
    solved: bool = False
    note: Long = ""


class WorkId(Body):
    """The work that is meant."""

    work: Short


class RecordingPause(Body):
    """Whether what is said is kept out of the recording."""

    paused: bool


class Digits(Body):
    """Keys of the telephone."""

    digits: Annotated[str, Field(max_length=40)]


class TransferTarget(Body):
    """A telephone number, or a SIP address."""

    target: Short


class SupervisorPhone(Body):
    """The supervisor's own phone: a SIP address or a number."""

    phone: Short


class NewSupervision(SupervisorPhone):
    """How the supervisor takes part."""

    mode: Supervision = Supervision.LISTEN


class PromiseId(Body):
    """The promise that is meant."""

    promise: Short


class NewWindow(Body):
    """What was agreed on. Times carry their offset."""

    opens: AwareDatetime
    due: AwareDatetime
    reason: Long


class CaseId(Body):
    """The case that is meant."""

    case: Short


class NewProblem(Body):
    """A known root cause."""

    title: Short
    category: Short
    product: Short | None = None
    workaround: Long = ""


@dataclass(frozen=True, slots=True)
class Session:
    """Send `token` as `Authorization: Bearer TOKEN`."""

    token: str
    expires_in: int
    user: str
    name: str
    role: str
    agent: str | None


@dataclass(frozen=True, slots=True)
class Promises:
    """Open promises: those the agent owns, and those the agent may claim."""

    mine: tuple[Promise, ...]
    team: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class Solved:
    """How many promises fell due."""

    due: int


def build_router(service: DeskService, sign_in: SignIn) -> APIRouter:
    """The routes. The application must have `state.sign_in`."""
    router = APIRouter(prefix="/api/v1", dependencies=[Depends(HTTPBearer(auto_error=False))])

    @router.post("/sessions", status_code=201)
    async def open_session(body: Credentials, request: Request) -> Session:
        """Sign in; the token is valid for 12 hours."""
        token = await sign_in.sign_in(body.user, body.password, source_of(request))
        user = await sign_in.user_of(token)
        return Session(token, int(SESSION_LASTS.total_seconds()), user.id, user.name, user.role, user.agent)

    @router.delete("/sessions", status_code=204)
    async def close_session(request: Request, _user: SignedIn) -> None:
        """Sign out: the token of this request is worth nothing from now on."""
        await sign_in.sign_out(token_of(request))

    @router.get("/agents/{agent}")
    async def agent(agent: str, user: SignedIn) -> AgentView:
        """The agent and their state."""
        return await service.agent(user, agent)

    @router.post("/agents/{agent}/state")
    async def set_state(agent: str, body: NewState, user: SignedIn) -> AgentView:
        """Make the agent ready, paused, signed in or signed out."""
        return await service.set_state(user, agent, body.state, body.reason)

    @router.get("/agents/{agent}/work")
    async def work(agent: str, user: SignedIn) -> WorkView | None:
        """What the agent is offered or has in hand; null when nothing."""
        return await service.work(user, agent)

    @router.post("/agents/{agent}/work/finish", status_code=204)
    async def finish(agent: str, body: Finish, user: SignedIn) -> None:
        """End the wrap-up."""
        await service.finish(user, agent, body.outcome, body.solved, body.note)

    @router.post("/agents/{agent}/work/claim", status_code=204)
    async def claim(agent: str, body: PromiseId, user: SignedIn) -> None:
        """Take a promise in hand now: the agent's phone rings, then the contact's."""
        await service.claim(user, agent, body.promise)

    @router.post("/agents/{agent}/work/decline", status_code=204)
    async def decline(agent: str, body: WorkId, user: SignedIn) -> None:
        """Give an offer back."""
        await service.decline(user, agent, body.work)

    @router.post("/agents/{agent}/work/dial", status_code=204)
    async def dial(agent: str, body: WorkId, user: SignedIn) -> None:
        """Ready for the callback that is shown first: the agent's phone rings, then the contact's."""
        await service.dial(user, agent, body.work)

    @router.post("/agents/{agent}/work/hang-up", status_code=204)
    async def hang_up(agent: str, user: SignedIn) -> None:
        """End the conversation."""
        await service.hang_up(user, agent)

    @router.post("/agents/{agent}/work/recording", status_code=204)
    async def pause_recording(agent: str, body: RecordingPause, user: SignedIn) -> None:
        """Keep what is said (card numbers) out of the recording, or no longer."""
        await service.pause_recording(user, agent, body.paused)

    @router.post("/agents/{agent}/work/digits", status_code=204)
    async def press(agent: str, body: Digits, user: SignedIn) -> None:
        """Press keys of the telephone towards the other side."""
        await service.press(user, agent, body.digits)

    @router.post("/agents/{agent}/work/transfer", status_code=202)
    async def transfer(agent: str, body: TransferTarget, user: SignedIn) -> None:
        """Put the other side through to somebody else; the agent talks on if nobody picks up there."""
        await service.transfer(user, agent, body.target)

    @router.post("/agents/{agent}/supervision", status_code=204)
    async def supervise(agent: str, body: NewSupervision, user: SignedIn) -> None:
        """Ring the supervisor's phone and let it take part in the conversation; again to change the mode."""
        await service.supervise(user, agent, body.phone, body.mode)

    @router.post("/supervisions/end", status_code=204)
    async def stop_supervising(body: SupervisorPhone, user: SignedIn) -> None:
        """Hang the supervisor's phone up."""
        await service.stop_supervising(user, body.phone)

    @router.post("/agents/{agent}/promises/{promise}/renegotiate", status_code=204)
    async def renegotiate(agent: str, promise: str, body: NewWindow, user: SignedIn) -> None:
        """Agree on another window for an open promise."""
        opens: datetime = body.opens
        await service.renegotiate(user, agent, promise, opens, body.due, body.reason)

    @router.get("/promises")
    async def promises(user: SignedIn, agent: str | None = None) -> Promises:
        """Open promises of `agent`, by default one's own."""
        whose = agent or user.agent
        if whose is None:
            raise Refused("it is not said whose promises", remedy="add ?agent=NAME")
        return Promises(await service.mine(user, whose), await service.team(user, whose))

    @router.get("/wallboard")
    async def wallboard(user: SignedIn) -> Wallboard:
        """The floor and the ledger at this moment."""
        return await service.wallboard(user)

    @router.get("/problems")
    async def problems(user: SignedIn) -> tuple[Problem, ...]:
        """Problems not solved yet."""
        return await service.problems(user)

    @router.post("/problems", status_code=201)
    async def open_problem(body: NewProblem, user: SignedIn) -> Problem:
        """Declare a known root cause; open cases of the category are linked to it."""
        return await service.open_problem(user, body.title, body.category, body.product, body.workaround)

    @router.get("/cases")
    async def cases(user: SignedIn, category: str | None = None) -> tuple[Case, ...]:
        """Cases not solved yet, newest first, at most 200; of one category, if it is named."""
        return await service.open_cases(user, category)

    @router.post("/problems/{problem}/cases", status_code=201)
    async def link_case(problem: str, body: CaseId, user: SignedIn) -> Promise:
        """One more case has this root cause; its contact is owed a call when it is fixed."""
        return await service.link_case(user, problem, body.case)

    @router.post("/problems/{problem}/solve")
    async def solve_problem(problem: str, user: SignedIn) -> Solved:
        """The problem is solved: every linked promise falls due."""
        return Solved(await service.solve_problem(user, problem))

    return router


def source_of(request: Request) -> str:
    """Where the request comes from, for counting failures. uvicorn puts a trusted proxy's word here."""
    return request.client.host if request.client else "unknown"
