"""Lists as comma-separated values, row by row as they are read, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from fastapi.responses import StreamingResponse

MEDIA = "text/csv"

#: What an OpenAPI operation says that answers either way.
EITHER_WAY: dict[int | str, dict[str, object]] = {
    200: {
        "description": "A page as JSON; everything in the range as comma-separated values",
        "content": {MEDIA: {"schema": {"type": "string"}}},
    }
}

_FORMULA = re.compile(r"^[=+\-@\t\r]")
_HARMLESS = re.compile(r"[+-]?\d+(\.\d+)?")


def cell(value: object) -> str:
    """A value as text. What a spreadsheet would take for a formula is put behind an apostrophe (OWASP, CSV injection);
    a mere number, such as a telephone's, is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if _FORMULA.match(text) and not _HARMLESS.fullmatch(text) else text


def row(cells: Sequence[object]) -> str:
    """One line (RFC 4180)."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([cell(value) for value in cells])
    return line.getvalue()


def answer(
    columns: Sequence[str], parts: AsyncIterator[Sequence[Mapping[str, object]]], name: str
) -> StreamingResponse:
    """The table as a file of this name, sent part by part."""

    async def lines() -> AsyncIterator[str]:
        yield row(columns)
        async for part in parts:
            yield "".join(row([one[column] for column in columns]) for one in part)

    named = f'attachment; filename="{name}.csv"'
    return StreamingResponse(lines(), media_type=f"{MEDIA}; charset=utf-8", headers={"Content-Disposition": named})


async def _wants_csv(
    request: Request, form: Annotated[Literal["json", "csv"] | None, Query(alias="format")] = None
) -> bool:
    if form is not None:
        return form == "csv"
    accepted = [kind.partition(";")[0].strip() for kind in request.headers.get("accept", "").split(",")]
    return MEDIA in accepted and "application/json" not in accepted


#: Whether the list is asked for as comma-separated values: by `?format=csv`, or by `Accept: text/csv`.
WantsCsv = Annotated[bool, Depends(_wants_csv)]
