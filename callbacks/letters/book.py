"""Looking at what was written to contacts."""

from __future__ import annotations

from callbacks.bookkeeping import Bookkeeping
from callbacks.letters.messages import Message


class MessageBook(Bookkeeping):
    """The part of the promise book for whoever looks after the letters."""

    async def messages_given_up(self, limit: int) -> tuple[Message, ...]:
        """What could not be delivered, the latest first: the contact has to be told in another way."""
        async with self.store.reading() as reader:
            return await reader.messages_given_up(limit)
