"""Every prompt there is: its id, its slots, and when it is heard. The words are in `texts/`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Slot(StrEnum):
    """What can be filled into a prompt; the name of a slot is its kind."""

    REFERENCE = "reference"  # digits, spoken one by one
    WHEN = "when"  # a moment or a window, spoken relative to now in the hotline's zone
    MINUTES = "minutes"  # a number of minutes
    CATEGORY = "category"  # the name of a category in the hotline file; its title is spoken
    DIGIT = "digit"  # a key of the telephone


class Hearer(StrEnum):
    """Who hears a prompt."""

    CALLER = "caller"
    CONTACT = "contact"  # whom we call back
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Entry:
    """One prompt of the catalogue."""

    heard_when: str
    slots: tuple[Slot, ...] = ()
    hearer: Hearer = Hearer.CALLER


_R, _W, _M, _C, _D = Slot.REFERENCE, Slot.WHEN, Slot.MINUTES, Slot.CATEGORY, Slot.DIGIT

#: Spoken in every language of the hotline file, one after the other; the library fills in the key.
CHOOSE_LANGUAGE = "choose-language"
LANGUAGE_MENU_ITEM = "language-menu-item"

#: The clip, over and over, for whoever waits.
HOLD_MUSIC = "music/hold.opus"

CATALOGUE: dict[str, Entry] = {
    "greeting": Entry("the call begins"),
    CHOOSE_LANGUAGE: Entry("the language is not known yet"),
    LANGUAGE_MENU_ITEM: Entry("part of choose-language", (_D,)),
    "owed-callback": Entry("a caller to whom we owe a callback calls in", (_R, _W)),
    "owed-when-fixed": Entry("we owe the caller a call when a fault is fixed", (_R,)),
    "owed-progress": Entry("we owe the caller a report on progress", (_R,)),
    "owed-follow-up": Entry("we owe the caller a question whether all is well", (_R,)),
    "owed-choice": Entry("after what is owed: speak about it, or about something else"),
    "ask-problem": Entry("the open question"),
    "ask-problem-again": Entry("what was said was not understood"),
    "no-input": Entry("nothing was heard"),
    "confirm": Entry("saying back what was understood", (_C,)),
    "confirm-safety": Entry("saying back that someone may be in danger", (_C,)),
    "confirm-legal": Entry("saying back a legal matter", (_C,)),
    "confirm-again": Entry("neither yes nor no was heard"),
    "keys-only": Entry("speech cannot be heard"),
    "keys-menu-item": Entry("one choice by key", (_C, _D)),
    "keys-menu-end": Entry("the end of the choices"),
    "case-opened": Entry("the case is in the book", (_R,)),
    "known-problem": Entry("the fault is known already"),
    "offer-when-fixed": Entry("shall we call when it is fixed"),
    "when-fixed-made": Entry("the promise to call when it is fixed is in the book", (_R,)),
    "wait-soon": Entry("someone will be free in a moment"),
    "wait-minutes": Entry("how long it may take", (_M,)),
    "offer-callback": Entry("instead of waiting", (_W,)),
    "callback-made": Entry("the promise to call back is in the book", (_R, _W)),
    "connecting": Entry("an agent was found"),
    "still-waiting": Entry("from time to time while waiting"),
    "closed": Entry("nobody works now", (_W,)),
    "nobody-free": Entry("no agent can take the call"),
    "survey-ask": Entry("after the conversation"),
    "survey-thanks": Entry("a rating was given"),
    "goodbye": Entry("the end"),
    "goodbye-promise": Entry("the end, when something is owed"),
    "callback-hello": Entry("our callback is answered", (_R,), Hearer.CONTACT),
    "when-fixed-hello": Entry("our call about a repaired fault is answered", (_R,), Hearer.CONTACT),
    "contact-wait": Entry("before the agent is connected to our callback", (), Hearer.CONTACT),
    "whisper-call": Entry("before a caller is connected", (_C,), Hearer.AGENT),
    "whisper-promise": Entry("before a promised call is made", (_C,), Hearer.AGENT),
    "abuse-offer": Entry("the conversation cannot go on like this", (_W,)),
    "sorry-fault": Entry("something broke on our side", (_R, _W)),
}
