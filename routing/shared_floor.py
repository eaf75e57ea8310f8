"""One floor for several nodes: each keeps a replica, fed from one log; see `routing.floor_log`."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Protocol

import structlog

from config.clock import Clock
from config.errors import DatabaseFault, HotlineError, NotFound
from config.hotline_file import HotlineFile
from config.ids import new_id
from routing.agents import AgentState
from routing.changes import Change, LeftWhy, TimePassed, WorkArrived, WorkLeft
from routing.events import told_by
from routing.floor import Floor
from routing.floor_log import FloorLog, LogEntry, LogSession, Told
from routing.lead import Lead
from routing.live_floor import LiveFloor
from routing.outcomes import OfferMade, Outcome, WorkGone
from routing.replay import FileAdopted, FloorOpened, Recorded
from routing.whose import Whose
from routing.work import Work, WorkKind

log = structlog.get_logger(__name__)

#: A node that has been away for so long is lost: its own connection comes back sooner after a broken network.
LOST_AFTER = timedelta(seconds=2)
#: So often at least everybody looks at the log, and whether there is a leader.
_LOOK_SECONDS = 0.5
_AGAIN_SECONDS = 0.25
_BATCH = 500
#: Entries after which an empty floor is opened anew: a node that joins need not hear of yesterday.
_LONG = 5000
#: What came of so many entries is remembered by all: whoever leads next saves what the last leader could not.
_REMEMBERED = 5000


class Losses(Protocol):
    """What has to be done in the rest of the house for a node that is lost."""

    async def mend(self, node: str, waited: Sequence[Work], in_hand: Sequence[Work]) -> None:
        """Its works `waited` for an agent, or were offered or `in_hand`. May be told twice. Raises `DatabaseFault`."""


class SharedFloor(LiveFloor):
    """This node's replica. Outcomes are told to the node that brought the work; of agents all nodes are told."""

    def __init__(
        self,
        file: HotlineFile,
        version: str,
        node: str,
        shared: FloorLog,
        losses: Losses,
        file_of: Callable[[str], Awaitable[HotlineFile]],
        clock: Clock,
        desk: str = "",
    ) -> None:
        """`node` must be another one in each run, `desk` is the address of its desk. `file_of` finds the published file
        of a version."""
        super().__init__(Floor(file, version), clock)
        self.node = node
        self.lead = Lead()
        self._desk = desk
        self._desks: dict[str, str] = {}
        self._log = shared
        self._losses = losses
        self._file_of = file_of
        self._files: dict[str, HotlineFile] = {version: file}
        self._wanted = self._version = version
        self._position: int | None = None
        self._last_at: datetime | None = None
        self._since_opening = 0
        self._whose = Whose()
        self._yields = False
        self._absent: dict[str, datetime] = {}
        self._asked: dict[str, asyncio.Future[tuple[Outcome, ...]]] = {}
        self._came_of: deque[Told] = deque(maxlen=_REMEMBERED)
        self.joined = asyncio.Event()
        self._news = asyncio.Event()
        self._submitting: set[asyncio.Task[None]] = set()

    async def feed(self, change: Change) -> tuple[Outcome, ...]:
        return await self._ask(change)

    async def adopt(self, file: HotlineFile, version: str) -> None:
        self._files[version] = file
        self._wanted = version

    def desk_of(self, work: str) -> str:
        node = self._whose.node_of(work)
        return "" if node == self.node else self._desks.get(node, "")

    def let_others_lead(self) -> None:
        """This node is about to stop: whoever else is there takes the lead."""
        self._yields = True

    async def run(self) -> None:
        is_in = True
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tell_all())
            while True:
                try:
                    async with self._log.session(self.node, self._desk) as session:
                        log.info("floor_joined", node=self.node)
                        is_in = True
                        await self._take_part(session)
                except DatabaseFault as fault:
                    if is_in:  # once for each time that it is away
                        log.warning("floor_left", node=self.node, fault=str(fault))
                    is_in = False
                finally:
                    self.lead.end()
                await self._clock.sleep(_AGAIN_SECONDS)

    async def _take_part(self, session: LogSession) -> None:
        told = 0
        while True:
            leads = await self._leads(session)
            if leads and not self.lead.is_ours:
                told = await session.told()
            await self._catch_up(session)
            if not self.joined.is_set():  # what happened before is nothing that anybody here has to carry out
                self._to_tell.clear()
            if leads:
                if not self.lead.is_ours:
                    await self._begin_to_lead(session)
                if await self._order(session):
                    await self._catch_up(session)
                told = await self._save(told)
            if self._position is not None:
                self.joined.set()
            await session.wait(self._until_next(leads))

    def _ask(self, change: Change) -> asyncio.Future[tuple[Outcome, ...]]:
        """Submit it, whoever waits for the answer or does not."""
        submission = new_id()
        answer = self._asked[submission] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._submit(submission, change))
        self._submitting.add(task)
        task.add_done_callback(self._submitting.discard)
        return answer

    async def _leads(self, session: LogSession) -> bool:
        if self._yields and await session.living() > {self.node}:
            await session.let_go()
            self.lead.end()
            return False
        return await session.lead()

    async def _submit(self, submission: str, change: Change) -> None:
        while True:
            try:
                await self._log.submit(self.node, submission, change)
            except DatabaseFault as fault:
                log.warning("change_waits", change=type(change).__name__, fault=str(fault))
                await self._clock.sleep(_AGAIN_SECONDS)
            else:
                return

    # --- following --------------------------------------------------------------------------------------------------

    async def _catch_up(self, session: LogSession) -> None:
        """Feed this replica with all that the log has more."""
        while True:
            entries = await session.entries(self._position, _BATCH)
            for entry in entries:
                await self._apply(entry)
                self._position = entry.position
            if len(entries) < _BATCH:
                break
        if not self._whose.nodes() <= self._desks.keys():
            self._desks = dict.fromkeys(self._whose.nodes(), "") | await session.desks()

    async def _apply(self, entry: LogEntry) -> None:
        at = entry.recorded.at
        self._last_at = at
        self._since_opening += 1
        match entry.recorded.what:
            case FloorOpened(version):
                self._floor = Floor(await self._file(version), version)
                self._version, self._since_opening, self._whose = version, 0, Whose()
            case FileAdopted(version):
                self._floor.adopt(await self._file(version), version)
                self._version = version
            case change:
                self._happen(entry, change, at)

    def _happen(self, entry: LogEntry, change: Change, at: datetime) -> None:
        answer = self._asked.pop(entry.submission, None) if entry.node == self.node else None
        try:
            outcomes = self._take(change, at, learns=entry.node == self.node)
        except NotFound as fault:
            if answer is not None and not answer.done():
                answer.set_exception(fault)
            return
        if outcomes:
            receipts = tuple(outcome.receipt for outcome in outcomes if isinstance(outcome, OfferMade))
            events = tuple(told_by(outcome, at) for outcome in outcomes)
            self._came_of.append(Told(entry.position, receipts, events))
        mine = self._whose.sort(change, entry.node, outcomes, self.node)
        self._to_tell.extend(mine)
        for outcome in mine:
            if isinstance(outcome, WorkGone) and outcome.why is LeftWhy.LOST and outcome.work.kind is WorkKind.CALL:
                self._ask(WorkArrived(outcome.work))  # we were away for too long, and the caller is still here
        self._news.set()
        if answer is not None and not answer.done():
            answer.set_result(outcomes)

    async def _file(self, version: str) -> HotlineFile:
        if version not in self._files:
            self._files[version] = await self._file_of(version)
        return self._files[version]

    async def _tell_all(self) -> None:
        """In a task of its own: a listener may feed, and waits then for what this replica is fed next."""
        while True:
            await self._news.wait()
            self._news.clear()
            await self._tell()

    # --- leading ----------------------------------------------------------------------------------------------------

    async def _begin_to_lead(self, session: LogSession) -> None:
        if self._position is None:
            await session.append([Recorded(FloorOpened(self._wanted), self._now())])
            await self._catch_up(session)
        alone = await session.living() <= {self.node}
        log.info("floor_led", node=self.node, alone=alone, position=self._position)
        self._absent.clear()
        self.lead.begin(alone)

    async def _order(self, session: LogSession) -> bool:
        """Whether the log has grown."""
        own = [*await self._lost(session), *self._housekeeping()]
        if own:
            await session.append(own)
        grown = await session.order(self._now())
        if grown or own:
            return True
        moment = self._floor.next_moment(self._now())
        if moment is None or moment > self._now():
            return False
        await session.append([Recorded(TimePassed(), self._now())])
        return True

    async def _lost(self, session: LogSession) -> list[Recorded]:
        """Take the works of nodes that are lost off the floor, after the rest of the house has seen to them."""
        now = self._now()
        away = self._whose.nodes() - await session.living()
        self._absent = {node: self._absent.get(node, now) for node in away}
        lost: list[Recorded] = []
        for node in [node for node, since in self._absent.items() if now - since >= LOST_AFTER]:
            works = self._whose.works_of(node)
            waiting = {waiting.work.id for waiting in self._floor.waiting(now)}
            waited = [work for work in works if work.id in waiting]
            in_hand = [work for work in works if work.id not in waiting]
            log.warning("node_lost", node=node, waited=len(waited), in_hand=len(in_hand))
            try:
                await self._losses.mend(node, waited, in_hand)
            except DatabaseFault:
                raise
            except HotlineError as fault:  # what cannot be mended must not keep the floor from going on
                log.error("loss_not_mended", node=node, fault=str(fault))
            lost += [Recorded(WorkLeft(work.id, LeftWhy.LOST), now) for work in works]
        return lost

    def _housekeeping(self) -> list[Recorded]:
        now = self._now()
        if self._wanted != self._version and int(self._wanted) > int(self._version):
            return [Recorded(FileAdopted(self._wanted), now), Recorded(TimePassed(), now)]
        is_empty = not self._whose.nodes() and all(
            agent.state is AgentState.SIGNED_OUT for agent in self._floor.agents()
        )
        return [Recorded(FloorOpened(self._version), now)] if is_empty and self._since_opening > _LONG else []

    async def _save(self, told: int) -> int:
        """What came of the log since then is saved; the position up to which it is."""
        more = [*takewhile(lambda each: each.position > told, reversed(self._came_of))][::-1]
        if not more:
            return told
        receipts = tuple(receipt for each in more for receipt in each.receipts)
        events = tuple(event for each in more for event in each.events)
        await self._log.save(told, Told(more[-1].position, receipts, events))
        return more[-1].position

    def _until_next(self, leads: bool) -> float:
        moment = self._floor.next_moment(self._now()) if leads else None
        if moment is None:
            return _LOOK_SECONDS
        return min(_LOOK_SECONDS, max(0.0, (moment - self._clock.now()).total_seconds()))

    def _now(self) -> datetime:
        """The leader's clock; the last one's may have been ahead."""
        now = self._clock.now()
        return now if self._last_at is None else max(now, self._last_at)
