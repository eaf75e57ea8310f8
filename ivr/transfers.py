"""An agent hands the other side on, by a key of their phone (REFER) or at their desk: the hotline rings whoever is
named and lets the two talk, while the agent is free for the next."""

from __future__ import annotations

import asyncio

import structlog

from config.errors import DatabaseFault
from ivr.bridge_note import BridgeNote
from ivr.messages import Bridge, Play, ReportTransfer, TransferAsked
from ivr.outbound import Line, OutboundLines, UnansweredError
from ivr.services import Services
from prompts.catalogue import HOLD_MUSIC

log = structlog.get_logger(__name__)

_RING_SECONDS = 30.0
#: An agent's phone hangs up when it is told that the transfer was carried out; one that does not is hung up.
_PHONE_HANGS_UP_WITHIN = 2.0


class Transfers:
    """Watches conversations of agents."""

    def __init__(self, services: Services, lines: OutboundLines) -> None:
        self._services = services
        self._lines = lines

    async def until_agent_left(
        self, agents_line: Line, other_leg: str, other_ended: asyncio.Event, note: BridgeNote
    ) -> Line | None:
        """Wait until the agent or the other side has left: whom the other side talks with now, None if with nobody.
        `note` is that of their bridge.

        A transfer that nobody picks up leaves the agent in the conversation, unless their phone is gone already. The
        line given back is up, and the caller's to hang up.
        """
        while not (agents_line.ended.is_set() or other_ended.is_set()):
            asked = asyncio.ensure_future(agents_line.transfers.get())
            left = asyncio.ensure_future(first_to_end(agents_line.ended, other_ended))
            try:
                await asyncio.wait((asked, left), return_when=asyncio.FIRST_COMPLETED)
                if asked.done():
                    line = await self._hand_on(agents_line, other_leg, other_ended, note, asked.result())
                    if line is not None:
                        return line
            finally:
                asked.cancel()
                left.cancel()
        return None

    async def _hand_on(
        self, agents_line: Line, other_leg: str, other_ended: asyncio.Event, note: BridgeNote, asked: TransferAsked
    ) -> Line | None:
        edge = self._services.edge
        line = self._lines.dial(asked.target, self._services.caller_number, _RING_SECONDS, replaces=asked.replaces)
        music = asyncio.ensure_future(self._music_once_alone(agents_line, other_leg))
        gives_up = asyncio.ensure_future(_hang_up_after(other_ended, line))
        try:
            await line.answer()
        except UnansweredError as fault:
            log.info("transfer_failed", leg=agents_line.leg, status=fault.status)
            edge.send(ReportTransfer(agents_line.leg, fault.status))
            return None
        except asyncio.CancelledError:
            line.hang_up()
            raise
        finally:
            music.cancel()
            gives_up.cancel()
        edge.send(Bridge(other_leg, line.leg, note.handed_on().text()))
        edge.send(ReportTransfer(agents_line.leg, 200))
        await self._write_down(note)
        patience = asyncio.ensure_future(self._services.clock.sleep(_PHONE_HANGS_UP_WITHIN))
        gone = asyncio.ensure_future(agents_line.ended.wait())
        try:
            await asyncio.wait((gone, patience), return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            patience.cancel()
            agents_line.hang_up()
        log.info("transferred", leg=agents_line.leg)
        return line

    async def _write_down(self, note: BridgeNote) -> None:
        """A database that is away ends nobody's conversation."""
        try:
            await self._services.calls.transferred(note.promise or note.call, note.agent)
        except DatabaseFault as fault:
            log.warning("transfer_not_written", call=note.call, fault=str(fault))

    async def _music_once_alone(self, agents_line: Line, other_leg: str) -> None:
        """Many phones hang up as soon as the transfer is accepted: until somebody answers, the other side waits."""
        await agents_line.ended.wait()
        self._services.edge.send(Play(other_leg, 0, (HOLD_MUSIC,), loop=True))


async def first_to_end(*ends: asyncio.Event) -> None:
    """Wait until one of these happens."""
    waits = [asyncio.ensure_future(end.wait()) for end in ends]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


async def _hang_up_after(ended: asyncio.Event, line: Line) -> None:
    await ended.wait()
    line.hang_up()
