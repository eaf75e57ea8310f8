"""Routes about what came of it: how contacts rated us, which letters did not arrive, and the report of a case."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from fastapi.security import HTTPBearer

from callbacks.adjusted_ratings import AgentRating, adjusted_ratings
from callbacks.messages import Message
from callbacks.model import Channel
from callbacks.report_html import report_html
from callbacks.report_pdf import report_pdf
from callbacks.report_view import LANGUAGES, report_view
from console.casework import Records
from console.ports import Site
from console.service import need
from console.signed_in import SignedIn
from console.users import Action
from prompts.letters import Template

_GIVEN_UP_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A letter that did not arrive: what it was about, by which channel, how often we tried, and how the last try
    failed. Its words, and the address, are not told here."""

    id: str
    contact: str
    case: str | None
    promise: str | None
    template: Template
    channel: Channel
    made_at: datetime
    given_up_at: datetime | None
    tries: int
    fault: str

    @classmethod
    def of(cls, message: Message) -> Undelivered:
        """What may be told of the message."""
        return cls(
            message.id,
            message.contact,
            message.case,
            message.promise,
            message.template,
            message.channel,
            message.made_at,
            message.settled_at,
            message.tries,
            message.fault,
        )


def build_outcomes(records: Records, site: Callable[[], Site]) -> APIRouter:
    """The routes. The application must have `state.sign_in`."""
    router = APIRouter(prefix="/api/v1", dependencies=[Depends(HTTPBearer(auto_error=False))])
    book = records.book
    drawing = asyncio.Lock()  # reports are drawn one at a time: calls need the processor more

    @router.get("/ratings")
    async def ratings(user: SignedIn, days: Annotated[int, Query(ge=1, le=730)] = 90) -> tuple[AgentRating, ...]:
        """Each agent's rating of the last so many days, adjusted for waits and matters, the best first (lesson 8)."""
        need(user, Action.SEE_RATINGS)
        return adjusted_ratings(await book.ratings(book.clock.now() - timedelta(days=days)))

    @router.get("/messages/given-up")
    async def given_up(user: SignedIn) -> tuple[Undelivered, ...]:
        """Letters that could not be delivered, the latest first, at most 200."""
        need(user, Action.SEE_MESSAGES)
        return tuple(Undelivered.of(message) for message in await book.messages_given_up(_GIVEN_UP_SHOWN))

    @router.get("/cases/{case}/report", response_class=Response)
    async def report(
        case: str,
        user: SignedIn,
        form: Annotated[Literal["html", "pdf"], Query(alias="format")] = "html",
        language: Annotated[str, Query(pattern=f"^({'|'.join(LANGUAGES)})$")] = LANGUAGES[0],
    ) -> Response:
        """The case's report in eight disciplines, from what is recorded alone (lesson 17), as a page or a document."""
        need(user, Action.HANDLE_CASES)
        found = await book.case_report(case, records.calls)
        view = report_view(found, language, site().zone, site().title(found.case.category, language))
        async with drawing:
            if form == "html":
                body, media = (await asyncio.to_thread(report_html, view)).encode(), "text/html; charset=utf-8"
            else:
                body, media = await asyncio.to_thread(report_pdf, view), "application/pdf"
        named = f'inline; filename="{found.case.reference}.{form}"'
        return Response(body, media_type=media, headers={"Cache-Control": "no-store", "Content-Disposition": named})

    return router
