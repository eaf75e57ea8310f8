"""Signing in and out. These answers hold a secret: they are kept for nobody, whatever key the request has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from console.api.routing import KEPT_FOR_NOBODY, routes
from console.desk.service import need
from console.identity.cookies import token_of
from console.identity.sessions import SESSION_LASTS
from console.identity.sign_in import SignIn
from console.identity.signed_in import SignedIn
from console.identity.users import Action
from console.web.api_body import Body, Short, source_of


class Credentials(Body):
    """To sign in with."""

    user: Short
    password: Annotated[str, Field(max_length=1024)]


@dataclass(frozen=True, slots=True)
class Session:
    """Send `token` as `Authorization: Bearer TOKEN`."""

    token: str
    expires_in: int
    user: str
    name: str
    role: str
    agent: str | None


def build_sessions(sign_in: SignIn) -> APIRouter:
    """The routes."""
    router = routes("sessions")

    @router.post("/sessions", status_code=201, openapi_extra=KEPT_FOR_NOBODY)
    async def open_session(body: Credentials, request: Request) -> Session:
        """Sign in; the token is valid for 12 hours."""
        token = await sign_in.sign_in(body.user, body.password, source_of(request))
        user = await sign_in.user_of(token)
        return Session(token, int(SESSION_LASTS.total_seconds()), user.id, user.name, user.role, user.agent)

    @router.delete("/sessions", status_code=204)
    async def close_session(request: Request, user: SignedIn) -> None:
        """Sign out: the token of this request is worth nothing from now on."""
        need(user, Action.MANAGE_SELF)  # a token of the API is revoked where it was made
        await sign_in.sign_out(token_of(request))

    return router
