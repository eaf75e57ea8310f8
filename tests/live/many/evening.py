"""The people of an evening on three machines: what they do, and what they notice when something is killed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass

from hotline.demo.peer import SpeakingPhone
from hotline.demo.people import clip
from tests.live.many.book import Witness
from tests.live.many.house import House
from tests.live.many.node import Node
from tests.live.many.table import Table
from tests.live.watched_house import Pulse, longest_gap

_DIALLED = "1001"
#: Nobody's audio stops for longer because something else was killed; far more than is seen, for busy machines.
_LONGEST_GAP = 2.0
#: Seconds after which who hears nothing is not in a call any more.
SILENT_SECONDS = 2.5


def _now() -> float:
    return asyncio.get_running_loop().time()


@dataclass(frozen=True, slots=True)
class Blow:
    """Something is about to be killed: who is in a call at that moment. `pulse` measures how long this very process,
    with all its telephones, stands still, which is nobody's fault."""

    what: str
    before: frozenset[str]
    since: float
    pulse: Pulse


class Evening:
    """`people` by name. `node` is where they are asked about the floor, and told of changes."""

    def __init__(self, house: House, node: Node) -> None:
        self.house = house
        self.witness = Witness(house.database, house.file)
        self.table = Table()
        self.people: dict[str, SpeakingPhone] = {}
        self.agent_of: dict[str, str] = {}
        self._node = node
        self._count = 0

    # --- callers -----------------------------------------------------------------------------------------------------

    async def person(self, name: str) -> SpeakingPhone:
        """Somebody new, with a telephone."""
        self._count += 1
        phone = self.people[name] = await self.house.caller(f"+8210555{self._count:05}")
        return phone

    async def rings(self, name: str, at: Node | None = None) -> None:
        """A new caller is answered; by this node, if one is given: until the proxy's turn comes to it."""
        phone = await self.person(name)
        while True:
            await phone.call(self.house.front.number(_DIALLED))
            if at is None or self.house.node_of(phone) is at:
                return
            await phone.hang_up()

    async def is_answered_within(self, name: str) -> float:
        """How many seconds a new caller has to wait to be answered."""
        begun = _now()
        await self.rings(name)
        return _now() - begun

    async def queues(self, *names: str) -> None:
        """Say what happened, until it is understood."""
        await asyncio.gather(*(self._queues(self.people[name]) for name in names))

    async def _queues(self, phone: SpeakingPhone) -> None:
        async with asyncio.timeout(60):
            while True:
                await phone.wait_until_quiet(1.0)
                await phone.say(clip("en", "refund"))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(8):
                        while not await self.witness.is_queued(phone.user):  # noqa: ASYNC110 - the database is asked
                            await asyncio.sleep(0.1)
                    return

    async def rings_back(self, name: str) -> None:
        """Who was lost calls again, hears of the callback that is owed, and wants to be served now."""
        phone = self.people[name]
        await phone.call(self.house.front.number(_DIALLED))
        async with asyncio.timeout(60):
            while not await self.witness.is_queued(phone.user):
                phone.press("1")
                await asyncio.sleep(1.5)

    async def hang_up(self, *names: str) -> None:
        """Put the receiver down, whether anybody is there to be told or not."""
        await asyncio.gather(*(self.people[name].hang_up() for name in names))

    # --- agents ------------------------------------------------------------------------------------------------------

    async def begin_work(self, *agents: str) -> None:
        """Their shifts begin."""
        for agent in agents:
            for state in ("signed-in", "ready"):
                await self._node.set_state(agent, state)

    async def talk(self, *names: str) -> None:
        """Each says what happened, and is connected with an agent."""
        await self.queues(*names)
        await self.are_served(*names)
        for name in names:
            (call,) = [call for call in await self.witness.calls(self.people[name].user) if call.bridged_at]
            assert call.agent is not None
            self.agent_of[name] = call.agent

    async def are_served(self, *names: str) -> None:
        """Until all of them have been brought together with an agent."""
        async with asyncio.timeout(60):
            for name in names:
                while await self.witness.served_at(self.people[name].user) is None:  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0.1)

    async def is_decided_within(self, agent: str) -> float:
        """How many seconds pass until the floor has taken in that an agent wants a break after the call."""
        begun = _now()
        await self._node.set_state(agent, "paused")
        return _now() - begun

    # --- blows -------------------------------------------------------------------------------------------------------

    def before(self, what: str) -> Blow:
        """Look who is in a call, and hears something."""
        return Blow(what, frozenset(self._in_calls()), _now(), Pulse())

    def after(self, blow: Blow, hung_up: Iterable[str] = ()) -> frozenset[str]:
        """Who is not any more, but for those who hung up; all others heard no gap to speak of."""
        blow.pulse.stop()
        gone = blow.before - self._in_calls() - set(hung_up)
        stayed = blow.before - gone - set(hung_up)
        silence = max(longest_gap(self.people[name], blow.since, _now()) for name in stayed)
        names = f" ({', '.join(sorted(gone))})" if gone else ""
        self.table.row(f"{blow.what}: calls before", len(blow.before))
        self.table.row(f"{blow.what}: calls lost", f"{len(gone)}{names}")
        own = f"all telephones here stood still for {blow.pulse.longest:.2f} s"
        self.table.row(f"{blow.what}: longest silence of others", f"{silence:.2f} s ({own})")
        assert silence - blow.pulse.longest < _LONGEST_GAP
        return gone

    def _in_calls(self) -> set[str]:
        """Whose call is up, and who heard something just now."""
        lately = _now() - SILENT_SECONDS
        return {
            name for name, phone in self.people.items() if phone.in_call and phone.heard and phone.heard[-1].at > lately
        }
