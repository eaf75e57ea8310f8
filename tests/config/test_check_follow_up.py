"""The hotline file's rules about what comes after the call."""

from __future__ import annotations

from config.faults import Fault, Severity
from config.hotline_yaml import examine
from tests.config.texts import KINDS, spoiled

RULES = ("agents:\n", "follow_up: {after_hours: 72}\nagents:\n")
STEP = ("    bye: {kind: goodbye}\n", "    bye: {kind: goodbye}\n    question: {kind: follow-up, next: bye}\n")


def faults(*changes: tuple[str, str]) -> list[Fault]:
    return list(examine(spoiled(*changes), {*KINDS, "follow-up"}).faults)


def test_our_own_calls_come_to_their_step_although_no_other_leads_to_it() -> None:
    assert faults(RULES, STEP) == []


def test_asking_without_the_step_is_told_and_stops_nobody() -> None:
    (fault,) = faults(RULES)
    assert fault.severity is Severity.WARNING
    assert "no step of kind `follow-up`" in fault.what


def test_an_agent_needs_no_step_to_ask() -> None:
    assert faults((RULES[0], "follow_up: {after_hours: 72, asked_by: agent}\nagents:\n")) == []
