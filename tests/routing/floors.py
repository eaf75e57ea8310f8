"""A small hotline for the routing tests, and short ways to build work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from config.hotline_file import HotlineFile
from config.urgency import Urgency
from routing.changes import AgentReady, AgentSignedIn
from routing.floor import Floor
from routing.outcomes import OfferMade, Outcome
from routing.work import Mood, Needs, Skills, Work, WorkKind

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

GENERAL = Needs("general", "en")
SAFETY = Needs("general", "en", (("safety", 3),))


def at(seconds: float) -> datetime:
    """So many seconds after the start."""
    return START + timedelta(seconds=seconds)


def agent(*languages: str, calm: bool = False, queues: tuple[str, ...] = (), wrap_up: float = 15, **skills: int) -> Any:
    """An agent as the hotline file declares one."""
    return {
        "name": "An Agent",
        "station": "sip:agent@127.0.0.1",
        "skills": skills,
        "languages": languages or ("en",),
        "queues": queues,
        "calm": calm,
        "wrap_up": wrap_up,
    }


def hotline(agents: dict[str, Any], **sections: Any) -> HotlineFile:
    """A hotline with these agents; other sections may be replaced."""
    declared: dict[str, Any] = {
        "hotline": {"name": "Test", "zone": "Asia/Seoul", "country": "KR"},
        "languages": ("en", "zh", "ko"),
        "numbers": {"1000": {"language": "en"}},
        "tiers": {
            "vip": {"priority_rate": 4.0, "target_wait": 20},
            "standard": {"priority_rate": 1.0, "target_wait": 60},
        },
        "default_tier": "standard",
        "skills": ("safety", "money"),
        "queues": {"general": {}, "spares": {}},
        "agents": agents,
        "categories": {"other": {"queue": "general", "titles": {"en": "Other"}}},
        "flow": {"start": "greet", "steps": {"greet": {"kind": "greet"}}},
    }
    return HotlineFile.model_validate(declared | sections)


def call(
    name: str,
    since: float = 0,
    needs: Needs = GENERAL,
    tier: str = "standard",
    urgency: Urgency = Urgency.SERVICE,
    own_agent: str | None = None,
    repeat: bool = False,
    mood: Mood = Mood.CALM,
    preferred: Skills = (),
) -> Work:
    """A caller on the line."""
    return Work(name, WorkKind.CALL, needs, tier, urgency, at(since), None, None, own_agent, repeat, mood, preferred)


def promise(name: str, since: float, opens: float, due: float, needs: Needs = GENERAL, tier: str = "standard") -> Work:
    """A promise that fell due at `since`."""
    return Work(name, WorkKind.PROMISE, needs, tier, Urgency.SERVICE, at(since), at(opens), at(due))


def bring_in(floor: Floor, agents: tuple[str, ...], seconds: float = 0) -> list[Outcome]:
    """Sign the agents in and make them ready, one after the other."""
    outcomes: list[Outcome] = []
    for name in agents:
        outcomes.extend(floor.feed(AgentSignedIn(name), at(seconds)))
        outcomes.extend(floor.feed(AgentReady(name), at(seconds)))
    return outcomes


def offers(outcomes: tuple[Outcome, ...] | list[Outcome]) -> list[tuple[str, str]]:
    """Who was offered what: (work, agent)."""
    return [(outcome.work.id, outcome.agent) for outcome in outcomes if isinstance(outcome, OfferMade)]
