"""The public status page (lesson 24): who has a reference may ask where it stands.

Every answer takes the same time, whether there is such a reference or not; sources are limited, and so is each
reference, so that neither references nor codes can be tried out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Protocol

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from callbacks.status.standing import Standing
from config.clock import Clock
from console.identity.cookies import same_origin
from console.identity.preferences import theme_for, words_for
from console.pages.status_view import Answer, status_page
from console.ports import Site
from console.web.api_body import source_of
from console.web.rate_limit import RateLimit

#: Longer than any look-up takes, shorter than anybody minds.
ANSWER_SECONDS = 0.4
_LONGEST_REFERENCE = 16


class StatusDesk(Protocol):
    """What the page asks of the promise book."""

    async def standing(self, reference: str, number: str, code: str) -> Standing | None:
        """Where it stands; None for a reference that was never given. With details for the contact's own number, or a
        right code."""

    async def send_code(self, reference: str) -> None:
        """Send the contact a code, where they are written to; nobody is told whether."""


def build_status(desk: StatusDesk, clock: Clock, site: Callable[[], Site]) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)
    sources = RateLimit(burst=10, refill=timedelta(seconds=10))
    references = RateLimit(burst=5, refill=timedelta(minutes=2))

    def page(request: Request, answer: Answer | None = None, status: int = 200) -> Response:
        words = words_for(request)
        return HTMLResponse(status_page(words, site(), theme_for(request), clock.now(), answer), status)

    @router.get("/status")
    async def show(request: Request) -> Response:
        return page(request)

    @router.post("/status")
    async def answer(
        request: Request,
        reference: Annotated[str, Form(max_length=40)] = "",
        number: Annotated[str, Form(max_length=40)] = "",
        code: Annotated[str, Form(max_length=20)] = "",
        ask: Annotated[str, Form(max_length=10)] = "look",
    ) -> Response:
        words = words_for(request)
        asked = "".join(sign for sign in reference if sign.isascii() and sign.isdigit())[:_LONGEST_REFERENCE]
        if not same_origin(request.headers):
            return page(request, Answer(asked, notice=words("sign_in.foreign")), 403)
        now = clock.now()
        # A reference is counted before it is known whether there is one, or the count would tell.
        within = sources.allows(source_of(request), now) and references.allows(asked, now)
        if not within:
            wait = max(sources.wait(source_of(request), now), references.wait(asked, now))
            seconds = max(1, int(wait.total_seconds()))
            tired = page(request, Answer(asked, notice=words("standing.too_many", seconds=seconds)), 429)
            tired.headers["Retry-After"] = str(seconds)
            return tired
        until = clock.monotonic() + ANSWER_SECONDS
        if ask == "code":
            await desk.send_code(asked)
            found = Answer(asked, notice=words("standing.sent"))
        else:
            found = Answer(asked, await desk.standing(asked, number, code))
        await clock.sleep(until - clock.monotonic())
        return page(request, found)

    return router
