"""What every response carries and every request must keep to. Pages load nothing from other machines: the content
security policy makes the browser enforce it."""

from __future__ import annotations

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.identity.cookies import same_origin
from console.web.problem_json import problem
from console.web.source import asked_from
from console.web.uploads import LARGEST_UPLOAD

#: The largest request body; a hotline file of a thousand agents is a tenth of it.
LARGEST_BODY = 1_048_576

#: Where pages send the files that people choose (NiceGUI's each by an address of its own that nobody can guess), and
#: what surrounds a file on its way.
_UPLOADS = re.compile(r"/_nicegui/client/[^/]+/upload/\d+|/prompts/recordings/[^/]+/[^/]+")
_AROUND_A_FILE = 65_536

#: What NiceGUI's pages carry and nothing else does.
_MARK_OF_A_PAGE = "X-NiceGUI-Content"

_EVERYWHERE = (
    "default-src 'self'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "media-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)

#: For a document that brings its own styles along and needs nothing else, no script above all.
DOCUMENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(self), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

#: Behind TLS browsers are to come by TLS from now on.
_TRANSPORT_SECURITY = "max-age=31536000"


def policy(nonce: str | None) -> str:
    """The content security policy: of one of NiceGUI's pages with its nonce, or of everything else, without.

    NiceGUI's pages begin by inline scripts, which the nonce allows one by one. `unsafe-eval` stays for them: the
    browser's half of NiceGUI evaluates handlers and calls that the server sends, and Vue compiles templates. Styles are
    inline there: Quasar and the charts set them.
    """
    scripts = f" 'nonce-{nonce}' 'unsafe-eval'" if nonce else ""
    styles = " 'unsafe-inline'" if nonce else ""
    own = (f"script-src 'self'{scripts}", "script-src-attr 'none'", f"style-src 'self'{styles}")
    return "; ".join((*_EVERYWHERE, *own))


class Shield:
    """ASGI middleware: security headers, no caching of what is behind the sign-in, no oversized bodies."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        client = scope.get("client")
        asked_from.set(client[0] if client else "")
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif same_origin(Headers(scope=scope)):
            await self._app(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        most = LARGEST_UPLOAD + _AROUND_A_FILE if _UPLOADS.fullmatch(scope["path"]) else LARGEST_BODY
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            return message if taken <= most else {"type": "http.disconnect"}

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_page = _MARK_OF_A_PAGE in headers
                headers.setdefault("Content-Security-Policy", policy(nonce if is_page else None))
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = _TRANSPORT_SECURITY
            await send(message)

        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdigit() or int(length) > most:
            refusal = problem(413, "Too large", f"a request may carry {most} bytes")
            await refusal(scope, receive, dressed)
            return
        await self._app(scope, counted, dressed)
