"""Free words apart from facts: entries are never changed, but what people said about a person must be erasable.

A ledger entry and a case note are stored without their free text; the text has a row of its own, which an erasure or
the end of the retention removes. The fact (who, when, what happened) stays, and with it the identity of the book.
"""

from __future__ import annotations

from dataclasses import replace

from callbacks.entries import AttemptEnded, Entry, Made, Renegotiated, Withdrawn


def without_text(entry: Entry) -> tuple[Entry, str]:
    """The entry as it is kept for ever, and its free text. What the program itself says (why a promise broke) stays."""
    match entry:
        case Made() | AttemptEnded():
            return replace(entry, note=""), entry.note
        case Renegotiated() | Withdrawn():
            return replace(entry, reason=""), entry.reason
        case _:
            return entry, ""


def with_text(entry: Entry, text: str | None) -> Entry:
    """The entry with its free text again; None: there is none, or no more."""
    if text is None:
        return entry
    match entry:
        case Made() | AttemptEnded():
            return replace(entry, note=text)
        case Renegotiated() | Withdrawn():
            return replace(entry, reason=text)
        case _:
            return entry
