"""Who may serve what, and who is best: skills at their level, language, queue; then own agent, preferred skills, level,
calm, idleness.

As waiting grows, the levels asked for are relaxed ring by ring, each ring by one, never below 1: a skill is never
waived.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from config.hotline_file import Agent
from routing.work import Mood, Needs, Skills


@dataclass(frozen=True, slots=True)
class Ability:
    """The agents who can serve one requirement. `levels` is the sum of each one's levels in the skills required."""

    agents: frozenset[str]
    levels: Mapping[str, int]


def relaxed(needs: Needs, ring: int) -> Needs:
    """The needs with each level lowered by `ring`, never below 1."""
    if ring == 0 or not needs.skills:
        return needs
    return replace(needs, skills=tuple((skill, max(1, level - ring)) for skill, level in needs.skills))


def rings_that_matter(needs: Needs, rings: int) -> int:
    """The rings after which nothing is left to relax are not counted."""
    return min(rings, max((level for _, level in needs.skills), default=1) - 1)


def can_serve(agent: Agent, needs: Needs) -> bool:
    """Language, queue, and every skill at its level."""
    return (
        needs.language in agent.languages
        and (not agent.queues or needs.queue in agent.queues)
        and all(agent.skills.get(skill, 0) >= level for skill, level in needs.skills)
    )


def ability(agents: Mapping[str, Agent], needs: Needs) -> Ability:
    """Everyone who can serve the needs, signed in or not."""
    able = {
        name: sum(agent.skills[skill] for skill, _ in needs.skills)
        for name, agent in agents.items()
        if can_serve(agent, needs)
    }
    return Ability(frozenset(able), able)


def preferred_skills(agent: Agent, preferred: Skills) -> int:
    """How many of the preferred skills the agent has at their level. Nobody is excluded for want of one."""
    if not preferred:
        return 0
    return sum(1 for skill, level in preferred if agent.skills.get(skill, 0) >= level)


def wants_calm(mood: Mood) -> bool:
    """Whether an agent suited to upset callers is preferred among equals (lesson 18)."""
    return mood is not Mood.CALM
