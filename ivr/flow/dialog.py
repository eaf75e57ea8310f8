"""The call flow of one call: events in, effects out; no I/O, no clock.

    dialog = Dialog(file)
    effects = dialog.feed(CallArrived(...))

The same dialog runs under SIP, in `hotline talk` and in tests. The order of the steps is the hotline file's `flow`;
which events a phase takes is the table in `ivr.flow.phases`; an answer to an earlier turn is dropped.
"""

from __future__ import annotations

from config.hotline_file import HotlineFile
from ivr.flow import effects as do
from ivr.flow.catalogue import STEPS
from ivr.flow.conversation import Await, Conversation, Script, say
from ivr.flow.events import AgentLeft, CallArrived, CallerSpoke, Dismissed, Event, HotlineStops, HungUp, PromiseMade
from ivr.flow.leaving import leave
from ivr.flow.phases import LEGAL, Phase
from prompts.phrase import phrase

# What is under way then is brought to its end before the caller is taken leave of: a promise may just be made.
_UNFINISHED = frozenset({Phase.ANSWERING, Phase.WORKING})
# Who is at one of these steps and has no case yet wants an agent all the same.
_WANTS_AGENT = frozenset({"queue", "promise-callback"})
# A caller who keeps saying no goes round ask and confirm; no honest call needs as many steps as this.
MAXIMUM_STEPS = 30


class Dialog:
    """One call's way through the flow."""

    def __init__(self, file: HotlineFile, start: str = "") -> None:
        """`start`: the step to begin with, where that is not the flow's own."""
        self.file = file
        self._start = start or file.flow.start
        self.phase = Phase.ARRIVING
        self.facts = Conversation(file)
        self.step = ""
        self._script: Script | None = None
        self._steps_taken = 0
        self._gave_up = False
        self._is_stopping = False
        self._takes_leave = False
        self._visits: dict[str, int] = {}

    def feed(self, event: Event) -> tuple[do.Effect, ...]:
        """Take what happened; answer what is wanted. What is illegal in this phase, or late, changes nothing."""
        if not self.takes(event):
            return ()
        if isinstance(event, HungUp):
            self._end()
            return ()
        if isinstance(event, CallArrived):
            return self._begin(event)
        if isinstance(event, HotlineStops):
            return self._stop()
        if isinstance(event, Dismissed):
            return self._dismiss()
        match event:
            case CallerSpoke(mood=mood):
                self.facts.mood = mood
            case PromiseMade():
                self.facts.made = event
            case AgentLeft():
                self.facts.served = True
            case _:
                pass
        return self._advance(event)

    def takes(self, event: Event) -> bool:
        """Whether the event is legal now and not the answer to an earlier turn."""
        turn = getattr(event, "turn", self.facts.turn)
        return type(event) in LEGAL[self.phase] and turn == self.facts.turn

    def _begin(self, event: CallArrived) -> tuple[do.Effect, ...]:
        self.facts.call, self.facts.contact, self.facts.tier = event.call, event.contact, event.tier
        self.facts.language, self.facts.owed = event.language, event.owed
        self.facts.can_be_called = event.can_be_called
        self._script = self._enter(self._start)
        return self._advance(None)

    def _advance(self, event: Event | None) -> tuple[do.Effect, ...]:
        """Send the event to the step at work; where the step ends, enter the next until one waits."""
        while self._script is not None:
            try:
                wanted: Await = next(self._script) if event is None else self._script.send(event)
            except StopIteration as ended:
                self._script, event = self._enter(ended.value), None
                continue
            if self._is_stopping and wanted.phase not in _UNFINISHED:
                return self._leave(wanted.phase)
            self.phase = wanted.phase
            return self._take_pending() + wanted.effects
        self._end()
        return (*self._take_pending(), do.HangUp())

    def _stop(self) -> tuple[do.Effect, ...]:
        """Take leave of the caller, unless that is being done."""
        if self._takes_leave or self._kind == "goodbye":
            return ()
        if self.phase in _UNFINISHED:
            self._is_stopping = True
            return ()
        if self.phase is Phase.ASKING:
            self.facts.also(do.StopListening())
        elif self.phase is Phase.WAITING:
            self.facts.also(do.LeaveQueue())
        elif self.phase is Phase.TALKING:
            self.facts.served = True
        return self._leave(self.phase)

    def _dismiss(self) -> tuple[do.Effect, ...]:
        """The caller hears a goodbye, unless they are hearing one, and nothing is promised."""
        if self._takes_leave or self._kind == "goodbye":
            return ()
        if self.phase is Phase.ASKING:
            self.facts.also(do.StopListening())
        elif self.phase is Phase.WAITING:
            self.facts.also(do.LeaveQueue())
        if self._script is not None:
            self._script.close()
        self._takes_leave, self._script = True, say(self.facts, phrase("goodbye"))
        return self._advance(None)

    def _leave(self, phase: Phase) -> tuple[do.Effect, ...]:
        """Whatever the caller was asked or told in this `phase`, they hear a goodbye instead."""
        facts = self.facts
        wants_agent = facts.case is not None or phase is Phase.WAITING or self._kind in _WANTS_AGENT
        if self._script is not None:
            self._script.close()
        self._is_stopping, self._takes_leave = False, True
        called_in = self._start == self.file.flow.start
        self._script = leave(facts, waits=wants_agent and not facts.served, called_in=called_in)
        return self._advance(None)

    @property
    def _kind(self) -> str:
        """What kind of step is at work."""
        return self.file.flow.steps[self.step].kind if self.step else ""

    def _enter(self, name: str | None) -> Script | None:
        """The script of the next step; one visited more often than its `attempts` sends the caller on `otherwise`.

        Who was led round in circles hears a goodbye: no line goes dead without a word.
        """
        while name is not None and self._steps_taken < MAXIMUM_STEPS:
            self._steps_taken += 1
            step = self.file.flow.steps[name]
            self._visits[name] = self._visits.get(name, 0) + 1
            if self._visits[name] > step.attempts and step.otherwise is not None:
                name = step.otherwise
                continue
            self.step = name
            return STEPS[step.kind](self.facts, step)
        if name is not None and not self._gave_up:
            self._gave_up = True
            return say(self.facts, phrase("goodbye"))
        return None

    def _take_pending(self) -> tuple[do.Effect, ...]:
        pending = tuple(self.facts.pending)
        self.facts.pending.clear()
        return pending

    def _end(self) -> None:
        self.phase = Phase.ENDED
        if self._script is not None:
            self._script.close()
            self._script = None
