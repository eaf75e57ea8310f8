"""Whether the hotline lives, and whether calls should be sent to it: `/healthz` and `/readyz`, for probers without a
sign-in. Nothing is told here that helps an attacker: names of parts, never addresses or faults in their own words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from fastapi import APIRouter
from fastapi.responses import JSONResponse


class Standing(StrEnum):
    """How a part is."""

    READY = "ready"
    DEGRADED = "degraded"  # calls are served, but not as well as they should be
    MISSING = "missing"  # no calls should be sent here


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the hotline, and what is wrong with it: `why` is empty where nothing is."""

    name: str
    standing: Standing = Standing.READY
    why: str = ""


class Readiness(Protocol):
    """Who knows how the parts are. Asked once a second by each prober: looks must be cheap and must not hang."""

    async def look(self) -> tuple[Part, ...]:
        """Every part, always in the same order."""


def is_ready(parts: tuple[Part, ...]) -> bool:
    """Whether calls should be sent here: nothing is missing."""
    return all(part.standing is not Standing.MISSING for part in parts)


def build_health(readiness: Readiness, version: str) -> APIRouter:
    """The routes.

    `/healthz`: 200 while the event loop of the main process turns. `/readyz`: 503 while a part is missing, else 200;
    `missing` and `degraded` list which parts are, and why.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok", "version": version}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        parts = await readiness.look()
        missing = _listed(parts, Standing.MISSING)
        degraded = _listed(parts, Standing.DEGRADED)
        status = Standing.MISSING if missing else Standing.DEGRADED if degraded else Standing.READY
        said = "not ready" if status is Standing.MISSING else status.value
        return JSONResponse({"status": said, "missing": missing, "degraded": degraded}, 200 if is_ready(parts) else 503)

    return router


def _listed(parts: tuple[Part, ...], standing: Standing) -> list[dict[str, str]]:
    return [{"part": part.name, "why": part.why} for part in parts if part.standing is standing]
