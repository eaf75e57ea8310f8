"""Urgency by harm and reach (lesson 11 of the handbook): safety before law, law before money, money before service."""

from __future__ import annotations

from enum import StrEnum


class Urgency(StrEnum):
    """The classes, gravest first. A machine may raise a case's urgency; only a person may lower it."""

    SAFETY = "safety"
    LEGAL = "legal"
    MONEY = "money"
    SERVICE = "service"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for info up to 4 for safety."""
        return len(Urgency) - 1 - list(Urgency).index(self)


def graver(a: Urgency, b: Urgency) -> Urgency:
    """The ratchet: of two urgencies the graver one."""
    return a if a.rank >= b.rank else b
