"""Pages of the console, and what anybody may open."""

from __future__ import annotations

from console.identity.users import Role
from tests.console.roles.row import ADMIN, EVERYONE, LEADERS, Sight

PAGES = (
    Sight("/desk", frozenset({Role.AGENT})),
    Sight("/wallboard", EVERYONE),
    Sight("/calls", LEADERS),
    *(Sight(path, EVERYONE) for path in ("/contacts", "/contact", "/cases", "/case", "/problems", "/problem")),
    *(Sight(path, EVERYONE) for path in ("/promises", "/promise")),
    *(Sight(path, LEADERS) for path in ("/ratings", "/privacy")),
    Sight("/contacts/import", ADMIN),
    *(Sight(path, LEADERS) for path in ("/hotline-file", "/try-it")),
    Sight("/prompts", ADMIN),
    Sight("/practice", frozenset({Role.AGENT})),
    *(Sight(path, ADMIN) for path in ("/people", "/audit")),
    *(Sight(path, EVERYONE) for path in ("/tokens", "/account")),
)

#: What is open to people who have not signed in: how to come in, and what callers look at.
OPEN = (
    ("POST", "/api/v1/sessions"),
    *(("GET", path) for path in ("/", "/sign-in", "/password", "/preferences", "/healthz", "/readyz", "/api/docs")),
    *(("POST", path) for path in ("/sign-in", "/sign-out", "/password")),
    *((method, path) for path in ("/status", "/complain") for method in ("GET", "POST")),
)
