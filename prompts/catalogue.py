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
    WORKAROUND = "workaround"  # words that people have recorded themselves
    PRODUCT = "product"  # as the hotline file spells it


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
    "same-matter": Entry("a caller with an open case calls in", (_C,)),
    "repeat-sorry": Entry("it is a second complaint on the same matter"),
    "exception-once": Entry("something was granted that is no rule"),
    "ask-problem": Entry("the open question"),
    "ask-problem-again": Entry("what was said was not understood"),
    "no-input": Entry("nothing was heard"),
    "heard-product": Entry("saying back which product it is about", (Slot.PRODUCT,)),
    "heard-wish-refund": Entry("saying back what the caller wants; the same for each wish"),
    "heard-wish-exchange": Entry("saying back a wish"),
    "heard-wish-repair": Entry("saying back a wish"),
    "heard-wish-apology": Entry("saying back a wish"),
    "heard-wish-information": Entry("saying back a wish"),
    "heard-wish-agent": Entry("saying back a wish"),
    "heard-wish-manager": Entry("saying back a wish"),
    "heard-wish-callback": Entry("saying back a wish"),
    "confirm-right": Entry("after saying back a wish, where the matter was not understood"),
    "confirm-which": Entry("the matter was not right; the next best follow, by key"),
    "confirm": Entry("saying back what was understood", (_C,)),
    "confirm-safety": Entry("saying back that someone may be in danger", (_C,)),
    "confirm-legal": Entry("saying back a legal matter", (_C,)),
    "confirm-again": Entry("neither yes nor no was heard"),
    "keys-only": Entry("speech cannot be heard"),
    "keys-menu-item": Entry("one choice by key", (_C, _D)),
    "keys-menu-end": Entry("the end of the choices"),
    "case-opened": Entry("the case is in the book", (_R,)),
    "known-problem": Entry("the fault is known already"),
    "known-trouble": Entry("right after the greeting: what many others call about", (_C,)),
    "workaround": Entry("what the caller can do until the fault is fixed", (Slot.WORKAROUND,)),
    "offer-when-fixed": Entry("shall we call when it is fixed"),
    "when-fixed-made": Entry("the promise to call when it is fixed is in the book", (_R,)),
    "wait-soon": Entry("someone will be free in a moment"),
    "wait-minutes": Entry("how long it may take", (_M,)),
    "offer-callback": Entry("instead of waiting", (_W,)),
    "offer-other-time": Entry("after offer-callback: the caller may choose the time"),
    "choose-time": Entry("when shall we call back; the choices follow"),
    "choose-window": Entry("one window that can be kept", (_W, _D)),
    "choose-other": Entry("the last choice: the caller names a time", (_D,)),
    "name-time": Entry("the caller is to name a time"),
    "name-time-again": Entry("no time was heard in what was said"),
    "confirm-time": Entry("saying back the time that was named", (_W,)),
    "time-full": Entry("the time that was named cannot be kept; the next that can", (_W,)),
    "callback-made": Entry("the promise to call back is in the book", (_R, _W)),
    "connecting": Entry("an agent was found"),
    "still-waiting": Entry("from time to time while waiting"),
    "closed": Entry("nobody works now", (_W,)),
    "nobody-free": Entry("no agent can take the call"),
    "survey-ask": Entry("after the conversation"),
    "survey-thanks": Entry("a rating was given"),
    "status-ask": Entry("the caller asks where things stand"),
    "status-ask-again": Entry("no reference was heard, or none that we gave"),
    "status-unknown": Entry("there is no such reference"),
    "status-owed": Entry("what was promised is still to be done"),
    "status-kept": Entry("what was promised is done"),
    "status-changed": Entry("what was promised was agreed anew"),
    "status-broken": Entry("what was promised was not done in time"),
    "status-withdrawn": Entry("what was promised is no longer wanted"),
    "status-in-work": Entry("the case is open"),
    "status-solved": Entry("the case is solved"),
    "status-hint": Entry("how to ask where things stand, after silence"),
    "follow-up-hello": Entry("our follow-up is answered", (_R,), Hearer.CONTACT),
    "follow-up-solved": Entry("after follow-up-hello", (), Hearer.CONTACT),
    "follow-up-satisfied": Entry("after the answer to follow-up-solved", (), Hearer.CONTACT),
    "follow-up-sorry": Entry("it is not solved", (), Hearer.CONTACT),
    "goodbye": Entry("the end"),
    "goodbye-promise": Entry("the end, when something is owed"),
    "callback-hello": Entry("our callback is answered", (_R,), Hearer.CONTACT),
    "when-fixed-hello": Entry("our call about a repaired fault is answered", (_R,), Hearer.CONTACT),
    "renegotiate-hello": Entry("we ring because the promised time will not do", (_R,), Hearer.CONTACT),
    "renegotiate-ask": Entry("after renegotiate-hello: another window", (_W,), Hearer.CONTACT),
    "renegotiate-made": Entry("the contact agrees to the other window", (_W,), Hearer.CONTACT),
    "renegotiate-kept": Entry("the contact does not agree", (), Hearer.CONTACT),
    "agent-missing": Entry("the contact has answered, and no agent comes", (), Hearer.CONTACT),
    "contact-wait": Entry("before the agent is connected to our callback", (), Hearer.CONTACT),
    "whisper-call": Entry("before a caller is connected", (_C,), Hearer.AGENT),
    "whisper-promise": Entry("before a promised call is made", (_C,), Hearer.AGENT),
    "abuse-offer": Entry("the conversation cannot go on like this", (_W,)),
    "stopping-soon": Entry("the hotline stops in some seconds; to both who talk"),
    "stopping": Entry("the hotline stops now; what happens next follows"),
    "stopping-again": Entry("after stopping, where nothing was promised"),
    "sorry-fault": Entry("something broke on our side", (_R, _W)),
}
