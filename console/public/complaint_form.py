"""The public form for complaints (lesson 10). It writes into the same book as `POST /api/v1/cases`, and once however
often it is sent.

Sources are limited, and so are numbers: nobody can have somebody else called again and again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Annotated

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from callbacks.contacts.numbers import normal_number
from config.clock import Clock
from config.errors import HotlineError
from config.ids import new_id
from console.errors import NotUnderstood
from console.identity.cookies import same_origin
from console.identity.preferences import theme_for, words_for
from console.pages.complaint_view import LONGEST_TEXT, PATH, TRAP, WHEN, Filled, Received, complaint_page
from console.ports import Site
from console.public.complaints import Complaint, Complaints, Taken
from console.web.api_body import source_of
from console.web.idempotency import Answer, Answers, digest_of, key_of
from console.web.rate_limit import RateLimit
from console.words import Words

log = structlog.get_logger(__name__)

#: Under this name the answers to forms are kept, beside those of people who signed in.
_PUBLIC = "public:complain"
_MORNING, _AFTERNOON = time(9), time(13)


def build_complaint_form(complaints: Complaints, answers: Answers, clock: Clock, site: Callable[[], Site]) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)
    sources = RateLimit(burst=5, refill=timedelta(minutes=2))
    numbers = RateLimit(burst=3, refill=timedelta(hours=1))

    def page(request: Request, shown: Filled | Received | None, status: int = 200) -> HTMLResponse:
        words = words_for(request)
        return HTMLResponse(complaint_page(words, site(), theme_for(request), clock.now(), shown), status)

    @router.get(PATH)
    async def show(request: Request) -> Response:
        return page(request, Filled(new_id()))

    @router.post(PATH)
    async def send(
        request: Request,
        text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
        category: Annotated[str, Form(max_length=40)] = "",
        number: Annotated[str, Form(max_length=40)] = "",
        mail: Annotated[str, Form(max_length=254)] = "",
        name: Annotated[str, Form(max_length=200)] = "",
        when: Annotated[str, Form(max_length=40)] = WHEN[0],
        key: Annotated[str, Form(max_length=64)] = "",
        trap: Annotated[str, Form(alias=TRAP, max_length=400)] = "",
    ) -> Response:
        words, now = words_for(request), clock.now()
        values = {"text": text, "category": category, "number": number, "mail": mail, "name": name, "when": when}
        values = {field: value.replace("\x00", "") for field, value in values.items()}
        sent = Filled(key_of(key) or new_id(), values)
        if not same_origin(request.headers):
            return page(request, Filled(sent.key, values, words("sign_in.foreign")), 403)
        if trap:
            log.info("complaint_trapped")
            return page(request, None)
        called = normal_number(number, complaints.file.hotline.country)
        wait = _wait(sources, source_of(request), now) or (_wait(numbers, called, now) if called else 0)
        if wait:
            tired = page(request, Filled(sent.key, values, words("complain.too_many", seconds=wait)), 429)
            tired.headers["Retry-After"] = str(wait)
            return tired
        complaint = _read(values, words, site(), now)
        try:
            received = await _once(complaints, answers, sent, complaint, now)
        except NotUnderstood as fault:
            return page(request, Filled(sent.key, values, _told(words, fault)), 422)
        if received is None:
            return page(request, Filled(sent.key, values, words("complain.at_it")), 409)
        return page(request, received)

    return router


async def _once(
    complaints: Complaints, answers: Answers, sent: Filled, complaint: Complaint, now: datetime
) -> Received | None:
    """What became of it, the first time or again; None while the first is still at it. A key that was used for another
    text is one that its sender went back to: that text is a complaint of its own."""
    digest = digest_of("", "POST", PATH, "", json.dumps(dict(sent.values), sort_keys=True).encode())
    key = f"{sent.key}-{digest[:32]}"
    before = await answers.begin(_PUBLIC, key, digest, now)
    if before is not None:
        return None if before.answer is None else _restored(before.answer.body)
    try:
        received = _received(await complaints.take(complaint), complaint)
    except HotlineError:
        await answers.forget(_PUBLIC, key)
        raise
    await answers.settle(_PUBLIC, key, Answer(200, (), _kept(received)))
    return received


def _wait(limit: RateLimit, name: str, now: datetime) -> int:
    """Seconds until the form may be sent again; 0: it may, and this time counts."""
    return 0 if limit.allows(name, now) else max(1, int(limit.wait(name, now).total_seconds()))


def _read(values: dict[str, str], words: Words, site: Site, now: datetime) -> Complaint:
    when = values["when"]
    tomorrow = now.astimezone(site.zone).date() + timedelta(days=1)
    starts = {"tomorrow_morning": _MORNING, "tomorrow_afternoon": _AFTERNOON}
    return Complaint(
        text=values["text"],
        language=words.language,
        number=values["number"],
        mail=values["mail"],
        name=values["name"],
        category=values["category"] or None,
        wants_call=when != "no_call",
        wanted=datetime.combine(tomorrow, starts[when], site.zone) if when in starts else None,
    )


def _received(taken: Taken, complaint: Complaint) -> Received:
    promise = taken.promise
    in_writing = bool(complaint.mail.strip())
    if promise is None:
        return Received(taken.case.reference, in_writing=in_writing)
    return Received(taken.case.reference, promise.reference, promise.opens, promise.due, in_writing)


def _kept(received: Received) -> bytes:
    window = [moment.isoformat() if moment else None for moment in (received.opens, received.due)]
    return json.dumps([received.reference, received.promised, *window, received.in_writing]).encode()


def _restored(kept: bytes) -> Received:
    reference, promised, opens, due, in_writing = json.loads(kept)
    first, last = (datetime.fromisoformat(moment) if moment else None for moment in (opens, due))
    return Received(reference, promised, first, last, in_writing)


def _told(words: Words, fault: NotUnderstood) -> str:
    told = {
        "body.text": words("complain.fault_text"),
        "body.number": words("complain.fault_number"),
        "body.mail": words("complain.fault_mail"),
        "body.category": words("complain.fault_category"),
    }
    return told.get(fault.where, words("complain.fault_contact"))
