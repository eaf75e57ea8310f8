"""What the console needs from outside, beside the `Desk`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from callbacks.personal import Looked
from config.hotline_file import HotlineFile
from console.users import User


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

    async def remove(self, user_id: str) -> None:
        """Forget the person and end all of their sessions. `NotFound` when unknown."""

    async def open_session(self, digest: str, user_id: str, expires: datetime) -> None:
        """Keep a session under the digest of its token."""

    async def session_user(self, digest: str, now: datetime) -> User | None:
        """Whose session it is, or None when it is unknown, ended or expired."""

    async def close_session(self, digest: str) -> None:
        """End a session; nothing happens when there is none."""

    async def close_expired(self, now: datetime) -> None:
        """Drop sessions that have expired."""


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


class HotlineFiles(Protocol):
    """The published hotline file."""

    async def current(self) -> tuple[str, str]:
        """The version in force, and its text."""

    async def check(self, text: str) -> tuple[FileFault, ...]:
        """Every fault in the text; none when it could be published."""


@dataclass(frozen=True, slots=True)
class Site:
    """What pages need of the hotline file: names to show, the zone of the clocks, T per tier in seconds."""

    name: str = "Hotline"
    zone: tzinfo = UTC
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    target_waits: Mapping[str, float] = field(default_factory=dict)
    products: tuple[str, ...] = ()

    @classmethod
    def of(cls, file: HotlineFile) -> Site:
        """What the file says."""
        return cls(
            name=file.hotline.name,
            zone=ZoneInfo(file.hotline.zone),
            titles={name: category.titles for name, category in file.categories.items()},
            target_waits={name: tier.target_wait for name, tier in file.tiers.items()},
            products=file.products,
        )

    def title(self, category: str, language: str) -> str:
        """The category as people call it in the language, else in any, else its name."""
        titles = self.titles.get(category, {})
        return titles.get(language) or next(iter(titles.values()), category)
