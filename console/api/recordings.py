"""What was said in calls. Whoever sees or hears it is written down first."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response

from callbacks.calls.model import CallLine
from callbacks.privacy.personal import Look, Looked
from config.errors import NotFound
from console.api.routing import routes
from console.book.records import Records
from console.desk.service import need, person
from console.identity.signed_in import SignedIn
from console.identity.users import Action
from console.web.api_body import Id, Which
from console.web.sound_answer import sound_answer

_LOOKS_SHOWN = 500


def build_recordings(records: Records) -> APIRouter:
    """The routes. The application must have `state.sign_in`."""
    router = routes("calls")
    book, calls = records.book, records.calls

    @router.get("/calls/{call}/transcript")
    async def get_transcript(call: Id, user: SignedIn) -> tuple[CallLine, ...]:
        """What was said in the call. That it was asked for is kept for ever."""
        need(user, Action.SEE_CALLS)
        await calls.call(call)
        await book.note_look(person(user), Looked.TRANSCRIPT, call)
        return await calls.lines(call)

    @router.get(
        "/calls/{call}/recording",
        response_class=Response,
        responses={200: {"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}}},
    )
    async def get_recording(call: Id, user: SignedIn, request: Request) -> Response:
        """The sound of the call, a WAV file. That it was asked for is kept for ever."""
        need(user, Action.SEE_CALLS)
        name = (await calls.call(call)).recording
        path = records.folder / Path(name).name if name else None
        if path is None or not path.is_file():
            raise NotFound("of this call there is no recording", where=f"call {call}")
        await book.note_look(person(user), Looked.RECORDING, call)
        return await sound_answer(path, records.keyring, request.headers.get("range"))

    @router.get("/looks")
    async def list_looks(user: SignedIn, of: Which = None) -> tuple[Look, ...]:
        """Who looked at recordings and transcripts, the latest first, at most 500; at one call or contact by its id."""
        need(user, Action.SEE_LOOKS)
        return await book.looks(_LOOKS_SHOWN, of)

    return router
