"""Three machines, load on: the leader is killed, then the database, then the broker; what was lost, and what was not.

Who does what, by where the proxy happened to bring them (`L` is the node that leads, `A` and `B` are the others):

    talks_*   one caller on each node talks with an agent
    waits_*   two callers on L, then one on A and one on B, wait for an agent: all are busy
    enters_*  one caller on each node is being greeted
    called    is being rung by L, to whom a callback is owed
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.demo.peer import SpeakingPhone
from hotline.demo.people import clip
from tests.live.many.book import Witness
from tests.live.many.ground import Ground, standing_ground
from tests.live.many.house import House, opened_house
from tests.live.many.node import Node
from tests.live.many.table import Table
from tests.live.watched_house import Pulse, longest_gap, until

pytestmark = [pytest.mark.live, pytest.mark.alone]

DIALLED = "1001"
#: While a machine, the database or the broker is away, the others' audio never stops for longer.
LONGEST_GAP = 1.0
TAKE_OVER_SECONDS = 5.0
DATABASE_AWAY_SECONDS = 10.0


@pytest.fixture
def ground() -> Iterator[Ground]:
    with standing_ground(3) as ground:
        yield ground


class Evening:
    """The people, and what becomes of them."""

    def __init__(self, house: House, witness: Witness) -> None:
        self.house = house
        self.witness = witness
        self.table = Table()
        self.people: dict[str, SpeakingPhone] = {}
        self.agent_of: dict[str, str] = {}
        self._numbers = iter(range(100))
        self.lost_node = house.leader
        self.first, self.second = (node for node in house.nodes if node is not self.lost_node)

    # --- chapters ----------------------------------------------------------------------------------------------------

    async def begins(self) -> None:
        """Everybody calls."""
        lost, first, second = self.lost_node, self.first, self.second
        for agent in ("ana", "bo", "cho"):
            await self.ready(agent)
        places = {"talks_L": lost, "talks_A": first, "talks_B": second, "waits_L1": lost, "waits_L2": lost}
        places |= {"waits_A": first, "waits_B": second}
        for name, node in places.items():
            await self.rings(name, node)
        await asyncio.gather(self.talks("talks_L"), self.talks("talks_A"), self.talks("talks_B"))
        await asyncio.gather(self.queues("waits_L1"), self.queues("waits_L2"))
        await asyncio.gather(self.queues("waits_A"), self.queues("waits_B"), self.is_called())
        for name, node in (("enters_L", lost), ("enters_A", first), ("enters_B", second)):
            await self.rings(name, node)

    async def leader_is_killed(self) -> None:
        """All its processes at once. Its callers, and agents who talked with them, put their receivers down."""
        before, since, pulse = self.in_calls(), asyncio.get_running_loop().time(), Pulse()
        await self.lost_node.kill()
        pause = asyncio.create_task(self.first_decision(self.agent_of["talks_L"], "paused"))
        answered = max([await self.answered_within(f"new_{number}") for number in range(3)])
        took_over = await pause
        await asyncio.sleep(3.0)
        gone = before - self.in_calls()
        pulse.stop()
        self.table.row("calls in progress, leader alive", len(before))
        self.table.row("calls lost with it", f"{len(gone)}: {', '.join(sorted(gone))}")
        self.table.row("longest silence of the others", f"{self.gap(before - gone, since, pulse):.2f} s")
        self.table.row("from the kill to the first decision", f"{took_over:.2f} s")
        self.table.row("longest wait of a new caller to be answered", f"{answered:.2f} s")
        assert gone == {name for name in before if name.endswith(("_L", "_L1", "_L2"))}
        assert self.gap(before - gone, since, pulse) < LONGEST_GAP
        assert took_over < TAKE_OVER_SECONDS
        down = [self.people[name] for name in (*gone, "enters_A", "enters_B", "new_0", "new_1", "new_2")]
        down += [self.house.agents[self.agent_of["talks_L"]], self.house.agents["dee"]]
        await asyncio.gather(*(phone.hang_up() for phone in down))
        await until(lambda: any(node.has_logged("node_mended") for node in self.house.living), 20)
        await self.rings_back("waits_L2")

    async def database_is_killed(self) -> None:
        """With all its processes, and is away for a while."""
        before, since, pulse = self.in_calls(), asyncio.get_running_loop().time(), Pulse()
        self.house.postgres.kill()
        tried = asyncio.create_task(self.answered_within("new_3"))
        await asyncio.sleep(DATABASE_AWAY_SECONDS)
        self.house.postgres.start()
        again = await self.first_decision(self.agent_of["talks_L"], "paused")
        gone = before - self.in_calls()
        pulse.stop()
        self.table.row("calls in progress, database away", len(before))
        self.table.row("calls lost meanwhile", f"{len(gone)}: {', '.join(sorted(gone))}")
        self.table.row("longest silence", f"{self.gap(before - gone, since, pulse):.2f} s")
        self.table.row("from its start to the first decision", f"{again:.2f} s")
        self.table.row("a new caller without it was answered after", f"{await tried:.2f} s")
        assert not gone
        assert self.gap(before, since, pulse) < LONGEST_GAP
        await self.people["new_3"].hang_up()

    async def broker_is_killed(self) -> None:
        """And while it is away everybody who waits is served, in their order."""
        before, since, pulse = self.in_calls(), asyncio.get_running_loop().time(), Pulse()
        self.house.broker.kill()
        self.people["waits_L1"].auto_answer_after = 0.5
        await asyncio.gather(self.people["talks_A"].hang_up(), self.people["talks_B"].hang_up())
        await self.served("waits_L1", "waits_L2")
        self.house.broker.start()
        gone = before - self.in_calls() - {"talks_A", "talks_B"}
        pulse.stop()
        self.table.row("calls in progress, broker away", len(before))
        self.table.row("calls lost meanwhile ", f"{len(gone)}: {', '.join(sorted(gone))}")
        self.table.row("longest silence ", f"{self.gap(before - {'talks_A', 'talks_B'}, since, pulse):.2f} s")
        assert not gone

    async def ends(self) -> None:
        """Whoever still waits is served, and everything is counted."""
        await asyncio.gather(self.people["waits_L1"].hang_up(), self.people["waits_L2"].hang_up())
        await self.served("waits_A", "waits_B")
        await asyncio.gather(self.people["waits_A"].hang_up(), self.people["waits_B"].hang_up())
        waited = ("waits_L1", "waits_L2", "waits_A", "waits_B")
        at = {name: await self.witness.served_at(self.people[name].user) for name in waited}
        order = sorted(waited, key=lambda name: str(at[name]))
        self.table.row("served in this order", ", ".join(order))
        assert set(order[:2]) == {"waits_L1", "waits_L2"}
        await self._every_promise_is_accounted_for()
        await self._every_event_came()

    async def _every_promise_is_accounted_for(self) -> None:
        for name in ("waits_L1", "waits_L2", "called"):
            number = self.people[name].user
            (owed,) = await self.witness.owed(number)
            rung = self.house.rings[number]
            self.table.row(f"promise to {name}", f"{owed.promise.state}, tried {owed.attempts}, rung {rung}")
            assert rung == owed.attempts
        report = await self.witness.audit()
        self.table.row("made = kept + renegotiated + broken + withdrawn + open", report.identity)
        assert report.holds

    async def _every_event_came(self) -> None:
        subscriber = self.house.subscriber
        told = await self.witness.event_ids()
        with contextlib.suppress(TimeoutError):
            await until(lambda: set(told) <= set(subscriber.ids), 40)
        missing = len(set(told) - set(subscriber.ids))
        twice = len(subscriber.ids) - len(set(subscriber.ids))
        self.table.row("events told", f"{len(told)}; {missing} never came, {twice} came twice")
        assert not missing

    # --- deeds -------------------------------------------------------------------------------------------------------

    async def ready(self, agent: str) -> None:
        """The agent's shift begins."""
        for state in ("signed-in", "ready"):
            await self.first.set_state(agent, state)

    async def is_called(self) -> None:
        """To somebody a callback is owed, and their telephone rings."""
        phone = await self.person("called")
        await self.ready("dee")
        await self.witness.owe(phone.user, "legal")
        await phone.wait_for_ring(40)

    async def rings_back(self, name: str) -> None:
        """Who was lost calls again, hears of the callback that is owed, and wants to be served now."""
        phone = self.people[name]
        await phone.call(self.house.front.number(DIALLED))
        async with asyncio.timeout(60):
            while not await self.witness.is_queued(phone.user):
                await phone.wait_until_quiet(1.0)
                phone.press("1")
                await asyncio.sleep(2.0)

    async def person(self, name: str) -> SpeakingPhone:
        """Somebody new, with a telephone."""
        phone = self.people[name] = await self.house.caller(f"+8210555000{next(self._numbers):02}")
        return phone

    async def rings(self, name: str, at: Node | None = None) -> SpeakingPhone:
        """A new caller is answered; by this node, if one is given: until the proxy's turn comes to it."""
        phone = await self.person(name)
        while True:
            await phone.call(self.house.front.number(DIALLED))
            if at is None or self.house.node_of(phone) is at:
                return phone
            await phone.hang_up()

    async def queues(self, name: str) -> None:
        """Say what happened, until it is understood."""
        phone = self.people[name]
        async with asyncio.timeout(60):
            while True:
                await phone.wait_until_quiet(1.0)
                await phone.say(clip("en", "refund"))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(8):
                        while not await self.witness.is_queued(phone.user):
                            await asyncio.sleep(0.1)
                        return

    async def talks(self, name: str) -> None:
        """Be connected with an agent."""
        await self.queues(name)
        await self.served(name)
        (call,) = [call for call in await self.witness.calls(self.people[name].user) if call.bridged_at]
        assert call.agent is not None
        self.agent_of[name] = call.agent

    def in_calls(self) -> set[str]:
        """Who hears something: their call is up, and the last packet came just now."""
        now = asyncio.get_running_loop().time()
        return {
            name
            for name, phone in self.people.items()
            if phone.in_call and phone.heard and phone.heard[-1].at > now - 2 * LONGEST_GAP
        }

    def gap(self, names: set[str], since: float, pulse: Pulse) -> float:
        """The longest silence of the line that one of them had to bear, without what stood still in this very process,
        in which all telephones are."""
        now = asyncio.get_running_loop().time()
        silence = max(longest_gap(self.people[name], since, now) for name in names)
        return max(0.0, silence - pulse.longest)

    async def answered_within(self, name: str) -> float:
        """How long a new caller has to wait to be answered."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await self.rings(name)
        return loop.time() - begun

    async def served(self, *names: str, within: float = 40) -> None:
        """Until all of them have been brought together with an agent."""
        async with asyncio.timeout(within):
            for name in names:
                while await self.witness.served_at(self.people[name].user) is None:
                    await asyncio.sleep(0.1)

    async def first_decision(self, agent: str, state: str) -> float:
        """How long it takes from now on until the floor has taken in a change told to a node that lives."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await self.first.set_state(agent, state)
        return loop.time() - begun


@pytest.mark.timeout(300)
async def test_a_machine_then_the_database_then_the_broker_is_killed(
    tmp_path: Path, ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    async with opened_house(tmp_path, ground) as house:
        witness = Witness(house.database, house.file)
        evening = Evening(house, witness)
        try:
            for chapter in (
                evening.begins,
                evening.leader_is_killed,
                evening.database_is_killed,
                evening.broker_is_killed,
                evening.ends,
            ):
                begun = asyncio.get_running_loop().time()
                await chapter()
                evening.table.row(f"{chapter.__name__}, in all", f"{asyncio.get_running_loop().time() - begun:.0f} s")
        finally:
            with capsys.disabled():
                sys.stdout.write(f"\n{evening.table}\n")
