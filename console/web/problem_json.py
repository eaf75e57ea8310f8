"""Errors as `application/problem+json` (RFC 9457): what, where and the remedy, never a traceback."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from config.errors import HotlineError, NotFound, Refused
from config.faults import HotlineFileFaults
from config.versions import VersionConflict
from console.errors import Forbidden, NotSignedIn, NotUnderstood, TooManyFailures, WindowRefused

_STATUS: tuple[tuple[type[HotlineError], int, str], ...] = (
    (NotSignedIn, 401, "Not signed in"),
    (Forbidden, 403, "Forbidden"),
    (NotFound, 404, "Not found"),
    (NotUnderstood, 422, "Not understood"),
    (HotlineFileFaults, 422, "The hotline file has faults"),
    (Refused, 409, "Refused"),
    (TooManyFailures, 429, "Too many failures"),
    (HotlineError, 500, "The hotline has a fault"),
)


def problem(
    status: int, title: str, detail: str, headers: dict[str, str] | None = None, **more: object
) -> JSONResponse:
    """A problem document. Members of `more` that are empty are left out."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body.update({name: value for name, value in more.items() if value})
    return JSONResponse(body, status_code=status, headers=headers, media_type="application/problem+json")


def of_error(error: HotlineError) -> JSONResponse:
    """The problem document of one of our own errors."""
    status, title = next((status, title) for kind, status, title in _STATUS if isinstance(error, kind))
    headers: dict[str, str] = {}
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooManyFailures):
        headers["Retry-After"] = str(error.seconds)
    return problem(status, title, error.what, headers, where=error.where, remedy=error.remedy, **_more(error))


def _more(error: HotlineError) -> dict[str, object]:
    """What a program can make use of."""
    match error:
        case NotUnderstood():
            return {"faults": [{"where": error.where, "what": error.what, "remedy": error.remedy}]}
        case HotlineFileFaults():
            faults = [fault for fault in error.faults if fault.is_error]
            told = [{"where": "body.text", "line": f.line, "what": f.what, "remedy": f.remedy} for f in faults]
            return {"faults": told}
        case WindowRefused():
            nearest = [{"opens": w.opens.isoformat(), "due": w.due.isoformat()} for w in error.nearest]
            return {"nearest": nearest}
        case VersionConflict():
            return {"theirs": error.theirs, "yours": error.yours}
        case _:
            return {}


def install(app: FastAPI) -> None:
    """Make every error of the app a problem document."""

    @app.exception_handler(HotlineError)
    async def on_own(_request: Request, error: HotlineError) -> JSONResponse:
        return of_error(error)

    @app.exception_handler(HTTPException)
    async def on_http(_request: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, "Not possible", str(error.detail), dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def on_invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        faults = [{"where": ".".join(map(str, fault["loc"])), "what": fault["msg"]} for fault in error.errors()]
        return problem(422, "Not understood", "the request has faults", faults=faults)

    @app.exception_handler(Exception)
    async def on_unexpected(_request: Request, _error: Exception) -> JSONResponse:
        # The server around the application logs it with its traceback.
        return problem(500, "The hotline has a fault", "an unexpected fault", remedy="see the program's log")
