"""What the console needs from outside, beside the `Desk`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from callbacks.privacy.personal import Looked
from config.hotline_file import HotlineFile
from config.versions import Version
from console.identity.sessions import OpenSession
from console.identity.users import User


class UserStore(Protocol):
    """People who may sign in, the hashes of their passwords, and their sessions."""

    async def all(self) -> tuple[User, ...]:
        """Everyone, by id."""

    async def user(self, user_id: str) -> User | None:
        """The person, or None."""

    async def password_hash(self, user_id: str) -> str | None:
        """The kept hash of the person's password."""

    async def save(self, user: User, password_hash: str) -> None:
        """Add the person or replace what is known; ends all of their sessions."""

    async def add(self, user: User, password_hash: str) -> None:
        """Add the person. `Refused` when there is one of that id."""

    async def change(self, user: User) -> None:
        """Replace everything but the password. `NotFound` when unknown, `Refused` when it would leave no admin who can
        come in."""

    async def set_password(self, user_id: str, password_hash: str, *, must_change: bool) -> None:
        """Another password; ends all of the person's sessions. `NotFound` when unknown."""

    async def rehash(self, user_id: str, old_hash: str, new_hash: str) -> None:
        """The same password under a stronger hash; nothing happens when it was changed meanwhile."""

    async def remove(self, user_id: str) -> None:
        """Forget the person and end all of their sessions. `NotFound` when unknown, `Refused` when it would leave no
        admin who can come in."""

    async def open_session(self, session: OpenSession) -> None:
        """Keep a session."""

    async def session(self, digest: str) -> tuple[OpenSession, User] | None:
        """The session and whose it is, or None when it is unknown or ended; it may have expired."""

    async def sessions_of(self, user_id: str) -> tuple[OpenSession, ...]:
        """The person's sessions, the newest first; they may have expired."""

    async def seen(self, digest: str, at: datetime) -> None:
        """The session was in use at this moment."""

    async def close_session(self, digest: str) -> None:
        """End a session; nothing happens when there is none."""

    async def close_sessions_of(self, user_id: str) -> None:
        """End all of the person's sessions."""

    async def close_expired(self, now: datetime) -> None:
        """Drop sessions that have expired or been idle for too long."""


class Looks(Protocol):
    """Who looked at what was said."""

    async def note_look(self, by: str, what: Looked, subject: str) -> None:
        """Committed when this returns."""


class FileFault(Protocol):
    """One fault in a hotline file. `line` counts from 1."""

    @property
    def line(self) -> int: ...

    @property
    def what(self) -> str: ...

    @property
    def remedy(self) -> str: ...

    @property
    def is_error(self) -> bool:
        """Whether it keeps the text from being published; otherwise it is a warning."""


class HotlineFiles(Protocol):
    """The published hotline file."""

    async def current(self) -> tuple[str, str]:
        """The version in force, and its text."""

    async def check(self, text: str) -> tuple[FileFault, ...]:
        """Every fault in the text, warnings among them; without errors it could be published."""


class FileVersions(HotlineFiles, Protocol):
    """The hotline file with its history, and publishing."""

    async def history(self) -> tuple[Version, ...]:
        """Every version, newest first."""

    async def get(self, number: int) -> Version:
        """The version of that number. Raises `NotFound`."""

    async def publish(self, text: str, *, author: str, reason: str, base: int | None) -> Version:
        """Make a text that was made from version `base` the newest version; it counts from now on.

        Raises `HotlineFileFaults` for a text with errors and `VersionConflict` when another was published meanwhile.
        """

    async def roll_back(self, number: int, *, author: str, reason: str) -> Version:
        """Publish the text of an earlier version again. Raises `NotFound` and `HotlineFileFaults`."""


@dataclass(frozen=True, slots=True)
class FileLabels:
    """What the picture of a rehearsal is to call things: the two files, its title, and the axis of hours."""

    live: str
    edited: str
    title: str
    axis: str


@dataclass(frozen=True, slots=True)
class RehearsedFiles:
    """What became of the calls: `report` as `hotline rehearse --json` writes it, live file first; `picture` is SVG."""

    report: Mapping[str, object]
    picture: str


class Rehearsals(Protocol):
    """Letting recorded calls run through two hotline files."""

    async def own_calls(self, days: int, live: str) -> str:
        """The calls that came in during the last days, as recorded traffic (CSV) that fits the live text; without rows
        when none came."""

    async def rehearse(
        self, live: str, text: str, calls: str, labels: FileLabels, tell: Callable[[float], None]
    ) -> RehearsedFiles:
        """The same recorded calls (CSV) under the live text and another one; `tell` is given the share that is done.
        Of calls whose queue, tier or language the other one does not have, it takes its first or default.

        Cancelling it ends the work. Raises `HotlineFileFaults` for a text or for calls with faults.
        """


@dataclass(frozen=True, slots=True)
class Site:
    """What pages need of the hotline file: names to show, the zone of the clocks, T per tier in seconds."""

    name: str = "Hotline"
    zone: tzinfo = UTC
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    target_waits: Mapping[str, float] = field(default_factory=dict)
    products: tuple[str, ...] = ()
    agents: Mapping[str, str] = field(default_factory=dict)
    queues: tuple[str, ...] = ()

    @classmethod
    def of(cls, file: HotlineFile) -> Site:
        """What the file says."""
        return cls(
            name=file.hotline.name,
            zone=ZoneInfo(file.hotline.zone),
            titles={name: category.titles for name, category in file.categories.items()},
            target_waits={name: tier.target_wait for name, tier in file.tiers.items()},
            products=file.products,
            agents={name: agent.name for name, agent in file.agents.items()},
            queues=tuple(file.queues),
        )

    def title(self, category: str, language: str) -> str:
        """The category as people call it in the language, else in any, else its name."""
        titles = self.titles.get(category, {})
        return titles.get(language) or next(iter(titles.values()), category)
