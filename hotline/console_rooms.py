"""The rooms of the console, over what a running hotline has."""

from __future__ import annotations

from collections.abc import Callable

from config.clock import Clock
from console.casework import Records, build_casework
from console.outcomes import build_outcomes
from console.ports import Site
from console.problemwork import build_problemwork
from console.rooms import Room
from console.status import StatusDesk, build_status


def rooms(records: Records, status: StatusDesk, clock: Clock, site: Callable[[], Site]) -> tuple[Room, ...]:
    """Every room beside the desk, the wallboard and the hotline file."""
    return (
        Room(routers=(build_casework(records), build_outcomes(records, site), build_problemwork(records.book))),
        Room(routers=(build_status(status, clock, site),)),
    )
