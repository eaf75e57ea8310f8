"""A whole hotline as a program of its own, with ears that hear what they are told was said: no model is loaded.

    python -m tests.live.days.house_program

Settings come from the environment, as for `hotline serve`. Prints what `hotline serve` prints when it takes calls, and
an empty line. Each line of its standard input is what the caller on the line says next, as soon as the hotline listens.
It ends with its input, on SIGTERM, or by a kill.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import deque

from config.clock import Clock, SystemClock
from config.logging import configure_logging
from config.settings import load_settings
from hotline.assembly import Hotline
from hotline.workers.main import introduction
from ivr.messages import EarsCommand, Listen
from ivr.speech.scripted_ears import ScriptedEars

_SECONDS_TO_SPEAK = 0.3


class ToldEars(ScriptedEars):
    """Say what they were told, one utterance a listen, whoever is listened to."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._told: deque[str] = deque()
        self._open: str | None = None

    def send(self, command: EarsCommand) -> None:
        super().send(command)
        self._open = command.leg if isinstance(command, Listen) else None
        self._speak()

    def told(self, text: str) -> None:
        """The caller is going to say this."""
        self._told.append(text)
        self._speak()

    def _speak(self) -> None:
        if self._open is not None and self._told and self.say(self._open, self._told[0], seconds=_SECONDS_TO_SPEAK):
            self._told.popleft()
            self._open = None


async def main() -> None:
    """Run until told to stop."""
    settings = load_settings()
    configure_logging(settings.log_format, settings.log_level)
    ears = ToldEars(SystemClock())
    hotline = Hotline(settings, ears=ears)
    await hotline.start()
    sys.stdout.write("\n".join(introduction(hotline)) + "\n\n")
    sys.stdout.flush()
    job = asyncio.ensure_future(hotline.run())
    listening = asyncio.ensure_future(_listen(ears))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, listening.cancel)
    await asyncio.wait((job, listening), return_when=asyncio.FIRST_COMPLETED)
    for task in (job, listening):
        task.cancel()
    await asyncio.gather(job, listening, return_exceptions=True)
    await hotline.stop()


async def _listen(ears: ToldEars) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        ears.told(line.decode().strip())


if __name__ == "__main__":
    asyncio.run(main())
