"""Who may use the console, by which tokens, and who did what: the room, and what other rooms are given of it."""

from __future__ import annotations

from dataclasses import dataclass

from config.clock import Clock
from console.audit import Audit, AuditStore
from console.identity.people import People
from console.identity.tokens import Tokens, TokenStore
from console.identity.users import Action, may
from console.pages.account import AccountPage
from console.pages.audit import AuditPage
from console.pages.people import PeoplePage
from console.pages.screen import Screen
from console.pages.tokens import TokensPage
from console.places import Place, Wing
from console.ports import UserStore
from console.rooms import Page, Room


@dataclass(frozen=True, slots=True)
class Accounts:
    """One set for a running console."""

    users: UserStore
    people: People
    tokens: Tokens
    audit: Audit

    @classmethod
    def over(cls, users: UserStore, tokens: TokenStore, audit_store: AuditStore, clock: Clock, secret: str) -> Accounts:
        """Over these stores; `secret` keys the digests of tokens."""
        audit = Audit(audit_store, clock)
        people = People(users, tokens, audit)
        return cls(users, people, Tokens(tokens, users, audit, clock, secret), audit)


def build_accounts(accounts: Accounts) -> Room:
    """The pages about people, tokens and the log, and one's own page."""

    async def people(screen: Screen) -> None:
        await PeoplePage(screen, accounts.people).refresh()

    async def tokens(screen: Screen) -> None:
        owners = await accounts.people.all(screen.user) if may(screen.user, Action.MANAGE_PEOPLE) else ()
        await TokensPage(screen, accounts.tokens, owners).refresh()

    async def audit(screen: Screen) -> None:
        await AuditPage(screen, accounts.audit).refresh()

    async def account(screen: Screen) -> None:
        await AccountPage(screen).refresh()

    return Room(
        pages=(
            Page(Place("/people", "people.title", Wing.SETUP, Action.MANAGE_PEOPLE), people),
            Page(Place("/tokens", "tokens.title", Wing.SETUP, Action.MANAGE_SELF), tokens),
            Page(Place("/audit", "audit.title", Wing.SETUP, Action.SEE_AUDIT), audit),
            Page(Place("/account", "account.title", Wing.SETUP, Action.MANAGE_SELF, listed=False), account),
        )
    )
