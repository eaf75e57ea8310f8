"""Routes about cases and about what was said in calls. Whoever sees or hears the latter is written down first."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse
from fastapi.security import HTTPBearer
from pydantic import Field

from callbacks.call_model import CallLine
from callbacks.calls import CallRecords
from callbacks.model import Case, CaseException
from callbacks.personal import Look, Looked
from callbacks.repeats import repeat_rates
from callbacks.service import PromiseBook
from callbacks.sifting import sift_rates
from config.errors import NotFound
from config.urgency import Urgency
from console.api import Body, Long, Short
from console.service import need
from console.signed_in import SignedIn
from console.users import Action, User

_LOOKS_SHOWN = 500
_CASES_SIFTED = 1000


@dataclass(frozen=True, slots=True)
class Records:
    """The book and the calls; `folder` is where recordings lie."""

    book: PromiseBook
    calls: CallRecords
    folder: Path


class NewException(Body):
    """What is granted once, and why."""

    what: Annotated[str, Field(max_length=500)]
    reason: Long


class NewCategory(Body):
    """What the case is about, says a person."""

    category: Short
    product: Short | None = None


@dataclass(frozen=True, slots=True)
class CategoryFigures:
    """Of the newest cases of one category: how many came back, and how many missed a step. Rates from 0 to 1."""

    category: str
    opened: int
    repeated: int
    escalated: int
    repeat_rate: float
    escalation_rate: float


@dataclass(frozen=True, slots=True)
class SiftFigures:
    """Of the newest cases: how many were sifted out as grave, how many a person checked and corrected, how many proved
    grave only later, how many were sifted needlessly. Rates from 0 to 1; null of none."""

    cases: int
    sifted: int
    checked: int
    corrected: int
    missed: int
    needless: int
    sift_rate: float | None
    mis_sift_rate: float | None
    categories: tuple[CategoryFigures, ...]


class LowerUrgency(Body):
    """Less urgent than thought, and why."""

    urgency: Urgency
    reason: Long


def build_casework(records: Records) -> APIRouter:
    """The routes. The application must have `state.sign_in`."""
    router = APIRouter(prefix="/api/v1", dependencies=[Depends(HTTPBearer(auto_error=False))])
    book = records.book

    @router.post("/cases/{case}/exceptions", status_code=201)
    async def record_exception(case: str, body: NewException, user: SignedIn) -> CaseException:
        """Grant something once; the next agent sees that it was an exception, and why."""
        need(user, Action.HANDLE_CASES)
        return await book.record_exception(case, body.what, body.reason, _who(user))

    @router.post("/cases/{case}/category")
    async def classify(case: str, body: NewCategory, user: SignedIn) -> Case:
        """Say what the case is about: the machine's guess is confirmed or corrected."""
        need(user, Action.HANDLE_CASES)
        return await book.classify_case(case, body.category, body.product, _who(user))

    @router.post("/cases/{case}/urgency")
    async def lower_urgency(case: str, body: LowerUrgency, user: SignedIn) -> Case:
        """Lower the urgency, with a reason: no machine may do so."""
        need(user, Action.HANDLE_CASES)
        return await book.lower_urgency(case, body.urgency, _who(user), body.reason)

    @router.get("/sifting")
    async def sifting(user: SignedIn) -> SiftFigures:
        """How well the newest cases, at most 1000, were sifted, by what people corrected; and, category by category,
        how many came back or missed a step."""
        need(user, Action.SEE_FILE)  # for those who set the thresholds
        histories = await book.case_histories(_CASES_SIFTED)
        rates = sift_rates(histories)
        return SiftFigures(
            **asdict(rates),
            sift_rate=rates.sift_rate,
            mis_sift_rate=rates.mis_sift_rate,
            categories=tuple(
                CategoryFigures(**asdict(of), repeat_rate=of.repeat_rate, escalation_rate=of.escalation_rate)
                for of in repeat_rates(case for case, _ in histories)
            ),
        )

    @router.get("/calls/{call}/transcript")
    async def transcript(call: str, user: SignedIn) -> tuple[CallLine, ...]:
        """What was said in the call. That it was asked for is kept for ever."""
        need(user, Action.SEE_CALLS)
        await records.calls.call(call)
        await book.note_look(_who(user), Looked.TRANSCRIPT, call)
        return await records.calls.lines(call)

    @router.get("/calls/{call}/recording", response_class=FileResponse)
    async def recording(call: str, user: SignedIn) -> FileResponse:
        """The sound of the call, a WAV file. That it was asked for is kept for ever."""
        need(user, Action.SEE_CALLS)
        name = (await records.calls.call(call)).recording
        path = records.folder / Path(name).name if name else None
        if path is None or not path.is_file():
            raise NotFound("of this call there is no recording", where=f"call {call}")
        await book.note_look(_who(user), Looked.RECORDING, call)
        return FileResponse(path, media_type="audio/wav", headers={"Cache-Control": "no-store"})

    @router.get("/looks")
    async def looks(user: SignedIn, of: str | None = None) -> tuple[Look, ...]:
        """Who looked at recordings and transcripts, the latest first, at most 500; at one call or contact by its id."""
        need(user, Action.SEE_LOOKS)
        return await book.looks(_LOOKS_SHOWN, of)

    return router


def _who(user: User) -> str:
    return user.agent or f"user:{user.id}"
