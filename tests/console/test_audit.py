"""The audit log: who may see it, what goes into a line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.clock import VirtualClock
from console.audit import Audit, Did, Entry, Outcome
from console.errors import Forbidden
from console.identity.users import Role, User
from console.store.memory_audit import MemoryAudit
from console.web.source import asked_from
from tests.console.people import PEOPLE

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINJI, SAM, ROOT = PEOPLE


@pytest.fixture
def audit() -> Audit:
    return Audit(MemoryAudit(), VirtualClock(NOW))


async def test_a_line_says_who_when_what_about_what_and_from_where(audit: Audit) -> None:
    asked_from.set("2001:db8:1:2::3")
    await audit.note("sam", Did.FILE_PUBLISHED, "12", "more calm agents")
    assert await audit.newest(ROOT) == (
        Entry(1, NOW, "sam", Did.FILE_PUBLISHED, "12", "more calm agents", "2001:db8:1::/48", Outcome.DONE),
    )


async def test_what_the_program_does_by_itself_has_no_source(audit: Audit) -> None:
    await audit.note("hotline", Did.RETENTION_RUN, "", "12 calls")
    assert (await audit.newest(ROOT))[0].source == ""


async def test_a_line_never_fails_for_being_long(audit: Audit) -> None:
    await audit.note("x" * 500, Did.FILE_PUBLISHED, "y" * 500, "z" * 5000)
    (line,) = await audit.newest(ROOT)
    assert (len(line.by), len(line.subject), len(line.detail)) == (80, 120, 500)


@pytest.mark.parametrize("by", [MINJI, SAM, User("root", "Ada", Role.ADMIN, scopes=frozenset())], ids=lambda by: by.id)
async def test_only_an_admin_who_signed_in_sees_it(audit: Audit, by: User) -> None:
    with pytest.raises(Forbidden):
        await audit.newest(by)
