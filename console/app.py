"""The console as one FastAPI application: the API, the doors, and NiceGUI's pages beneath them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles
from nicegui import ui
from starlette.responses import RedirectResponse, Response

from config.clock import Clock
from config.errors import HotlineError, NotFound
from config.events import Events
from console.api import build_router
from console.casework import Records, build_casework
from console.doors import build_doors
from console.errors import Forbidden, NotSignedIn
from console.live import Live
from console.outcomes import build_outcomes
from console.pages.desk import DeskPage
from console.pages.hotline_file import HotlineFilePage
from console.pages.screen import Console, Screen
from console.pages.wallboard import WallboardPage
from console.ports import HotlineFiles, Site, UserStore
from console.problem_json import install
from console.problemwork import build_problemwork
from console.service import DeskService
from console.shield import Shield
from console.sign_in import SignIn
from console.status import StatusDesk, build_status
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
    files: HotlineFiles,
    events: Events,
    clock: Clock,
    storage_secret: str,
    site: Callable[[], Site] = Site,
    status: StatusDesk | None = None,
    records: Records | None = None,
) -> FastAPI:
    """The application. `site` is asked whenever a page is drawn, so a newly published hotline file shows at once.
    `status` answers on the public status page; without it there is none.
    `records` are what the routes about cases and calls serve, and who looked at a transcript is written there.

    NiceGUI keeps its pages per process: of several consoles in one process the last built has the pages.
    """
    service = DeskService(desk, conversations, files, records.book if records else None)
    sign_in = SignIn(users, clock, storage_secret)
    pages = Console(service, sign_in, Live(events, clock), site, clock)
    host = _nicegui_host()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with host.router.lifespan_context(host):
            yield

    app = FastAPI(
        title=site().name,
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
    )
    app.state.sign_in = sign_in
    app.add_middleware(Shield)
    install(app)
    app.include_router(build_router(service, sign_in))
    app.include_router(build_doors(sign_in, site))
    if records is not None:
        app.include_router(build_casework(records))
        app.include_router(build_outcomes(records, site))
        app.include_router(build_problemwork(records.book))
    if status is not None:
        app.include_router(build_status(status, clock, site))
    app.mount("/assets", StaticFiles(directory=_ASSETS), name="assets")

    @app.api_route("/api/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    async def unknown(rest: str) -> None:
        raise NotFound(f"there is no /api/{rest}", remedy="see /api/docs")

    _add_pages(pages)
    app.mount("/", host)
    return app


@cache
def _nicegui_host() -> FastAPI:
    """NiceGUI can be given to one FastAPI application per process, once; consoles mount that one."""
    host = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    ui.run_with(host, favicon=_ICON, dark=None, tailwind=False, show_welcome_message=False, reconnect_timeout=10)
    return host


def _add_pages(console: Console) -> None:
    @ui.page("/desk")
    async def desk(request: Request) -> Response | None:
        async def draw(screen: Screen) -> None:
            if screen.user.agent is None:
                raise Forbidden(screen.words("desk.no_agent"))
            await DeskPage(screen, screen.user.agent).refresh()

        return await _drawn(console, request, draw)

    @ui.page("/wallboard")
    async def wallboard(request: Request) -> Response | None:
        async def draw(screen: Screen) -> None:
            await WallboardPage(screen).refresh()

        return await _drawn(console, request, draw)

    @ui.page("/hotline-file")
    async def hotline_file(request: Request) -> Response | None:
        async def draw(screen: Screen) -> None:
            version, text = await console.service.hotline_file(screen.user)
            await HotlineFilePage(screen, version, text).follow_system()

        return await _drawn(console, request, draw)


async def _drawn(console: Console, request: Request, draw: Callable[[Screen], Awaitable[None]]) -> Response | None:
    """The page, or the way to the sign-in, or what is wrong, in words."""
    try:
        screen = await Screen.open(console, request)
    except NotSignedIn:
        return RedirectResponse("/sign-in", 303)
    try:
        await draw(screen)
    except HotlineError as error:
        screen.apologise(error)
    return None
