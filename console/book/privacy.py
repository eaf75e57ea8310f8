"""Privacy behind the table of rights: what is kept, what goes, who looked, and which letters came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from callbacks.letters.messages import Message
from callbacks.model import Contact
from callbacks.privacy.personal import Look
from callbacks.privacy.retention import Removed
from config.errors import Refused
from config.hotline_file import Tier
from console.audit import Did
from console.book.ground import BookGround
from console.desk.service import need, person
from console.identity.users import Action, User

_LOOKS, _LETTERS = 100, 100


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the hotline file says of a tier, and what its time is over for now. None: kept for ever."""

    tier: str
    recordings: int | None
    transcripts: int | None
    calls: int | None
    contacts: int | None
    over: Removed

    @classmethod
    def of(cls, name: str, tier: Tier, over: Removed) -> Keeping:
        """Days by kind, as `callbacks.privacy.retention` reads them."""
        kept, speech = tier.retention, tier.retention_days
        return cls(
            name,
            speech if kept.recordings is None else kept.recordings,
            speech if kept.transcripts is None else kept.transcripts,
            kept.calls,
            kept.contacts,
            over,
        )


@dataclass(frozen=True, slots=True)
class Letters:
    """What could not be delivered, the latest first, and to whom."""

    messages: tuple[Message, ...]
    contacts: Mapping[str, Contact]


class PrivacyService(BookGround):
    """Every method raises `Forbidden` when the user's role does not allow it."""

    async def keeping(self, user: User) -> tuple[Keeping, ...]:
        """Tier by tier, what is kept for how long and what the next nightly run would remove."""
        need(user, Action.MANAGE_PRIVACY)
        now = self.book.clock.now()
        return tuple(
            [
                Keeping.of(name, tier, await self.privacy.retain({name: tier}, now, dry_run=True))
                for name, tier in self.file.tiers.items()
            ]
        )

    async def retain(self, user: User) -> Removed:
        """Remove now what the nightly run would."""
        need(user, Action.MANAGE_PRIVACY)
        removed = await self.privacy.retain(self.file.tiers, self.book.clock.now())
        await self.keep_note(
            user, Did.RETENTION_RUN, "retention", f"contacts {removed.contacts}, calls {removed.calls}"
        )
        return removed

    async def export(self, user: User, contact: str) -> dict[str, JsonValue]:
        """Everything that is held on the contact; noted as a look."""
        need(user, Action.MANAGE_PRIVACY)
        exported = await self.privacy.export(contact, person(user))
        await self.keep_note(user, Did.CONTACT_EXPORTED, contact)
        return exported

    async def erase(self, user: User, contact: str, typed: str) -> int:
        """Nothing is left of the contact but an id; how many promises were withdrawn. Raises `Refused` unless `typed`
        is what `confirmation` asks for."""
        need(user, Action.MANAGE_PRIVACY)
        if typed.strip() != confirmation(await self.book.contact(contact)):
            raise Refused("what you typed is not what is asked for", remedy="type it exactly as it is shown")
        withdrawn = await self.privacy.erase(contact, person(user))
        await self.keep_note(user, Did.CONTACT_ERASED, contact, f"promises withdrawn: {withdrawn}")
        return withdrawn

    async def looks(self, user: User, of: str | None) -> tuple[Look, ...]:
        """Who looked at what was said, the latest first."""
        need(user, Action.SEE_LOOKS)
        return await self.book.looks(_LOOKS, of)

    async def letters(self, user: User) -> Letters:
        """Letters that did not arrive."""
        need(user, Action.SEE_MESSAGES)
        found = await self.book.messages_given_up(_LETTERS)
        return Letters(found, await self.contacts({message.contact for message in found}))


def confirmation(contact: Contact) -> str:
    """What has to be typed to erase the contact: something of theirs, so that it is not the wrong one's."""
    return contact.number or contact.name or contact.id
