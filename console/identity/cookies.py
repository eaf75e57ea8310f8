"""The cookie of a session, and whose token a request carries."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from console.errors import Forbidden
from console.identity.sessions import SESSION_LASTS

#: Its name where there is no TLS, as on one's own machine.
COOKIE = "hotline_session"

#: Its name behind TLS: browsers take it only with Secure, for this host and the whole of it (RFC 6265bis, 4.1.3.2).
_HOST_COOKIE = f"__Host-{COOKIE}"


def is_secure(request: Request) -> bool:
    """Whether the browser came by TLS. The server believes `X-Forwarded-Proto` of the trusted proxies only."""
    return request.url.scheme == "https"


def cookie_of(request: Request) -> str:
    """The session token in the cookie, or the empty string."""
    return request.cookies.get(_HOST_COOKIE if is_secure(request) else COOKIE, "")


def set_cookie(answer: Response, request: Request, token: str) -> None:
    """Give the browser the token of a new session."""
    answer.set_cookie(
        _HOST_COOKIE if is_secure(request) else COOKIE,
        token,
        max_age=int(SESSION_LASTS.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=is_secure(request),
    )


def drop_cookie(answer: Response, request: Request) -> None:
    """Let the browser forget it."""
    name = _HOST_COOKIE if is_secure(request) else COOKIE
    answer.delete_cookie(name, httponly=True, samesite="strict", secure=is_secure(request))


def same_origin(headers: Headers) -> bool:
    """Whether a browser says that the request comes from our own pages. Programs send neither header.

    `Sec-Fetch-Site` tells of sub-domains too; `Origin` is for browsers that do not send it.
    """
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
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
    return cookie_of(request)
