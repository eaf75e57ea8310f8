"""The desk behind the table of rights: pages and the API reach the `Desk` only through here."""

from __future__ import annotations

from datetime import datetime

import structlog

from callbacks.model import AttemptOutcome, Case, Problem, Promise
from config.errors import Refused
from console.errors import Forbidden
from console.ports import FileFault, HotlineFiles
from console.users import Action, User, may
from ivr.desk import AgentView, Conversations, Desk, Wallboard, WorkView
from ivr.messages import Supervision

log = structlog.get_logger(__name__)

#: What a person can set; the floor decides the other states.
SETTABLE = ("ready", "paused", "signed-in", "signed-out")


class DeskService:
    """Every method raises `Forbidden` when the user's role does not allow it, else what the `Desk` raises."""

    def __init__(self, desk: Desk, conversations: Conversations, files: HotlineFiles) -> None:
        self._desk = desk
        self._conversations = conversations
        self._files = files

    async def agent(self, user: User, agent: str) -> AgentView:
        """The agent and their state."""
        _need(user, Action.SEE_WORK, agent)
        return await self._desk.agent(agent)

    async def set_state(self, user: User, agent: str, state: str, reason: str = "") -> AgentView:
        """Move the agent to one of `SETTABLE`; the state after it."""
        _need(user, Action.SET_STATE, agent)
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
        _need(user, Action.SEE_WORK, agent)
        return await self._desk.current(agent)

    async def decline(self, user: User, agent: str, work: str) -> None:
        """Give an offer back."""
        _need(user, Action.SERVE, agent)
        await self._desk.decline(agent, work)

    async def claim(self, user: User, agent: str, promise: str) -> None:
        """Take a promise in hand and dial."""
        _need(user, Action.SERVE, agent)
        await self._desk.claim(agent, promise)

    async def hang_up(self, user: User, agent: str) -> None:
        """End the conversation."""
        _need(user, Action.SERVE, agent)
        await self._desk.hang_up(agent)

    async def finish(self, user: User, agent: str, outcome: AttemptOutcome | None, solved: bool, note: str) -> None:
        """End the wrap-up."""
        _need(user, Action.SERVE, agent)
        await self._desk.finish(agent, outcome, solved, note)

    async def pause_recording(self, user: User, agent: str, on: bool) -> None:
        """Keep what is said out of the recording, or no longer."""
        _need(user, Action.SERVE, agent)
        await self._conversations.pause_recording(agent, on)

    async def press(self, user: User, agent: str, digits: str) -> None:
        """Press keys towards the other side."""
        _need(user, Action.SERVE, agent)
        await self._conversations.press(agent, digits)

    async def transfer(self, user: User, agent: str, target: str) -> None:
        """Hand the other side on."""
        _need(user, Action.SERVE, agent)
        if not target.strip():
            raise Refused("it is not said to whom", remedy="give a telephone number or a SIP address")
        await self._conversations.transfer(agent, target.strip())

    async def supervise(self, user: User, agent: str, phone: str, mode: Supervision) -> None:
        """Take part in the agent's conversation."""
        _need(user, Action.SUPERVISE)
        if not phone.strip():
            raise Refused("it is not said which phone is yours", remedy="give its SIP address or number")
        await self._conversations.supervise(agent, phone.strip(), mode)
        log.info("supervision", agent=agent, mode=mode, by=user.id)

    async def stop_supervising(self, user: User, phone: str) -> None:
        """Take part no longer."""
        _need(user, Action.SUPERVISE)
        await self._conversations.stop_supervising(phone.strip())

    async def mine(self, user: User, agent: str) -> tuple[Promise, ...]:
        """Open promises that the agent owns."""
        _need(user, Action.SEE_PROMISES, agent)
        return await self._desk.mine(agent)

    async def team(self, user: User, agent: str) -> tuple[Promise, ...]:
        """Open promises that the agent may claim."""
        _need(user, Action.SEE_PROMISES, agent)
        return await self._desk.team(agent)

    async def renegotiate(
        self, user: User, agent: str, promise: str, opens: datetime, due: datetime, reason: str
    ) -> None:
        """Agree on another window."""
        _need(user, Action.SERVE, agent)
        if due <= opens:
            raise Refused("the window ends before it begins", remedy="choose an end after the start")
        if not reason.strip():
            raise Refused("a new time needs a reason", remedy="say what was agreed with the caller")
        await self._desk.renegotiate(agent, promise, opens, due, reason.strip())

    async def wallboard(self, user: User) -> Wallboard:
        """The floor and the ledger."""
        _need(user, Action.SEE_WALLBOARD)
        return await self._desk.wallboard()

    async def problems(self, user: User) -> tuple[Problem, ...]:
        """Known problems."""
        _need(user, Action.SEE_PROBLEMS)
        return await self._desk.problems()

    async def open_problem(
        self, user: User, title: str, category: str, product: str | None, workaround: str
    ) -> Problem:
        """Declare a problem."""
        _need(user, Action.OPEN_PROBLEM)
        if not title.strip():
            raise Refused("a problem needs a title", remedy="say in one line what is wrong")
        problem = await self._desk.open_problem(title.strip(), category, product or None, workaround.strip())
        log.info("problem_opened", problem=problem.id, by=user.id)
        return problem

    async def open_cases(self, user: User, category: str | None) -> tuple[Case, ...]:
        """Cases not solved yet, newest first."""
        _need(user, Action.SEE_PROBLEMS)
        return await self._desk.open_cases(category)

    async def link_case(self, user: User, problem: str, case: str) -> Promise:
        """One more case has this root cause."""
        _need(user, Action.OPEN_PROBLEM)
        promise = await self._desk.link_case(problem, case)
        log.info("case_linked", problem=problem, case=case, by=user.id)
        return promise

    async def solve_problem(self, user: User, problem: str) -> int:
        """Declare a problem solved; the number of promises that fall due."""
        _need(user, Action.SOLVE_PROBLEM)
        due = await self._desk.solve_problem(problem)
        log.info("problem_solved", problem=problem, due=due, by=user.id)
        return due

    async def hotline_file(self, user: User) -> tuple[str, str]:
        """The version in force and its text."""
        _need(user, Action.SEE_FILE)
        return await self._files.current()

    async def check_file(self, user: User, text: str) -> tuple[FileFault, ...]:
        """The faults of a text."""
        _need(user, Action.CHECK_FILE)
        return await self._files.check(text)


def _need(user: User, action: Action, agent: str | None = None) -> None:
    if not may(user, action, agent):
        whom = f" for {agent}" if agent else ""
        raise Forbidden(f"as {user.role} you may not {action}{whom}", remedy="ask an admin for the role that you need")
