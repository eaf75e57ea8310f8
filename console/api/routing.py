"""What all routes of the API have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import get_args, get_origin

from fastapi import APIRouter, Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from console.errors import NotUnderstood

PREFIX = "/api/v1"

#: What an operation says in the OpenAPI whose answers must not be kept, for they hold a secret.
NO_KEY = "x-idempotency-key-ignored"
KEPT_FOR_NOBODY: dict[str, object] = {NO_KEY: True}

_BEARER = HTTPBearer(
    auto_error=False, scheme_name="bearer", description="The token of POST /api/v1/sessions, or a token of the API"
)
TAGS: Mapping[str, str] = MappingProxyType(
    {
        "sessions": "Signing in and out",
        "agents": "Agents: their state, the work in their hands, and the conversations that supervisors join",
        "contacts": "People who call, and whether they may be called",
        "cases": "Complaints and requests, from intake to feedback",
        "problems": "Known causes behind several cases",
        "promises": "What was said to contacts that we will do",
        "calls": "Call detail records, transcripts and recordings",
        "queues": "What happened in the queues",
        "hotline-files": "Versions of the hotline file",
        "events": "What happens, as it happens",
        "figures": "How it goes: the wallboard, sifting, ratings, letters that did not arrive",
    }
)


def _parameters(dependant: Dependant) -> dict[str, bool]:
    """The names of the query's parameters, and whether each may be given more than once."""
    found: dict[str, bool] = {}
    for further in dependant.dependencies:
        found |= _parameters(further)
    return found | {one.alias: _is_list(one.field_info.annotation) for one in dependant.query_params}


def _is_list(kind: object) -> bool:
    return get_origin(kind) is list or any(_is_list(option) for option in get_args(kind))


async def _nothing_unknown(request: Request) -> None:
    """A condition that is misspelt must not be passed over: what is answered would be something else than was asked."""
    known = _parameters(request.scope["route"].dependant)
    for name, times in Counter(name for name, _ in request.query_params.multi_items()).items():
        if name not in known:
            remedy = f"choose of {', '.join(sorted(known))}" if known else "leave it out"
            raise NotUnderstood(f"query.{name[:40]}", "there is no such parameter", remedy=remedy)
        if times > 1 and not known[name]:
            raise NotUnderstood(f"query.{name}", "it is given more than once", remedy="give it once")


def routes(tag: str, prefix: str = "") -> APIRouter:
    """A router for routes under `/api/v1` about one subject."""
    return APIRouter(prefix=PREFIX + prefix, tags=[tag], dependencies=[Depends(_BEARER), Depends(_nothing_unknown)])


def operation_id(route: APIRoute) -> str:
    """The name under which programs that are made from the description call the operation."""
    subject = str(route.tags[0]) if route.tags else "console"
    return f"{subject}_{route.name}".replace("-", "_")
