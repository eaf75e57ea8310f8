"""Coming in and going out: the sign-in page, the choice of language and appearance, the API's page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.errors import NotSignedIn, PasswordRefused, PasswordToBeChanged, TooManyFailures
from console.identity.cookies import cookie_of, drop_cookie, same_origin, set_cookie, token_of
from console.identity.passwords import LEAST_LENGTH
from console.identity.preferences import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, theme_for, words_for
from console.identity.sign_in import SignIn
from console.pages.api_view import api_page
from console.pages.frame_view import sign_in_page
from console.pages.password_view import password_page
from console.places import Place
from console.ports import Site
from console.web.api_body import source_of
from console.words import LANGUAGES

#: Where the choice of a language may lead back to beside the console's places.
_DOORS = ("/sign-in", "/password", "/status", "/complain")

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
        await sign_in.sign_out(cookie_of(request))
        answer = RedirectResponse("/", 303)
        set_cookie(answer, request, token)
        return answer

    @router.post("/sign-out")
    async def leave(request: Request) -> Response:
        await sign_in.sign_out(token_of(request))
        answer = RedirectResponse("/sign-in", 303)
        drop_cookie(answer, request)
        return answer

    @router.get("/password")
    async def show_password(request: Request) -> Response:
        try:
            user = await sign_in.person_of(cookie_of(request))
        except NotSignedIn:
            return RedirectResponse("/sign-in", 303)
        return HTMLResponse(password_page(words_for(request), site(), theme_for(request), user))

    @router.post("/password")
    async def change_password(
        request: Request,
        old: Annotated[str, Form(max_length=1024)] = "",
        new: Annotated[str, Form(max_length=1024)] = "",
        again: Annotated[str, Form(max_length=1024)] = "",
    ) -> Response:
        say, token = words_for(request), cookie_of(request)
        try:
            user = await sign_in.person_of(token)
            if not same_origin(request.headers):
                status, fault = 403, say("sign_in.foreign")
            elif new != again:
                status, fault = 409, say("password.differ")
            else:
                token = await sign_in.change_password(token, old, new, source_of(request))
                answer = RedirectResponse("/", 303)
                set_cookie(answer, request, token)
                return answer
        except NotSignedIn:
            return RedirectResponse("/sign-in", 303)
        except TooManyFailures as locked:
            status, fault = 429, say("sign_in.locked", seconds=locked.seconds)
        except PasswordRefused as refused:
            status, fault = 409, say(f"password_fault.{refused.reason}", least=LEAST_LENGTH)
        return HTMLResponse(password_page(say, site(), theme_for(request), user, fault), status)

    @router.get("/")
    async def home(request: Request) -> Response:
        try:
            user = await sign_in.user_of(token_of(request))
        except NotSignedIn:
            return RedirectResponse("/sign-in", 303)
        except PasswordToBeChanged:
            return RedirectResponse("/password", 303)
        return RedirectResponse("/desk" if user.agent else "/wallboard", 303)

    @router.get("/preferences")
    async def prefer(language: str = "", theme: str = "", back: str = "/") -> Response:
        answer = RedirectResponse(back if back in known else "/", 303)
        if language in LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, samesite="lax", httponly=True)
        if theme in THEMES:
            answer.set_cookie(THEME_COOKIE, theme, max_age=_YEAR, samesite="lax", httponly=True)
        return answer

    @router.get("/api/docs")
    async def docs(request: Request) -> Response:
        return HTMLResponse(api_page(request.app.openapi(), theme_for(request)))

    return router
