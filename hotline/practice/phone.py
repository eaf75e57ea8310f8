"""Telephone and ears of practice: the trainee's phone rings on their page, and the caller goes by a script.

Other phones than these two there are none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from config.clock import Clock
from config.errors import Refused
from config.ids import new_id
from console.workshop.practice import PhoneLine, PhoneState, Voice
from hotline.practice.scripts import Script
from hotline.walk.typed_ears import TypedEars
from ivr import messages as wire
from ivr.ports import Edge
from prompts.phrase import Phrase
from prompts.prompt_library import PromptLibrary

#: How long the caller thinks before an answer, and how long a contact's phone rings.
THINK_SECONDS = 0.5
RING_SECONDS = 3.0
_NO_ANSWER, _NOT_FOUND, _BUSY, _CANCELLED = 408, 404, 486, 487
_LOUD = wire.Utterance("", "", (), 0.93, 2.5, 2.0, -12.0, 290.0, 6.5, "practice")
_CALM = wire.Utterance("", "", (), 0.93, 4.0, 3.5, -26.0, 180.0, 4.0, "practice")
_DIVIDER = "\t"


class NamedPrompts(PromptLibrary):
    """Prompts whose clips are their names and texts: no sound has to be there."""

    def clips(self, phrase: Phrase, language: str, mood: str, now: datetime, zone: tzinfo) -> tuple[str, ...]:
        return (f"{phrase.prompt}{_DIVIDER}{self.text(phrase, language, mood, now, zone)}",)


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a caller answers the hotline: by prompt what they say no to, the key of their language, what they rate."""

    says_no_to: frozenset[str]
    language_key: str
    rating: str = "4"


