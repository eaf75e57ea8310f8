"""Recorded traffic: a CSV text with the columns `arrival`, `queue`, `tier`, `language`, `service_s`, `patience_s`.

`arrival` is seconds after midnight of the first day, or an ISO 8601 time; all other columns may be missing, and so may
single values. Queue, tier and language are then the hotline file's first queue, default tier and first language; the
service time is drawn (exponential, with the queue's `service_seconds` as its mean), and so is the patience where the
queue has `patience_seconds`; else such a caller waits for ever.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from config.faults import Fault
from config.hotline_file import HotlineFile
from config.schema_faults import did_you_mean
from routing.rehearsal.draws import stream
from routing.rehearsal.traffic import FOR_EVER, CallClass, Traffic
from routing.work import Needs

COLUMNS = ("arrival", "queue", "tier", "language", "service_s", "patience_s")
#: The first day where arrivals are seconds: a Monday.
FIRST_DAY = date(2026, 1, 5)
_DAY = 86_400.0
_LONGEST = 366  # days
_NUMBER = re.compile(r"^[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?$")


@dataclass(frozen=True, slots=True)
class Row:
    """One call as it was written; empty or None is what was not. `arrival` is seconds, or a moment."""

    arrival: float | datetime
    queue: str
    tier: str
    language: str
    service: float | None
    patience: float | None


@dataclass(frozen=True, slots=True)
class Recording:
    """Calls by their arrival, seconds after `start`, which is a midnight in the hotline's zone; whole days of them."""

    start: datetime
    length: float
    calls: tuple[tuple[float, Row], ...]


def read_recording(text: str, name: str, file: HotlineFile) -> tuple[Recording | None, tuple[Fault, ...]]:
    """The calls of a text, and every fault of it; no calls where there is a fault. Faults call the text `name`."""
    reader = _Reader(name, file)
    rows = list(reader.rows(text))
    faults = tuple(reader.faults)
    if not rows and not faults:
        faults = (Fault(name, 1, "there are no calls", f"write a line `{','.join(COLUMNS)}`, and one for each call"),)
    if faults:
        return None, faults
    zone = ZoneInfo(file.hotline.zone)
    moments = [row.arrival for row in rows if isinstance(row.arrival, datetime)]
    first = min(moments).astimezone(zone).date() if moments else FIRST_DAY
    start = datetime.combine(first, time.min, tzinfo=zone).astimezone(UTC)
    calls = sorted(((_after(row.arrival, start), row) for row in rows), key=lambda call: call[0])
    days = math.floor(calls[-1][0] / _DAY) + 1
    if days > _LONGEST:
        what = f"the calls are spread over {days} days"
        return None, (Fault(name, 1, what, f"rehearse {_LONGEST} days at once at most"),)
    return Recording(start, days * _DAY, tuple(calls)), ()


def recorded(recording: Recording, file: HotlineFile, seed: int, replication: int) -> Traffic:
    """The recording as traffic, what it lacks drawn. Calls of one queue, tier and language are a class."""
    places: dict[tuple[str, str, str], int] = {}
    which = []
    for _, row in recording.calls:
        kind = (row.queue or next(iter(file.queues)), row.tier or file.default_tier, row.language or file.languages[0])
        which.append(places.setdefault(kind, len(places)))
    kinds = list(places)
    rows = [row for _, row in recording.calls]
    means = [file.queues[kinds[place][0]].service_seconds for place in which]
    lasting = [file.queues[kinds[place][0]].patience_seconds or FOR_EVER for place in which]
    service = stream(seed, replication, "service").exponential(1.0, len(rows)) * np.array(means)
    patience = stream(seed, replication, "patience").exponential(1.0, len(rows)) * np.array(lasting)
    return Traffic(
        classes=_classes(kinds),
        arrival=np.array([at for at, _ in recording.calls]),
        which=np.array(which, dtype=np.int64),
        service=np.array(
            [drawn if row.service is None else row.service for row, drawn in zip(rows, service, strict=True)]
        ),
        patience=np.array(
            [drawn if row.patience is None else row.patience for row, drawn in zip(rows, patience, strict=True)]
        ),
        takes_callback=np.zeros(len(rows), dtype=np.bool_),
    )


