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
from ivr.flow.events import CallArrived, CallerSpoke, Event, HungUp
from ivr.flow.phases import LEGAL, Phase
from prompts.phrase import phrase

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
        if isinstance(event, CallerSpoke):
            self.facts.mood = event.mood
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
            self.phase = wanted.phase
            return self._take_pending() + wanted.effects
        self._end()
        return (*self._take_pending(), do.HangUp())

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
