"""What commands on the book share: who gives them, and how moments are read and shown."""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from callbacks.model import Problem, Promise
from config.errors import HotlineError

_ROWS: TypeAdapter[Sequence[Promise | Problem]] = TypeAdapter(Sequence[Promise | Problem])


def operator() -> str:
    """Who gives the command, as histories name people."""
    return f"user:{getpass.getuser()}"


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """`2026-11-23 15:00`, on the hotline's clock unless an offset is given. Raises `HotlineError`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise HotlineError(f"`{text}` is no moment", remedy="write it like 2026-11-23 15:00") from fault
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def moment_shown(moment: datetime | None, zone: ZoneInfo) -> str:
    """On the hotline's clock, to the minute; nothing for no moment."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment is not None else ""


def rows_as_json(rows: Sequence[Promise | Problem]) -> str:
    """One array of objects; times as ISO 8601."""
    return json.dumps(_ROWS.dump_python(rows, mode="json"), ensure_ascii=False, indent=2)
