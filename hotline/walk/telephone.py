"""Telephone and ears of a walk at the terminal: what is played is shown, what is typed is heard or keyed.

Agents' phones are picked up at once. Every other number that the hotline rings, rings at the terminal; one call is held
there at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from config.clock import Clock
from config.ids import new_id
from hotline.walk.notes import Note, Noted
from hotline.walk.typed_ears import TypedEars
from ivr import messages as wire
from ivr.ports import Edge
from prompts.catalogue import HOLD_MUSIC
from prompts.phrase import Phrase
from prompts.prompt_library import PromptLibrary

#: What a terminal understands of a telephone's keys.
KEYS = frozenset("0123456789*#")
_CANCELLED, _NO_ANSWER, _DECLINED = 487, 408, 603


class ShownPrompts(PromptLibrary):
    """Prompts whose clips are their texts: no sound has to be there."""

    def clips(self, phrase: Phrase, language: str, mood: str, now: datetime, zone: tzinfo) -> tuple[str, ...]:
        return (self.text(phrase, language, mood, now, zone),)


@dataclass(slots=True)
class _HandSet:
    """The call that is held at the terminal. `listen`: what the hotline wants to hear; `agent`: the leg of whom they
    talk with."""

    leg: str
    listen: wire.Listen | None = None
    agent: str | None = None


class WalkTelephone(Edge):
    """The `Edge` of a walk. `show` is given one note at a time of what is heard; `stations` maps the agents' phones to
    their names.

    `is_wanted` is set whenever something happens that asks for whoever sits at the terminal, or ends their call.
    """

    def __init__(self, clock: Clock, show: Callable[[Note], None], stations: Callable[[str], str | None]) -> None:
        self.ears = WalkEars(self.listens)
        self.is_wanted = False
        self.last_agent: str | None = None
        self._clock = clock
        self._show = show
        self._stations = stations
        self._on_event: Callable[[wire.EdgeEvent], None] = lambda event: None
        self._call: _HandSet | None = None
        self._rings: list[wire.Dial] = []
        self._agents: dict[str, str] = {}
        self._waiting: set[asyncio.Task[None]] = set()
        self._music = False

    # --- the port ---------------------------------------------------------------------------------------------------

    async def start(self, on_event: Callable[[wire.EdgeEvent], None]) -> None:
        self._on_event = on_event

    async def stop(self) -> None:
        for task in self._waiting:
            task.cancel()
        await asyncio.gather(*self._waiting, return_exceptions=True)

    def send(self, command: wire.EdgeCommand) -> None:
        match command:
            case wire.Answer(leg=leg):
                self._tell(wire.LegAnswered(leg, "terminal", wide_band=True))
            case wire.Play(leg=leg, turn=turn, clips=clips, loop=loop):
                self._play(leg, clips)
                if not loop:
                    self._tell(wire.PlayFinished(leg, turn))
            case wire.Dial():
                self._dial(command)
            case wire.Bridge(leg=leg, other=other):
                self._bridge(leg, other)
            case wire.HangUp(leg=leg):
                self._end(leg, wire.EndedBy.US)
            case _:
                pass

    # --- what a person does -----------------------------------------------------------------------------------------

    @property
    def is_on_a_call(self) -> bool:
        """Whether somebody at the terminal is on the line."""
        return self._call is not None

    @property
    def rings(self) -> bool:
        """Whether the hotline rings the terminal."""
        return self._call is None and bool(self._rings)

    @property
    def talks_with_agent(self) -> bool:
        """Whether an agent is at the other end."""
        return self._call is not None and self._call.agent is not None

    @property
    def is_heard(self) -> bool:
        """Whether the hotline listens for words."""
        return self._call is not None and self._call.listen is not None

    @property
    def expecting(self) -> wire.Expecting | None:
        """What the hotline hopes to hear, while it listens."""
        return self._call.listen.expecting if self._call is not None and self._call.listen is not None else None

    @property
    def talks_with(self) -> str:
        """The agent at the other end; empty when there is none."""
        return self._agents.get(self._call.agent, "") if self._call is not None and self._call.agent else ""

    @property
    def rung(self) -> str:
        """The number that the hotline rings; empty when it rings none."""
        return self._rings[0].target if self.rings else ""

    def call(self, caller: str, number: str) -> None:
        """Ring the hotline."""
        self._call = _HandSet(new_id())
        self._tell(wire.LegArrived(self._call.leg, caller, number))

    def pick_up(self) -> None:
        """Answer the hotline's call."""
        self._call = _HandSet(self._rings.pop(0).leg)
        self._tell(wire.LegAnswered(self._call.leg, "terminal", wide_band=True))

    def decline(self) -> None:
        """Press the ringing away."""
        self._fail(self._rings.pop(0).leg, _DECLINED, "declined")

    def hang_up(self) -> None:
        """Put the phone down."""
        if self._call is not None:
            self._end(self._call.leg, wire.EndedBy.THEM)

    def agent_hangs_up(self) -> None:
        """The agent at the other end puts theirs down."""
        if self._call is not None and self._call.agent is not None:
            self._end(self._call.agent, wire.EndedBy.THEM)

    def press(self, key: str) -> None:
        """One key."""
        if self._call is not None:
            self._tell(wire.DigitPressed(self._call.leg, key))

    def say(self, words: str) -> None:
        """Speak to a hotline that listens; no words are silence."""
        listen = self._call.listen if self._call is not None else None
        if self._call is not None and listen is not None:
            self._call.listen = None
            self.ears.hears(listen, words)

    def listens(self, command: wire.EarsCommand) -> None:
        """What the hotline wants to hear of the call at the terminal."""
        if self._call is not None and command.leg == self._call.leg:
            self._call.listen = command if isinstance(command, wire.Listen) else None
            self.is_wanted = self.is_wanted or self._call.listen is not None

    # --- what happens on the line -----------------------------------------------------------------------------------

    def _play(self, leg: str, clips: Iterable[str]) -> None:
        said = " ".join(clip for clip in clips if clip != HOLD_MUSIC)
        if leg in self._agents:
            if said:
                self._show(Note(Noted.AGENT_HEARS, self._agents[leg], said))
        elif said:
            self._show(Note(Noted.SAID, text=said))
        elif not self._music:
            self._show(Note(Noted.MUSIC))
        if leg not in self._agents:
            self._music = not said

    def _dial(self, dial: wire.Dial) -> None:
        agent = self._stations(dial.target)
        if agent is not None:
            self._agents[dial.leg] = agent
            self._show(Note(Noted.AGENT_PICKS_UP, agent))
            self._tell(wire.LegAnswered(dial.leg, "terminal", wide_band=True))
            return
        self._rings.append(dial)
        if self._call is not None:
            self._show(Note(Noted.RINGS_TOO, dial.target))
        task = asyncio.ensure_future(self._ring_out(dial))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)
        self._announce()

    def _announce(self) -> None:
        """Who is rung now."""
        if self.rings:
            self.is_wanted = True
            self._show(Note(Noted.RINGS, self._rings[0].target))

    async def _ring_out(self, dial: wire.Dial) -> None:
        await self._clock.sleep(dial.ring_seconds)
        if dial in self._rings:
            self._rings.remove(dial)
            self._show(Note(Noted.NOT_ANSWERED, dial.target))
            self._fail(dial.leg, _NO_ANSWER, "no answer")

    def _bridge(self, leg: str, other: str) -> None:
        """An agent and the call at the terminal, whichever of the two the command names first."""
        agent = leg if leg in self._agents else other
        if self._call is not None and self._call.leg in (leg, other) and agent in self._agents:
            self._call.agent, self._call.listen = agent, None
            self.last_agent = self._agents[agent]
            self.is_wanted, self._music = True, False
            self._show(Note(Noted.CONNECTED, self._agents[agent]))

    def _end(self, leg: str, by: wire.EndedBy) -> None:
        ringing = next((dial for dial in self._rings if dial.leg == leg), None)
        if ringing is not None:
            self._rings.remove(ringing)
            self._show(Note(Noted.STOPS_RINGING, ringing.target))
            self._fail(leg, _CANCELLED, "cancelled")
        elif self._call is not None and leg == self._call.leg:
            self._call, self._music, self.is_wanted = None, False, True
            self._show(Note(Noted.OVER))
            self._tell(wire.LegEnded(leg, by))
            self._announce()
        elif self._agents.pop(leg, None) is not None:
            if self._call is not None and self._call.agent == leg:
                self._call.agent, self.is_wanted = None, True
            self._tell(wire.LegEnded(leg, by))

    def _fail(self, leg: str, status: int, reason: str) -> None:
        self.is_wanted = True
        self._tell(wire.LegFailed(leg, status, reason))
        self._announce()

    def _tell(self, event: wire.EdgeEvent) -> None:
        asyncio.get_running_loop().call_soon(self._on_event, event)


class WalkEars(TypedEars):
    """The `Ears` of a walk: they hear what is typed."""

    def hears(self, listen: wire.Listen, words: str) -> None:
        """The answer to a listen; no words are silence."""
        if not words:
            self.tell(wire.NothingHeard(listen.leg, listen.turn))
            return
        said = wire.Utterance(words, listen.language, (), 1.0, 0.0, 0.0, -20.0, 0.0, 0.0, "terminal")
        self.tell(wire.Heard(listen.leg, listen.turn, said))
