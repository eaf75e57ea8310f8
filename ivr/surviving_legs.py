"""What the edge does with its legs while the program's main process is away, as plain bookkeeping.

Bridged pairs talk on. Legs that are being dialled, and dialled ones that were not bridged, end. Callers are kept: who
rings rings on, who was answered hears music. A main process that comes again is told of every leg that is left.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ivr.messages import (
    Answer,
    Bridge,
    BridgeSurvived,
    Dial,
    Drain,
    EarlyMedia,
    EdgeCommand,
    EdgeEvent,
    HangUp,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegFailed,
    LegRinging,
    Play,
    Reject,
    ReportTransfer,
    StopPlaying,
    StopRecording,
    Tap,
    TransferAsked,
    Unbridge,
)
from prompts.catalogue import HOLD_MUSIC

#: Service Unavailable: nobody can carry out a transfer now; a proxy asks another node to take the call.
_UNAVAILABLE = 503


@dataclass(slots=True)
class _Leg:
    """`arrived` of a caller's leg; None of one that we dialled. `kept`: told a second time, and not answered since."""

    name: str
    arrived: LegArrived | None
    since: float
    answered: LegAnswered | None = None
    kept: bool = False


@dataclass(slots=True)
class _Pair:
    """Two bridged legs, as `Bridge` named them, and what ended while nobody was there to be told (with the answer to
    the leg, which is told before)."""

    bridge: Bridge
    ends: list[EdgeEvent] = field(default_factory=list)
    is_over: bool = False


def _farewell(leg: _Leg) -> EdgeCommand:
    only_rings = leg.arrived is not None and leg.answered is None
    return Reject(leg.name, _UNAVAILABLE) if only_rings else HangUp(leg.name)


class SurvivingLegs:
    """Every leg of the edge. `now` is monotonic seconds."""

    def __init__(self) -> None:
        self._legs: dict[str, _Leg] = {}
        self._pairs: dict[str, _Pair] = {}

    # --- while a main process is there ------------------------------------------------------------------------------

    def asked(self, command: EdgeCommand, now: float) -> tuple[tuple[EdgeCommand, ...], tuple[EdgeEvent, ...]]:
        """What the edge is to carry out in place of the command, and what is told at once."""
        match command:
            case Dial(leg=name) if name not in self._legs:
                self._legs[name] = _Leg(name, None, now)
            case Bridge(leg=one, other=other) if one in self._legs and other in self._legs:
                self._part(one)
                self._part(other)
                self._pairs[one] = self._pairs[other] = _Pair(command)
            case Unbridge(leg=name):
                self._part(name)
            case Answer(leg=name) if self._is_kept(name):
                leg = self._legs[name]
                leg.kept = False
                if leg.answered is not None:  # it was up all the time
                    return (StopPlaying(name),), (leg.answered,)
            case Reject(leg=name) if self._is_kept(name) and self._legs[name].answered is not None:
                return (HangUp(name),), ()
            case _:
                pass
        return (command,), ()

    def told(self, event: EdgeEvent, now: float) -> None:
        """Something happened to a leg."""
        match event:
            case LegArrived(leg=name):
                self._legs[name] = _Leg(name, event, now)
            case LegAnswered(leg=name) if name in self._legs:
                self._legs[name].answered = event
            case LegEnded(leg=name) | LegFailed(leg=name):
                self._legs.pop(name, None)
                self._part(name)
            case _:
                pass

    # --- while none is there ----------------------------------------------------------------------------------------

    def left(self) -> tuple[EdgeCommand, ...]:
        """The main process is gone: what is to be done about its legs."""
        for name in [name for name in self._pairs if not self._is_up(name)]:
            self._part(name)
        wanted: list[EdgeCommand] = []
        for leg in self._legs.values():
            if leg.name in self._pairs:
                continue
            leg.kept = False
            if leg.arrived is None:
                wanted.append(HangUp(leg.name))
            elif leg.answered is not None:
                wanted += (
                    Tap(leg.name, on=False),
                    StopRecording(leg.name),
                    Play(leg.name, 0, (HOLD_MUSIC,), loop=True),
                )
        return tuple(wanted)

    def told_to_nobody(self, event: EdgeEvent, now: float) -> tuple[EdgeCommand, ...]:
        """Something happened meanwhile: what is to be done about it."""
        pair = self._pairs.get(event.leg)
        if isinstance(event, LegEnded) and pair is not None:
            ended = self._legs.pop(event.leg, None)
            if ended is not None and ended.answered is not None:
                pair.ends += (ended.answered, event)
            other = pair.bridge.other if pair.bridge.leg == event.leg else pair.bridge.leg
            was_over, pair.is_over = pair.is_over, True
            return () if was_over else (HangUp(other),)
        self.told(event, now)
        match event:
            case TransferAsked(leg=name):
                return (ReportTransfer(name, _UNAVAILABLE),)
            case LegRinging(leg=name) | EarlyMedia(leg=name) | LegAnswered(leg=name) if name in self._legs:
                # Picked up just as it was taken back.
                return (HangUp(name),) if self._legs[name].arrived is None else ()
            case _:
                return ()

    def given_up(self) -> tuple[EdgeCommand, ...]:
        """No main process came in time: who is not in a conversation is hung up on, or refused, and nobody new is
        taken."""
        alone = [leg for leg in self._legs.values() if leg.name not in self._pairs]
        return (Drain(on=True), *(_farewell(leg) for leg in alone))

    def returned(self, now: float) -> tuple[EdgeEvent, ...]:
        """A main process is there again: what it has to be told first, in this order."""
        told: list[EdgeEvent] = []
        for name, pair in tuple(self._pairs.items()):
            if name == pair.bridge.leg:
                told.append(BridgeSurvived(pair.bridge.leg, pair.bridge.other, pair.bridge.note))
                told += pair.ends
                told += self._answers_of(pair)
                if pair.is_over:
                    self._part(name)
        for leg in self._legs.values():
            if leg.arrived is not None and leg.name not in self._pairs and not self._was_told(leg.name, told):
                leg.kept = True
                told.append(replace(leg.arrived, leg=leg.name, waited=now - leg.since))
        return tuple(told)

    def _answers_of(self, pair: _Pair) -> list[LegAnswered]:
        legs = (self._legs.get(name) for name in (pair.bridge.leg, pair.bridge.other))
        return [leg.answered for leg in legs if leg is not None and leg.answered is not None]

    @staticmethod
    def _was_told(name: str, told: list[EdgeEvent]) -> bool:
        """Whether it is the other side of a conversation that ended a moment ago: it is being hung up on."""
        return any(isinstance(event, BridgeSurvived) and name in (event.leg, event.other) for event in told)

    def _is_kept(self, name: str) -> bool:
        return name in self._legs and self._legs[name].kept

    def _is_up(self, name: str) -> bool:
        """Up, or ended while nobody was there: then its pair is still to be told."""
        pair = self._pairs[name]
        names = (pair.bridge.leg, pair.bridge.other)
        return pair.is_over or all(one in self._legs and self._legs[one].answered for one in names)

    def _part(self, name: str) -> None:
        pair = self._pairs.pop(name, None)
        if pair is not None:
            for one in (pair.bridge.leg, pair.bridge.other):
                if self._pairs.get(one) is pair:
                    del self._pairs[one]
