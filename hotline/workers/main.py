"""The main process: call flow, floor, ledger and console."""

from __future__ import annotations

import asyncio

from config.clock import SystemClock
from config.settings import Settings
from hotline.assembly import Hotline
from hotline.workers.lifeline import Lifeline, Report
from hotline.workers.run_folder import RunFolder
from ivr.messages import Drain
from ivr.remote_ears import RemoteEars
from ivr.remote_edge import RemoteEdge


async def run(settings: Settings, folder: RunFolder, lifeline: Lifeline) -> None:
    """Run the hotline until told to stop, or until a part of it fails."""
    clock = SystemClock()
    edge = RemoteEdge(folder.edge, clock)
    hotline = Hotline(settings, edge, RemoteEars(folder.ears, folder.audio, clock))
    await hotline.start()
    lifeline.report(Report(lines=introduction(hotline)))
    job = asyncio.ensure_future(hotline.run())
    stopping = asyncio.ensure_future(lifeline.until_told_to_stop())
    try:
        await asyncio.wait((job, stopping), return_when=asyncio.FIRST_COMPLETED)
        if job.done():
            await job
    finally:
        edge.send(Drain(on=True))  # who calls now is told to call again later
        for task in (job, stopping):
            task.cancel()
        await asyncio.gather(job, stopping, return_exceptions=True)
        await hotline.stop()


def introduction(hotline: Hotline) -> tuple[str, ...]:
    """What a newcomer needs to know; the first password is shown this once and kept nowhere."""
    settings = hotline.settings
    lines = [f"console: {hotline.console.address}"]
    if hotline.first_password is not None:
        lines.append(f"first sign-in: user admin, password {hotline.first_password} (shown only now)")
    return (*lines, f"telephones: SIP on {settings.sip_address}:{settings.sip_port} over UDP and TCP")
