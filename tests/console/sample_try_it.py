"""The page that tries hotline files out, over the default hotline file: for pictures and the browser."""

from __future__ import annotations

from config.clock import Clock
from config.faults import Fault
from config.settings import default_hotline_file
from console.rooms import Room
from console.workshop.trying import TryingService
from console.workshop.trying_room import build_trying
from hotline.commands.check import check_text
from hotline.walk.trying import WalkTrials


class DefaultFile:
    """`HotlineFiles` that holds the file which comes with the program."""

    async def current(self) -> tuple[str, str]:
        return "1", default_hotline_file().read_text(encoding="utf-8")

    async def check(self, text: str) -> tuple[Fault, ...]:
        return check_text(text)


def try_it_room(clock: Clock) -> Room:
    """The room over real walks."""
    return build_trying(TryingService(WalkTrials(clock), DefaultFile()))
