"""Who may do what: people, their roles, and the table of rights."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum


class Role(StrEnum):
    """What a person is here for."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class User:
    """Someone who signs in. `agent` names the agent of the hotline file that they are, if they serve callers."""

    id: str
    name: str
    role: Role
    agent: str | None = None


class Action(StrEnum):
    """What can be asked of the console."""

    SEE_WORK = "see work"
    SET_STATE = "set state"
    SERVE = "serve"
    SUPERVISE = "take part in conversations"
    SEE_PROMISES = "see promises"
    SEE_WALLBOARD = "see the wallboard"
    SEE_PROBLEMS = "see problems"
    OPEN_PROBLEM = "open a problem"
    SOLVE_PROBLEM = "solve a problem"
    SEE_FILE = "see the hotline file"
    CHECK_FILE = "check a hotline file"
    HANDLE_CASES = "handle cases"
    SEE_CALLS = "see what was said in calls"
    SEE_RATINGS = "see how agents were rated"
    SEE_MESSAGES = "see which letters did not arrive"
    SEE_LOOKS = "see who looked at what was said"


class Reach(Enum):
    """How far a right goes: for nobody, for the agent that the person is, for everyone."""

    NONE = 0
    OWN = 1
    ALL = 2


#: Role x action. An agent acts for themselves; a supervisor sees all and may move agents between states, but talks
#: only for themselves; an admin may do everything, which programs that drive agents' desks need.
RIGHTS: dict[Action, dict[Role, Reach]] = {
    Action.SEE_WORK: {Role.AGENT: Reach.OWN, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.SET_STATE: {Role.AGENT: Reach.OWN, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.SERVE: {Role.AGENT: Reach.OWN, Role.SUPERVISOR: Reach.OWN, Role.ADMIN: Reach.ALL},
    Action.SUPERVISE: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.SEE_PROMISES: {Role.AGENT: Reach.OWN, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.SEE_WALLBOARD: {Role.AGENT: Reach.ALL, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.SEE_PROBLEMS: {Role.AGENT: Reach.ALL, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.OPEN_PROBLEM: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.SOLVE_PROBLEM: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.SEE_FILE: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.CHECK_FILE: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.HANDLE_CASES: {Role.AGENT: Reach.ALL, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.SEE_CALLS: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.SEE_RATINGS: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.SEE_MESSAGES: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.SEE_LOOKS: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.NONE, Role.ADMIN: Reach.ALL},
}


def may(user: User, action: Action, agent: str | None = None) -> bool:
    """Whether the person may do this, for `agent` where the action is about one."""
    reach = RIGHTS[action][user.role]
    if reach is Reach.OWN:
        return agent is not None and agent == user.agent
    return reach is Reach.ALL
