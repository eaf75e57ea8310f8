"""The main process: call flow, floor, ledger and console."""

from __future__ import annotations

import asyncio

import structlog

from config.clock import SystemClock
from config.settings import Settings
from hotline.assembly import Hotline
from hotline.workers.lifeline import Lifeline, Report
from hotline.workers.run_folder import RunFolder
from ivr.messages import Drain
from ivr.remote_ears import RemoteEars
from ivr.remote_edge import RemoteEdge

log = structlog.get_logger(__name__)


async def run(settings: Settings, folder: RunFolder, lifeline: Lifeline) -> None:
    """Run the hotline until told to stop, or until a part of it fails. Told once, it lets the calls in progress end;
    told again, it ends them."""
    clock = SystemClock()
    edge = RemoteEdge(folder.edge, clock)
    hotline = Hotline(settings, edge, RemoteEars(folder.ears, folder.audio, clock))
    await hotline.start()
    lifeline.report(Report(lines=introduction(hotline)))
    job = asyncio.ensure_future(hotline.run())
    stopping = asyncio.ensure_future(lifeline.until_told_to_stop())
    try:
        await asyncio.wait((job, stopping), return_when=asyncio.FIRST_COMPLETED)
        if not job.done():
            await _drain(hotline, lifeline, job)
        if job.done():
            await job
    finally:
        edge.send(Drain(on=True))  # who calls now is told to call again later
        for task in (job, stopping):
            task.cancel()
        await asyncio.gather(job, stopping, return_exceptions=True)
        await hotline.stop()


async def _drain(hotline: Hotline, lifeline: Lifeline, job: asyncio.Future[None]) -> None:
    """Until nobody is on the line any more, or somebody cannot wait, or the hotline fails. A drain that fails ends as
    one that is over: the calls are ended in good order all the same."""
    draining = asyncio.ensure_future(hotline.drain(hotline.settings.drain_limit))
    hurried = asyncio.ensure_future(lifeline.until_told_to_stop())
    try:
        await asyncio.wait((draining, hurried, job), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (draining, hurried):
            task.cancel()
        (fault, _) = await asyncio.gather(draining, hurried, return_exceptions=True)
        if isinstance(fault, Exception):
            log.error("drain_failed", exc_info=fault)


def introduction(hotline: Hotline) -> tuple[str, ...]:
    """What a newcomer needs to know; the first password is shown this once and kept nowhere."""
    settings = hotline.settings
    lines = [f"console: {hotline.console.address}"]
    if hotline.first_password is not None:
        lines.append(f"first sign-in: user admin, password {hotline.first_password} (shown only now)")
    return (*lines, f"telephones: SIP on {settings.sip_address}:{settings.sip_port} over UDP and TCP")
