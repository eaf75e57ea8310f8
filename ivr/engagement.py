"""One agent with one piece of work, and the agent's phone: what serving a caller and keeping a promise share."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from callbacks.calls.records import CallRecord
from callbacks.model import Promise
from ivr.desk import Recording, Stage
from ivr.events import WorkMovedOn
from ivr.messages import EDGE_LOST, Answerer, EndedBy, PauseRecording
from ivr.outbound import Line, OutboundLines, UnansweredError
from ivr.ringing import ring_in_parallel, ring_in_turn
from ivr.services import Services
from ivr.session import CallSession
from ivr.stations import phones_of
from prompts.phrase import Phrase
from routing.changes import FailedWhy, OfferTaken, WorkEnded
from routing.work import Mood, Work

log = structlog.get_logger(__name__)


#: While there are no telephones, an offer is held for so long before it is made again.
_EDGE_BACK_SECONDS = 1.0


def why_hung_up(line: Line) -> FailedWhy:
    """What it says of the agent that their phone was on the line and is not any more."""
    return FailedWhy.WITHDRAWN if line.ended_by is EndedBy.FAULT else FailedWhy.DECLINED


@dataclass(slots=True)
class Engagement:
    """One agent and the work they are offered, have in hand, or wrap up. `why` is the receipt, for people.

    `called_off`: no phone may ring for it any more. `refused`: why the agent and the work did not come together.
    `noted`: the agent has said how it went. `handed_on`: the agent has put the other side through to somebody and is
    free, while those two talk. `adopted`: the record of the call, where the conversation outlived the process in which
    it began. `ringing`: the agent's phones, until one is picked up: the `agents_line`. `contact_line`: whom we call
    back. `may_dial`: set when the agent, who was shown the work first, says so, or when it is called off. `on_hold`:
    the other side hears music, and is not recorded. `cut`: it ends because the hotline stops.
    """

    agent: str
    work: Work
    why: str
    stage: Stage
    since: datetime
    session: CallSession | None = None
    promise: Promise | None = None
    ringing: list[Line] = field(default_factory=list)
    agents_line: Line | None = None
    contact_line: Line | None = None
    may_dial: asyncio.Event = field(default_factory=asyncio.Event)
    refused: FailedWhy | None = None
    called_off: bool = False
    stood_down: bool = False
    noted: bool = False
    adopted: CallRecord | None = None
    handed_on: bool = False
    recording: Recording = Recording.OFF
    on_hold: bool = False
    cut: bool = False

    @property
    def other_leg(self) -> str | None:
        """The leg of whom the agent talks with."""
        if self.session is not None:
            return self.session.leg
        return self.contact_line.leg if self.contact_line is not None else None

    @property
    def case(self) -> str | None:
        """The case that it is about, once there is one."""
        if self.promise is not None:
            return self.promise.case
        if self.session is not None:
            return self.session.case
        return self.adopted.case if self.adopted is not None else None

    @property
    def answerer(self) -> Answerer | None:
        """Who seems to have picked up our callback."""
        return self.contact_line.answerer if self.contact_line is not None else None

    def pick_up(self) -> bool:
        """Have the first of the agent's phones that can answer by itself; False if none can, as far as is known."""
        for line in self.ringing:
            if line.can_pick_up is not False and not line.ended.is_set():
                line.pick_up()
                return True
        return False

    def hang_up(self) -> None:
        """End every leg of it; no phone rings for it any more."""
        self.called_off = True
        self.may_dial.set()
        for line in (*self.ringing, self.agents_line, self.contact_line):
            if line is not None:
                line.hang_up()


class AgentSide:
    """What happens at the agent's end of an engagement, told to the floor and to screens."""

    def __init__(self, services: Services, lines: OutboundLines) -> None:
        self._services = services
        self._lines = lines

    async def ring(self, engagement: Engagement) -> Line | FailedWhy:
        """The agent's phone, answered, or why it was not. While it rings an offer is an offer; work that the agent has
        asked for is on its way, and their phone picks up by itself, if it can."""
        if engagement.called_off:
            return FailedWhy.WITHDRAWN
        await self.at(engagement, Stage.OFFERED if engagement.stage is Stage.OFFERED else Stage.RINGING)
        try:
            line = await self._first_of_their_phones(engagement)
        except UnansweredError as fault:
            log.info("agent_did_not_answer", agent=engagement.agent, status=fault.status)
            if fault.reason == EDGE_LOST:  # not the agent's doing; they are asked again when there may be phones again
                await self._services.clock.sleep(_EDGE_BACK_SECONDS)
                return FailedWhy.WITHDRAWN
            return FailedWhy.DECLINED if fault.is_refusal else FailedWhy.NO_ANSWER
        await self.taken(engagement)
        if not self._has(engagement):  # the offer ended at the very moment the phone was picked up
            line.hang_up()
            return FailedWhy.WITHDRAWN
        return line

    async def _first_of_their_phones(self, engagement: Engagement) -> Line:
        """The phone that the agent picks up. Raises `UnansweredError`."""
        file = self._services.edition().file
        agent = file.agents[engagement.agent]

        def dial(phone: str, seconds: float) -> Line:
            line = self._lines.dial(phone, self._services.caller_number, seconds)
            engagement.ringing.append(line)
            if engagement.stage is Stage.RINGING:
                engagement.pick_up()
            if engagement.called_off:
                line.hang_up()
            return line

        ring = ring_in_turn if agent.ringing == "serial" else ring_in_parallel
        try:
            line = await ring(
                dial, phones_of(self._services.floor, engagement.agent, agent), file.scoring.offer_timeout
            )
        finally:
            engagement.ringing.clear()
        engagement.agents_line = line
        return line

    def _has(self, engagement: Engagement) -> bool:
        """Whether the floor agrees that the agent has this work."""
        agent, work = engagement.agent, engagement.work.id
        return any(one.id == agent and one.work == work for one in self._services.floor.agents())

    async def reserve(self, engagement: Engagement) -> bool:
        """The agent gets no other work while the contact is rung first; False when the offer is over already."""
        await self.at(engagement, Stage.RINGING)
        await self._services.floor.feed(OfferTaken(engagement.agent, engagement.work.id))
        return self._has(engagement) and not engagement.called_off

    async def taken(self, engagement: Engagement) -> None:
        """The agent has accepted."""
        await self.at(engagement, Stage.TALKING)
        await self._services.floor.feed(OfferTaken(engagement.agent, engagement.work.id))

    async def ended(self, engagement: Engagement) -> None:
        """The conversation is over. Who was on hold may go on talking, with somebody else: that is recorded again."""
        if engagement.on_hold and engagement.recording is Recording.ON and engagement.other_leg is not None:
            self._services.edge.send(PauseRecording(engagement.other_leg, on=False))
        engagement.on_hold = False
        await self.at(engagement, Stage.WRAP_UP)
        await self._services.floor.feed(WorkEnded(engagement.agent, engagement.work.id))

    async def at(self, engagement: Engagement, stage: Stage) -> None:
        """The engagement has come so far."""
        now = self._services.clock.now()
        engagement.stage, engagement.since = stage, now
        moved = WorkMovedOn(subject=engagement.agent, at=now, work=engagement.work.id, stage=stage.value)
        await self._services.events.publish(moved)

    def clips(self, words: Phrase, language: str) -> tuple[str, ...]:
        """The sound of the words now."""
        edition = self._services.edition()
        now = self._services.clock.now()
        return edition.prompts.clips(words, language, Mood.CALM, now, edition.zone)
