"""`hotline serve`."""

from __future__ import annotations

import asyncio
import contextlib
import signal

from rich.console import Console

from config.settings import Settings
from hotline.assembly import Hotline


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    hotline = Hotline(settings)
    await hotline.start()
    _introduce(hotline)
    job = asyncio.ensure_future(hotline.run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, job.cancel)
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await job
    finally:
        await hotline.stop()


def _introduce(hotline: Hotline) -> None:
    """What a newcomer needs to know; the first password is shown this once and kept nowhere."""
    console = Console(highlight=False)
    console.print(f"console: {hotline.console.address}")
    if hotline.first_password is not None:
        console.print(f"first sign-in: user admin, password {hotline.first_password} (shown only now)", markup=False)
    console.print(f"telephones: SIP on {hotline.settings.sip_address}:{hotline.settings.sip_port} over UDP")
