"""Legs that we dial: agents' phones and contacts called back."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

import structlog

from callbacks.calls.records import CallChanges
from config.errors import DatabaseFault, Refused
from config.ids import new_id
from ivr.dial_ceiling import DialCeiling
from ivr.dial_plan import DialPlan, Route
from ivr.line_quality import line_quality
from ivr.messages import (
    Answerer,
    AnswererGuessed,
    Dial,
    EdgeEvent,
    EndedBy,
    HangUp,
    LegAnswered,
    LegEnded,
    LegFailed,
    LegRinging,
    PickUp,
    Play,
    PlayFinished,
    StopPlaying,
    TransferAsked,
)
from ivr.ports import Edge

log = structlog.get_logger(__name__)

#: Busy here, busy everywhere, decline.
_DECLINED = frozenset({486, 600, 603})


class UnansweredError(Exception):
    """The dialled leg did not come up. `status` is the final SIP status (408: nobody answered in time)."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason

    @property
    def is_refusal(self) -> bool:
        """Whether a person said no; all other statuses mean that nobody picked up."""
        return self.status in _DECLINED


class Line:
    """One leg that we dialled. `quality` is what its line was like and `ended_by` who ended it, once it has;
    `transfers` what its other side asks to be put through to; `answerer` who seems to have picked up, where that was
    asked; `can_pick_up` whether the phone answers when it is asked to, None before it rings."""

    def __init__(self, edge: Edge, leg: str) -> None:
        self.leg = leg
        self.ended = asyncio.Event()
        self.quality = CallChanges()
        self.ended_by = EndedBy.FAULT
        self.transfers: asyncio.Queue[TransferAsked] = asyncio.Queue()
        self.answerer: Answerer | None = None
        self.can_pick_up: bool | None = None
        self._is_to_pick_up = False
        self._edge = edge
        self._codec = ""
        self.is_called_off = False
        self._answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._turns = itertools.count(1)
        self._playing: tuple[int, asyncio.Event] = (0, asyncio.Event())

    def take(self, event: EdgeEvent) -> None:
        """What the edge tells of this leg."""
        match event:
            case LegRinging(can_pick_up=can_pick_up):
                self.can_pick_up = can_pick_up
                self._pick_up_if_wanted()
            case LegAnswered(codec=codec) if not self._answered.done():
                self._codec = codec
                self._answered.set_result(None)
            case LegFailed(status=status, reason=reason):
                self._close(UnansweredError(status, reason))
            case LegEnded(by=by, media=media):
                self.ended_by = by
                self.quality = line_quality(self._codec, media)
                self._close(UnansweredError(487, "ended before it was answered"))
            case PlayFinished(turn=turn) if turn == self._playing[0]:
                self._playing[1].set()
            case TransferAsked():
                self.transfers.put_nowait(event)
            case AnswererGuessed(answerer=answerer):
                self.answerer = answerer
            case _:
                pass

    async def answer(self) -> None:
        """Wait until the phone is picked up; raises `UnansweredError`."""
        await asyncio.shield(self._answered)

    async def play(self, clips: tuple[str, ...]) -> None:
        """Play to the end, or until the leg ends."""
        turn = next(self._turns)
        self._playing = (turn, asyncio.Event())
        self._edge.send(Play(self.leg, turn, clips))
        finished = asyncio.ensure_future(self._playing[1].wait())
        over = asyncio.ensure_future(self.ended.wait())
        try:
            await asyncio.wait((finished, over), return_when=asyncio.FIRST_COMPLETED)
        finally:
            finished.cancel()
            over.cancel()

    def play_on(self, clip: str) -> None:
        """Play over and over, until something else is played."""
        self._edge.send(Play(self.leg, 0, (clip,), loop=True))

    def stop_playing(self) -> None:
        """Fall silent."""
        self._edge.send(StopPlaying(self.leg))

    def pick_up(self) -> None:
        """Have the phone answer by itself, now or when it rings; one that cannot rings on."""
        self._is_to_pick_up = True
        self._pick_up_if_wanted()

    def hang_up(self) -> None:
        """End the leg in whatever state it is."""
        self.is_called_off = True
        self._edge.send(HangUp(self.leg))

    def _pick_up_if_wanted(self) -> None:
        if self._is_to_pick_up and self.can_pick_up and not self._answered.done():
            self._edge.send(PickUp(self.leg))

    def _close(self, fault: UnansweredError) -> None:
        self.ended.set()
        if not self._answered.done():
            self._answered.set_exception(fault)
            self._answered.exception()  # nobody may be waiting any more; that is no fault


