"""Published versions of the hotline file: every one is kept, with its author and reason; the newest one counts.

Publishing is compare-and-set: whoever publishes names the version they started from. If another was published
meanwhile, nothing is written and the error shows both changes.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from config.clock import Clock
from config.errors import NotFound, Refused
from config.events import Event, Events


@dataclass(frozen=True, slots=True)
class Version:
    """One published text. Numbers run from 1 without gaps; `sha` is the SHA-256 of the text in hexadecimal."""

    number: int
    text: str
    author: str
    reason: str
    published_at: datetime
    sha: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HotlineFilePublished(Event):
    """Another version of the hotline file counts from now on. `subject` is its number."""

    noun: ClassVar[str] = "hotline-file"
    verb: ClassVar[str] = "published"
    author: str
    reason: str
    sha: str


class VersionConflict(Refused):
    """Another version was published meanwhile. `theirs` and `yours` are unified diffs against the common base."""

    def __init__(self, base: Version | None, current: Version, text: str) -> None:
        self.theirs = unified(base, current.text, f"version {current.number}")
        self.yours = unified(base, text, "yours")
        super().__init__(
            f"{current.author} published version {current.number} meanwhile ({current.reason})",
            remedy="look at both changes, put yours into the newest version and publish again",
        )


class Versions(Protocol):
    """The book of versions."""

    async def current(self) -> Version | None:
        """The newest version; None before the first."""

    async def get(self, number: int) -> Version:
        """The version of that number. Raises `NotFound`."""

    async def history(self) -> tuple[Version, ...]:
        """Every version, newest first."""

    async def publish(self, text: str, *, author: str, reason: str, base: int | None) -> Version:
        """Make `text` the newest version. `base` is the number of the version it was made from, None for the first.

        The text is not checked here: read it with `config.hotline_yaml` before. Raises `VersionConflict`.
        """


async def roll_back(versions: Versions, number: int, *, author: str, reason: str) -> Version:
    """Publish the text of an earlier version again; the versions between stay in the history."""
    old = await versions.get(number)
    current = await versions.current()
    return await versions.publish(
        old.text, author=author, reason=f"back to version {number}: {reason}", base=current.number if current else None
    )


def difference(before: Version | None, after: Version) -> str:
    """What `after` changed, as a unified diff; `before` None: everything is new."""
    return unified(before, after.text, f"version {after.number}")


def next_version(current: Version | None, text: str, author: str, reason: str, now: datetime) -> Version:
    """The version that follows `current`."""
    number = current.number + 1 if current else 1
    return Version(number, text, author, reason, now, hashlib.sha256(text.encode()).hexdigest())


def publication(version: Version) -> HotlineFilePublished:
    """The event that tells of a new version."""
    return HotlineFilePublished(
        subject=str(version.number),
        at=version.published_at,
        author=version.author,
        reason=version.reason,
        sha=version.sha,
    )


def no_such_version(number: int) -> NotFound:
    """The error for a number that was never published."""
    return NotFound(f"the hotline file has no version {number}", remedy="choose one from the history")


class MemoryVersions:
    """`Versions` that are gone with the process; for tests and `hotline talk`."""

    def __init__(self, events: Events, clock: Clock) -> None:
        self._versions: list[Version] = []
        self._events = events
        self._clock = clock

    async def current(self) -> Version | None:
        return self._versions[-1] if self._versions else None

    async def get(self, number: int) -> Version:
        if not 1 <= number <= len(self._versions):
            raise no_such_version(number)
        return self._versions[number - 1]

    async def history(self) -> tuple[Version, ...]:
        return tuple(reversed(self._versions))

    async def publish(self, text: str, *, author: str, reason: str, base: int | None) -> Version:
        current = await self.current()
        if current is not None and current.number != base:
            known = base is not None and base <= len(self._versions)
            raise VersionConflict(await self.get(base) if known and base is not None else None, current, text)
        version = next_version(current, text, author, reason, self._clock.now())
        self._versions.append(version)
        await self._events.publish(publication(version))
        return version


def unified(base: Version | None, text: str, name: str) -> str:
    """What a text called `name` changes against a version, as a unified diff; `base` None: everything is new."""
    old = base.text.splitlines() if base else []
    before = f"version {base.number}" if base else "nothing"
    return "\n".join(difflib.unified_diff(old, text.splitlines(), before, name, lineterm=""))
