"""Calls: their detail records."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from callbacks.calls import cdr
from callbacks.calls.call_list import CallFilter, place_of_call
from callbacks.calls.cdr import Cdr
from callbacks.calls.model import CallRecord
from callbacks.lists import Place, page_of
from console.api.house import ApiHouse
from console.api.routing import routes
from console.desk.service import need
from console.identity.signed_in import SignedIn
from console.identity.users import Action, User, may
from console.web import csv_answer
from console.web.api_body import Id, Which
from console.web.csv_answer import EITHER_WAY, WantsCsv
from console.web.paging import Cursor, Limit, Page, after, page

#: Rows that are read at once for a table.
_PART = 500

Since = Annotated[AwareDatetime | None, Query(description="From this moment on")]
Until = Annotated[AwareDatetime | None, Query(description="Before this moment")]


def build_calls(house: ApiHouse) -> APIRouter:
    """The routes. The application must have `state.sign_in`."""
    router = routes("calls")
    book, calls = house.records.book, house.records.calls

    async def records(found: Sequence[CallRecord], user: User) -> list[Cdr]:
        full = may(user, Action.SEE_CONTACTS)
        contacts = await book.contacts_named(sorted({call.contact for call in found}))
        return [cdr.cdr(call, contacts.get(call.contact), full_numbers=full) for call in found]

    async def parts(wanted: CallFilter, user: User) -> AsyncIterator[Sequence[Mapping[str, object]]]:
        last: Place | None = None
        while found := await house.found.listed(wanted, last, _PART):
            yield [asdict(record) for record in await records(found, user)]
            last = place_of_call(found[-1])

    @router.get("/calls", response_model=Page[Cdr], responses=EITHER_WAY)
    async def list_calls(
        user: SignedIn,
        request: Request,
        response: Response,
        as_csv: WantsCsv,
        since: Since = None,
        until: Until = None,
        queue: Which = None,
        agent: Which = None,
        contact: Which = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> object:
        """Call detail records, the oldest first, under the names that Asterisk has for them, and ours. As
        comma-separated values (`?format=csv`, or `Accept: text/csv`) all of the range at once. Numbers are masked for
        who may not see contacts."""
        need(user, Action.SEE_CDRS)
        wanted = CallFilter(since, until, queue, agent, contact)
        if as_csv:
            return csv_answer.answer(cdr.COLUMNS, parts(wanted, user), "calls")
        listed = page_of(await house.found.listed(wanted, after("calls", cursor), limit + 1), limit, place_of_call)
        shown = {record.uniqueid: record for record in await records(listed.rows, user)}
        return page(request, response, "calls", listed, lambda call: shown[call.id])

    @router.get("/calls/{call}")
    async def get_call(call: Id, user: SignedIn) -> Cdr:
        """One call's detail record."""
        need(user, Action.SEE_CDRS)
        return (await records([await calls.call(call)], user))[0]

    return router
