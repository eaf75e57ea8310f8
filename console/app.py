"""The console as one FastAPI application: the API, the doors, and NiceGUI's pages beneath them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles
from nicegui import ui
from starlette.responses import RedirectResponse, Response

from config.clock import Clock
from config.errors import HotlineError
from config.events import Events
from console.api import floor_routers
from console.api.application import ApiApplication, answer_the_rest, describe, honour_keys
from console.api.routing import operation_id
from console.audit import Audit
from console.desk.service import DeskService, need
from console.doors import build_doors
from console.errors import Forbidden, NotSignedIn, PasswordToBeChanged
from console.identity.sign_in import SignIn
from console.identity.tokens import Tokens
from console.live import Live
from console.pages.nonces import install_nonces
from console.pages.screen import Console, Screen
from console.ports import Looks, Site, UserStore
from console.rooms import Page, Room
from console.store.memory_answers import MemoryAnswers
from console.web.idempotency import Answers
from console.web.problem_json import install
from ivr.desk import Conversations, Desk

_ASSETS = Path(__file__).parent / "assets"
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b57d0"/>'
    '<path d="M9 17a7 7 0 0 1 14 0v5h-4v-6h4M9 22v-5h4v5z" fill="none" stroke="#fff" stroke-width="2.4"/></svg>'
)


def build_console(
    desk: Desk,
    conversations: Conversations,
    users: UserStore,
    events: Events,
    clock: Clock,
    storage_secret: str,
    site: Callable[[], Site] = Site,
    rooms: Sequence[Room] = (),
    looks: Looks | None = None,
    audit: Audit | None = None,
    tokens: Tokens | None = None,
    answers: Answers | None = None,
) -> FastAPI:
    """The application: its doors, the API of the floor, and the `rooms`, whose places stand in this order.

    `site` is asked whenever a page is drawn, so a newly published hotline file shows at once. Who was shown a
    transcript at the desk is noted in `looks`, who signed in or failed to in `audit`; `tokens` are those of the API;
    `answers` keeps what requests with an idempotency key were answered (without it, only as long as the process).

    NiceGUI keeps its pages per process: of several consoles in one process the last built has the pages.
    """
    service = DeskService(desk, conversations, looks)
    sign_in = SignIn(users, clock, storage_secret, audit, tokens)
    pages = tuple(page for room in rooms for page in room.pages)
    places = tuple(page.place for page in pages)
    console = Console(service, sign_in, Live(events, clock), site, clock, places)
    host = _nicegui_host()

    @asynccontextmanager
    async def lifespan(application: FastAPI) -> AsyncIterator[None]:
        await describe(application)
        async with host.router.lifespan_context(host):
            yield
        await console.live.close()

    app = ApiApplication(
        title=site().name,
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
    )
    app.state.sign_in = sign_in
    honour_keys(app, answers or MemoryAnswers(), clock, sign_in)
    install(app)
    of_rooms = (router for room in rooms for router in room.routers)
    for router in (*floor_routers(service, sign_in), build_doors(sign_in, site, places), *of_rooms):
        app.include_router(router)
    app.mount("/assets", StaticFiles(directory=_ASSETS), name="assets")

    answer_the_rest(app)
    for page in pages:
        _add(console, page)
    app.mount("/", host)
    return app


@cache
def _nicegui_host() -> FastAPI:
    """NiceGUI can be given to one FastAPI application per process, once; consoles mount that one."""
    install_nonces()
    host = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    ui.run_with(host, favicon=_ICON, dark=None, tailwind=False, show_welcome_message=False, reconnect_timeout=10)
    return host


def _add(console: Console, page: Page) -> None:
    @ui.page(page.place.path)
    async def draw(request: Request) -> Response | None:
        return await _drawn(console, request, page)


async def _drawn(console: Console, request: Request, page: Page) -> Response | None:
    """The page, or the way to the sign-in, or what is wrong, in words."""
    try:
        screen = await Screen.open(console, request)
    except NotSignedIn:
        return RedirectResponse("/sign-in", 303)
    except PasswordToBeChanged:
        return RedirectResponse("/password", 303)
    try:
        if screen.user.scopes is not None:
            raise Forbidden("a token of the API opens no pages", remedy="sign in")
        if page.place.action is None and screen.user.agent is None:
            raise Forbidden(screen.words("desk.no_agent"))
        if page.place.action is not None:
            need(screen.user, page.place.action, screen.user.agent)
        await page.draw(screen)
    except HotlineError as error:
        screen.apologise(error)
    return None
