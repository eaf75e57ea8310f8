"""The hotline file behind the table of rights: reading, trying, publishing and rolling back."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from config.errors import NotFound, Refused
from config.versions import Version, difference, unified
from console.desk.service import need, person
from console.identity.users import Action, User
from console.ports import FileFault, FileLabels, FileVersions, Rehearsals, RehearsedFiles

log = structlog.get_logger(__name__)

#: Characters of a reason that are kept.
LONGEST_REASON = 500


class FileService:
    """Every method raises `Forbidden` when the user's role does not allow it."""

    def __init__(self, files: FileVersions, rehearsals: Rehearsals | None = None) -> None:
        """Without `rehearsals` nothing can be rehearsed here."""
        self._files = files
        self._rehearsals = rehearsals

    @property
    def rehearses(self) -> bool:
        """Whether texts can be rehearsed here."""
        return self._rehearsals is not None

    async def newest(self, user: User) -> Version:
        """The version in force. `NotFound` before the first."""
        need(user, Action.SEE_FILE)
        number, _ = await self._files.current()
        if not number:
            raise NotFound("no hotline file was published yet", remedy="publish one with `hotline versions publish`")
        return await self._files.get(int(number))

    async def history(self, user: User) -> tuple[Version, ...]:
        """Every version, newest first."""
        need(user, Action.SEE_FILE)
        return await self._files.history()

    async def version(self, user: User, number: int) -> Version:
        """The version of that number. Raises `NotFound`."""
        need(user, Action.SEE_FILE)
        return await self._files.get(number)

    async def check(self, user: User, text: str) -> tuple[FileFault, ...]:
        """The faults of a text."""
        need(user, Action.CHECK_FILE)
        return await self._files.check(text)

    async def diff(self, user: User, before: int, after: int | str) -> str:
        """What a version or a text changes against version `before`, as a unified diff; 0: everything is new.

        Raises `NotFound`.
        """
        need(user, Action.SEE_FILE)
        base = await self._files.get(before) if before else None
        if isinstance(after, int):
            return difference(base, await self._files.get(after))
        return unified(base, after, "yours")

    async def publish(self, user: User, text: str, reason: str, base: int) -> Version:
        """Make a text that was made from version `base` the newest version; calls from now on follow it.

        Raises `HotlineFileFaults` when it has errors, `Refused` without a reason or when nothing is changed, and
        `VersionConflict`, with both changes, when another version was published meanwhile.
        """
        need(user, Action.PUBLISH_FILE)
        why = _reason(reason)
        if text == (await self._files.get(base)).text:
            raise Refused("nothing is changed", remedy="change the text, then publish it")
        version = await self._files.publish(text, author=person(user), reason=why, base=base)
        log.info("hotline_file_published_by", version=version.number, base=base, by=user.id)
        return version

    async def roll_back(self, user: User, number: int, reason: str) -> Version:
        """Publish the text of an earlier version again; the versions between stay in the history.

        Raises `NotFound`, `Refused` without a reason or when that text is in force already, and `HotlineFileFaults`
        when it would be refused today.
        """
        need(user, Action.PUBLISH_FILE)
        why = _reason(reason)
        if (await self._files.get(number)).text == (await self.newest(user)).text:
            raise Refused(f"what version {number} says is in force", remedy="choose another version")
        version = await self._files.roll_back(number, author=person(user), reason=why)
        log.info("hotline_file_rolled_back", to=number, version=version.number, by=user.id)
        return version

    async def own_calls(self, user: User, days: int) -> str:
        """The hotline's own calls of the last days as recorded traffic (CSV)."""
        need(user, Action.CHECK_FILE)
        return await self._rehearsal().own_calls(days, (await self.newest(user)).text)

    async def rehearse(
        self, user: User, text: str, calls: str, labels: FileLabels, tell: Callable[[float], None]
    ) -> RehearsedFiles:
        """The same recorded calls (CSV) under the live version and under a text. `tell` is given the share done.

        Raises `HotlineFileFaults` for a text or for calls with faults. Cancelling it ends the work.
        """
        need(user, Action.CHECK_FILE)
        live = await self.newest(user)
        return await self._rehearsal().rehearse(live.text, text, calls, labels, tell)

    def _rehearsal(self) -> Rehearsals:
        if self._rehearsals is None:
            raise Refused("nothing can be rehearsed here", remedy="use `hotline rehearse`")
        return self._rehearsals


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise Refused("a change needs a reason", remedy="say in one line why; it is kept with the version")
    return reason[:LONGEST_REASON]
