"""Every table."""

from __future__ import annotations

from tests.console.roles.agents import AGENTS, SESSIONS
from tests.console.roles.book import CASES, CONTACTS, PROBLEMS, PROMISES
from tests.console.roles.records import CALLS, EVENTS, FIGURES, FILES
from tests.console.roles.workshop import WORKSHOP

ROWS = (*AGENTS, *CONTACTS, *CASES, *PROBLEMS, *PROMISES, *CALLS, *EVENTS, *FIGURES, *FILES, *WORKSHOP, *SESSIONS)
