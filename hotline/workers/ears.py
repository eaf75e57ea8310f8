"""The ears: recognition, whose threads would disturb the pacing of the media in the edge's process."""

from __future__ import annotations

from config.settings import Settings
from hotline.hearing import hearing
from hotline.workers.lifeline import Lifeline, Report
from hotline.workers.run_folder import RunFolder
from ivr.ears_server import EarsServer


async def run(settings: Settings, folder: RunFolder, lifeline: Lifeline) -> None:
    """Hear until told to stop."""
    server = EarsServer(hearing(settings), folder.ears, folder.audio)
    await server.start()
    lifeline.report(Report())
    await lifeline.until_told_to_stop()
    await server.stop()
