"""The desk behind the table of rights: pages and the API reach the `Desk` only through here."""

from __future__ import annotations

from datetime import datetime

import structlog

from callbacks.model import AttemptOutcome, Case, Problem, Promise
from callbacks.privacy.personal import Looked
from config.errors import Refused
from console.errors import Forbidden
from console.identity.users import Action, User, may
from console.ports import Looks
from ivr.desk import AgentView, Conversations, Desk, Wallboard, WorkView
from ivr.messages import Supervision

log = structlog.get_logger(__name__)

#: What a person can set; the floor decides the other states.
SETTABLE = ("ready", "paused", "signed-in", "signed-out")


class DeskService:
    """Every method raises `Forbidden` when the user's role does not allow it, else what the `Desk` raises."""

    def __init__(self, desk: Desk, conversations: Conversations, looks: Looks | None = None) -> None:
        """`looks` keeps who was shown what a caller said; without it nobody does."""
        self._desk = desk
        self._conversations = conversations
        self._looks = looks
        self._shown: dict[tuple[str, str], str] = {}  # the last work that each person was shown of each agent

    def stops_at(self) -> datetime | None:
        """When the hotline stops, once it has been told to."""
        return self._desk.stops_at()

    async def agent(self, user: User, agent: str) -> AgentView:
        """The agent and their state."""
        need(user, Action.SEE_WORK, agent)
        return await self._desk.agent(agent)

    async def set_state(self, user: User, agent: str, state: str, reason: str = "") -> AgentView:
        """Move the agent to one of `SETTABLE`; the state after it."""
        need(user, Action.SET_STATE, agent)
        match state:
            case "ready":
                await self._desk.ready(agent)
            case "paused":
                if not reason.strip():
                    raise Refused("a pause needs a reason", remedy="say why, for example: break")
                await self._desk.pause(agent, reason.strip())
            case "signed-in":
                await self._desk.sign_in(agent)
            case "signed-out":
                await self._desk.sign_out(agent)
            case _:
                raise Refused(f"the state {state!r} cannot be set", remedy=f"use one of {', '.join(SETTABLE)}")
        log.info("agent_state_set", agent=agent, state=state, by=user.id)
        return await self._desk.agent(agent)

    async def work(self, user: User, agent: str) -> WorkView | None:
        """What the agent is offered or has in hand."""
        need(user, Action.SEE_WORK, agent)
        found = await self._desk.current(agent)
        if found is not None and found.transcript and self._shown.get((user.id, agent)) != found.work:
            if self._looks is not None:
                await self._looks.note_look(user.agent or f"user:{user.id}", Looked.TRANSCRIPT, found.work)
            self._shown[user.id, agent] = found.work
        return found

    async def accept(self, user: User, agent: str, work: str) -> None:
        """Take the call that rings, without a hand on the phone."""
        need(user, Action.SERVE, agent)
        await self._desk.accept(agent, work)

    async def decline(self, user: User, agent: str, work: str) -> None:
        """Give an offer back."""
        need(user, Action.SERVE, agent)
        await self._desk.decline(agent, work)

    async def dial(self, user: User, agent: str, work: str) -> None:
        """The agent has read what they were shown."""
        need(user, Action.SERVE, agent)
        await self._desk.dial(agent, work)

    async def claim(self, user: User, agent: str, promise: str) -> None:
        """Take a promise in hand and dial."""
        need(user, Action.SERVE, agent)
        await self._desk.claim(agent, promise)

    async def hang_up(self, user: User, agent: str) -> None:
        """End the conversation."""
        need(user, Action.SERVE, agent)
        await self._desk.hang_up(agent)

    async def finish(self, user: User, agent: str, outcome: AttemptOutcome | None, solved: bool, note: str) -> None:
        """End the wrap-up."""
        need(user, Action.SERVE, agent)
        await self._desk.finish(agent, outcome, solved, note)

    async def pause_recording(self, user: User, agent: str, on: bool) -> None:
        """Keep what is said out of the recording, or no longer."""
        need(user, Action.SERVE, agent)
        await self._conversations.pause_recording(agent, on)

    async def hold(self, user: User, agent: str, on: bool) -> None:
        """Let the other side hear music, or talk again."""
        need(user, Action.SERVE, agent)
        await self._conversations.hold(agent, on)

    async def press(self, user: User, agent: str, digits: str) -> None:
        """Press keys towards the other side."""
        need(user, Action.SERVE, agent)
        await self._conversations.press(agent, digits)

    async def transfer(self, user: User, agent: str, target: str) -> None:
        """Hand the other side on."""
        need(user, Action.SERVE, agent)
        if not target.strip():
            raise Refused("it is not said to whom", remedy="give a telephone number or a SIP address")
        await self._conversations.transfer(agent, target.strip())

    async def supervise(self, user: User, agent: str, phone: str, mode: Supervision) -> None:
        """Take part in the agent's conversation."""
        need(user, Action.SUPERVISE)
        if not phone.strip():
            raise Refused("it is not said which phone is yours", remedy="give its SIP address or number")
        await self._conversations.supervise(agent, phone.strip(), mode)
        log.info("supervision", agent=agent, mode=mode, by=user.id)

    async def stop_supervising(self, user: User, phone: str) -> None:
        """Take part no longer."""
        need(user, Action.SUPERVISE)
        await self._conversations.stop_supervising(phone.strip())

    async def mine(self, user: User, agent: str) -> tuple[Promise, ...]:
        """Open promises that the agent owns."""
        need(user, Action.SEE_PROMISES, agent)
        return await self._desk.mine(agent)

    async def team(self, user: User, agent: str) -> tuple[Promise, ...]:
        """Open promises that the agent may claim."""
        need(user, Action.SEE_PROMISES, agent)
        return await self._desk.team(agent)

    async def renegotiate(
        self, user: User, agent: str, promise: str, opens: datetime, due: datetime, reason: str
    ) -> None:
        """Agree on another window."""
        need(user, Action.SERVE, agent)
        if due <= opens:
            raise Refused("the window ends before it begins", remedy="choose an end after the start")
        if not reason.strip():
            raise Refused("a new time needs a reason", remedy="say what was agreed with the caller")
        await self._desk.renegotiate(agent, promise, opens, due, reason.strip())

    async def wallboard(self, user: User) -> Wallboard:
        """The floor and the ledger."""
        need(user, Action.SEE_WALLBOARD)
        return await self._desk.wallboard()

    async def problems(self, user: User) -> tuple[Problem, ...]:
        """Known problems."""
        need(user, Action.SEE_PROBLEMS)
        return await self._desk.problems()

    async def open_problem(
        self, user: User, title: str, category: str, product: str | None, workaround: str
    ) -> Problem:
        """Declare a problem."""
        need(user, Action.OPEN_PROBLEM)
        if not title.strip():
            raise Refused("a problem needs a title", remedy="say in one line what is wrong")
        problem = await self._desk.open_problem(
            title.strip(), category, product or None, workaround.strip(), by=person(user)
        )
        log.info("problem_opened", problem=problem.id, by=user.id)
        return problem

    async def open_cases(self, user: User, category: str | None) -> tuple[Case, ...]:
        """Cases not solved yet, newest first."""
        need(user, Action.SEE_PROBLEMS)
        return await self._desk.open_cases(category)

    async def link_case(self, user: User, problem: str, case: str) -> Promise:
        """One more case has this root cause."""
        need(user, Action.OPEN_PROBLEM)
        promise = await self._desk.link_case(problem, case, by=person(user))
        log.info("case_linked", problem=problem, case=case, by=user.id)
        return promise

    async def solve_problem(self, user: User, problem: str) -> int:
        """Declare a problem solved; the number of promises that fall due."""
        need(user, Action.SOLVE_PROBLEM)
        due = await self._desk.solve_problem(problem, by=person(user))
        log.info("problem_solved", problem=problem, due=due, by=user.id)
        return due


def person(user: User) -> str:
    """The user as histories name people: the agent that they are, else `user:` and their name."""
    return user.agent or f"user:{user.id}"


def need(user: User, action: Action, agent: str | None = None) -> None:
    """Raise `Forbidden` unless the user may do this."""
    if not may(user, action, agent):
        what = f"as {user.role} you may not {action} for {agent}" if agent else f"as {user.role} you may not {action}"
        raise Forbidden(what, remedy="ask an admin for the role that you need")
