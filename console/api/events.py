"""The events stream."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from config.outbox import OutboxEntry
from console.api.house import ApiHouse
from console.api.routing import routes
from console.desk.service import need
from console.errors import NotUnderstood
from console.identity.cookies import token_of
from console.identity.sign_in import SignIn
from console.identity.signed_in import SignedIn
from console.identity.users import Action
from console.web.event_stream import MEDIA, EventStream, Following

_KIND = re.compile(r"hotline\.[a-z-]{1,40}(\.[a-z-]{1,40})?")
_STREAM: dict[int | str, dict[str, object]] = {
    200: {
        "description": "Server-Sent Events: `id` is the event's, `event` its type, `data` the whole event in the JSON"
        " of CloudEvents 1.0, as MQTT has it. An event `end` says why nothing more comes.",
        "content": {MEDIA: {"schema": {"type": "string"}}},
    }
}


def build_events(house: ApiHouse) -> APIRouter:
    """The routes. The application must have `state.sign_in`."""
    router = routes("events")

    @router.get("/events", response_class=Response, responses=_STREAM)
    async def follow_events(
        user: SignedIn,
        request: Request,
        kinds: Annotated[
            list[str] | None,
            Query(
                alias="type",
                max_length=50,
                description="Types, as `hotline.promise.kept`, or nouns, as `hotline.promise`",
            ),
        ] = None,
        last_event_id: Annotated[
            str | None, Header(max_length=64, description="Go on after this event; without it, with what comes now")
        ] = None,
    ) -> EventStream:
        """What happens, as it happens, until the reader leaves or signs out. No number of a telephone and no word of a
        call is in it."""
        need(user, Action.SEE_EVENTS)
        for kind in kinds or ():
            if not _KIND.fullmatch(kind):
                raise NotUnderstood(
                    "query.type", "this is no type of events", remedy="write it as hotline.promise.kept"
                )
        wanted = frozenset(kinds or ())
        position = await house.log.newest()
        if last_event_id:
            found = await house.log.position_of(last_event_id)
            if found is None:
                raise NotUnderstood("header.last-event-id", "there is no such event", remedy="leave it out")
            position = found
        sign_in: SignIn = request.app.state.sign_in
        token = token_of(request)

        async def may_go_on() -> None:
            need(await sign_in.user_of(token), Action.SEE_EVENTS)

        following = Following(house.log, house.events, house.clock, house.site_name())
        return EventStream(following.frames(position, lambda entry: _is_of(entry, wanted), may_go_on), house.clock)

    return router


def _is_of(entry: OutboxEntry, kinds: frozenset[str]) -> bool:
    noun = f"hotline.{entry.noun}"
    return not kinds or noun in kinds or f"{noun}.{entry.verb}" in kinds