class PracticePhone(Edge):
    """The `Edge` of a run. `contact` is the number that is the caller's: what else is dialled is the trainee's own
    phone, until somebody is on it. `on_change` is called when what the page shows of it may have changed."""

    def __init__(
        self,
        clock: Clock,
        script: Script,
        conduct: Conduct,
        contact: str,
        on_change: Callable[[], None],
        *,
        is_machine: bool,
    ) -> None:
        self.ears = TypedEars(self.listens)
        self.state = PhoneState.IDLE
        self.lines: list[PhoneLine] = []
        self.caller_leg: str | None = None
        self._clock = clock
        self._script = script
        self._conduct = conduct
        self._contact = contact
        self._on_change = on_change
        self._is_machine = is_machine
        self._agent_leg: str | None = None
        self._dialling: set[str] = set()
        self._up: set[str] = set()
        self._turns = 0
        self._openings = 0
        self._asked = ""
        self._listening: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._on_event: Callable[[wire.EdgeEvent], None] = lambda event: None

    # --- the port ---------------------------------------------------------------------------------------------------

    async def start(self, on_event: Callable[[wire.EdgeEvent], None]) -> None:
        self._on_event = on_event

    async def stop(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def send(self, command: wire.EdgeCommand) -> None:
        match command:
            case wire.Answer(leg=leg):
                self._answered(leg)
            case wire.Play(leg=leg, turn=turn, clips=clips, loop=loop):
                self._play(leg, clips)
                if not loop:
                    self._tell(wire.PlayFinished(leg, turn))
            case wire.Dial():
                self._dial(command)
            case wire.DetectAnswerer(leg=leg) if self._is_machine:
                self._tell(wire.AnswererGuessed(leg, wire.Answerer.MACHINE, "script"))
            case wire.Bridge():
                self.state = PhoneState.TALKING
                if not self._turns:
                    self._speak()
            case wire.Refer(leg=leg):
                self._tell(wire.ReferEnded(leg, _NOT_FOUND))
            case wire.PickUp(leg=leg) if leg == self._agent_leg and self.state is PhoneState.RINGING:
                self.pick_up()
            case wire.HangUp(leg=leg):
                self._end(leg, wire.EndedBy.US)
            case _:
                pass

    # --- the trainee ------------------------------------------------------------------------------------------------

    @property
    def has_more(self) -> bool:
        """Whether the caller has something to say yet."""
        return self._turns < len(self._script.turns)

    def pick_up(self) -> None:
        """The trainee's phone is picked up."""
        if self.state is not PhoneState.RINGING or self._agent_leg is None:
            raise Refused("your telephone does not ring", remedy="be ready, and wait for a call")
        self.state = PhoneState.IDLE  # until the two are put together
        self._answered(self._agent_leg)

    def say(self, text: str) -> None:
        """The trainee speaks; the caller answers, or has nothing more to say and hangs up."""
        if self.state is not PhoneState.TALKING:
            raise Refused("nobody is on the line", remedy="wait for a call")
        self.lines.append(PhoneLine(Voice.AGENT, text or "…"))
        if self.has_more:
            self._speak()
        else:
            self.hang_up()

    # --- the caller -------------------------------------------------------------------------------------------------

    def ring_after(self, seconds: float, dialled: str) -> None:
        """The caller rings the hotline."""
        self._later(seconds, self._ring(dialled))

    async def _ring(self, dialled: str) -> None:
        self.caller_leg = new_id()
        self._up.add(self.caller_leg)
        self._tell(wire.LegArrived(self.caller_leg, self._contact, dialled))

    def hang_up(self) -> None:
        """The caller puts the phone down, if they are on it."""
        if self.caller_leg is not None:
            self._end(self.caller_leg, wire.EndedBy.THEM)

    def listens(self, command: wire.EarsCommand) -> None:
        """The hotline listens to the caller, who thinks, and answers; anew when the listen begins anew."""
        if command.leg != self.caller_leg:
            return
        if self._listening is not None:
            self._listening.cancel()
        if isinstance(command, wire.Listen):
            self._listening = self._later(THINK_SECONDS, self._answer(command))

    async def _answer(self, listen: wire.Listen) -> None:
        match listen.expecting:
            case wire.Expecting.SPEECH | wire.Expecting.CATEGORY:
                self._hear(listen, self._opening(), _CALM)
            case wire.Expecting.YES_NO if self._script.assent and self._asked not in self._conduct.says_no_to:
                self._hear(listen, self._script.assent, _LOUD)
            case wire.Expecting.YES_NO:
                self._key("2" if self._asked in self._conduct.says_no_to else "1")
            case wire.Expecting.DIGITS:
                is_language = self._asked in ("choose-language", "greeting")
                self._key(self._conduct.language_key if is_language else self._conduct.rating)
            case wire.Expecting.HOURS:
                self.ears.tell(wire.NothingHeard(listen.leg, listen.turn))

    def _opening(self) -> str:
        """The next thing to tell the hotline, the last one over again."""
        openings = self._script.openings or self._script.turns
        said = openings[min(self._openings, len(openings) - 1)]
        self._openings += 1
        return said

    def _hear(self, listen: wire.Listen, text: str, how: wire.Utterance) -> None:
        said = replace(how, text=text, language=listen.language)
        self.ears.tell(wire.Heard(listen.leg, listen.turn, said))

    def _key(self, key: str) -> None:
        if self.caller_leg is not None:
            self._tell(wire.DigitPressed(self.caller_leg, key))

    def _speak(self) -> None:
        text = self._script.turns[self._turns]
        self._turns += 1
        self.lines.append(PhoneLine(Voice.CALLER, text, self._script.sound(text)))
        self._on_change()

    # --- the line ---------------------------------------------------------------------------------------------------

    def _play(self, leg: str, clips: tuple[str, ...]) -> None:
        named = [clip.partition(_DIVIDER) for clip in clips if _DIVIDER in clip]
        if not named:
            return
        if leg == self.caller_leg:
            self._asked = named[-1][0]
        elif leg == self._agent_leg:
            self.lines.append(PhoneLine(Voice.HOTLINE, " ".join(text for _, _, text in named)))

    def _dial(self, dial: wire.Dial) -> None:
        self._dialling.add(dial.leg)
        is_trainees = dial.target != self._contact and self._agent_leg is None
        self._tell(wire.LegRinging(dial.leg, can_pick_up=is_trainees))
        if dial.target == self._contact and self.caller_leg is None:
            self.caller_leg = dial.leg
            self._later(RING_SECONDS, self._contact_picks_up(dial.leg))
        elif dial.target == self._contact:
            self._fail(dial.leg, _BUSY, "busy")
        elif is_trainees:
            self._agent_leg, self.state = dial.leg, PhoneState.RINGING
            self._later(dial.ring_seconds, self._rings_out(dial.leg))
        else:
            self._fail(dial.leg, _NOT_FOUND, "there is no other phone in practice")

    async def _contact_picks_up(self, leg: str) -> None:
        if leg in self._dialling:
            self._answered(leg)

    async def _rings_out(self, leg: str) -> None:
        if leg in self._dialling:
            self._fail(leg, _NO_ANSWER, "no answer")

    def _answered(self, leg: str) -> None:
        self._dialling.discard(leg)
        self._up.add(leg)
        self._tell(wire.LegAnswered(leg, "practice", wide_band=True))

    def _end(self, leg: str, by: wire.EndedBy) -> None:
        if leg in self._dialling:
            self._fail(leg, _CANCELLED, "cancelled")
        elif leg in self._up:
            self._up.discard(leg)
            self._forget(leg)
            self._tell(wire.LegEnded(leg, by))

    def _fail(self, leg: str, status: int, reason: str) -> None:
        self._dialling.discard(leg)
        self._forget(leg)
        self._tell(wire.LegFailed(leg, status, reason))

    def _forget(self, leg: str) -> None:
        """Neither the caller's nor the trainee's any more; with either of them the conversation is over."""
        if leg in (self.caller_leg, self._agent_leg):
            self.state = PhoneState.IDLE if leg == self._agent_leg or self.state is PhoneState.TALKING else self.state
        self.caller_leg = None if leg == self.caller_leg else self.caller_leg
        self._agent_leg = None if leg == self._agent_leg else self._agent_leg

    def _later(self, seconds: float, what: Coroutine[None, None, None]) -> asyncio.Task[None]:
        async def happen() -> None:
            try:
                await self._clock.sleep(seconds)
                await what
            finally:
                what.close()  # nothing, where it ran

        task = asyncio.get_running_loop().create_task(happen())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _tell(self, event: wire.EdgeEvent) -> None:
        self._on_change()
        asyncio.get_running_loop().call_soon(self._on_event, event)
