"""What a call needs of the house, gathered once at assembly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from callbacks.calls.records import CallRecords
from callbacks.dialled import DialledDays
from callbacks.service import PromiseBook
from callbacks.store.memory_dialled import MemoryDialledDays
from config.clock import Clock
from config.events import Events
from config.hotline_file import HotlineFile
from ivr.messages import EarsEvent, EdgeEvent
from ivr.ports import Ears, Edge
from ivr.promising import Promising
from ivr.understanding.understander import Understander
from prompts.prompt_library import PromptLibrary
from routing.live_floor import LiveFloor


@dataclass(frozen=True, slots=True)
class Edition:
    """One published version of the hotline file, with what is built from it. A call keeps the edition it began with."""

    version: str
    file: HotlineFile
    prompts: PromptLibrary
    understander: Understander

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.file.hotline.zone)


def _unobserved(_event: EdgeEvent | EarsEvent) -> None:
    """Nobody counts."""


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of the running hotline that calls and callbacks work with."""

    clock: Clock
    events: Events
    edge: Edge
    ears: Ears
    book: PromiseBook
    calls: CallRecords
    floor: LiveFloor
    promising: Promising
    edition: Callable[[], Edition]
    recordings: Path | None
    caller_number: str
    dialled: DialledDays = field(default_factory=MemoryDialledDays)  # what counts for the ceiling of the day
    observe: Callable[[EdgeEvent | EarsEvent], None] = _unobserved  # told everything that telephones and ears tell
