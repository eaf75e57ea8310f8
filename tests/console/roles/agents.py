"""Agents: their state, the work in their hands, and conversations that supervisors join; and signing out."""

from __future__ import annotations

from collections.abc import Mapping

from console.identity.users import Action
from tests.console.roles.row import ADMIN, EVERYONE, LEADERS, OWN, Row

_MINJI, _WEI = {"agent": "minji"}, {"agent": "wei"}
_WORK: tuple[tuple[str, Mapping[str, object] | None], ...] = (
    ("finish", {"solved": True, "note": "done"}),
    ("claim", {"promise": "pr-664902"}),
    ("accept", {"work": "call-smoke"}),
    ("decline", {"work": "call-smoke"}),
    ("dial", {"work": "call-smoke"}),
    ("hang-up", None),
    ("recording", {"paused": True}),
    ("digits", {"digits": "12#"}),
    ("transfer", {"target": "sip:expert@127.0.0.1"}),
)
_SET = Action.SET_STATE

AGENTS = (
    Row("GET", "/agents", EVERYONE, Action.SEE_WALLBOARD),
    Row("GET", "/wallboard", EVERYONE, Action.SEE_WALLBOARD),
    Row("GET", "/agents/{agent}", EVERYONE, Action.SEE_WORK, _MINJI),
    Row("GET", "/agents/{agent}", LEADERS, Action.SEE_WORK, _WEI),
    Row("POST", "/agents/{agent}/state", EVERYONE, _SET, _MINJI, {"state": "ready"}),
    Row("POST", "/agents/{agent}/state", LEADERS, _SET, _WEI, {"state": "ready"}),
    Row("GET", "/agents/{agent}/work", EVERYONE, Action.SEE_WORK, _MINJI),
    Row("GET", "/agents/{agent}/work", LEADERS, Action.SEE_WORK, _WEI),
    Row("GET", "/agents/{agent}/promises", EVERYONE, Action.SEE_PROMISES, _MINJI),
    Row("GET", "/agents/{agent}/promises", LEADERS, Action.SEE_PROMISES, _WEI),
    *(Row("POST", f"/agents/{{agent}}/work/{act}", OWN, Action.SERVE, _MINJI, body) for act, body in _WORK),
    *(Row("POST", f"/agents/{{agent}}/work/{act}", ADMIN, Action.SERVE, _WEI, body) for act, body in _WORK),
    Row("POST", "/agents/{agent}/supervision", LEADERS, Action.SUPERVISE, _WEI, {"phone": "sip:boss@127.0.0.1"}),
    Row("POST", "/supervisions/end", LEADERS, Action.SUPERVISE, body={"phone": "sip:boss@127.0.0.1"}),
)
#: Last of all, for it ends the session.
SESSIONS = (Row("DELETE", "/sessions", EVERYONE, Action.MANAGE_SELF),)
