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
    """Someone who signs in. `agent` names the agent of the hotline file that they are, if they serve callers.

    Who is `locked` cannot come in. Who `must_change` their password can do nothing else first. Of someone who comes by
    a token of the API, `scopes` are the actions that it allows; None when they signed in themselves.
    """

    id: str
    name: str
    role: Role
    agent: str | None = None
    locked: bool = False
    must_change: bool = False
    scopes: frozenset[Action] | None = None


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
    SEE_CONTACTS = "see contacts"
    CHANGE_CONTACTS = "change contacts"
    SEE_CASES = "see cases"
    OPEN_CASE = "open a case"
    MAKE_PROMISE = "make a promise"
    SEE_EVENTS = "see events"
    SEE_CDRS = "see call records"
    PUBLISH_FILE = "publish a hotline file"
    MANAGE_SELF = "manage one's own sessions and tokens"
    MANAGE_PEOPLE = "manage people and their tokens"
    SEE_AUDIT = "see the audit log"
    IMPORT_CONTACTS = "import contacts"
    ASSIGN_CASES = "say who is responsible for a case"
    CHANGE_PROMISES = "change promises"
    MANAGE_PROMPTS = "record and approve prompts"
    SEE_METRICS = "see metrics"
    MANAGE_PRIVACY = "export, erase, or end the keeping of, what is held on people"


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
    Action.SEE_CONTACTS: {Role.AGENT: Reach.ALL, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.CHANGE_CONTACTS: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.SEE_CASES: {Role.AGENT: Reach.ALL, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.OPEN_CASE: {Role.AGENT: Reach.ALL, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.MAKE_PROMISE: {Role.AGENT: Reach.OWN, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.SEE_EVENTS: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.SEE_CDRS: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.PUBLISH_FILE: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.NONE, Role.ADMIN: Reach.ALL},
    Action.MANAGE_SELF: {Role.AGENT: Reach.ALL, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.MANAGE_PEOPLE: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.NONE, Role.ADMIN: Reach.ALL},
    Action.IMPORT_CONTACTS: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.NONE, Role.ADMIN: Reach.ALL},
    Action.ASSIGN_CASES: {Role.AGENT: Reach.OWN, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.CHANGE_PROMISES: {Role.AGENT: Reach.OWN, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.MANAGE_PROMPTS: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.NONE, Role.ADMIN: Reach.ALL},
    Action.SEE_METRICS: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL},
    Action.MANAGE_PRIVACY: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.NONE, Role.ADMIN: Reach.ALL},
    Action.SEE_AUDIT: {Role.AGENT: Reach.NONE, Role.SUPERVISOR: Reach.NONE, Role.ADMIN: Reach.ALL},
}


def is_active_admin(user: User) -> bool:
    """Whether the person is an admin who can come in."""
    return user.role is Role.ADMIN and not user.locked


def may(user: User, action: Action, agent: str | None = None) -> bool:
    """Whether the person may do this, for `agent` where the action is about one."""
    if user.scopes is not None and action not in user.scopes:
        return False
    reach = RIGHTS[action][user.role]
    if reach is Reach.OWN:
        return agent is not None and agent == user.agent
    return reach is Reach.ALL
