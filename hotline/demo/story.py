"""The story of the demo, chapter by chapter. What it leaves in the database is proved by `hotline.demo.proof`."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime

from config.clock import Clock
from config.errors import HotlineError
from hotline.demo.carrier import Carrier
from hotline.demo.house import House
from hotline.demo.peer import similarity
from hotline.demo.people import PATIENCE, Agent, Caller, clip
from hotline.demo.timeline import Timeline
from ivr.media.clips import read_clip

SAME_AUDIO = 0.6


@dataclass(slots=True)
class Facts:
    """What the story remembers, to be compared with what the database says."""

    audio_similarity: float = 0.0
    killed_at: datetime | None = None
    numbers: dict[str, str] = field(default_factory=dict)


class Story:
    """Everybody in it, and what they do."""

    def __init__(
        self, house: House, carrier: Carrier, agents: dict[str, Agent], timeline: Timeline, clock: Clock
    ) -> None:
        self._house = house
        self._carrier = carrier
        self._agents = agents
        self._timeline = timeline
        self._clock = clock
        self._callers: dict[str, Caller] = {}
        self.facts = Facts()
        self._problem = ""

    async def invite(self, people: dict[str, tuple[str, str]]) -> None:
        """Give everybody (`name -> number, language`) a telephone."""
        for name, (number, language) in people.items():
            caller = self._callers[name] = Caller(name, number, language, self._house, self._timeline)
            await caller.enter(self._carrier)
            self.facts.numbers[name] = number

    async def leave(self) -> None:
        """Everybody puts the phone down."""
        phones = [caller.phone for caller in self._callers.values()] + [a.phone for a in self._agents.values()]
        await asyncio.gather(*(phone.stop() for phone in phones))

    async def play(self) -> Facts:
        """The whole story."""
        await self._busy_floor()
        await self._everybody_calls()
        await self._killed()
        await self._survived()
        await self._fixed_and_told()
        return self.facts

    async def _busy_floor(self) -> None:
        self._timeline.begin("[1/5] The floor is busy")
        zoe, yan = self._callers["zoe"], self._callers["yan"]
        for agent in ("ana", "bo"):
            await self._house.set_state(agent, "ready")
        await asyncio.gather(zoe.complain("delivery"), yan.complain("delivery"))
        await asyncio.gather(self._agents["ana"].in_conversation(), self._agents["bo"].in_conversation())
        self._timeline.tell("agents", "ana talks with zoe, bo with yan: whoever calls now has to wait")

    async def _everybody_calls(self) -> None:
        self._timeline.begin("[2/5] Everybody calls: the vip whose product is smoking goes first")
        await asyncio.gather(
            self._safety_first(),
            _after(3.0, self._take_callback(self._callers["chen"])),
            self._find_nobody(self._callers["dana"]),
            _after(9.0, self._report_one_fault()),
        )

    # --- chapter a: safety first -------------------------------------------------------------------------------------

    async def _safety_first(self) -> None:
        ana = self._agents["ana"]
        zoe, adam, beth, vera = (self._callers[name] for name in ("zoe", "adam", "beth", "vera"))
        await asyncio.gather(adam.complain("refund"), _after(6.0, self._decline_callback(beth)))
        await self._until_waiting(2, urgency="money")
        await vera.complain("smoke")
        await self._until_waiting(1, tier="vip")
        await zoe.hang_up()
        await ana.free()
        await ana.in_conversation()
        begun = asyncio.get_running_loop().time()
        await vera.phone.say(clip("en", "smoke"))
        await asyncio.sleep(1.0)
        spoken = read_clip(clip("en", "smoke"), 16_000)
        self.facts.audio_similarity = similarity(spoken, ana.phone.heard_pcm(begun - 0.5))
        self._timeline.tell("agent ana", f"hears vera: the samples agree by {self.facts.audio_similarity:.2f}")
        await vera.hang_up()
        for _ in (adam, beth):
            await ana.free()
            await ana.in_conversation()
            self._timeline.tell("agent ana", "serves the next one who waited")
            await ana.phone.hang_up()
        await asyncio.gather(adam.hang_up(), beth.hang_up())
        await self._house.set_state("ana", "paused", "end of chapter")

    async def _decline_callback(self, beth: Caller) -> None:
        """Beth comes a moment after Adam, so that one is before her; offered a callback, she prefers to wait."""
        await beth.complain("billing")
        await beth.press("2")

    async def _until_waiting(self, number: int, **alike: str) -> None:
        """Until so many callers of this kind wait for an agent; others may wait, too."""
        wanted = {"kind": "call", **alike}
        async with asyncio.timeout(PATIENCE):
            while True:
                board = await self._house.get("/wallboard")
                if isinstance(board, dict) and sum(wanted.items() <= one.items() for one in board["waiting"]) >= number:
                    return
                await asyncio.sleep(0.3)

    # --- the kill ----------------------------------------------------------------------------------------------------

    async def _killed(self) -> None:
        self._timeline.begin("[3/5] The program is killed and started again")
        self.facts.killed_at = self._clock.now()
        self._timeline.tell("hotline", "is killed with SIGKILL")
        await self._house.kill()
        await asyncio.gather(self._callers["yan"].hang_up(), self._agents["bo"].phone.hang_up())
        await self._house.start()
        self._timeline.tell("hotline", "is started again")

    async def _survived(self) -> None:
        self._timeline.begin("[4/5] What was promised is kept; who rings in first is told, and not rung")
        await asyncio.gather(
            self._called_back(self._callers["chen"]),
            self._ring_first(self._callers["dana"]),
            self._hear_of_the_problem(self._callers["li"]),
        )

    # --- chapter b: a callback survives ------------------------------------------------------------------------------

    async def _called_back(self, chen: Caller) -> None:
        """Three agents are ready; one of them speaks Chinese and repairs."""
        for name in ("ana", "dee", "bo"):
            await self._house.set_state(name, "ready")
        await chen.phone.answer_next(PATIENCE)
        await chen.hear_out()
        await asyncio.sleep(3.0)
        self._timeline.tell("chen", "is called back, as promised")
        await chen.hang_up()
        await self._agents["bo"].free()
        for name in ("ana", "dee", "bo"):
            await self._house.set_state(name, "paused", "end of chapter")

    async def _take_callback(self, chen: Caller) -> None:
        await chen.complain("repair")
        await chen.agree_until_the_end()  # a callback instead of the wait

    async def _find_nobody(self, dana: Caller) -> None:
        """Nobody who speaks Korean is there: the hotline asks when to call back, and she takes the first window."""
        await dana.complain("refund")
        await dana.press("1")
        await dana.phone.wait_for_end(PATIENCE)

    # --- chapter d: the caller rings in first ------------------------------------------------------------------------

    async def _ring_first(self, dana: Caller) -> None:
        cho = self._agents["cho"]
        await dana.ring()
        await self._house.set_state("cho", "ready")  # who could ring her now, if she were not on the line
        await dana.answer("yes")
        await cho.in_conversation()
        self._timeline.tell("agent cho", "serves dana")
        await cho.phone.hang_up()
        await dana.press("5")
        await dana.phone.wait_for_end(PATIENCE)
        await self._house.set_state("cho", "paused", "end of chapter")

    # --- chapter c: fixed, and told ----------------------------------------------------------------------------------

    async def _report_one_fault(self) -> None:
        kim, sam = self._callers["kim"], self._callers["sam"]
        _, sams_case = await asyncio.gather(self._report(kim, "fault", "account"), self._report(sam, "smoke", "safety"))
        problem = await self._house.post(
            "/problems", {"title": "Update 4.2 locks accounts and overheats chargers", "category": "account"}
        )
        if not isinstance(problem, dict):
            raise HotlineError("the problem could not be opened")
        self._problem = str(problem["id"])
        self._timeline.tell("supervisor", "opens a problem; the cases about accounts are linked to it")
        await self._house.post(f"/problems/{self._problem}/cases", {"case": sams_case})
        self._timeline.tell("supervisor", "links sam's smoking charger by hand: the same root cause")

    async def _hear_of_the_problem(self, li: Caller) -> None:
        await li.complain("fault")
        await li.agree_until_the_end()  # told that it is known, and offered a call when it is fixed

    async def _fixed_and_told(self) -> None:
        self._timeline.begin("[5/5] The fault is fixed: all three are told, safety first")
        await self._house.post(f"/problems/{self._problem}/solve")
        self._timeline.tell("supervisor", "marks the problem as solved")
        await self._house.set_state("dee", "ready")
        await asyncio.gather(*(self._be_told(self._callers[name]) for name in ("kim", "li", "sam")))
        await self._until_all_kept()

    async def _report(self, caller: Caller, about: str, category: str) -> str:
        """Complain, and put the phone down while the case's number is read out: nothing can be done today. The case."""
        before = await self._cases(category)
        await caller.complain(about)
        async with asyncio.timeout(PATIENCE):
            while not (opened := await self._cases(category) - before):
                await asyncio.sleep(0.3)
        await asyncio.sleep(1.0)
        await caller.hang_up()
        return opened.pop()

    async def _cases(self, category: str) -> set[str]:
        page = await self._house.get(f"/cases?category={category}&status=open")
        if not isinstance(page, dict):
            raise HotlineError("the cases could not be listed")
        return {str(case["id"]) for case in page["items"]}

    async def _be_told(self, caller: Caller) -> None:
        await caller.phone.answer_next(PATIENCE)
        await caller.hear_out()
        await asyncio.sleep(2.0)
        self._timeline.tell(caller.name, "is told that the fault is fixed")
        await caller.hang_up()

    async def _until_all_kept(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                board = await self._house.get("/wallboard")
                if isinstance(board, dict) and board["promises"].get("kept", 0) >= 5:
                    return
                await asyncio.sleep(0.3)


async def _after(seconds: float, happens: Coroutine[None, None, None]) -> None:
    await asyncio.sleep(seconds)
    await happens
