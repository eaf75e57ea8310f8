"""A third leg in a conversation: which legs hear a mix of which others, from beginning to end."""

from __future__ import annotations

from typing import Protocol

from ivr.media.hearing import Listener
from ivr.media.mixing import HEARS, Part
from ivr.messages import Supervision


class Participant(Protocol):
    """A leg that can be made to hear several others at once."""

    #: The conversation with a supervisor that the leg takes part in.
    supervised: Supervised | None

    @property
    def peer(self) -> Participant | None:
        """The leg it is bridged with."""

    def mix(self, speakers: tuple[Participant, ...]) -> None:
        """Hear these mixed, in place of the other side of the bridge; none: no longer."""

    def listen(self, listener: Listener) -> None:
        """Give the listener what the leg says, from now on."""

    def unlisten(self, listener: Listener) -> None:
        """Give it no more."""


class Supervised:
    """One supervised conversation of three legs."""

    def __init__(self, supervisor: Participant, supervised: Participant, other: Participant) -> None:
        self._legs = {Part.SUPERVISOR: supervisor, Part.SUPERVISED: supervised, Part.OTHER: other}
        for leg in self._legs.values():
            leg.supervised = self

    def among(self, supervisor: Participant, supervised: Participant) -> bool:
        """Whether it is theirs."""
        return self._legs[Part.SUPERVISOR] is supervisor and self._legs[Part.SUPERVISED] is supervised

    def hear(self, mode: Supervision) -> None:
        """Let all three hear whom they hear in this mode."""
        for part, leg in self._legs.items():
            speakers = tuple(self._legs[speaker] for speaker in HEARS[mode][part])
            # One voice alone goes the bridge's own way.
            leg.mix(speakers if len(speakers) > 1 else ())

    def end(self) -> None:
        """The pair hear each other, the supervisor nobody."""
        for leg in self._legs.values():
            leg.supervised = None
        for leg in self._legs.values():
            leg.mix(())


def supervise(supervisor: Participant, supervised: Participant, mode: Supervision) -> None:
    """Let the supervisor take part, or take part in another way. Nothing happens if there is no conversation, or the
    supervisor is in one of their own; a supervisor who went elsewhere, or was there first, leaves."""
    other = supervised.peer
    if other is None or supervisor.peer is not None or supervisor is supervised:
        return
    for leg in (supervisor, supervised):
        if leg.supervised is not None and not leg.supervised.among(supervisor, supervised):
            leg.supervised.end()
    (supervisor.supervised or Supervised(supervisor, supervised, other)).hear(mode)
