"""What an agent does about the case in hand, behind the table of rights."""

from __future__ import annotations

import structlog

from callbacks.model import Case, CaseStatus, Promise, PromiseKind
from callbacks.window_check import WindowCheck
from config.errors import Refused
from config.urgency import Urgency
from console.desk.service import DeskService, need
from console.desk.wrap_up import Incomplete, Solved, WrapUp, missing
from console.identity.users import Action, User
from ivr.casedesk import CaseDesk, CaseInHand, Helped
from ivr.desk import Stage
from routing.windows import Window

log = structlog.get_logger(__name__)


class CaseDeskService:
    """Every method raises `Forbidden` when the user's role does not allow it, else what the `CaseDesk` raises."""

    def __init__(self, cases: CaseDesk, desk: DeskService) -> None:
        self._cases = cases
        self._desk = desk

    async def case_in_hand(self, user: User, agent: str) -> CaseInHand | None:
        """The case of the agent's work."""
        need(user, Action.SEE_WORK, agent)
        return await self._cases.case_in_hand(agent)

    async def similar(self, user: User, agent: str) -> tuple[Helped, ...]:
        """Solved cases like it, and what helped."""
        need(user, Action.SEE_WORK, agent)
        return await self._cases.similar(agent)

    async def correct(self, user: User, agent: str, category: str, product: str, urgency: Urgency, reason: str) -> Case:
        """Confirm or correct what the case is about, and how urgent it is."""
        need(user, Action.SERVE, agent)
        case = await self._cases.correct(agent, category, product.strip(), urgency, reason.strip())
        log.info("case_classified", case=case.id, category=category, urgency=urgency, by=user.id)
        return case

    async def proposed_window(self, user: User, agent: str, promise: str | None) -> Window:
        """The first window that can be promised now."""
        need(user, Action.SERVE, agent)
        return await self._cases.proposed_window(agent, promise)

    async def check_window(self, user: User, agent: str, promise: str | None, window: Window) -> WindowCheck:
        """Whether the window can be kept, and which can where it cannot."""
        need(user, Action.SERVE, agent)
        return await self._cases.check_window(agent, promise, window)

    async def promise(self, user: User, agent: str, kind: PromiseKind, window: Window | None, note: str) -> Promise:
        """Give the contact our word."""
        need(user, Action.SERVE, agent)
        if not note.strip():
            raise Refused("it is not said what is promised", remedy="write what the contact was told")
        made = await self._cases.promise(agent, kind, window, note.strip())
        log.info("promised_at_the_desk", promise=made.id, kind=kind, by=user.id)
        return made

    async def move(self, user: User, agent: str, promise: str, window: Window, reason: str) -> Promise:
        """Agree on another window that can be kept."""
        need(user, Action.SERVE, agent)
        if not reason.strip():
            raise Refused("a new time needs a reason", remedy="say what was agreed with the caller")
        return await self._cases.move(agent, promise, window, reason.strip())

    async def begin_shift(self, user: User, agent: str, station: str) -> None:
        """Begin the shift at this phone; an empty one is the hotline file's."""
        await self.sit_at(user, agent, station)
        await self._desk.set_state(user, agent, "signed-in")

    async def sit_at(self, user: User, agent: str, station: str) -> str:
        """Sit at this phone until the shift ends; the phone that rings now."""
        need(user, Action.SERVE, agent)
        chosen = await self._cases.sit_at(agent, station)
        log.info("station_chosen", agent=agent, by=user.id)
        return chosen

    async def finish(self, user: User, agent: str, wrap_up: WrapUp) -> None:
        """End the wrap-up with everything that is asked of it; raises `Incomplete`. Where it has ended by itself
        meanwhile, what is said of the case still counts."""
        work = await self._desk.work(user, agent)
        case = await self.case_in_hand(user, agent)
        if work is not None and work.stage is Stage.WRAP_UP:
            lacking = missing(wrap_up, work, case)
            if lacking:
                raise Incomplete(lacking)
        if wrap_up.category and case is not None and case.case.status is CaseStatus.OPEN:
            least = case.case.urgency
            await self.correct(user, agent, wrap_up.category, wrap_up.product, least, "")
        solved = wrap_up.solved is Solved.YES
        await self._desk.finish(user, agent, wrap_up.outcome, solved, wrap_up.note.strip())
