"""One caller's call: carries out what the dialog asks for, and tells the dialog what happened."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Unpack

import structlog

from callbacks.calls.records import CallChanges
from callbacks.contacts.zones import zone_of
from callbacks.model import Contact, Promise
from config.errors import DatabaseFault, HotlineError, Refused
from ivr import aftercare, complaints
from ivr import messages as wire
from ivr.affinity import own_agent
from ivr.bridge_note import BridgeNote
from ivr.dial_plan import can_be_called
from ivr.flow import effects as do
from ivr.flow import events as told
from ivr.flow.dialog import Dialog
from ivr.flow.phases import Phase
from ivr.line_quality import line_quality
from ivr.listening import listen_of, spoken
from ivr.places import FloorPlace, Places
from ivr.promise_given import give_promise
from ivr.services import Services
from ivr.tone import Tone
from ivr.transcript import Transcript
from prompts.catalogue import HOLD_MUSIC
from prompts.phrase import Phrase
from routing.changes import LeftWhy
from routing.work import Mood, Skills

log = structlog.get_logger(__name__)

#: A call that has lasted too long, while something was being done for it, is ended so soon afterwards.
_DISMISSED_AGAIN_SECONDS = 15.0


class CallSession:
    """From the ringing of a caller's leg to its end. Events are worked off one at a time, in order."""

    def __init__(
        self,
        leg: str,
        call: str,
        contact: Contact,
        dialled: str,
        services: Services,
        waited: float = 0.0,
        start: str = "",
        places: Places | None = None,
    ) -> None:
        """`waited`: the seconds that the caller has been on the line already, through the death of another process.
        `start`: the step to begin with, where that is not the flow's own. `places`: those of the contact's calls."""
        self.leg = leg
        self.call = call
        self.contact = contact
        self.dialled = dialled
        self.connected_agent: str | None = None
        self.about: str | None = None
        self.why_this_agent = ""
        self.refer_to = ""  # where the agent sits in this shift
        self.ended_by = wire.EndedBy.FAULT.value
        self.is_cut = False  # ended by us, it was because the hotline stops
        self.ended = asyncio.Event()
        self.referred: asyncio.Queue[int | None] = asyncio.Queue()
        self._services = services
        self._edition = services.edition()
        self._came_at = services.clock.now() - timedelta(seconds=waited) if waited > 0 else None
        self._dialog = Dialog(self._edition.file, start)
        self._events: asyncio.Queue[told.Event] = asyncio.Queue()
        self._timers: set[asyncio.Task[None]] = set()
        self.line_quality = CallChanges()
        self._codec = ""
        self._tone = Tone()
        self._zone = zone_of(contact.number, self._edition.zone)
        self._expecting = wire.Expecting.SPEECH
        self._saying = ""
        self._transcript = Transcript(call, services)
        self._place = FloorPlace(call, contact.id, services, places or Places(), self.give_way)
        self._bridged_at: datetime | None = None
        self._case: str | None = None
        self._matter = ""

    # --- what happens -----------------------------------------------------------------------------------------------

    def tell(self, event: told.Event) -> None:
        """Something happened to this call."""
        self._events.put_nowait(event)

    def take_edge(self, event: wire.EdgeEvent) -> None:
        """What the edge tells of the caller's leg."""
        match event:
            case wire.LegAnswered(codec=codec):
                self._codec = codec
                self._services.edge.send(wire.Tap(self.leg, on=True))
                self.tell(told.CallAnswered())
            case wire.PlayFinished(turn=turn):
                self.tell(told.PromptFinished(turn))
            case wire.DigitPressed(digit=digit):
                self.tell(told.DigitPressed(digit))
            case wire.ReferEnded(status=status):
                self.referred.put_nowait(status)
            case wire.LegEnded(by=by, media=media):
                was_cut = self.is_cut and by is wire.EndedBy.US
                self.ended_by = wire.EndedBy.STOP.value if was_cut else by.value
                self.line_quality = line_quality(self._codec, media)
                self.referred.put_nowait(None)  # of a transfer under way nothing more will be told
                self.ended.set()
                self.tell(told.HungUp())
            case _:
                pass

    def take_ears(self, event: wire.EarsEvent) -> None:
        """What the ears tell of the caller."""
        match event:
            case wire.SpeechStarted(turn=turn):
                self.tell(told.CallerBegan(turn))
            case wire.Heard(turn=turn, utterance=utterance):
                self.tell(self._spoken(turn, utterance))
            case wire.NothingHeard(turn=turn):
                self.tell(told.CallerSilent(turn))
            case wire.EarsUnavailable(turn=turn, reason=reason):
                log.warning("speech_unavailable", call=self.call, reason=reason)
                self.tell(told.SpeechUnavailable(turn))

    def _spoken(self, turn: int, utterance: wire.Utterance) -> told.CallerSpoke:
        now, asked_when = self._services.clock.now(), self._expecting is wire.Expecting.HOURS
        reading = self._edition.understander.understand(
            utterance.text, utterance.language, now, zone=self._zone, asked_when=asked_when
        )
        return spoken(turn, utterance, reading, self._tone)

    # --- the life of the call ---------------------------------------------------------------------------------------

    async def run(self, owed: tuple[Promise, ...]) -> None:
        """Live until the caller's leg is over."""
        # A window that was open before the promise was made: they waited already, in a call lost with its node.
        waited = [promise.opens for promise in owed if promise.opens is not None and promise.opens < promise.made_at]
        self._came_at = min((*waited, *([self._came_at] if self._came_at is not None else [])), default=None)
        arrived = told.CallArrived(
            self.call,
            self.contact.id,
            self.contact.tier,
            self._language(),
            tuple(told.Owed.of(p) for p in owed),
            can_be_called=self._can_be_called,
        )
        patience = asyncio.ensure_future(self._dismiss_in_time())
        try:
            await self._carry_out(self._dialog.feed(arrived))
            over = False
            while not over:
                event = await self._events.get()
                over = isinstance(event, told.HungUp)
                await self._take(event)
        finally:
            patience.cancel()
            await self._end()

    async def _dismiss_in_time(self) -> None:
        """Whoever has had no agent for so long takes up a line that others need."""
        await self._services.clock.sleep(self._edition.file.listening.longest_call)
        while self.connected_agent is None:
            self.give_way()
            await self._services.clock.sleep(_DISMISSED_AGAIN_SECONDS)

    def give_way(self) -> None:
        """The call has lasted too long, or another one of the same caller waits in its place."""
        self.tell(told.Dismissed())

    async def _take(self, event: told.Event) -> None:
        if isinstance(event, told.CallerSpoke):  # it belongs in the record, whether the dialog waits for it or not
            await self._transcript.heard(event)
        if not self._dialog.takes(event):
            log.debug("event_dropped", call=self.call, event_type=type(event).__name__, phase=self._dialog.phase)
            return
        if isinstance(event, told.AgentLeft):  # the ears did not hear the conversation, but hear its survey
            self._services.edge.send(wire.Tap(self.leg, on=True))
            event = told.AgentLeft(await aftercare.granted_since(self._services, self.contact, self._bridged_at))
        await self._carry_out(self._dialog.feed(event))

    async def _end(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._services.ears.send(wire.Forget(self.leg))
        await self._place.leave(LeftWhy.HUNG_UP)

    @property
    def phase(self) -> Phase:
        """What the call is waiting for."""
        return self._dialog.phase

    @property
    def category(self) -> str:
        """What the caller calls about, as far as it is understood."""
        return self._matter or self._dialog.facts.category

    @property
    def spoken_language(self) -> str:
        """The language we speak with the caller."""
        return self._dialog.facts.spoken_language

    @property
    def mood(self) -> Mood:
        """How the caller sounded when last heard."""
        return self._dialog.facts.mood

    @property
    def told_by(self) -> str:
        """What the mood was told by: the voice last heard against the caller's own; empty before there is any."""
        return self._tone.told_by

    @property
    def case(self) -> str | None:
        """The case that this call opened, or is about."""
        return self._case

    @property
    def recording(self) -> Path | None:
        """Where the call is recorded; None where the tier or the operator does not record."""
        tier = self._edition.file.tiers[self.contact.tier]
        if self._services.recordings is None or not tier.record:
            return None
        return self._services.recordings / f"{self.call}.wav"

    @property
    def _preferred_skills(self) -> Skills:
        return tuple(sorted(self._dialog.facts.preferred_skills.items()))

    @property
    def _can_be_called(self) -> bool:
        """Only then may we promise to call."""
        return not self.contact.do_not_call and can_be_called(self.contact.number, self._edition.file.dialling)

    def take_leave(self) -> None:
        """The hotline stops: the caller hears a goodbye, and the call ends."""
        self.is_cut = True
        self.tell(told.HotlineStops())

    def hang_up(self) -> None:
        """End the caller's leg."""
        self._services.edge.send(wire.HangUp(self.leg))

    def _language(self) -> str | None:
        number = self._edition.file.numbers.get(self.dialled)
        if number is not None and number.language is not None:
            return number.language
        return self.contact.language

    async def _carry_out(self, effects: tuple[do.Effect, ...]) -> None:
        for effect in effects:
            try:
                await self._do(effect)
            except HotlineError as fault:
                log.warning("effect_failed", call=self.call, effect=type(effect).__name__, fault=str(fault))
                self.tell(told.ServiceFailed())

    async def _do(self, effect: do.Effect) -> None:
        edge, leg = self._services.edge, self.leg
        match effect:
            case do.Answer():
                edge.send(wire.Answer(leg))
                await self._record(answered_at=self._services.clock.now())
                if (path := self.recording) is not None:
                    edge.send(wire.Record(leg, str(path)))
                    await self._record(recording=path.name)
            case do.Say(turn=turn, phrases=phrases, language=language, mood=mood):
                edge.send(wire.Play(leg, turn, self._clips(phrases, language, mood)))
                await self._note_said(phrases, language, mood)
            case do.PlayHoldMusic():
                edge.send(wire.Play(leg, 0, (HOLD_MUSIC,), loop=True))
            case do.StopPrompt():
                edge.send(wire.StopPlaying(leg))
            case do.Listen(expecting=expecting):
                self._expecting = expecting
                self._services.ears.send(listen_of(leg, effect, self._edition.file, self._saying))
            case do.StopListening():
                self._services.ears.send(wire.StopListening(leg))
            case do.SetTimer(turn=turn, seconds=seconds):
                self._start_timer(turn, seconds)
            case do.Bridge(agent=agent, leg=other):
                edge.send(wire.Tap(leg, on=False))
                edge.send(wire.Bridge(leg, other, self.note_of(agent, other).text()))
                await self.connected(agent)
            case do.Refer(agent=agent):
                self._place.served()
                edge.send(wire.Refer(leg, self.refer_to or self._edition.file.agents[agent].station))
            case do.Rate(rating=rating):
                await aftercare.rate(self._services, self.call, rating)
            case do.HangUp():
                edge.send(wire.HangUp(leg))
            case _:
                await self._serve(effect)

    async def _serve(self, effect: do.Effect) -> None:
        """Effects that the rest of the house answers."""
        book, tier = self._services.book, self.contact.tier
        match effect:
            case do.OpenCase() | do.ComplainAgain():
                case = await complaints.write_down(self._services, self.contact, self.call, effect)
                self._case = case.id
                await self._record(case=case.id, category=case.category)
                self.tell(told.CaseOpened(case.id, case.reference, case.urgency, case.repeat))
            case do.LookUpOpenCase():
                self.tell(await complaints.open_case_of(self._services, self.contact))
            case do.LookUpProblem(category=category, product=product):
                problem = await book.known_problem(category, product)
                found = told.ProblemLookedUp(problem.id, problem.workaround) if problem else told.ProblemLookedUp(None)
                self.tell(found)
            case do.LookUpTrouble():
                suspected = await book.problems_in()
                self.tell(told.TroubleFound(suspected[0].category if suspected else None))
            case do.EstimateWait(needs=needs, urgency=urgency):
                self.tell(await self._services.promising.estimate(needs, tier, urgency, self.contact.number))
            case do.FindWindow(needs=needs, wanted=wanted):
                self.tell(await self._services.promising.find(needs, self.contact.number, wanted))
            case do.Renegotiate(promise=about, opens=opens, due=due):
                self.tell(await self._services.promising.renegotiate(self.call, about, opens, due))
            case do.MakePromise():
                self.tell(await self._promise(effect))
            case do.Enqueue():
                await self._enqueue(effect)
            case do.LeaveQueue():
                await self._place.leave(LeftWhy.PROMISED if self._can_be_called else LeftWhy.HUNG_UP)
            case do.LookUpStatus(reference=reference):
                self.tell(await aftercare.look_up(self._services, self.contact, reference))
            case do.AnswerFollowUp():
                self.tell(answered := await aftercare.answer_follow_up(self._services, self.call, effect))
                self._case = answered.case
            case _:
                raise AssertionError(f"an effect nobody carries out: {effect}")

    # --- the single effects -----------------------------------------------------------------------------------------

    def _clips(self, phrases: tuple[Phrase, ...], language: str, mood: Mood) -> tuple[str, ...]:
        now, zone = self._services.clock.now(), self._zone
        return tuple(clip for p in phrases for clip in self._edition.prompts.clips(p, language, mood, now, zone))

    async def _note_said(self, phrases: tuple[Phrase, ...], language: str, mood: Mood) -> None:
        now, zone = self._services.clock.now(), self._zone
        text = " ".join(self._edition.prompts.text(p, language, mood, now, zone) for p in phrases)
        self._saying = text
        await self._transcript.said(text)

    async def _record(self, **known: Unpack[CallChanges]) -> None:
        """More is known of the call. A record that cannot be written must not end the call that it is about."""
        try:
            await self._services.calls.update(self.call, **known)
        except DatabaseFault as fault:
            log.warning("record_not_kept", call=self.call, known=sorted(known), fault=str(fault))

    def _start_timer(self, turn: int, seconds: float) -> None:
        async def fire() -> None:
            await self._services.clock.sleep(seconds)
            self.tell(told.TimerFired(turn))

        timer = asyncio.ensure_future(fire())
        self._timers.add(timer)
        timer.add_done_callback(self._timers.discard)

    def note_of(self, agent: str, agents_leg: str) -> BridgeNote:
        """What another process would have to know to take this call up while the two talk."""
        return BridgeNote(self.call, agent=agent, agents_leg=agents_leg, about=self.about or "")

    async def connected(self, agent: str) -> None:
        """Caller and agent can talk from now on: the caller is served."""
        self.connected_agent, self._bridged_at = agent, self._services.clock.now()
        self._place.served()
        await self._record(
            agent=agent,
            bridged_at=self._bridged_at,
            mood=self.mood.value,
            receipt=self.why_this_agent,
        )

    async def _promise(self, effect: do.MakePromise) -> told.PromiseMade:
        if not self._can_be_called:
            what = "the caller withheld their number, or the dial plan does not allow it: nobody can call back"
            raise Refused(what, where=f"call {self.call}")
        made = await give_promise(self._services, self.contact, self._case, effect)
        await self._place.leave(LeftWhy.PROMISED)
        return made

    async def _enqueue(self, effect: do.Enqueue) -> None:
        self.about = effect.about
        if effect.about is not None and self._case is None:
            matter = await complaints.matter_of(self._services, self.call, effect.about)
            if matter is not None:
                self._case, self._matter = matter.id, matter.category
                await self._record(case=matter.id, category=matter.category)
        takes = self._edition.file.cases.repeat_skills if effect.repeat else None  # a senior, before who knows it
        own = await own_agent(self._services, self.contact.id, effect.about, takes)
        await self._record(queue=effect.needs.queue, urgency=effect.urgency.value, language=effect.needs.language)
        most = self._edition.file.tiers[self.contact.tier].places
        await self._place.take(effect, self.contact.tier, self._preferred_skills, own, self._came_at, most)
