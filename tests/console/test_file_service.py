"""The hotline file behind the rights: who may what, what is refused, and what the history says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from config.clock import VirtualClock
from config.errors import NotFound, Refused
from config.events import EventBus
from config.faults import HotlineFileFaults
from config.versions import MemoryVersions, VersionConflict
from console.errors import Forbidden
from console.identity.users import Role, User
from console.ports import FileLabels
from console.workshop.file_service import FileService
from hotline.published_files import PublishedFiles
from tests.console.sample_files import TEXT, sample_files

AGENT = User("minji", "Kim Min-ji", Role.AGENT, "minji")
SUPERVISOR = User("sam", "Sam Reyes", Role.SUPERVISOR)
ADMIN = User("root", "Ada", Role.ADMIN)
NEXT = TEXT.replace("target_wait: 20", "target_wait: 15")
BROKEN = TEXT.replace("target_wait: 20", "target_wait: soon")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
async def service() -> FileService:
    _, made = await sample_files(EventBus(), VirtualClock(NOW))
    return made


Ask = Callable[[FileService, User], Awaitable[object]]
LABELS = FileLabels("live", "edited", "waits", "hours")
READING: dict[str, Ask] = {
    "newest": lambda service, user: service.newest(user),
    "history": lambda service, user: service.history(user),
    "version": lambda service, user: service.version(user, 1),
    "check": lambda service, user: service.check(user, "a: ["),
    "diff": lambda service, user: service.diff(user, 1, 2),
    "own_calls": lambda service, user: service.own_calls(user, 1),
}
PUBLISHING: dict[str, Ask] = {
    "publish": lambda service, user: service.publish(user, NEXT, "faster", 3),
    "roll_back": lambda service, user: service.roll_back(user, 1, "a mistake"),
}


@pytest.mark.parametrize("ask", [*READING, *PUBLISHING])
async def test_an_agent_may_nothing(service: FileService, ask: str) -> None:
    with pytest.raises(Forbidden):
        await (READING | PUBLISHING)[ask](service, AGENT)
    with pytest.raises(Forbidden):
        await service.rehearse(AGENT, NEXT, "", LABELS, lambda _share: None)


@pytest.mark.parametrize("ask", READING)
async def test_a_supervisor_reads_and_tries(service: FileService, ask: str) -> None:
    assert await READING[ask](service, SUPERVISOR) is not None


@pytest.mark.parametrize("ask", PUBLISHING)
async def test_only_an_admin_publishes(service: FileService, ask: str) -> None:
    with pytest.raises(Forbidden):
        await PUBLISHING[ask](service, SUPERVISOR)
    await PUBLISHING[ask](service, ADMIN)
    assert (await service.newest(ADMIN)).number == 4


async def test_what_is_published_is_the_newest_with_author_and_reason_on_one_line(service: FileService) -> None:
    version = await service.publish(ADMIN, NEXT, "  faster\n for all ", 3)
    assert (version.number, version.author, version.reason) == (4, "user:root", "faster for all")
    assert await service.newest(ADMIN) == version
    assert [each.number for each in await service.history(ADMIN)] == [4, 3, 2, 1]


async def test_nothing_is_published_without_a_reason_without_a_change_or_with_errors(service: FileService) -> None:
    with pytest.raises(Refused, match="needs a reason"):
        await service.publish(ADMIN, NEXT, " ", 3)
    with pytest.raises(Refused, match="nothing is changed"):
        await service.publish(ADMIN, TEXT, "again", 3)
    with pytest.raises(HotlineFileFaults, match="must be a number, not `soon`"):
        await service.publish(ADMIN, BROKEN, "soon", 3)
    with pytest.raises(NotFound):
        await service.publish(ADMIN, NEXT, "faster", 9)
    assert (await service.newest(ADMIN)).number == 3


async def test_who_was_overtaken_gets_both_changes(service: FileService) -> None:
    await service.publish(ADMIN, NEXT, "faster", 3)
    with pytest.raises(VersionConflict) as conflict:
        await service.publish(ADMIN, TEXT.replace("Hanbit Hotline", "Hanbit"), "shorter", 3)
    assert "+    target_wait: 15" in conflict.value.theirs
    assert "+  name: Hanbit\n" in conflict.value.yours + "\n"


async def test_rolling_back_publishes_the_old_text_again(service: FileService) -> None:
    version = await service.roll_back(ADMIN, 1, "a mistake")
    assert version.text == (await service.version(ADMIN, 1)).text
    assert version.reason == "back to version 1: a mistake"
    with pytest.raises(Refused, match="is in force"):
        await service.roll_back(ADMIN, 1, "again")
    with pytest.raises(NotFound):
        await service.roll_back(ADMIN, 9, "a mistake")


async def test_an_old_text_that_would_be_refused_today_is_not_rolled_back_to() -> None:
    versions = MemoryVersions(EventBus(), VirtualClock(NOW))
    await versions.publish(BROKEN, author="hotline", reason="from another age", base=None)
    await versions.publish(TEXT, author="hotline", reason="mended", base=1)
    with pytest.raises(HotlineFileFaults):
        await FileService(PublishedFiles(versions)).roll_back(ADMIN, 1, "a mistake")
    assert (await versions.history())[0].number == 2


async def test_a_diff_is_between_versions_or_with_a_text(service: FileService) -> None:
    assert "-    target_wait: 30\n+    target_wait: 20" in await service.diff(ADMIN, 2, 3)
    assert "-    target_wait: 20\n+    target_wait: 15" in await service.diff(ADMIN, 3, NEXT)
    assert (await service.diff(ADMIN, 0, 1)).startswith("--- nothing\n+++ version 1")


async def test_without_rehearsals_and_before_the_first_version_it_says_so() -> None:
    service = FileService(PublishedFiles(MemoryVersions(EventBus(), VirtualClock(NOW))))
    assert not service.rehearses
    with pytest.raises(NotFound, match="no hotline file was published yet"):
        await service.newest(ADMIN)
    with pytest.raises(Refused, match="nothing can be rehearsed here"):
        await service.own_calls(ADMIN, 7)
