"""An `Edge` in memory: for tests, and for walking through the call flow without telephones.

It answers as mechanically as the real one (`tests/contracts/edge_contract.py` holds both to the same contract), and
whoever plays the outside world tells it what happens there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from config.clock import Clock
from config.ids import new_id
from ivr.messages import (
    Answer,
    BridgeSurvived,
    Dial,
    Drain,
    EarlyMedia,
    EdgeCommand,
    EdgeEvent,
    EndedBy,
    HangUp,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegFailed,
    LegRinging,
    PickUp,
    Play,
    PlayFinished,
    Refer,
    ReferEnded,
    Reject,
    ReportTransfer,
    StopPlaying,
    TransferAsked,
)
from ivr.ports import Edge


@dataclass(frozen=True, slots=True)
class PicksUp:
    """The called phone is answered `after` seconds of ringing, or when it is asked to, if it can do that.
    `early_media`: it is heard before that."""

    after: float = 0.0
    early_media: bool = False
    can_pick_up: bool = False


@dataclass(frozen=True, slots=True)
class Refuses:
    """The called phone refuses with a SIP status, `after` seconds of ringing (0: it never rings)."""

    status: int = 486
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class NeverAnswers:
    """The called phone rings until we give up, or until it is asked to answer, if it can do that."""

    early_media: bool = False
    can_pick_up: bool = False


Outcome = PicksUp | Refuses | NeverAnswers


class _State(Enum):
    ARRIVED = auto()
    DIALLING = auto()
    UP = auto()


class ScriptedEdge(Edge):
    """`sent` holds every command in order. `outcomes` says by target what becomes of a `Dial` (others pick up at
    once), `referrals` what becomes of a `Refer` (others are carried out). Ringing passes on `clock`."""

    def __init__(self, clock: Clock) -> None:
        self.sent: list[EdgeCommand] = []
        self.outcomes: dict[str, Outcome] = {}
        self.referrals: dict[str, int] = {}
        self.codec = "G722"
        self._clock = clock
        self._legs: dict[str, _State] = {}
        self._playing: dict[str, int] = {}
        self._ringing: set[asyncio.Task[None]] = set()
        self._transfers_asked: set[str] = set()
        self._can_pick_up: set[str] = set()
        self._is_draining = False
        self._on_event: Callable[[EdgeEvent], None] | None = None

    # --- the port --------------------------------------------------------------------------------------------------

    async def start(self, on_event: Callable[[EdgeEvent], None]) -> None:
        self._on_event = on_event

    def send(self, command: EdgeCommand) -> None:
        self.sent.append(command)
        if isinstance(command, Dial):
            self._dial(command)
            return
        if isinstance(command, Drain):
            self._is_draining = command.on
            return
        state = self._legs.get(command.leg)
        if state is None:
            return
        match command:
            case Answer() if state is _State.ARRIVED:
                self.tell(LegAnswered(command.leg, self.codec, self.codec == "G722"))
            case Reject() if state is _State.ARRIVED:
                self.tell(LegEnded(command.leg, EndedBy.US))
            case PickUp() if state is _State.DIALLING and command.leg in self._can_pick_up:
                self.tell(LegAnswered(command.leg, self.codec, self.codec == "G722"))
            case HangUp() if state is _State.DIALLING:
                self.tell(LegFailed(command.leg, 487, "cancelled"))
            case HangUp():
                self.tell(LegEnded(command.leg, EndedBy.US))
            case Refer():
                self.tell(ReferEnded(command.leg, self._refer(command, state)))
            case ReportTransfer(status=status) if status >= 200:
                self._transfers_asked.discard(command.leg)
            case Play(turn=turn):
                self._playing[command.leg] = turn
            case StopPlaying():
                self._playing.pop(command.leg, None)
            case _:
                pass

    async def stop(self) -> None:
        for leg in tuple(self._legs):
            self.send(HangUp(leg))
        for task in tuple(self._ringing):
            task.cancel()
        # What was told is delivered through the loop: let it pass once.
        passed = asyncio.Event()
        asyncio.get_running_loop().call_soon(passed.set)
        await passed.wait()

    # --- the outside world -----------------------------------------------------------------------------------------

    def arrive(self, caller: str, dialled: str = "hotline") -> str:
        """Someone calls; the leg. Nothing is told of it while we drain: the real edge refuses such a call."""
        leg = new_id()
        if not self._is_draining:
            self.tell(LegArrived(leg, caller, dialled))
        return leg

    def ask_transfer(self, leg: str, target: str, replaces: str = "") -> bool:
        """The other side asks for a transfer; False if it is refused, since it asked for one before."""
        if leg in self._transfers_asked or self._legs.get(leg) is not _State.UP:
            return False
        self._transfers_asked.add(leg)
        self.tell(TransferAsked(leg, target, replaces))
        return True

    def tell(self, event: EdgeEvent) -> None:
        """Something happens. It is delivered as the real edge does: in order, by the event loop, never at once."""
        leg = event.leg
        match event:
            case LegArrived():
                self._legs[leg] = _State.ARRIVED
            case LegAnswered():
                self._legs[leg] = _State.UP
            case BridgeSurvived(other=other):
                self._legs[leg] = self._legs[other] = _State.UP
            case LegEnded() | LegFailed():
                self._playing.pop(leg, None)
                self._legs.pop(leg, None)
                self._transfers_asked.discard(leg)
                self._can_pick_up.discard(leg)
            case LegRinging(can_pick_up=True):
                self._can_pick_up.add(leg)
            case _:
                pass
        if self._on_event is not None:
            asyncio.get_running_loop().call_soon(self._on_event, event)

    def finish_play(self, leg: str) -> None:
        """The clips of what is playing there have come to their end; nothing happens if nothing plays."""
        turn = self._playing.pop(leg, None)
        if turn is not None:
            self.tell(PlayFinished(leg, turn))

    def is_live(self, leg: str) -> bool:
        """Whether the leg has begun and is not over."""
        return leg in self._legs

    def _refer(self, command: Refer, state: _State) -> int:
        """The status that a `Refer` ends with."""
        if state is not _State.UP:
            return 491
        if command.replaces and self._legs.get(command.replaces) is not _State.UP:
            return 481
        return self.referrals.get(command.target, 200)

    def _dial(self, command: Dial) -> None:
        if command.leg in self._legs:
            return
        self._legs[command.leg] = _State.DIALLING
        task = asyncio.get_running_loop().create_task(self._ring(command, self.outcomes.get(command.target, PicksUp())))
        self._ringing.add(task)
        task.add_done_callback(self._ringing.discard)

    async def _ring(self, command: Dial, outcome: Outcome) -> None:
        leg = command.leg
        after = command.ring_seconds if isinstance(outcome, NeverAnswers) else outcome.after
        if not isinstance(outcome, Refuses) or after > 0:
            can_pick_up = not isinstance(outcome, Refuses) and outcome.can_pick_up
            self._tell_dialled(leg, LegRinging(leg, can_pick_up))
        if not isinstance(outcome, Refuses) and outcome.early_media:
            self._tell_dialled(leg, EarlyMedia(leg))
        if after > 0:
            await self._clock.sleep(min(after, command.ring_seconds))
        if isinstance(outcome, NeverAnswers) or after > command.ring_seconds:
            self._tell_dialled(leg, LegFailed(leg, 408, "no answer"))
        elif isinstance(outcome, Refuses):
            self._tell_dialled(leg, LegFailed(leg, outcome.status, "refused"))
        else:
            self._tell_dialled(leg, LegAnswered(leg, self.codec, self.codec == "G722"))

    def _tell_dialled(self, leg: str, event: EdgeEvent) -> None:
        if self._legs.get(leg) is _State.DIALLING:
            self.tell(event)
