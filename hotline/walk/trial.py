"""One trial of a hotline file: a walk whose caller types in the browser, and which tells all that came of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import structlog

from callbacks.model import AttemptOutcome, PromiseState, Wish
from config.errors import NotFound, Refused
from config.events import Event
from config.hotline_file import HotlineFile
from console.workshop.trying import (
    Handset,
    Happening,
    Kind,
    Setting,
    Side,
    TrialView,
    TriedAgent,
    TriedLine,
    Understood,
)
from hotline.walk.notes import Note, Noted
from hotline.walk.telephone import KEYS
from hotline.walk.trying_parts import HeardPrompts, ToldTelephone, ToldUnderstander
from hotline.walk.walk import LINE_SECONDS, Walk, Walker
from ivr.services import Edition
from ivr.understanding.understanding import Understanding
from routing.agents import AgentState
from routing.events import WorkOffered

log = structlog.get_logger(__name__)

#: Time is the trial's own, but leaping over it takes the machine's: about a second a day.
LONGEST_WAIT_SECONDS = 7 * 86_400.0
_MOST_SHOWN = 500
_LONGEST_LINE = 500


class WalkTrial:
    """One `Trial`. Whatever is asked of it is done one after the other."""

    def __init__(self, file: HotlineFile, setting: Setting, now: datetime, prompts: HeardPrompts) -> None:
        zone = ZoneInfo(file.hotline.zone)
        begins = now if setting.begins is None else setting.begins.replace(tzinfo=setting.begins.tzinfo or zone)
        self._prompts = prompts
        self._lines: list[TriedLine] = []
        self._happenings: list[Happening] = []
        self._at_work: list[str] = []
        self._turn = asyncio.Lock()
        self._over = asyncio.Event()
        self._number = setting.dialled
        understander = ToldUnderstander(file, self._understood)
        self._walk = Walk(
            file,
            Walker(setting.caller, setting.dialled),
            begins.astimezone(UTC),
            lambda line: None,  # what a terminal would show is told by notes and events
            edition=Edition("trial", file, prompts, understander),
            telephone=lambda clock, _show, stations: ToldTelephone(clock, self._noted, stations, self._commanded),
        )
        self._walk.sandbox.events.subscribe(self._told)
        self._life: asyncio.Task[None] | None = None

    async def begin(self, setting: Setting) -> None:
        """The hotline lives, agents are ready, and the caller rings."""
        started = asyncio.Event()
        with structlog.contextvars.bound_contextvars(sandbox="try-it"):
            self._life = asyncio.create_task(self._live(started))
        await started.wait()
        for agent in setting.ready:
            await self.set_ready(agent, True)
        await self.ring(setting.caller)

    async def _live(self, started: asyncio.Event) -> None:
        try:
            async with self._walk.under_way():
                started.set()
                await self._over.wait()
                self._walk.telephone.hang_up()
                await self._walk.settle()
        except Exception:  # a file that is tried may break anything in here: the real hotline works on beside it
            log.exception("trial_broken")
        finally:
            self._over.set()
            started.set()

    async def close(self) -> None:
        """It is gone."""
        self._over.set()
        if self._life is not None:
            await self._life

    # --- the caller -------------------------------------------------------------------------------------------------

    async def take(self, line: str) -> None:
        """What the caller types."""
        said = line.strip()[:_LONGEST_LINE]
        async with self._turn:
            self._must_live()
            telephone = self._walk.telephone
            match self._handset():
                case Handset.IDLE:
                    raise Refused("nobody is on the line", remedy="ring the hotline first")
                case Handset.RINGING:
                    telephone.decline() if said else telephone.pick_up()
                case _ if said and set(said) <= KEYS:
                    self._say(said)
                    for key in said:
                        telephone.press(key)
                        await self._walk.settle()
                case Handset.LISTENED:
                    self._say(said or "…")
                    telephone.say(said)
                case Handset.TALKING:
                    self._say(said or "…")
                case Handset.WAITING:
                    raise Refused("nobody listens to words just now", remedy="press a key, or let time pass")
            await self._walk.pass_time(LINE_SECONDS)

    async def hang_up(self) -> None:
        """The caller puts the phone down."""
        async with self._turn:
            self._walk.telephone.hang_up()
            await self._walk.pass_time(LINE_SECONDS)

    async def ring(self, caller: str) -> None:
        """Call the hotline."""
        async with self._turn:
            self._must_live()
            if self._handset() is not Handset.IDLE:
                raise Refused("the telephone is in use", remedy="end this call first")
            self._walk.ring(caller.strip())
            await self._walk.pass_time(LINE_SECONDS)

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        if not 0 < seconds <= LONGEST_WAIT_SECONDS:
            raise Refused("nobody waits so long", remedy="wait between a second and a week")
        async with self._turn:
            self._must_live()
            await self._walk.wait(seconds)

    # --- the agents -------------------------------------------------------------------------------------------------

    async def set_ready(self, agent: str, ready: bool) -> None:
        """The agent takes work from now on, or takes none."""
        async with self._turn:
            desk = self._walk.desk
            if (await desk.agent(agent)).state == AgentState.SIGNED_OUT:
                await desk.sign_in(agent)
                self._at_work.append(agent)
            await (desk.ready(agent) if ready else desk.pause(agent, "break"))
            await self._walk.pass_time(LINE_SECONDS)

    async def act(self, agent: str, do: str) -> None:
        """The agent presses something at the desk."""
        async with self._turn:
            desk = self._walk.desk
            work = await desk.current(agent)
            if work is None:
                raise Refused(f"{agent} has no work in hand")
            match do:
                case "dial":
                    await desk.dial(agent, work.work)
                case "decline":
                    await desk.decline(agent, work.work)
                case "hang-up":
                    await desk.hang_up(agent)
                case _:
                    raise NotFound(f"an agent cannot {do}")
            await self._walk.pass_time(LINE_SECONDS)

    async def finish(self, agent: str, outcome: AttemptOutcome | None, solved: bool, note: str) -> None:
        """The agent ends the wrap-up."""
        async with self._turn:
            await self._walk.desk.finish(agent, outcome, solved, note)
            await self._walk.pass_time(LINE_SECONDS)

    # --- what is seen -----------------------------------------------------------------------------------------------

    async def view(self) -> TrialView:
        """What is so now."""
        walk = self._walk
        async with walk.book.store.reading() as reader:
            promises = await reader.promises(states=frozenset(PromiseState))
        expecting = walk.telephone.expecting
        return TrialView(
            now=walk.clock.now(),
            zone=walk.edition.zone,
            handset=self._handset(),
            number=walk.telephone.rung or self._number,
            caller=walk.caller,
            expecting=expecting.value if expecting is not None else "",
            talks_with=walk.telephone.talks_with,
            lines=tuple(self._lines[-_MOST_SHOWN:]),
            happenings=tuple(self._happenings[-_MOST_SHOWN:]),
            agents=tuple([await self._agent(agent) for agent in self._at_work]),
            promises=tuple(sorted(promises, key=lambda promise: promise.made_at)),
        )

    async def _agent(self, agent: str) -> TriedAgent:
        view, work = await self._walk.desk.agent(agent), await self._walk.desk.current(agent)
        if work is None:
            return TriedAgent(agent, view.name, view.state, "")
        about = work.category or work.number
        return TriedAgent(agent, view.name, view.state, work.stage.value, work.work, about, work.promise is not None)

    def _handset(self) -> Handset:
        telephone = self._walk.telephone
        if not telephone.is_on_a_call:
            return Handset.RINGING if telephone.rings else Handset.IDLE
        if telephone.talks_with_agent:
            return Handset.TALKING
        return Handset.LISTENED if telephone.is_heard else Handset.WAITING

    def _must_live(self) -> None:
        if self._over.is_set():
            raise Refused("this call has broken off", remedy="begin another one")

    # --- what is told -----------------------------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        self._lines.append(TriedLine(self._walk.clock.now(), Side.CALLER, text))

    def _noted(self, note: Note) -> None:
        now = self._walk.clock.now()
        if note.what is not Noted.SAID:
            self._lines.append(TriedLine(now, Side.NOTE, note.what.value, note.who, note.text))
            return
        telephone = self._walk.telephone
        playing = telephone.playing if isinstance(telephone, ToldTelephone) else ()
        clips, unheard = self._prompts.sounds_of(playing)
        self._lines.append(TriedLine(now, Side.HOTLINE, note.text, clips=clips, unheard=unheard))

    def _understood(self, text: str, reading: Understanding, scores: tuple[tuple[str, float], ...]) -> None:
        for place in range(len(self._lines) - 1, -1, -1):
            line = self._lines[place]
            if line.side is Side.CALLER and line.text == text:
                self._lines[place] = replace(line, understood=_understood(reading, scores))
                return

    def _commanded(self, name: str, values: tuple[tuple[str, str], ...]) -> None:
        last = self._happenings[-1] if self._happenings else None
        if last is None or (last.name, last.values) != (name, values):  # a listen begins anew at the end of a prompt
            self._happenings.append(Happening(self._walk.clock.now(), Kind.COMMAND, name, values))

    def _told(self, event: Event) -> None:
        kind = Kind.PROMISE if event.noun == "promise" else Kind.EVENT
        values = tuple((key, str(value)) for key, value in event.data().items() if value not in (None, "", ()))
        if isinstance(event, WorkOffered):
            why = (("agent", event.agent), ("why", event.why))
            self._happenings.append(Happening(event.at, Kind.RECEIPT, f"{event.noun}/{event.verb}", why))
        else:
            self._happenings.append(Happening(event.at, kind, f"{event.noun}/{event.verb}", values))


def _understood(reading: Understanding, scores: tuple[tuple[str, float], ...]) -> Understood:
    return Understood(
        category=reading.category,
        confidence=reading.confidence,
        urgency=reading.urgency,
        wish="" if reading.wish is Wish.NONE else reading.wish.value,
        product=reading.product or "",
        abusive=reading.abusive,
        callback_at=reading.callback_at,
        scores=scores,
    )
