"""Every POST of the API may carry an idempotency key; here it is honoured, before the routes and whatever room they are
of (`console.web.idempotency`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.clock import Clock
from config.errors import HotlineError
from console.identity.users import User
from console.web.idempotency import HEADER, LONGEST_ANSWER, REPLAYED, Answer, Answers, Kept, digest_of, key_of
from console.web.problem_json import of_error, problem

log = structlog.get_logger(__name__)

_PREFIX = "/api/v1/"
#: Headers that belong to an answer and are given again with it.
_GIVEN_AGAIN = frozenset({"content-type", "location", "content-disposition"})


class IdempotentPosts:
    """ASGI middleware. `person_of` says who asks, and raises a `HotlineError` for nobody; `unkeyed` of which paths the
    answers must not be kept."""

    def __init__(
        self,
        app: ASGIApp,
        answers: Answers,
        clock: Clock,
        person_of: Callable[[Request], Awaitable[User]],
        unkeyed: Callable[[str], bool],
    ) -> None:
        self._app = app
        self._answers = answers
        self._clock = clock
        self._person_of = person_of
        self._unkeyed = unkeyed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(_PREFIX):
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).getlist(HEADER)
        if not given or self._unkeyed(scope["path"]):
            await self._app(scope, receive, send)
            return
        key = key_of(given[0]) if len(given) == 1 else None
        if key is None:
            await _refusal("the key is none", "send one text of up to 128 visible signs")(scope, receive, send)
            return
        try:
            user = await self._person_of(Request(scope))
        except HotlineError:
            await self._app(scope, receive, send)  # which says what is wrong
            return
        body = await _body(receive)
        if body is not None:
            await self._once(user, key, body, scope, receive, send)

    async def _once(self, user: User, key: str, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        person, rights = user.id, f"{user.role} {sorted(user.scopes) if user.scopes is not None else 'all'}"
        target = f"{scope['path']}?{scope['query_string'].decode('latin-1')}"
        media = Headers(scope=scope).get("content-type", "")
        digest = digest_of(rights, scope["method"], target, media, body)
        try:
            before = await self._answers.begin(person, key, digest, self._clock.now())
        except HotlineError as fault:
            await of_error(fault)(scope, receive, send)
            return
        if before is not None:
            await _again(before, digest)(scope, receive, send)
            return
        try:
            await self._app(scope, _given(body, receive), _Heard(self._answers, person, key, send))
        except Exception:  # whatever went wrong, nothing was answered: the key is free for another try
            await self._answers.forget(person, key)
            raise


class _Heard:
    """Passes an answer on once it is kept: whole, so that nobody has one that would not be given again."""

    def __init__(self, answers: Answers, person: str, key: str, send: Send) -> None:
        self._answers = answers
        self._person = person
        self._key = key
        self._send = send
        self._held: list[Message] = []
        self._is_kept = True

    async def __call__(self, message: Message) -> None:
        if not self._is_kept:
            await self._send(message)
            return
        self._held.append(message)
        start, body = self._held[0], b"".join(one.get("body", b"") for one in self._held[1:])
        too_long = len(body) > LONGEST_ANSWER
        if start["status"] >= 400 or too_long:
            if too_long:
                log.warning("answer_not_kept", size=len(body))
            await self._answers.forget(self._person, self._key)
        elif message["type"] == "http.response.start" or message.get("more_body", False):
            return
        else:
            headers = Headers(raw=start["headers"])
            kept = tuple((name, value) for name, value in headers.items() if name in _GIVEN_AGAIN)
            await self._answers.settle(self._person, self._key, Answer(start["status"], kept, body))
        self._is_kept = False
        for one in self._held:
            await self._send(one)


def _again(before: Kept, digest: str) -> Response:
    if before.digest != digest:
        return _refusal("the key was used for another request", "choose another key for each request")
    if before.answer is None:
        headers = {"Retry-After": "1"}
        return problem(409, "Refused", "the same request is being carried out just now", headers, remedy="ask again")
    answer = Response(before.answer.body, before.answer.status, {REPLAYED: "true"})
    for name, value in before.answer.headers:
        answer.headers[name] = value
    return answer


def _refusal(what: str, remedy: str) -> Response:
    faults = [{"where": f"header.{HEADER.lower()}", "what": what}]
    return problem(422, "Not understood", what, remedy=remedy, faults=faults)


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None when whoever asks has gone."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _given(body: bytes, receive: Receive) -> Receive:
    """The body once more, then what comes after it."""
    is_given = False

    async def give() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give
