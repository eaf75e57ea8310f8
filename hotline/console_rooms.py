"""The rooms of the console, over what a running hotline has."""

from __future__ import annotations

from collections.abc import Callable

from callbacks.calls.lookback import Lookback
from config.clock import Clock
from config.hotline_file import HotlineFile
from console.accounts import Accounts, build_accounts
from console.api import book_routers
from console.api.house import ApiHouse
from console.book_ground import BookParts
from console.book_room import build_book
from console.call_log import CallLog
from console.complaint_form import build_complaint_form
from console.desk_room import desk_room
from console.file_room import file_room
from console.idempotency import Answers
from console.live_figures import LiveFigures
from console.ports import Site
from console.records import Records
from console.rooms import Room
from console.status import StatusDesk, build_status
from console.supervision_room import supervision_room
from ivr.casedesk import CaseDesk
from routing.live_floor import LiveFloor


def rooms(
    records: Records,
    status: StatusDesk,
    clock: Clock,
    site: Callable[[], Site],
    floor: LiveFloor,
    lookback: Lookback,
    file: Callable[[], HotlineFile],
    accounts: Accounts,
    api: ApiHouse,
    answers: Answers,
    cases: CaseDesk,
    book: BookParts,
    workshop: tuple[Room, ...],
) -> tuple[Room, ...]:
    """Every room beside the desk."""
    figures = LiveFigures(floor, records.book, lookback, file, clock)
    return (
        desk_room(cases),
        supervision_room(figures, records.book, CallLog(lookback, records.calls, records.book)),
        build_book(book),
        Room(routers=book_routers(api)),
        build_accounts(accounts),
        file_room(api.files),
        *workshop,
        Room(routers=(build_status(status, clock, site), build_complaint_form(api.complaints, answers, clock, site))),
    )
