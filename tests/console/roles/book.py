"""Contacts, cases, problems and promises. `@case` and the like stand for what is in the sample book."""

from __future__ import annotations

from console.identity.users import Action
from tests.console.roles.row import EVERYONE, LEADERS, Row

_CONTACT, _CASE, _PROBLEM = {"contact": "@contact"}, {"case": "@case"}, {"problem": "@problem"}
_MINE, _TEAMS = {"promise": "@mine"}, {"promise": "@team"}
_WINDOW: dict[str, object] = {"opens": "2026-12-02T12:00:00Z", "due": "2026-12-02T13:00:00Z", "reason": "at noon"}
_WHY: dict[str, object] = {"reason": "they said so"}

CONTACTS = (
    Row("GET", "/contacts", EVERYONE, Action.SEE_CONTACTS),
    Row("POST", "/contacts", LEADERS, Action.CHANGE_CONTACTS, body={"numbers": ["+442071838751"]}),
    Row("GET", "/contacts/{contact}", EVERYONE, Action.SEE_CONTACTS, _CONTACT),
    Row("PATCH", "/contacts/{contact}", LEADERS, Action.CHANGE_CONTACTS, _CONTACT, {"name": "Joan"}),
    Row("POST", "/contacts/{contact}/do-not-call", EVERYONE, Action.HANDLE_CASES, _CONTACT,
        {"do_not_call": True, "reason": "they asked"}),
    Row("POST", "/contacts/{contact}/do-not-call", LEADERS, Action.CHANGE_CONTACTS, _CONTACT,
        {"do_not_call": False, "reason": "they asked"}),
)  # fmt: skip

CASES = (
    Row("GET", "/cases", EVERYONE, Action.SEE_CASES),
    Row("POST", "/cases", EVERYONE, Action.OPEN_CASE, body={"text": "I want my money back", "contact": "@contact"}),
    Row("GET", "/cases/{case}", EVERYONE, Action.SEE_CASES, _CASE),
    Row("GET", "/cases/{case}/report", EVERYONE, Action.HANDLE_CASES, _CASE),
    Row("POST", "/cases/{case}/notes", EVERYONE, Action.HANDLE_CASES, _CASE, {"text": "she rang again"}),
    Row("POST", "/cases/{case}/owner", EVERYONE, Action.ASSIGN_CASES, _CASE, {"agent": "minji"}),
    Row("POST", "/cases/{case}/owner", LEADERS, Action.ASSIGN_CASES, _CASE, {"agent": "ana"}),
    Row("POST", "/cases/{case}/exceptions", EVERYONE, Action.HANDLE_CASES, _CASE, {"what": "free repair", **_WHY}),
    Row("POST", "/cases/{case}/category", EVERYONE, Action.HANDLE_CASES, _CASE, {"category": "safety"}),
    Row("POST", "/cases/{case}/urgency", EVERYONE, Action.HANDLE_CASES, _CASE, {"urgency": "legal", **_WHY}),
    Row("POST", "/cases/{case}/solve", EVERYONE, Action.HANDLE_CASES, _CASE, {"note": "a new fuse"}),
    Row("POST", "/cases/{case}/reopen", EVERYONE, Action.HANDLE_CASES, _CASE, _WHY),
)

PROBLEMS = (
    Row("GET", "/problems", EVERYONE, Action.SEE_PROBLEMS),
    Row("GET", "/problems/proposed", EVERYONE, Action.SEE_PROBLEMS),
    Row("GET", "/problems/{problem}", EVERYONE, Action.SEE_PROBLEMS, _PROBLEM),
    Row("POST", "/problems", LEADERS, Action.OPEN_PROBLEM, body={"title": "It flickers", "category": "hardware"}),
    Row("POST", "/problems/{problem}/confirm", LEADERS, Action.OPEN_PROBLEM, _PROBLEM, {"title": "It melts"}),
    Row("POST", "/problems/{problem}/findings", LEADERS, Action.OPEN_PROBLEM, _PROBLEM,
        {"what": "root-cause", "text": "a thin wire"}),
    Row("POST", "/problems/{problem}/cases", LEADERS, Action.OPEN_PROBLEM, _PROBLEM, {"case": "case-novak"}),
    Row("POST", "/problems/{problem}/unlink", LEADERS, Action.OPEN_PROBLEM, _PROBLEM, {"case": "case-novak"}),
    Row("POST", "/problems/{problem}/solve", LEADERS, Action.SOLVE_PROBLEM, _PROBLEM),
    Row("POST", "/problems/{problem}/dismiss", LEADERS, Action.OPEN_PROBLEM, _PROBLEM, _WHY),
)  # fmt: skip

PROMISES = (
    Row("GET", "/promises", EVERYONE, Action.SEE_PROMISES),
    Row("GET", "/promises", LEADERS, Action.SEE_PROMISES, query="?agent=wei"),
    Row("POST", "/promises", EVERYONE, Action.MAKE_PROMISE, body={"case": "@case", "owner": "minji"}),
    Row("POST", "/promises", LEADERS, Action.MAKE_PROMISE, body={"case": "@case", "owner": "ana"}),
    Row("GET", "/promises/{promise}", EVERYONE, Action.SEE_PROMISES, _MINE),
    Row("GET", "/promises/{promise}", LEADERS, Action.SEE_PROMISES, _TEAMS),
    Row("POST", "/promises/{promise}/claim", EVERYONE, Action.CHANGE_PROMISES, _MINE, {"agent": "minji"}),
    Row("POST", "/promises/{promise}/claim", LEADERS, Action.CHANGE_PROMISES, _TEAMS, {"agent": "ana"}),
    Row("POST", "/promises/{promise}/outcome", EVERYONE, Action.CHANGE_PROMISES, _MINE, {"outcome": "voicemail"}),
    Row("POST", "/promises/{promise}/outcome", LEADERS, Action.CHANGE_PROMISES, _TEAMS, {"outcome": "voicemail"}),
    Row("POST", "/promises/{promise}/renegotiate", EVERYONE, Action.CHANGE_PROMISES, _MINE, _WINDOW),
    Row("POST", "/promises/{promise}/renegotiate", LEADERS, Action.CHANGE_PROMISES, _TEAMS, _WINDOW),
    Row("POST", "/promises/{promise}/withdraw", LEADERS, Action.CHANGE_PROMISES, _TEAMS, _WHY),
    Row("POST", "/promises/{promise}/withdraw", EVERYONE, Action.CHANGE_PROMISES, _MINE, _WHY),
)
