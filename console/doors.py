"""Coming in and going out: the sign-in page, the choice of language and appearance, liveness, the API's page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.api import source_of
from console.errors import NotSignedIn, TooManyFailures
from console.pages.api_view import api_page
from console.pages.frame_view import sign_in_page
from console.places import Place
from console.ports import Site
from console.preferences import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, theme_for, words_for
from console.shield import COOKIE, same_origin, token_of
from console.sign_in import SESSION_LASTS, SignIn
from console.words import LANGUAGES

#: Where the choice of a language may lead back to beside the console's places.
_DOORS = ("/sign-in", "/status")

_YEAR = 365 * 24 * 3600


def build_doors(sign_in: SignIn, site: Callable[[], Site], places: Sequence[Place]) -> APIRouter:
    """The routes; they need no script in the browser."""
    router = APIRouter(include_in_schema=False)
    known = {*_DOORS, *(place.path for place in places)}  # never an address from outside

    def page(request: Request, status: int = 200, fault: str = "", user: str = "") -> Response:
        return HTMLResponse(sign_in_page(words_for(request), site(), theme_for(request), fault, user), status)

    @router.get("/sign-in")
    async def show(request: Request) -> Response:
        return page(request)

    @router.post("/sign-in")
    async def enter(
        request: Request,
        user: Annotated[str, Form(max_length=200)] = "",
        password: Annotated[str, Form(max_length=1024)] = "",
    ) -> Response:
        say = words_for(request)
        if not same_origin(request.headers):
            return page(request, 403, say("sign_in.foreign"))
        try:
            token = await sign_in.sign_in(user, password, source_of(request))
        except TooManyFailures as locked:
            return page(request, 429, say("sign_in.locked", seconds=locked.seconds), user)
        except NotSignedIn:
            return page(request, 401, say("sign_in.wrong"), user)
        await sign_in.sign_out(request.cookies.get(COOKIE, ""))
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            COOKIE,
            token,
            max_age=int(SESSION_LASTS.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer

    @router.post("/sign-out")
    async def leave(request: Request) -> Response:
        await sign_in.sign_out(token_of(request))
        answer = RedirectResponse("/sign-in", 303)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=request.url.scheme == "https")
        return answer

    @router.get("/")
    async def home(request: Request) -> Response:
        try:
            user = await sign_in.user_of(token_of(request))
        except NotSignedIn:
            return RedirectResponse("/sign-in", 303)
        return RedirectResponse("/desk" if user.agent else "/wallboard", 303)

    @router.get("/preferences")
    async def prefer(language: str = "", theme: str = "", back: str = "/") -> Response:
        answer = RedirectResponse(back if back in known else "/", 303)
        if language in LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, samesite="lax", httponly=True)
        if theme in THEMES:
            answer.set_cookie(THEME_COOKIE, theme, max_age=_YEAR, samesite="lax", httponly=True)
        return answer

    @router.get("/healthz")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/api/docs")
    async def docs(request: Request) -> Response:
        return HTMLResponse(api_page(request.app.openapi(), theme_for(request)))

    return router
