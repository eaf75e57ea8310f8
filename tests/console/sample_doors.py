"""The pages that anybody may open, over an empty book: where things stand, and a complaint in writing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from callbacks.model import Wish
from callbacks.service import PromiseBook
from callbacks.status.public_status import PublicStatus
from callbacks.status.status_codes import StatusCodes
from callbacks.store.memory_book import MemoryBook
from config.clock import Clock
from config.events import Events
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from config.urgency import Urgency
from console.ports import Site
from console.public.complaint_form import build_complaint_form
from console.public.complaints import Complaints
from console.public.status import build_status
from console.rooms import Room
from console.store.memory_answers import MemoryAnswers
from ivr.promising import Promising
from ivr.understanding.understanding import Understanding
from routing.floor import Floor
from routing.memory_receipts import MemoryReceipts
from routing.service import FloorService
from tests.callbacks.samples import RULES


def sample_doors(clock: Clock, events: Events, site: Callable[[], Site]) -> Room:
    """Their routes."""
    file, _ = read_hotline_file(default_hotline_file())
    book = PromiseBook(MemoryBook(events), clock, RULES)
    promising = Promising(book, FloorService(Floor(file, "1"), MemoryReceipts(events), clock), clock, lambda: file)
    complaints = Complaints(book, promising, _read, lambda: file)
    status = build_status(PublicStatus(book, StatusCodes("only for tests")), clock, site)
    return Room(routers=(status, build_complaint_form(complaints, MemoryAnswers(), clock, site)))


def _read(_text: str, _language: str, _now: datetime) -> Understanding:
    """Everybody wants their money."""
    return Understanding("refund", Urgency.MONEY, Wish.REFUND, 0.9)
