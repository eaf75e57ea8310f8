"""The world around the hotline: telephones that ring and are picked up, prompts that take time, all on one clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo

from callbacks.store.memory_book import MemoryBook, MemoryBookUnit
from config.clock import VirtualClock
from config.events import Events
from ivr.messages import (
    Bridge,
    BridgeSurvived,
    Dial,
    EdgeCommand,
    EdgeEvent,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegFailed,
    Play,
    Refer,
    Unbridge,
)
from ivr.scripted_edge import ScriptedEdge
from prompts.catalogue import HOLD_MUSIC
from prompts.phrase import Phrase
from prompts.prompt_library import PromptLibrary
from prompts.words import PAUSE

#: Every prompt is this long, so that a script can say what is heard at which second.
PROMPT_SECONDS = 2.0
MUSIC = "music"
#: What is said where the wait is long, after how long it is.
OFFER = ("offer-callback", "offer-other-time")
#: What is said where nobody is there, after that.
CHOICE = ("choose-time", "choose-window", "choose-window", "choose-other")


class TellingPrompts(PromptLibrary):
    """The real library, but a clip's name says which prompt it is and what it says; no sound needs to be there."""

    def clips(self, phrase: Phrase, language: str, mood: str, now: datetime, zone: tzinfo) -> tuple[str, ...]:
        return (f"{language}/{phrase.prompt}/{self.text(phrase, language, mood, now, zone)}",)


class HeldBook(MemoryBook):
    """A promise book whose commits can be held back."""

    def __init__(self, events: Events) -> None:
        super().__init__(events)
        self.may_commit = asyncio.Event()
        self.may_commit.set()

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[MemoryBookUnit]:
        async with super().unit_of_work() as unit:
            yield unit
            await self.may_commit.wait()


@dataclass(frozen=True, slots=True)
class Played:
    """One prompt that began to play on a leg."""

    at: float
    leg: str
    language: str
    prompt: str
    text: str


class WorldEdge(ScriptedEdge):
    """A `ScriptedEdge` whose prompts end by themselves, and which remembers who heard what and who talks with whom."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self.played: list[Played] = []
        self.dialled: list[tuple[float, Dial]] = []
        self.legs: dict[str, list[str]] = {}
        self.bridges: dict[str, str] = {}
        self.never_refers = False
        self._time = clock
        self._prompts: set[asyncio.Task[None]] = set()
        self._arrivals: dict[str, tuple[float, LegArrived]] = {}
        self._survivors: list[EdgeEvent] = []
        self._up_since = clock.monotonic()

    def outlived(self) -> float:
        return self._time.monotonic() - self._up_since

    def outlive(self, before: WorldEdge) -> None:
        """Who talks on the edge before talks on, and who called it is still on the line; the others are gone."""
        self._up_since = before._up_since
        self.legs = {target: list(legs) for target, legs in before.legs.items()}
        self._arrivals = dict(before._arrivals)
        bridges = [command for command in before.sent if isinstance(command, Bridge)]
        for command in bridges:
            if before.bridges.get(command.leg) == command.other and command.leg not in self.bridges:
                self.bridges |= {command.leg: command.other, command.other: command.leg}
                self._survivors.append(BridgeSurvived(command.leg, command.other, command.note))
                self._survivors += [LegAnswered(leg, "G722", wide_band=True) for leg in (command.leg, command.other)]
        for leg, (at, arrived) in before._arrivals.items():
            if before.is_live(leg) and leg not in self.bridges:
                waited = self._time.monotonic() - at
                self._survivors.append(LegArrived(leg, arrived.caller, arrived.dialled, waited))

    async def start(self, on_event: Callable[[EdgeEvent], None]) -> None:
        await super().start(on_event)
        for event in self._survivors:
            self.tell(event)
        told = asyncio.Event()
        asyncio.get_running_loop().call_soon(told.set)
        await told.wait()

    def send(self, command: EdgeCommand) -> None:
        if isinstance(command, Refer) and self.never_refers:
            self.sent.append(command)
            return
        super().send(command)
        match command:
            case Dial(leg=leg, target=target):
                self.dialled.append((self._time.monotonic(), command))
                self.legs.setdefault(target, []).append(leg)
            case Play(leg=leg) if self.is_live(leg):
                self._plays(command)
            case Bridge(leg=leg, other=other) if self.is_live(leg) and self.is_live(other):
                for one in (leg, other):
                    self._part(one)
                    self._playing.pop(one, None)
                self.bridges |= {leg: other, other: leg}
            case Unbridge(leg=leg):
                self._part(leg)
            case _:
                pass

    def tell(self, event: EdgeEvent) -> None:
        super().tell(event)
        match event:
            case LegArrived(leg=leg, caller=caller):
                if leg not in self.legs.setdefault(caller, []):
                    self.legs[caller].append(leg)
                    self._arrivals[leg] = (self._time.monotonic(), event)
            case LegEnded(leg=leg) | LegFailed(leg=leg):
                self._part(leg)
            case _:
                pass

    def hear_each_other(self, leg: str, other: str) -> bool:
        """Whether the two are bridged, and nothing is played over them."""
        return self.bridges.get(leg) == other and not self._playing.keys() & {leg, other}

    def live_legs(self) -> list[str]:
        """Every leg that is up or ringing."""
        return [leg for legs in self.legs.values() for leg in legs if self.is_live(leg)]

    def _part(self, leg: str) -> None:
        other = self.bridges.pop(leg, None)
        if other is not None:
            self.bridges.pop(other, None)

    def _plays(self, command: Play) -> None:
        now = self._time.monotonic()
        if command.clips == (HOLD_MUSIC,):
            self.played.append(Played(now, command.leg, "", MUSIC, ""))
            return
        if command.clips == (PAUSE,):  # who puts somebody on hold hears nothing
            return
        for clip in command.clips:
            language, prompt, text = clip.split("/", 2)
            self.played.append(Played(now, command.leg, language, prompt, text))
        task = asyncio.get_running_loop().create_task(self._end_of(command))
        self._prompts.add(task)
        task.add_done_callback(self._prompts.discard)

    async def _end_of(self, command: Play) -> None:
        await self._time.sleep(PROMPT_SECONDS)
        if self._playing.get(command.leg) == command.turn:
            self.finish_play(command.leg)
