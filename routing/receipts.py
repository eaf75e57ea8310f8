"""Receipts: the recorded reasons of a decision, enough to explain it to people and to compare a replay with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from config.urgency import Urgency
from routing.work import WorkKind


class Reason(StrEnum):
    """What decided between the agents who could have served."""

    OWN_AGENT = "own agent"
    ONLY_ONE_FREE = "the only one free"
    PREFERRED_SKILL = "preferred skills"
    HIGHER_LEVEL = "highest level"
    CALM = "calm with upset callers"
    LONGEST_IDLE = "idle longest"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A free agent who could serve. `levels` sums the levels in the required skills, `preferred` counts the preferred
    skills they have; `idle` is seconds."""

    agent: str
    levels: int
    idle: float
    calm: bool
    preferred: int = 0


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The work that the agent would have been offered otherwise."""

    work: str
    score: float


@dataclass(frozen=True, slots=True)
class Receipt:
    """Why this work went to this agent at this moment.

    `terms` add up to `score` (points); `waited` is seconds. `ahead_of` counts the other waiting work that the agent
    could have taken. `ring` is how often the levels were relaxed. `skills` pairs each required skill with the agent's
    level. `considered` is the best of the `free` agents who could serve, the chosen one first.
    """

    at: datetime
    work: str
    kind: WorkKind
    tier: str
    urgency: Urgency
    waited: float
    agent: str
    score: float
    terms: dict[str, float]
    runner_up: RunnerUp | None
    ahead_of: int
    ring: int
    skills: tuple[tuple[str, int], ...]
    considered: tuple[Candidate, ...]
    free: int
    reason: Reason
    file_version: str


def explain(receipt: Receipt) -> str:
    """The receipt in one line, for people: `safety first (100000), vip waited 12 s; ahead of 2; skill safety 4; …`."""
    terms = receipt.terms
    urgency = terms.get("urgency", 0.0)
    leads = urgency > 0 and urgency >= max(terms.values())
    parts = [
        f"{receipt.urgency}{' first' if leads else ''} ({urgency:.0f}), {receipt.tier} waited {_span(receipt.waited)}"
    ]
    if terms.get("repeat"):
        parts.append(f"complained before (+{terms['repeat']:.0f})")
    if terms.get("promise"):
        parts.append(f"promise near its time (+{terms['promise']:.0f})")
    if receipt.ahead_of:
        parts.append(f"ahead of {receipt.ahead_of}")
    parts.extend(f"skill {skill} {level}" for skill, level in receipt.skills)
    if receipt.ring:
        parts.append(f"levels relaxed by {receipt.ring}")
    parts.append(str(receipt.reason))
    return "; ".join(parts)


def _span(seconds: float) -> str:
    whole = max(0, round(seconds))
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{whole // 60} min"
    return f"{whole // 3600} h"
