"""Calls that supervisors look at, behind the table of rights: whoever sees what was said is written down first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from callbacks.calls.lookback import CallsWanted, FoundCall, Lookback, place_of_call
from callbacks.calls.model import CallLine
from callbacks.lists import Listed, Place, page_of
from callbacks.privacy.personal import Look, Looked
from console.desk.service import need, person
from console.identity.users import Action, User

_PAGE = 25
_LOOKS_SHOWN = 200
#: A browser asks for a recording piece by piece; what one person asks for within this time is one look.
_ONE_LOOK = timedelta(minutes=30)


class Transcripts(Protocol):
    """What was said in calls."""

    async def lines(self, call_id: str) -> tuple[CallLine, ...]:
        """In order; empty for a call of which nothing was heard."""


class LookBook(Protocol):
    """Who looked at what was said."""

    async def note_look(self, by: str, what: Looked, subject: str) -> None:
        """Committed when this returns."""

    async def looks(self, limit: int, subject: str | None = None) -> tuple[Look, ...]:
        """The latest first."""


@dataclass(frozen=True, slots=True)
class Looking:
    """Somebody looked, from `first` to `last`: as often as their browser asked for pieces of it."""

    by: str
    what: Looked
    first: datetime
    last: datetime


class CallLog:
    """Every method raises `Forbidden` when the user's role does not allow it."""

    def __init__(self, lookback: Lookback, transcripts: Transcripts, looks: LookBook) -> None:
        self._lookback = lookback
        self._transcripts = transcripts
        self._looks = looks

    async def find(self, user: User, wanted: CallsWanted, after: Place | None) -> Listed[FoundCall]:
        """A page of the calls that are wanted, the latest first."""
        need(user, Action.SEE_CALLS)
        return page_of(await self._lookback.calls(wanted, after, _PAGE + 1), _PAGE, place_of_call)

    async def transcript(self, user: User, call: str) -> tuple[CallLine, ...]:
        """What was said. That it was asked for is kept for ever."""
        need(user, Action.SEE_CALLS)
        await self._looks.note_look(person(user), Looked.TRANSCRIPT, call)
        return await self._transcripts.lines(call)

    async def looked_at(self, user: User, call: str) -> tuple[Looking, ...]:
        """Who looked at the call, the latest first."""
        need(user, Action.SEE_LOOKS)
        return lookings(await self._looks.looks(_LOOKS_SHOWN, call))


def lookings(looks: tuple[Look, ...]) -> tuple[Looking, ...]:
    """Looks, the latest first, with those that are one person's at one thing in one sitting taken together."""
    found: dict[tuple[str, Looked], list[Looking]] = {}
    for look in reversed(looks):
        sittings = found.setdefault((look.by, look.what), [])
        if sittings and look.at - sittings[-1].last <= _ONE_LOOK:
            sittings[-1] = replace(sittings[-1], last=look.at)
        else:
            sittings.append(Looking(look.by, look.what, look.at, look.at))
    every = [sitting for sittings in found.values() for sitting in sittings]
    return tuple(sorted(every, key=lambda looking: (looking.first, looking.by, looking.what), reverse=True))
