"""Agents: their state, and the work in their hands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from callbacks.model import AttemptOutcome, Promise
from console.api.routing import routes
from console.desk.service import DeskService
from console.identity.signed_in import SignedIn
from console.web.api_body import Body, Id, Long, Short
from console.web.paging import Cursor, Limit, Page, cursor_of, linked, part_of, place_in
from ivr.desk import AgentView, Wallboard, WorkView
from ivr.messages import Supervision


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


@dataclass(frozen=True, slots=True)
class AgentsPromises:
    """Open promises: those the agent owns, and those the agent may claim."""

    mine: tuple[Promise, ...]
    team: tuple[Promise, ...]


def build_agents(service: DeskService) -> APIRouter:
    """The routes. The application must have `state.sign_in`."""
    router = routes("agents")

    @router.get("/agents")
    async def list_agents(
        user: SignedIn, request: Request, response: Response, limit: Limit = 50, cursor: Cursor = None
    ) -> Page[AgentView]:
        """Every agent of the hotline file and their state, by id."""
        last = None if cursor is None else place_in("agents", cursor)
        agents = sorted((await service.wallboard(user)).agents, key=lambda agent: agent.id)
        found, more = part_of(agents, lambda agent: agent.id, last, limit)
        return linked(request, response, found, None if more is None else cursor_of("agents", more))

    @router.get("/agents/{agent}")
    async def get_agent(agent: Id, user: SignedIn) -> AgentView:
        """The agent and their state."""
        return await service.agent(user, agent)

    @router.post("/agents/{agent}/state")
    async def set_state(agent: Id, body: NewState, user: SignedIn) -> AgentView:
        """Make the agent ready, paused, signed in or signed out."""
        return await service.set_state(user, agent, body.state, body.reason)

    @router.get("/agents/{agent}/promises")
    async def list_promises(agent: Id, user: SignedIn) -> AgentsPromises:
        """Open promises that the agent owns, and those of others that they may claim."""
        return AgentsPromises(await service.mine(user, agent), await service.team(user, agent))

    @router.post("/agents/{agent}/supervision", status_code=204)
    async def supervise(agent: Id, body: NewSupervision, user: SignedIn) -> None:
        """Ring the supervisor's phone and let it take part in the conversation; again to change the mode."""
        await service.supervise(user, agent, body.phone, body.mode)

    @router.post("/supervisions/end", status_code=204)
    async def stop_supervising(body: SupervisorPhone, user: SignedIn) -> None:
        """Hang the supervisor's phone up."""
        await service.stop_supervising(user, body.phone)

    @router.get("/wallboard", tags=["figures"])
    async def wallboard(user: SignedIn) -> Wallboard:
        """The floor and the ledger at this moment."""
        return await service.wallboard(user)

    _add_work(router, service)
    return router


def _add_work(router: APIRouter, service: DeskService) -> None:
    @router.get("/agents/{agent}/work")
    async def get_work(agent: Id, user: SignedIn) -> WorkView | None:
        """What the agent is offered or has in hand; null when nothing."""
        return await service.work(user, agent)

    @router.post("/agents/{agent}/work/finish", status_code=204)
    async def finish(agent: Id, body: Finish, user: SignedIn) -> None:
        """End the wrap-up."""
        await service.finish(user, agent, body.outcome, body.solved, body.note)

    @router.post("/agents/{agent}/work/claim", status_code=204)
    async def claim(agent: Id, body: PromiseId, user: SignedIn) -> None:
        """Take a promise in hand now: the agent's phone rings, then the contact's."""
        await service.claim(user, agent, body.promise)

    @router.post("/agents/{agent}/work/accept", status_code=204)
    async def accept(agent: Id, body: WorkId, user: SignedIn) -> None:
        """Take the call that rings: the agent's phone answers by itself. 409 where it cannot."""
        await service.accept(user, agent, body.work)

    @router.post("/agents/{agent}/work/decline", status_code=204)
    async def decline(agent: Id, body: WorkId, user: SignedIn) -> None:
        """Give an offer back."""
        await service.decline(user, agent, body.work)

    @router.post("/agents/{agent}/work/dial", status_code=204)
    async def dial(agent: Id, body: WorkId, user: SignedIn) -> None:
        """Ready for the callback that is shown first: the agent's phone rings, then the contact's."""
        await service.dial(user, agent, body.work)

    @router.post("/agents/{agent}/work/hang-up", status_code=204)
    async def hang_up(agent: Id, user: SignedIn) -> None:
        """End the conversation."""
        await service.hang_up(user, agent)

    @router.post("/agents/{agent}/work/recording", status_code=204)
    async def pause_recording(agent: Id, body: RecordingPause, user: SignedIn) -> None:
        """Keep what is said (card numbers) out of the recording, or no longer."""
        await service.pause_recording(user, agent, body.paused)

    @router.post("/agents/{agent}/work/digits", status_code=204)
    async def press(agent: Id, body: Digits, user: SignedIn) -> None:
        """Press keys of the telephone towards the other side."""
        await service.press(user, agent, body.digits)

    @router.post("/agents/{agent}/work/transfer", status_code=202)
    async def transfer(agent: Id, body: TransferTarget, user: SignedIn) -> None:
        """Put the other side through to somebody else; the agent talks on if nobody picks up there."""
        await service.transfer(user, agent, body.target)
