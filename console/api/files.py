"""Versions of the hotline file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from config.versions import Version
from console.api.routing import routes
from console.identity.signed_in import SignedIn
from console.web.api_body import TEXT, Body
from console.web.paging import Cursor, Limit, Page, cursor_of, linked, part_of, place_in
from console.workshop.file_service import LONGEST_REASON, FileService

_Text = Annotated[str, Field(max_length=500_000, pattern=TEXT)]
_Reason = Annotated[str, Field(min_length=1, max_length=LONGEST_REASON, pattern=TEXT)]
_Number = Annotated[int, Path(ge=1, le=2_147_483_647)]
_OtherNumber = Annotated[int, Query(ge=0, le=2_147_483_647, description="0: nothing, so that all is new")]


class FileText(Body):
    """The text of a hotline file (YAML)."""

    text: _Text


class NewVersion(Body):
    """A text that was made from version `base`, and why it was changed."""

    text: _Text
    reason: _Reason
    base: Annotated[int, Field(ge=1, le=2_147_483_647)]


class RollBack(Body):
    """Why."""

    reason: _Reason


@dataclass(frozen=True, slots=True)
class VersionHead:
    """A version without its text; `sha` is the SHA-256 of the text in hexadecimal."""

    number: int
    author: str
    reason: str
    published_at: datetime
    sha: str


@dataclass(frozen=True, slots=True)
class FileFaultTold:
    """A fault in a text, on a line that counts from 1. A warning (`is_error` false) keeps nothing from being
    published."""

    line: int
    what: str
    remedy: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version changes, as a unified diff."""

    diff: str


def build_files(files: FileService) -> APIRouter:
    """The routes. The application must have `state.sign_in`."""
    router = routes("hotline-files")

    @router.get("/hotline-files")
    async def list_versions(
        user: SignedIn, request: Request, response: Response, limit: Limit = 50, cursor: Cursor = None
    ) -> Page[VersionHead]:
        """Every version, the newest first; the newest one counts."""
        last = None if cursor is None else place_in("hotline-files", cursor)
        heads = [_head(version) for version in await files.history(user)]
        found, more = part_of(heads, lambda head: f"{2**31 - head.number:010}", last, limit)
        return linked(request, response, found, None if more is None else cursor_of("hotline-files", more))

    @router.post("/hotline-files", status_code=201)
    async def publish_version(body: NewVersion, user: SignedIn, response: Response) -> VersionHead:
        """Publish a text: calls from now on follow it. 409 when another version was published since `base`, with both
        changes; 422 when the text has faults."""
        version = await files.publish(user, body.text, body.reason, body.base)
        response.headers["Location"] = f"/api/v1/hotline-files/{version.number}"
        return _head(version)

    @router.post("/hotline-files/check")
    async def check_text(body: FileText, user: SignedIn) -> tuple[FileFaultTold, ...]:
        """The faults of a text; nothing is published."""
        faults = await files.check(user, body.text)
        return tuple(FileFaultTold(fault.line, fault.what, fault.remedy, fault.is_error) for fault in faults)

    @router.get("/hotline-files/{number}")
    async def get_version(number: _Number, user: SignedIn) -> Version:
        """A version with its text."""
        return await files.version(user, number)

    @router.get("/hotline-files/{number}/diff")
    async def compare_versions(number: _Number, user: SignedIn, against: _OtherNumber) -> Difference:
        """What the version changes against another one."""
        return Difference(await files.diff(user, against, number))

    @router.post("/hotline-files/{number}/roll-back", status_code=201)
    async def roll_back(number: _Number, body: RollBack, user: SignedIn) -> VersionHead:
        """Publish the text of an earlier version again; the versions between stay in the history."""
        return _head(await files.roll_back(user, number, body.reason))

    return router


def _head(version: Version) -> VersionHead:
    return VersionHead(version.number, version.author, version.reason, version.published_at, version.sha)
