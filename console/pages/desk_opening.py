"""What an agent may say first, in the caller's language, from what is known of them. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from callbacks.model import PromiseKind
from config.urgency import Urgency
from console.ports import Site
from console.words import LANGUAGES, words
from ivr.desk import WorkView
from routing.work import Mood, WorkKind

#: A greeting and two sentences: who rings wants to speak.
_MOST = 3


def opening(work: WorkView, site: Site, agent: str, language: str, now: datetime) -> tuple[str, ...]:
    """The greeting, then what matters most: that nobody is in danger, that we owe them something, that they come a
    second time, how they feel, that what was granted last was an exception. `language` is the reader's, for a caller's
    language that the console does not have."""
    say = words(work.language if work.language in LANGUAGES else language)
    more: list[str] = []
    if work.urgency is Urgency.SAFETY and work.kind is WorkKind.CALL:
        more.append(say("opening.safe"))
    if work.kind is WorkKind.CALL and any(one.due is not None and one.due < now for one in work.owed):
        more.append(say("opening.late"))
    elif work.kind is WorkKind.CALL and any(one.kind is PromiseKind.CALLBACK for one in work.owed):
        more.append(say("opening.owed"))
    if work.case is not None and work.case.repeat:
        more.append(say("opening.repeat"))
    if work.mood is Mood.UPSET:
        more.append(say("opening.upset"))
    elif work.mood is Mood.TENSE:
        more.append(say("opening.tense"))
    if work.exceptions:
        more.append(say("opening.exception"))
    if _is_of_the_first_tier(work.tier, site):
        more.append(say("opening.valued"))
    return (_greeting(say, work, site, agent), *more)[:_MOST]


def _greeting(say: Callable[..., str], work: WorkView, site: Site, agent: str) -> str:
    name = work.name
    if work.promise is None:
        return (
            say("opening.hello", name=name, agent=agent, site=site.name)
            if name
            else say("opening.hello_anyone", agent=agent, site=site.name)
        )
    match work.promise.kind:
        case PromiseKind.WHEN_FIXED:
            why = say("opening.fixed")
        case PromiseKind.PROGRESS:
            why = say("opening.progress")
        case PromiseKind.FOLLOW_UP:
            why = say("opening.follow_up")
        case PromiseKind.CALLBACK:
            why = say("opening.callback")
    if name:
        return say("opening.ring_back", name=name, agent=agent, site=site.name, why=why)
    return say("opening.ring_back_anyone", agent=agent, site=site.name, why=why)


def _is_of_the_first_tier(tier: str, site: Site) -> bool:
    """Whether nobody is to wait for less long."""
    waits = site.target_waits
    return len(waits) > 1 and tier in waits and waits[tier] == min(waits.values()) < max(waits.values())
