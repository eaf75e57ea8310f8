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
from config.errors import HotlineError, NotFound
from config.events import Events
from console.api import build_router
from console.doors import build_doors
from console.errors import Forbidden, NotSignedIn
from console.live import Live
from console.pages.desk import DeskPage
from console.pages.hotline_file import HotlineFilePage
from console.pages.screen import Console, Screen
from console.pages.wallboard import WallboardPage
from console.places import Place, Wing
from console.ports import HotlineFiles, Looks, Site, UserStore
from console.problem_json import install
from console.rooms import Page, Room
from console.service import DeskService, need
from console.shield import Shield
from console.sign_in import SignIn
from console.users import Action
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
    rooms: Sequence[Room] = (),
    looks: Looks | None = None,
) -> FastAPI:
    """The application: the desk, the wallboard, the hotline file and their API, and the further `rooms`.

    `site` is asked whenever a page is drawn, so a newly published hotline file shows at once. Who was shown a
    transcript at the desk is noted in `looks`.

    NiceGUI keeps its pages per process: of several consoles in one process the last built has the pages.
    """
    service = DeskService(desk, conversations, files, looks)
    sign_in = SignIn(users, clock, storage_secret)
    pages = (*_PAGES, *(page for room in rooms for page in room.pages))
    places = tuple(page.place for page in pages)
    console = Console(service, sign_in, Live(events, clock), site, clock, places)
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
    app.include_router(build_doors(sign_in, site, places))
    for room in rooms:
        for router in room.routers:
            app.include_router(router)
    app.mount("/assets", StaticFiles(directory=_ASSETS), name="assets")

    @app.api_route("/api/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    async def unknown(rest: str) -> None:
        raise NotFound(f"there is no /api/{rest}", remedy="see /api/docs")

    for page in pages:
        _add(console, page)
    app.mount("/", host)
    return app


@cache
def _nicegui_host() -> FastAPI:
    """NiceGUI can be given to one FastAPI application per process, once; consoles mount that one."""
    host = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    ui.run_with(host, favicon=_ICON, dark=None, tailwind=False, show_welcome_message=False, reconnect_timeout=10)
    return host


def _add(console: Console, page: Page) -> None:
    @ui.page(page.place.path)
    async def draw(request: Request) -> Response | None:
        return await _drawn(console, request, page)


async def _desk(screen: Screen) -> None:
    if screen.user.agent is not None:
        await DeskPage(screen, screen.user.agent).refresh()


async def _wallboard(screen: Screen) -> None:
    await WallboardPage(screen).refresh()


async def _hotline_file(screen: Screen) -> None:
    version, text = await screen.console.service.hotline_file(screen.user)
    await HotlineFilePage(screen, version, text).follow_system()


_PAGES = (
    Page(Place("/desk", "app.desk", Wing.WORK, None), _desk),
    Page(Place("/wallboard", "app.wallboard", Wing.WORK, Action.SEE_WALLBOARD), _wallboard),
    Page(Place("/hotline-file", "app.file", Wing.SETUP, Action.SEE_FILE), _hotline_file),
)


async def _drawn(console: Console, request: Request, page: Page) -> Response | None:
    """The page, or the way to the sign-in, or what is wrong, in words."""
    try:
        screen = await Screen.open(console, request)
    except NotSignedIn:
        return RedirectResponse("/sign-in", 303)
    try:
        if page.place.action is None and screen.user.agent is None:
            raise Forbidden(screen.words("desk.no_agent"))
        if page.place.action is not None:
            need(screen.user, page.place.action, screen.user.agent)
        await page.draw(screen)
    except HotlineError as error:
        screen.apologise(error)
    return None
