"""The application around the API: its description, its keys, and what is answered where there is nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache
from typing import Any

from fastapi import FastAPI, HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp

from config.clock import Clock
from config.errors import NotFound
from console.api.description import described, methods_at, unkeyed
from console.identity.cookies import token_of
from console.identity.sign_in import SignIn
from console.identity.users import User
from console.web.idempotency import Answers
from console.web.idempotent_posts import IdempotentPosts
from console.web.shield import Shield


class ApiApplication(FastAPI):
    """An application whose description says what holds for every operation, and whose every answer is shielded."""

    def build_middleware_stack(self) -> ASGIApp:
        """The shield is around everything: what is added as middleware does not see the answer to a fault of ours."""
        return Shield(super().build_middleware_stack())

    def openapi(self) -> dict[str, Any]:
        """The description; made when it is first asked for, when all routes are there."""
        if self.openapi_schema is None:
            self.openapi_schema = described(super().openapi())
        return self.openapi_schema


async def describe(app: FastAPI) -> None:
    """Make the description, which takes long, before anybody waits for it, and aside from the calls."""
    await asyncio.to_thread(app.openapi)


def honour_keys(app: ApiApplication, answers: Answers, clock: Clock, sign_in: SignIn) -> None:
    """Carry every POST that has an idempotency key out once."""

    async def person_of(request: Request) -> User:
        return await sign_in.user_of(token_of(request))

    @cache  # the routes are not there yet
    def without_key() -> Callable[[str], bool]:
        return unkeyed(app.openapi())

    app.add_middleware(
        IdempotentPosts,
        answers=answers,
        clock=clock,
        person_of=person_of,
        unkeyed=lambda path: without_key()(path),
    )


def answer_the_rest(app: ApiApplication) -> None:
    """What is below `/api` and is no route: nothing, or something that is asked for in another way."""

    @app.api_route("/api/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    async def unknown(rest: str, request: Request) -> None:
        allowed = methods_at(app.openapi(), request.url.path)
        if allowed:
            raise HTTPException(405, f"there is no {request.method} here", {"Allow": ", ".join(allowed)})
        raise NotFound(f"there is no /api/{rest}", remedy="see /api/docs")
