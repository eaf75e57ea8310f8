"""Legs that we dial: agents' phones and contacts called back."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

import structlog

from callbacks.calls import CallChanges
from config.errors import Refused
from config.hotline_file import Dialling
from config.ids import new_id
from ivr.dial_plan import route
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
    asked."""

    def __init__(self, edge: Edge, leg: str) -> None:
        self.leg = leg
        self.ended = asyncio.Event()
        self.quality = CallChanges()
        self.ended_by = EndedBy.FAULT
        self.transfers: asyncio.Queue[TransferAsked] = asyncio.Queue()
        self.answerer: Answerer | None = None
        self._edge = edge
        self._codec = ""
        self._answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._turns = itertools.count(1)
        self._playing: tuple[int, asyncio.Event] = (0, asyncio.Event())

    def take(self, event: EdgeEvent) -> None:
        """What the edge tells of this leg."""
        match event:
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

    def hang_up(self) -> None:
        """End the leg in whatever state it is."""
        self._edge.send(HangUp(self.leg))

    def _close(self, fault: UnansweredError) -> None:
        self.ended.set()
        if not self._answered.done():
            self._answered.set_exception(fault)
            self._answered.exception()  # nobody may be waiting any more; that is no fault


class OutboundLines:
    """Every leg that we dialled and that is not over. `dialling` gives the dial plan in force."""

    def __init__(self, edge: Edge, dialling: Callable[[], Dialling]) -> None:
        self._edge = edge
        self._dialling = dialling
        self._lines: dict[str, Line] = {}

    def dial(self, target: str, caller: str, ring_seconds: float, *, replaces: str = "") -> Line:
        """Begin to call by the dial plan; `await line.answer()` tells how it went: 403 if the plan forbids it."""
        line = Line(self._edge, new_id())
        try:
            way = route(target, caller, self._dialling())
        except Refused as refusal:
            log.warning("not_dialled", why=str(refusal))
            line.take(LegFailed(line.leg, 403, refusal.what))
            return line
        self._lines[line.leg] = line
        self._edge.send(Dial(line.leg, way.target, way.caller, ring_seconds, way.trunk, replaces))
        return line

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
        if isinstance(event, LegFailed | LegEnded):
            del self._lines[event.leg]
        return True
