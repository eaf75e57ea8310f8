"""What is said in one call, line by line into its record."""

from __future__ import annotations

import structlog

from callbacks.calls.records import Speaker
from config.errors import DatabaseFault
from ivr.events import LineHeard
from ivr.flow.events import CallerSpoke
from ivr.services import Services

log = structlog.get_logger(__name__)


class Transcript:
    """Of one call. A line that cannot be written is logged: it must not end the call that it is about."""

    def __init__(self, call: str, services: Services) -> None:
        self._call = call
        self._services = services

    async def heard(self, said: CallerSpoke) -> None:
        """The caller's words, who heard them, why that hearing stands and how they were said; screens are told that
        there is more."""
        services = self._services
        tone = f"{said.mood.value} ({said.voice})" if said.voice else ""
        why = "; ".join(part for part in (said.why, tone) if part)
        await self._line(Speaker.CALLER, said.text, said.confidence, said.heard_by, why)
        heard = LineHeard(subject=self._call, at=services.clock.now(), confidence=said.confidence)
        await services.events.publish(heard)

    async def said(self, text: str) -> None:
        """Our own words."""
        await self._line(Speaker.HOTLINE, text)

    async def _line(
        self, speaker: Speaker, text: str, confidence: float | None = None, heard_by: str = "", why: str = ""
    ) -> None:
        try:
            await self._services.calls.line(self._call, speaker, text, confidence, heard_by, why)
        except DatabaseFault as fault:
            log.warning("transcript_not_kept", call=self._call, fault=str(fault))
