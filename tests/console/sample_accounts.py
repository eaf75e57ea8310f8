"""People, tokens and a log, for the pages about them."""

from __future__ import annotations

from datetime import timedelta

from config.clock import Clock
from console.audit import Did, Outcome
from console.identity.accounts import Accounts
from console.identity.scopes import Scope
from console.identity.users import Role, User
from console.store.memory_audit import MemoryAudit
from console.store.memory_tokens import MemoryTokens
from console.store.memory_users import MemoryUsers
from tests.console.people import PEOPLE, kept_password


async def sample_accounts(users: MemoryUsers, clock: Clock, secret: str) -> Accounts:
    """Over `users`, with those of `PEOPLE` and some more."""
    accounts = Accounts.over(users, MemoryTokens(), MemoryAudit(), clock, secret)
    admin = next(person for person in PEOPLE if person.role is Role.ADMIN)
    for person in (
        *PEOPLE,
        User("wei", "Wei Chen", Role.AGENT, "wei", must_change=True),
        User("old-agent", "Park Ji-ho", Role.AGENT, "jiho", locked=True),
    ):
        await users.save(person, kept_password())
        await accounts.audit.note(admin.id, Did.PERSON_ADDED, person.id, person.role.value)
    await accounts.audit.note("", Did.SIGN_IN_FAILED, "sam", outcome=Outcome.REFUSED)
    await accounts.audit.note("sam", Did.FILE_PUBLISHED, "12", "more calm agents for billing")
    form = (Scope.CONTACTS_READ, Scope.CASES_WRITE, Scope.PROMISES_WRITE)
    await accounts.tokens.make(admin, "Web form", form, timedelta(days=366), "minji")
    figures, _ = await accounts.tokens.make(admin, "Data warehouse", (Scope.CALLS_READ,), timedelta(days=90), "sam")
    await accounts.tokens.make(admin, "Wall display", (Scope.FIGURES_READ, Scope.EVENTS_READ), timedelta(days=30))
    await accounts.tokens.revoke(admin, figures.id)
    return accounts
