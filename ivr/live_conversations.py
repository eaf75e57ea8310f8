"""Conversations of the running hotline, as screens may take part in them: recording, keys, transfer, supervision."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from config.errors import NotFound, Refused
from ivr.desk import Recording, Stage
from ivr.dispatch import Dispatcher
from ivr.engagement import Engagement
from ivr.events import WorkMovedOn
from ivr.media.dtmf import KEYS
from ivr.messages import PauseRecording, Play, SendDigits, StopPlaying, Supervise, Supervision, TransferAsked
from ivr.outbound import Line, OutboundLines, UnansweredError
from ivr.services import Services
from prompts.catalogue import HOLD_MUSIC
from prompts.words import PAUSE

log = structlog.get_logger(__name__)

#: A supervisor sits beside their phone.
_RING_SECONDS = 20.0
_MOST_DIGITS = 40


@dataclass(frozen=True, slots=True)
class _Supervisor:
    """A supervisor's phone in somebody's conversation."""

    line: Line
    agent: str


class LiveConversations:
    """`ivr.desk.Conversations` over the running hotline."""

    def __init__(self, services: Services, dispatcher: Dispatcher, lines: OutboundLines) -> None:
        self._services = services
        self._dispatcher = dispatcher
        self._lines = lines
        self._supervisors: dict[str, _Supervisor] = {}
        self._watches: set[asyncio.Task[None]] = set()

    async def pause_recording(self, agent: str, on: bool) -> None:
        """Keep what is said out of the recording, or no longer."""
        engagement, _ = self._talking(agent)
        if engagement.recording is Recording.OFF or engagement.other_leg is None:
            raise Refused("this conversation is not recorded")
        self._services.edge.send(PauseRecording(engagement.other_leg, on or engagement.on_hold))
        engagement.recording = Recording.PAUSED if on else Recording.ON
        log.info("recording_paused" if on else "recording_resumed", agent=agent, work=engagement.work.id)

    async def hold(self, agent: str, on: bool) -> None:
        """Let the other side wait, or no longer.

        The two stay bridged: should this process die meanwhile, they talk on, and its successor finds them."""
        engagement, line = self._talking(agent)
        other = engagement.other_leg
        if other is None or engagement.on_hold is on:
            return
        edge = self._services.edge
        if engagement.recording is Recording.ON:
            edge.send(PauseRecording(other, on))
        engagement.on_hold = on
        for leg, clip in ((other, HOLD_MUSIC), (line.leg, PAUSE)):
            edge.send(Play(leg, 0, (clip,), loop=True) if on else StopPlaying(leg))
        log.info("put_on_hold" if on else "taken_off_hold", agent=agent, work=engagement.work.id)
        now = self._services.clock.now()
        moved = WorkMovedOn(subject=agent, at=now, work=engagement.work.id, stage="on-hold" if on else "talking")
        await self._services.events.publish(moved)

    async def press(self, agent: str, digits: str) -> None:
        """Press keys towards the other side."""
        engagement, _ = self._talking(agent)
        if not 0 < len(digits) <= _MOST_DIGITS or not set(digits) <= set(KEYS):
            raise Refused("these are not keys of a telephone", remedy=f"use up to {_MOST_DIGITS} of {KEYS}")
        if engagement.other_leg is not None:
            self._services.edge.send(SendDigits(engagement.other_leg, digits))

    async def transfer(self, agent: str, target: str) -> None:
        """Hand the other side on, as if the agent had asked for it at the phone."""
        line = self._talking(agent)[1]
        self._lines.check(target)
        line.transfers.put_nowait(TransferAsked(line.leg, target))

    async def supervise(self, agent: str, phone: str, mode: Supervision) -> None:
        """Let the phone take part."""
        agents_line = self._talking(agent)[1]
        known = self._supervisors.get(phone)
        if known is not None and known.agent != agent:
            raise Refused("this phone takes part in another conversation", remedy="end that first")
        line = known.line if known is not None else await self._ring(phone, agent)
        if agents_line.ended.is_set():
            line.hang_up()
            raise Refused("the conversation is over")
        self._services.edge.send(Supervise(line.leg, agents_line.leg, mode))
        log.info("conversation_supervised", agent=agent, mode=mode)
        if known is None:
            watch = asyncio.ensure_future(self._watch(phone, line, agents_line))
            self._watches.add(watch)
            watch.add_done_callback(self._watches.discard)

    async def stop_supervising(self, phone: str) -> None:
        """Hang the phone up."""
        known = self._supervisors.get(phone)
        if known is not None:
            known.line.hang_up()

    async def _ring(self, phone: str, agent: str) -> Line:
        self._lines.check(phone)
        line = self._lines.dial(phone, self._services.caller_number, _RING_SECONDS)
        self._supervisors[phone] = _Supervisor(line, agent)
        try:
            await line.answer()
        except UnansweredError as fault:
            self._supervisors.pop(phone, None)
            raise Refused(f"your phone was not picked up ({fault.status})", remedy="check its address") from fault
        return line

    async def _watch(self, phone: str, line: Line, agents_line: Line) -> None:
        """The phone is free when it hangs up, or the agent does."""
        ends = [asyncio.ensure_future(one.ended.wait()) for one in (line, agents_line)]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
            line.hang_up()
            self._supervisors.pop(phone, None)

    def _talking(self, agent: str) -> tuple[Engagement, Line]:
        """What the agent talks about, and the line of their phone."""
        if agent not in self._services.edition().file.agents:
            raise NotFound(f"there is no agent named {agent}")
        engagement = self._dispatcher.engagement(agent)
        if engagement is None or engagement.stage is not Stage.TALKING or engagement.agents_line is None:
            raise Refused("there is no conversation just now")
        return engagement, engagement.agents_line
