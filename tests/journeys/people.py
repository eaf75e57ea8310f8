"""The people of a journey: callers, who may be called back, and agents. What they do is told with its second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.messages import DigitPressed, EndedBy, LegEnded, LegFailed
from ivr.scripted_edge import NeverAnswers, Outcome, PicksUp, Refuses
from ivr.speech.mood import Prosody
from ivr.speech.scripted_ears import CALM_VOICE
from tests.journeys.world import MUSIC, Played

if TYPE_CHECKING:
    from tests.journeys.stage import JourneyStage


class Telephone:
    """One telephone. Its leg is that of its last call, whoever began it."""

    def __init__(self, stage: JourneyStage, target: str) -> None:
        self.stage = stage
        self.target = target
        self._listened_to = 0

    @property
    def leg(self) -> str:
        """The leg of the last call."""
        return self.stage.edge.legs[self.target][-1]

    @property
    def rung(self) -> int:
        """How often we have rung this telephone."""
        return sum(1 for _, dial in self.stage.edge.dialled if dial.target == self.target)

    @property
    def is_on_a_call(self) -> bool:
        """Whether it is up or ringing."""
        legs = self.stage.edge.legs.get(self.target, [])
        return any(self.stage.edge.is_live(leg) for leg in legs)

    def talks_with(self, other: Telephone) -> bool:
        """Whether the two hear each other now."""
        legs = self.stage.edge.legs
        if self.target not in legs or other.target not in legs:
            return False
        return self.stage.edge.hear_each_other(self.leg, other.leg)

    def will(self, outcome: Outcome) -> None:
        """What becomes of the next calls to this telephone."""
        self.stage.edge.outcomes[self.target] = outcome

    def will_pick_up(self, after: float = 0.0, *, when_asked: bool = False) -> None:
        """After so many seconds of ringing; `when_asked`, or when it is asked to."""
        self.will(PicksUp(after, can_pick_up=when_asked))

    def will_refuse(self, status: int, after: float = 0.0) -> None:
        """With this SIP status."""
        self.will(Refuses(status, after))

    def will_not_answer(self) -> None:
        """It rings until we give up."""
        self.will(NeverAnswers())

    def heard(self) -> list[Played]:
        """Everything that was played to this telephone, in all its calls."""
        legs = self.stage.edge.legs.get(self.target, [])
        return [played for played in self.stage.edge.played if played.leg in legs]

    def text_of(self, prompt: str) -> str:
        """The words in which the prompt was last heard."""
        return next(played.text for played in reversed(self.heard()) if played.prompt == prompt)

    async def hears(self, *prompts: str, by: float) -> None:
        """Exactly these prompts, and music, have begun since this was last asked."""
        await self.stage.at(by)
        heard = self.heard()
        new, self._listened_to = heard[self._listened_to :], len(heard)
        assert [played.prompt for played in new] == list(prompts)

    async def hangs_up(self, *, at: float) -> None:
        """Puts the phone down, or stops the ringing."""
        await self.stage.at(at)
        assert self.is_on_a_call, "there is nothing to hang up"
        self.stage.edge.tell(LegEnded(self.leg, EndedBy.THEM))
        await self.stage.settle()


class Caller(Telephone):
    """Someone who rings the hotline, and may be rung by it."""

    @property
    def number(self) -> str:
        """The telephone number; "anonymous" when withheld."""
        return self.target

    async def rings(self, dial: str = "1001", *, at: float) -> None:
        """Calls the hotline; the English number unless another is dialled."""
        await self.stage.at(at)
        self.stage.edge.arrive(self.target, dial)
        await self.stage.settle()

    async def says(self, text: str, *, at: float, voice: Prosody = CALM_VOICE) -> None:
        """Speaks; somebody must be listening."""
        await self.stage.at(at)
        assert self.stage.ears.say(self.leg, text, voice=voice), f"nobody listens at {at}"
        await self.stage.settle()

    async def presses(self, digit: str, *, at: float) -> None:
        """A key."""
        await self.stage.at(at)
        assert self.is_on_a_call, "the line is dead"
        self.stage.edge.tell(DigitPressed(self.leg, digit))
        await self.stage.settle()

    async def complains(self, text: str, *, at: float, dial: str = "1001") -> None:
        """Rings, says what is wrong, and agrees with what was understood: in the queue 16 seconds later at most."""
        await self.rings(dial, at=at)
        await self.says(text, at=at + 4)
        await self.presses("1", at=at + 11)
        await self.hears("greeting", "ask-problem", self._confirmation, "case-opened", "wait-soon", MUSIC, by=at + 16)

    @property
    def _confirmation(self) -> str:
        return next(played.prompt for played in self.heard() if played.prompt.startswith("confirm"))


class AgentPhone(Telephone):
    """An agent at their phone."""

    def __init__(self, stage: JourneyStage, name: str) -> None:
        super().__init__(stage, stage.file.agents[name].station)
        self.name = name

    async def refuses(self, *, at: float) -> None:
        """Presses the ringing away."""
        await self.stage.at(at)
        self.stage.edge.tell(LegFailed(self.leg, 603, "decline"))
        await self.stage.settle()