def _classes(kinds: Sequence[tuple[str, str, str]]) -> tuple[CallClass, ...]:
    """Named by what they differ in."""
    telling = [n for n in range(3) if len({kind[n] for kind in kinds}) > 1] or [0]
    return tuple(CallClass(" ".join(kind[n] for n in telling), Needs(kind[0], kind[2]), kind[1]) for kind in kinds)


def _after(arrival: float | datetime, start: datetime) -> float:
    return (arrival - start).total_seconds() if isinstance(arrival, datetime) else arrival


class _Reader:
    """Reads line by line and notes what is wrong."""

    def __init__(self, name: str, file: HotlineFile) -> None:
        self.faults: list[Fault] = []
        self._name = name
        self._zone = ZoneInfo(file.hotline.zone)
        self._known: Mapping[str, Sequence[str]] = {
            "queue": tuple(file.queues),
            "tier": tuple(file.tiers),
            "language": file.languages,
        }
        self._line = 1

    def rows(self, text: str) -> Iterator[Row]:
        """The rows without a fault."""
        lines = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
        try:
            head = [cell.strip() for cell in next(lines, [])]
            if not self._is_head(head):
                return
            kinds: set[type] = set()
            for cells in lines:
                self._line = lines.line_num
                if not any(cell.strip() for cell in cells):
                    continue
                row = self._row(head, cells)
                if row is None:
                    continue
                kinds.add(type(row.arrival))
                if len(kinds) > 1:
                    self._fault("`arrival` is seconds on some lines and a time on others", "write all of them alike")
                    return
                yield row
        except csv.Error as fault:
            self._line = lines.line_num
            self._fault(f"not valid CSV: {fault}", "check the quotes and commas here")

    def _is_head(self, head: list[str]) -> bool:
        before = len(self.faults)
        for column in head:
            if column not in COLUMNS:
                self._fault(f"no column is called `{column}`", did_you_mean(column, COLUMNS, "remove it"))
        if "arrival" not in head:
            self._fault("the column `arrival` is missing", "name the columns on the first line")
        for column in dict.fromkeys(head):
            if head.count(column) > 1:
                self._fault(f"the column `{column}` is there twice", "keep one of them")
        return len(self.faults) == before

    def _row(self, head: list[str], cells: list[str]) -> Row | None:
        if len(cells) != len(head):
            self._fault(f"{len(cells)} values for {len(head)} columns", "give each column a value or leave it empty")
            return None
        before = len(self.faults)
        given = {column: cell.strip() for column, cell in zip(head, cells, strict=True)}
        for column, known in self._known.items():
            value = given.get(column, "")
            if value and value not in known:
                self._fault(
                    f"the hotline file has no {column} `{value}`", did_you_mean(value, known, "use one it declares")
                )
        arrival = self._arrival(given["arrival"])
        service = self._seconds("service_s", given.get("service_s", ""))
        patience = self._seconds("patience_s", given.get("patience_s", ""))
        if arrival is None or len(self.faults) > before:
            return None
        return Row(arrival, given.get("queue", ""), given.get("tier", ""), given.get("language", ""), service, patience)

    def _arrival(self, text: str) -> float | datetime | None:
        if not text:
            self._fault("`arrival` is missing", "give seconds after midnight, or a time like 2026-01-05T09:30:00")
            return None
        if _NUMBER.match(text):
            return self._seconds("arrival", text)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self._fault(f"`arrival`: `{text}` is neither seconds nor a time", "write it like 2026-01-05T09:30:00")
            return None
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=self._zone)

    def _seconds(self, column: str, text: str) -> float | None:
        if not text:
            return None
        try:
            seconds = float(text)
        except ValueError:
            seconds = math.nan
        if not (math.isfinite(seconds) and seconds >= 0):
            self._fault(f"`{column}` must be seconds, not `{text}`", "write digits, with a point for decimals")
            return None
        return seconds

    def _fault(self, what: str, remedy: str) -> None:
        self.faults.append(Fault(self._name, self._line, what, remedy))
