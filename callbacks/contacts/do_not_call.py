"""People who do not want to be called are not called, whatever was promised to them before they said so."""

from __future__ import annotations

from datetime import datetime

from callbacks.commands import Withdraw
from callbacks.entries import HOTLINE, Entry
from callbacks.ledger import decide
from callbacks.letters.telling import address_of
from callbacks.model import Contact, Promise, PromiseKind, PromiseState
from config.errors import Refused

NOT_TO_BE_CALLED = "the contact is not to be called"
_TOLD_IN_WRITING = "told in writing: the contact is not to be called"
#: Whoever holds such a promise is about to dial. What is only owed is looked at again when its time comes: a message
#: about it may go out before.
IMMINENT = frozenset({PromiseState.DUE, PromiseState.OFFERED})


def instead_of_calling(promise: Promise, contact: Contact, now: datetime) -> tuple[Entry, ...]:
    """The promise ends openly, with the reason. Of a problem that is solved the contact has been told by message when
    the promise got its window, if they like to be written to (see `callbacks.letters.telling`)."""
    written = promise.kind is PromiseKind.WHEN_FIXED and promise.opens is not None and bool(address_of(contact))
    return decide(promise, Withdraw(_TOLD_IN_WRITING if written else NOT_TO_BE_CALLED, HOTLINE), now)


def must_not_be_called(promise: Promise) -> Refused:
    """The refusal of an attempt."""
    return Refused(NOT_TO_BE_CALLED, where=f"promise {promise.reference}", remedy="write to them, or withdraw it")
