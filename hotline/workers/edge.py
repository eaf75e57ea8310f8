"""The edge: telephones, signalling and media, and nothing else. Imports neither database, recogniser nor console."""

from __future__ import annotations

import asyncio
import gc
import resource

from config.clock import SystemClock
from config.settings import Settings
from hotline.telephones import telephones
from hotline.workers.lifeline import Lifeline, Report
from hotline.workers.run_folder import RunFolder
from ivr.audio_way import AudioSender
from ivr.edge_server import EdgeServer


async def run(settings: Settings, folder: RunFolder, lifeline: Lifeline) -> None:
    """Take calls until told to stop."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # every leg has two sockets
    clock = SystemClock()
    audio = AudioSender(folder.audio, clock)
    server = EdgeServer(telephones(settings, audio.hear), folder.edge, clock)
    await server.start()
    # What is here now stays. The collector, which halts the media with everything else, need not look at it again: a
    # full collection was measured to take 30 to 75 ms with thousands of finished transactions remembered.
    gc.collect()
    gc.freeze()
    looking_for_ears = asyncio.ensure_future(audio.run())
    lifeline.report(Report())
    await lifeline.until_told_to_stop()
    await server.stop()
    looking_for_ears.cancel()
    await asyncio.gather(looking_for_ears, return_exceptions=True)
