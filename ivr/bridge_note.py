"""What a bridge's note says: all that a main process must know to take up the conversation of another that died.

Ids only; no number, and nothing of what was said.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json


@dataclass(frozen=True, slots=True)
class BridgeNote:
    """`call` is the id of the call's record. `agents_leg` is the bridge's leg on which `agent` talks; both are empty
    where the agent has handed the other side on. `promise` is the one that this call, which we placed, keeps; `about`
    the one that the caller asked for."""

    call: str
    agent: str = ""
    agents_leg: str = ""
    promise: str = ""
    about: str = ""

    def handed_on(self) -> BridgeNote:
        """The note of the same call once the agent is no longer in it."""
        return BridgeNote(self.call, promise=self.promise, about=self.about)

    def text(self) -> str:
        """For `Bridge`."""
        return to_json(self).decode()


_NOTES = TypeAdapter(BridgeNote)


def read_note(text: str) -> BridgeNote | None:
    """The note in `BridgeSurvived`; None if it is none."""
    try:
        return _NOTES.validate_json(text, strict=True, extra="forbid")
    except ValidationError:
        return None
