"""The floor that benches fill: one queue, two tiers, agents who differ in their skills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from config.hotline_file import HotlineFile

TIERS = ("vip", "standard")


def skill_names(count: int) -> list[str]:
    """Names of so many skills."""
    return [f"skill-{number}" for number in range(count)]


def bench_file(skills: list[str], levels: Iterable[Mapping[str, int]], wrap_up: int) -> HotlineFile:
    """A hotline file with an agent for each of the `levels`, which are by skill; `wrap_up` in seconds."""
    return HotlineFile.model_validate(
        {
            "hotline": {"name": "Bench"},
            "languages": ["en"],
            "numbers": {"1000": {"language": "en"}},
            "tiers": {"vip": {"priority_rate": 4.0}, "standard": {}},
            "default_tier": "standard",
            "skills": skills,
            "queues": {"general": {}},
            "agents": {
                f"agent-{number}": {
                    "name": f"Agent {number}",
                    "station": f"sip:{number}@127.0.0.1",
                    "skills": dict(of_agent),
                    "languages": ["en"],
                    "wrap_up": wrap_up,
                }
                for number, of_agent in enumerate(levels)
            },
            "categories": {"other": {"queue": "general", "titles": {"en": "Other"}}},
            "flow": {"start": "greet", "steps": {"greet": {"kind": "greet"}}},
        }
    )
