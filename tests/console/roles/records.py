"""Calls, events, figures and the hotline file."""

from __future__ import annotations

from console.identity.users import Action
from tests.console.roles.row import ADMIN, LEADERS, Row

_CALL, _FIRST = {"call": "call-1"}, {"number": "1"}

CALLS = (
    Row("GET", "/calls", LEADERS, Action.SEE_CDRS),
    Row("GET", "/calls/{call}", LEADERS, Action.SEE_CDRS, _CALL),
    Row("GET", "/calls/{call}/transcript", LEADERS, Action.SEE_CALLS, _CALL),
    Row("GET", "/calls/{call}/recording", LEADERS, Action.SEE_CALLS, _CALL),
    Row("GET", "/queue-events", LEADERS, Action.SEE_CDRS),
    Row("GET", "/looks", ADMIN, Action.SEE_LOOKS, query="?of=call-1"),
)

EVENTS = (Row("GET", "/events", LEADERS, Action.SEE_EVENTS, endless=True),)

FIGURES = (
    Row("GET", "/metrics", LEADERS, Action.SEE_METRICS, beside=True),
    Row("GET", "/sifting", LEADERS, Action.SEE_FILE),
    Row("GET", "/ratings", LEADERS, Action.SEE_RATINGS),
    Row("GET", "/messages/given-up", LEADERS, Action.SEE_MESSAGES),
)

_TEXT = "hotline:\n  name: A\n"
FILES = (
    Row("GET", "/hotline-files", LEADERS, Action.SEE_FILE),
    Row("GET", "/hotline-files/{number}", LEADERS, Action.SEE_FILE, _FIRST),
    Row("GET", "/hotline-files/{number}/diff", LEADERS, Action.SEE_FILE, _FIRST, query="?against=1"),
    Row("POST", "/hotline-files/check", LEADERS, Action.CHECK_FILE, body={"text": _TEXT}),
    Row("POST", "/hotline-files", ADMIN, Action.PUBLISH_FILE, body={"text": _TEXT, "reason": "shorter", "base": 1}),
    Row("POST", "/hotline-files/{number}/roll-back", ADMIN, Action.PUBLISH_FILE, _FIRST, {"reason": "as before"}),
)