class OutboundLines:
    """Every leg that we dialled and that is not over. `plan` gives the dial plan in force, `ceiling` what a day may
    cost; without one nothing is counted."""

    def __init__(self, edge: Edge, plan: Callable[[], DialPlan], ceiling: DialCeiling | None = None) -> None:
        self._edge = edge
        self._plan = plan
        self._ceiling = ceiling
        self._lines: dict[str, Line] = {}
        self._paid: dict[str, Route] = {}
        self._meters: dict[str, asyncio.Task[None]] = {}
        self._beginning: set[asyncio.Task[None]] = set()

    def dial(self, target: str, caller: str, ring_seconds: float, *, replaces: str = "") -> Line:
        """Begin to call by the dial plan; `await line.answer()` tells how it went: 403 if the plan, or the ceiling of
        the day, forbids it."""
        line = Line(self._edge, new_id())
        try:
            way = self._plan().route(target, caller)
        except Refused as refusal:
            log.warning("not_dialled", why=str(refusal))
            line.take(LegFailed(line.leg, 403, refusal.what))
            return line
        self._lines[line.leg] = line
        dial = Dial(line.leg, way.target, way.caller, ring_seconds, way.trunk, replaces)
        if way.is_paid and self._ceiling is not None and self._ceiling.is_set:
            self._paid[line.leg] = way
            task = asyncio.ensure_future(self._dial_once_counted(line, dial, self._ceiling))
            self._beginning.add(task)
            task.add_done_callback(self._beginning.discard)
        else:
            self._edge.send(dial)
        return line

    def check(self, target: str) -> None:
        """Raises `Refused`, with the reason, for a target that the dial plan does not allow."""
        self._plan().route(target, "")

    async def check_ceiling(self) -> None:
        """Raises `Refused` when no number may be dialled any more today."""
        if self._ceiling is not None:
            await self._ceiling.check()

    async def _dial_once_counted(self, line: Line, dial: Dial, ceiling: DialCeiling) -> None:
        """Committed before the phone rings, like everything that a crash must not undo."""
        try:
            await ceiling.begin()
        except Refused as refusal:
            self.take(LegFailed(line.leg, 403, refusal.what))
        except DatabaseFault as fault:
            log.warning("not_dialled", why=str(fault))
            self.take(LegFailed(line.leg, 503, "the call cannot be counted"))
        else:
            if line.is_called_off:
                self.take(LegFailed(line.leg, 487, "taken back before it was dialled"))
            else:
                self._edge.send(dial)

    def adopt(self, leg: str) -> Line:
        """A leg that was up before this process began, whoever called whom."""
        line = self._lines[leg] = Line(self._edge, leg)
        return line

    def take(self, event: EdgeEvent) -> bool:
        """Pass the event to its line; False when the leg is not one of ours."""
        line = self._lines.get(event.leg)
        if line is None:
            return False
        line.take(event)
        if isinstance(event, LegAnswered) and self._ceiling is not None and (way := self._paid.pop(event.leg, None)):
            self._meters[event.leg] = asyncio.ensure_future(self._ceiling.meter(way.price))
        if isinstance(event, LegFailed | LegEnded):
            del self._lines[event.leg]
            self._paid.pop(event.leg, None)
            if meter := self._meters.pop(event.leg, None):
                meter.cancel()
        return True

    async def stop(self) -> None:
        """Dial and count nothing any more."""
        tasks = (*self._beginning, *self._meters.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
