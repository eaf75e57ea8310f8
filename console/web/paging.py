"""Lists in pages. A cursor is where the last page ended: opaque to whoever has it, and of no use for another list."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query, Request, Response
from pydantic import BaseModel

from callbacks.lists import Listed, Place
from console.errors import NotUnderstood

MOST = 200

#: How many at most.
Limit = Annotated[int, Query(ge=1, le=MOST)]
#: What `next` of the page before said.
Cursor = Annotated[str | None, Query(max_length=400)]

_Item = TypeVar("_Item")
_Shown = TypeVar("_Shown")


class Page(BaseModel, Generic[_Item]):
    """A part of a list. `next` is the cursor of the part that follows; null at the end. The header `Link` has its whole
    address (RFC 8288)."""

    items: list[_Item]
    next: str | None = None


def cursor_of(listing: str, place: str) -> str:
    """The cursor for what follows `place` in the list of this name."""
    return base64.urlsafe_b64encode(f"{listing} {place}".encode()).decode().rstrip("=")


def place_in(listing: str, cursor: str) -> str:
    """Where the cursor points. `NotUnderstood` when it is none of this list."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise bad_cursor() from None
    name, _, place = text.partition(" ")
    if name != listing or not place or cursor_of(listing, place) != cursor:
        raise bad_cursor()
    return place


def bad_cursor() -> NotUnderstood:
    """The error for a cursor that is none."""
    return NotUnderstood(
        "query.cursor", "this is no cursor of this list", remedy="take it from `next`, or leave it out"
    )


def after(listing: str, cursor: str | None) -> Place | None:
    """The place that the cursor names. `NotUnderstood` when it names none."""
    if cursor is None:
        return None
    place = Place.read(place_in(listing, cursor))
    if place is None:
        raise bad_cursor()
    return place


def page(
    request: Request, response: Response, listing: str, listed: Listed[_Item], shown: Callable[[_Item], _Shown]
) -> Page[_Shown]:
    """The page as it is answered; sets the header `Link` when there is more."""
    more = None if listed.after is None else cursor_of(listing, str(listed.after))
    return linked(request, response, [shown(row) for row in listed.rows], more)


def linked(request: Request, response: Response, items: Sequence[_Shown], more: str | None) -> Page[_Shown]:
    """The page with these items; `more` is the cursor of the next."""
    if more is not None:
        response.headers["Link"] = f'<{request.url.include_query_params(cursor=more)}>; rel="next"'
    return Page[_Shown](items=list(items), next=more)


def part_of(
    rows: Sequence[_Item], place: Callable[[_Item], str], last: str | None, limit: int
) -> tuple[Sequence[_Item], str | None]:
    """A page of a list that is at hand as a whole, sorted so that the texts of `place` rise: what comes after `last`,
    and the place of its last row when there is more."""
    rest = [row for row in rows if last is None or place(row) > last]
    found = rest[:limit]
    return found, place(found[-1]) if len(rest) > limit else None
