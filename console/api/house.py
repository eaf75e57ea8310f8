"""What the routes over the book need of a running hotline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from callbacks.calls.call_list import CallList
from config.clock import Clock
from config.event_log import EventLog
from config.events import Events
from console.book.promise_making import Windows
from console.book.records import Records
from console.book.service import BookService
from console.ports import Site
from console.public.complaints import Complaints
from console.workshop.file_service import FileService


@dataclass(frozen=True, slots=True)
class ApiHouse:
    """`site_name` is the name that this site has in events."""

    records: Records
    service: BookService
    found: CallList
    log: EventLog
    windows: Windows
    complaints: Complaints
    files: FileService
    events: Events
    clock: Clock
    site: Callable[[], Site]
    site_name: Callable[[], str]
