"""The rooms of the console, over what a running hotline has."""

from __future__ import annotations

from collections.abc import Callable

from callbacks.calls.lookback import Lookback
from config.clock import Clock
from config.hotline_file import HotlineFile
from console.api import book_routers
from console.api.house import ApiHouse
from console.book.call_log import CallLog
from console.book.ground import BookParts
from console.book.records import Records
from console.book.room import build_book
from console.desk.room import desk_room
from console.identity.accounts import Accounts, build_accounts
from console.ports import Site
from console.public.complaint_form import build_complaint_form
from console.public.status import StatusDesk, build_status
from console.rooms import Room
from console.supervision.live_figures import LiveFigures
from console.supervision.room import supervision_room
from console.web.idempotency import Answers
from console.workshop.file_room import file_room
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
