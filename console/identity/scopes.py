"""What a token of the API may be used for: named scopes, each a set of actions. A token never allows more than its
owner's role does."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from console.identity.users import Action


class Scope(StrEnum):
    """What a token can be made for."""

    CONTACTS_READ = "contacts:read"
    CONTACTS_WRITE = "contacts:write"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    PROBLEMS_READ = "problems:read"
    PROBLEMS_WRITE = "problems:write"
    PROMISES_READ = "promises:read"
    PROMISES_WRITE = "promises:write"
    AGENTS_READ = "agents:read"
    AGENTS_WRITE = "agents:write"
    CALLS_READ = "calls:read"
    EVENTS_READ = "events:read"
    FIGURES_READ = "figures:read"
    METRICS_READ = "metrics:read"
    FILES_READ = "files:read"
    FILES_WRITE = "files:write"
    DESK = "desk"


#: Writing includes reading.
ACTIONS_OF: dict[Scope, frozenset[Action]] = {
    Scope.CONTACTS_READ: frozenset({Action.SEE_CONTACTS}),
    Scope.CONTACTS_WRITE: frozenset({Action.SEE_CONTACTS, Action.CHANGE_CONTACTS, Action.IMPORT_CONTACTS}),
    Scope.CASES_READ: frozenset({Action.SEE_CASES}),
    Scope.CASES_WRITE: frozenset({Action.SEE_CASES, Action.OPEN_CASE, Action.HANDLE_CASES, Action.ASSIGN_CASES}),
    Scope.PROBLEMS_READ: frozenset({Action.SEE_PROBLEMS}),
    Scope.PROBLEMS_WRITE: frozenset({Action.SEE_PROBLEMS, Action.OPEN_PROBLEM, Action.SOLVE_PROBLEM}),
    Scope.PROMISES_READ: frozenset({Action.SEE_PROMISES}),
    Scope.PROMISES_WRITE: frozenset({Action.SEE_PROMISES, Action.MAKE_PROMISE, Action.CHANGE_PROMISES}),
    Scope.AGENTS_READ: frozenset({Action.SEE_WORK}),
    Scope.AGENTS_WRITE: frozenset({Action.SEE_WORK, Action.SET_STATE}),
    Scope.CALLS_READ: frozenset({Action.SEE_CDRS, Action.SEE_CALLS}),
    Scope.EVENTS_READ: frozenset({Action.SEE_EVENTS}),
    Scope.FIGURES_READ: frozenset({Action.SEE_WALLBOARD, Action.SEE_RATINGS, Action.SEE_MESSAGES}),
    Scope.METRICS_READ: frozenset({Action.SEE_METRICS}),
    Scope.FILES_READ: frozenset({Action.SEE_FILE}),
    Scope.FILES_WRITE: frozenset({Action.SEE_FILE, Action.CHECK_FILE, Action.PUBLISH_FILE}),
    Scope.DESK: frozenset(
        {
            *(Action.SEE_WORK, Action.SET_STATE, Action.SERVE, Action.SUPERVISE, Action.SEE_WALLBOARD),
            *(Action.SEE_PROMISES, Action.MAKE_PROMISE, Action.CHANGE_PROMISES),
            *(Action.SEE_PROBLEMS, Action.SEE_CASES, Action.HANDLE_CASES, Action.ASSIGN_CASES),
        }
    ),
}

#: What only a person who signed in may do, never a program: to give rights, to see who did what, to hand out or erase
#: what is held on people, and to approve what callers hear.
PEOPLE_ONLY = frozenset(
    {
        *(Action.MANAGE_SELF, Action.MANAGE_PEOPLE, Action.SEE_AUDIT, Action.SEE_LOOKS),
        *(Action.MANAGE_PRIVACY, Action.MANAGE_PROMPTS),
    }
)


def actions_of(scopes: Iterable[Scope]) -> frozenset[Action]:
    """Everything that the scopes allow together."""
    return frozenset().union(*(ACTIONS_OF[scope] for scope in scopes))
