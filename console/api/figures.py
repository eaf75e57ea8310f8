"""How it goes: how cases were sifted, how contacts rated us, which letters did not arrive; and the report of a case."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from callbacks.aftercare.adjusted_ratings import AgentRating, adjusted_ratings
from callbacks.cases.repeats import repeat_rates
from callbacks.cases.sifting import sift_rates
from callbacks.letters.messages import Message
from callbacks.model import Channel
from callbacks.reports.report_html import report_html
from callbacks.reports.report_pdf import report_pdf
from callbacks.reports.report_view import LANGUAGES, report_view
from console.api.house import ApiHouse
from console.api.routing import routes
from console.desk.service import need
from console.identity.signed_in import SignedIn
from console.identity.users import Action
from console.web.api_body import Id
from console.web.shield import DOCUMENT_POLICY
from prompts.letters import Template

_GIVEN_UP_SHOWN = 200
_CASES_SIFTED = 1000
_REPORT: dict[int | str, dict[str, object]] = {
    200: {
        "description": "The report as a page, or as a document",
        "content": {
            "text/html": {"schema": {"type": "string"}},
            "application/pdf": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@dataclass(frozen=True, slots=True)
class CategoryFigures:
    """Of the newest cases of one category: how many came back, and how many missed a step. Rates from 0 to 1."""

    category: str
    opened: int
    repeated: int
    escalated: int
    repeat_rate: float
    escalation_rate: float


@dataclass(frozen=True, slots=True)
class SiftFigures:
    """Of the newest cases: how many were sifted out as grave, how many a person checked and corrected, how many proved
    grave only later, how many were sifted needlessly. Rates from 0 to 1; null of none."""

    cases: int
    sifted: int
    checked: int
    corrected: int
    missed: int
    needless: int
    sift_rate: float | None
    mis_sift_rate: float | None
    categories: tuple[CategoryFigures, ...]


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


def build_figures(house: ApiHouse) -> APIRouter:
    """The routes. The application must have `state.sign_in`."""
    router = routes("figures")
    book = house.records.book
    drawing = asyncio.Lock()  # reports are drawn one at a time: calls need the processor more

    @router.get("/sifting")
    async def get_sifting(user: SignedIn) -> SiftFigures:
        """How well the newest cases, at most 1000, were sifted, by what people corrected; and, category by category,
        how many came back or missed a step."""
        need(user, Action.SEE_FILE)  # for those who set the thresholds
        histories = await book.case_histories(_CASES_SIFTED)
        rates = sift_rates(histories)
        return SiftFigures(
            **asdict(rates),
            sift_rate=rates.sift_rate,
            mis_sift_rate=rates.mis_sift_rate,
            categories=tuple(
                CategoryFigures(**asdict(of), repeat_rate=of.repeat_rate, escalation_rate=of.escalation_rate)
                for of in repeat_rates(case for case, _ in histories)
            ),
        )

    @router.get("/ratings")
    async def list_ratings(user: SignedIn, days: Annotated[int, Query(ge=1, le=730)] = 90) -> tuple[AgentRating, ...]:
        """Each agent's rating of the last so many days, adjusted for waits and matters, the best first (lesson 8)."""
        need(user, Action.SEE_RATINGS)
        return adjusted_ratings(await book.ratings(book.clock.now() - timedelta(days=days)))

    @router.get("/messages/given-up")
    async def list_given_up(user: SignedIn) -> tuple[Undelivered, ...]:
        """Letters that could not be delivered, the latest first, at most 200."""
        need(user, Action.SEE_MESSAGES)
        return tuple(Undelivered.of(message) for message in await book.messages_given_up(_GIVEN_UP_SHOWN))

    @router.get("/cases/{case}/report", tags=["cases"], response_class=Response, responses=_REPORT)
    async def get_report(
        case: Id,
        user: SignedIn,
        form: Annotated[Literal["html", "pdf"], Query(alias="format")] = "html",
        language: Annotated[str, Query(pattern=f"^({'|'.join(LANGUAGES)})$")] = LANGUAGES[0],
    ) -> Response:
        """The case's report in eight disciplines, from what is recorded alone (lesson 17), as a page or a document."""
        need(user, Action.HANDLE_CASES)
        found = await book.case_report(case, house.records.calls)
        site = house.site()
        view = report_view(found, language, site.zone, site.title(found.case.category, language))
        async with drawing:
            if form == "html":
                body, media = (await asyncio.to_thread(report_html, view)).encode(), "text/html; charset=utf-8"
            else:
                body, media = await asyncio.to_thread(report_pdf, view), "application/pdf"
        named = f'inline; filename="{found.case.reference}.{form}"'
        headers = {"Content-Disposition": named, "Content-Security-Policy": DOCUMENT_POLICY}
        return Response(body, media_type=media, headers=headers)

    return router
