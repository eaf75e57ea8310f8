"""What the telephone of a walk tells whoever sits at it: values, and the line that a terminal shows for each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Noted(StrEnum):
    """What happened on the telephone."""

    SAID = "said"  # the hotline says `text`
    MUSIC = "music"
    AGENT_HEARS = "agent-hears"  # `who` hears `text`, the caller does not
    AGENT_PICKS_UP = "agent-picks-up"
    RINGS = "rings"  # the hotline rings the number `who`
    RINGS_TOO = "rings-too"  # while a call is held
    NOT_ANSWERED = "not-answered"
    STOPS_RINGING = "stops-ringing"
    CONNECTED = "connected"  # with the agent `who`
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Note:
    """One of these: about whom, and what was said."""

    what: Noted
    who: str = ""
    text: str = ""


def line_of(note: Note) -> str:
    """The note at a terminal."""
    match note.what:
        case Noted.SAID:
            return f"hotline: {note.text}"
        case Noted.MUSIC:
            return "(music)"
        case Noted.AGENT_HEARS:
            return f"({note.who} hears: {note.text})"
        case Noted.AGENT_PICKS_UP:
            return f"({note.who}'s phone rings and is picked up)"
        case Noted.RINGS:
            return f"(the hotline rings {note.who}: Enter answers, anything else declines)"
        case Noted.RINGS_TOO:
            return f"(the hotline rings {note.who}, too)"
        case Noted.NOT_ANSWERED:
            return f"({note.who} was not answered)"
        case Noted.STOPS_RINGING:
            return f"({note.who} stops ringing)"
        case Noted.CONNECTED:
            return f"(you talk with {note.who}: Enter lets them hang up, `bye` does it yourself)"
        case Noted.OVER:
            return "(the call is over)"
