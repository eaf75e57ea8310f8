"""What every response carries and every request must keep to. Pages load nothing from other machines: the content
security policy makes the browser enforce it."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.errors import Forbidden
from console.problem_json import problem

COOKIE = "hotline_session"

#: The largest request body; a hotline file of a thousand agents is a tenth of it.
LARGEST_BODY = 1_048_576

#: Vue compiles templates in the browser, and NiceGUI starts by inline scripts: hence the two `unsafe` words.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Shield:
    """ASGI middleware: security headers, no caching of what is behind the sign-in, no oversized bodies."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not same_origin(Headers(scope=scope)):
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            await problem(413, "Too large", f"a request may carry {LARGEST_BODY} bytes")(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            return message if taken <= LARGEST_BODY else {"type": "http.disconnect"}

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, counted, dressed)


def same_origin(headers: Headers) -> bool:
    """Whether a browser says that the request comes from our own pages. Programs send no `Origin`."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


def token_of(request: Request) -> str:
    """The session token: a bearer token, else the cookie.

    A cookie travels by itself, so a request that changes something and comes from another site's page is `Forbidden`
    (the cookie is SameSite=strict as well).
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    if request.method not in ("GET", "HEAD", "OPTIONS") and not same_origin(request.headers):
        raise Forbidden("the request comes from another site", remedy="use the console's own pages, or a bearer token")
    return request.cookies.get(COOKIE, "")
