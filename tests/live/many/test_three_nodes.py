"""Three machines, load on: the leader is killed, then the database, then the broker; what was lost, and what was not.

`L` is the node that leads at first, `A` and `B` are the others. On each a caller talks with an agent (`talks`), others
wait for one (`waits`; on L two, and they came first), and one is being greeted (`enters`). Somebody to whom a callback
is owed is being rung by L (`called`).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.many.evening import SILENT_SECONDS, Evening
from tests.live.many.ground import Ground, standing_ground
from tests.live.many.house import House, opened_house
from tests.live.watched_house import until

pytestmark = pytest.mark.live

_TAKE_OVER_SECONDS = 5.0
_DATABASE_AWAY_SECONDS = 10.0
_MADE = "made = kept + renegotiated + broken + withdrawn + open"


@pytest.fixture
def ground() -> Iterator[Ground]:
    with standing_ground(3) as ground:
        yield ground


class Story:
    """What happens, chapter by chapter; each asserts what has to hold after it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.leader = house.leader
        self.a, self.b = (node for node in house.nodes if node is not self.leader)
        self.evening = Evening(house, self.a)
        self.table = self.evening.table

    async def everybody_calls(self) -> None:
        evening, here = self.evening, {"L": self.leader, "A": self.a, "B": self.b}
        await evening.begin_work("ana", "bo", "cho")
        for name in ("talks_L", "talks_A", "talks_B", "waits_L1", "waits_L2", "waits_A", "waits_B"):
            await evening.rings(name, here[name.partition("_")[2][0]])
        await evening.talk("talks_L", "talks_A", "talks_B")
        await evening.queues("waits_L1", "waits_L2")
        await asyncio.gather(evening.queues("waits_A", "waits_B"), self._somebody_is_rung())
        for name in ("enters_L", "enters_A", "enters_B"):
            await evening.rings(name, here[name.partition("_")[2]])

    async def the_leader_is_killed(self) -> None:
        """Whoever talked with it puts the receiver down; one of its callers rings again."""
        evening = self.evening
        blow = evening.before("leader killed")
        await self.leader.kill()
        deciding = asyncio.create_task(evening.is_decided_within(evening.agent_of["talks_L"]))
        new = ("new_0", "new_1", "new_2")  # by turns: the first of them that is the dead node's
        answered = [await evening.is_answered_within(name) for name in new]
        took_over = await deciding
        await asyncio.sleep(SILENT_SECONDS + 0.5)  # what came before the blow is no sign of life
        gone = evening.after(blow)
        self.table.row("leader killed: first decision of the next", f"after {took_over:.2f} s")
        self.table.row("leader killed: new callers are answered", f"after {max(answered):.2f} s at most")
        assert gone == {name for name in blow.before if "_L" in name}
        assert took_over < _TAKE_OVER_SECONDS
        agents = [self.house.agents[evening.agent_of["talks_L"]], self.house.agents["dee"]]
        mended = until(lambda: any(node.has_logged("node_mended") for node in (self.a, self.b)), within=60)
        await asyncio.gather(
            mended, evening.hang_up(*gone, *new, "enters_A", "enters_B"), *(phone.hang_up() for phone in agents)
        )
        await evening.rings_back("waits_L2")

    async def the_database_is_killed(self) -> None:
        evening = self.evening
        blow = evening.before("database killed")
        self.house.postgres.kill()
        trying = asyncio.create_task(evening.is_answered_within("new_3"))
        await asyncio.sleep(_DATABASE_AWAY_SECONDS)
        self.house.postgres.start()
        again = await evening.is_decided_within(evening.agent_of["talks_L"])
        self.table.row("database killed: first decision after it is back", f"after {again:.2f} s")
        self.table.row("database killed: a new caller is answered", f"after {await trying:.2f} s")
        assert not evening.after(blow)
        await evening.hang_up("new_3")

    async def the_broker_is_killed(self) -> None:
        """While it is away agents become free, and who waited on the dead node is served: one rang back, the other is
        called."""
        evening = self.evening
        blow = evening.before("broker killed")
        self.house.broker.kill()
        evening.people["waits_L1"].auto_answer_after = 0.5
        await evening.hang_up("talks_A", "talks_B")
        await evening.are_served("waits_L1", "waits_L2")
        self.house.broker.start()
        assert not evening.after(blow, hung_up=("talks_A", "talks_B"))

    async def it_ends(self) -> None:
        """Everybody is served in the order in which they came, and everything is counted."""
        evening = self.evening
        await evening.hang_up("waits_L1", "waits_L2")
        await evening.are_served("waits_A", "waits_B")
        await evening.hang_up("waits_A", "waits_B")
        waited = ("waits_L1", "waits_L2", "waits_A", "waits_B")
        served = {name: await evening.witness.served_at(evening.people[name].user) for name in waited}
        order = sorted(waited, key=lambda name: str(served[name]))
        self.table.row("served in this order", ", ".join(order))
        assert set(order[:2]) == {"waits_L1", "waits_L2"}
        await self._every_promise_is_there_once()
        await self._every_event_came()

    async def _somebody_is_rung(self) -> None:
        phone = await self.evening.person("called")
        await self.evening.begin_work("dee")
        await self.evening.witness.owe(phone.user, "legal")
        await phone.wait_for_ring(40)

    async def _every_promise_is_there_once(self) -> None:
        for name in ("waits_L1", "waits_L2", "called"):
            number = self.evening.people[name].user
            (owed,) = await self.evening.witness.owed(number)
            rung = self.house.rings[number]
            self.table.row(f"promise to {name}", f"{owed.promise.state}, attempts {owed.attempts}, rung {rung}")
            assert rung == owed.attempts
        report = await self.evening.witness.audit()
        counted = report.identity
        ends = (counted.kept, counted.renegotiated, counted.broken, counted.withdrawn, counted.open)
        self.table.row(_MADE, f"{counted.made} = {' + '.join(map(str, ends))}")
        assert report.holds

    async def _every_event_came(self) -> None:
        told, came = await self.evening.witness.event_ids(), self.house.subscriber.ids
        with contextlib.suppress(TimeoutError):
            await until(lambda: set(told) <= set(came), 40)
        missing = len(set(told) - set(came))
        self.table.row("events", f"{len(told)} told, {missing} never came, {len(came) - len(set(came))} came again")
        assert not missing


@pytest.mark.timeout(400)
async def test_a_machine_then_the_database_then_the_broker_is_killed(
    tmp_path: Path, ground: Ground, record_property: Callable[[str, object], None]
) -> None:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    async with opened_house(tmp_path, ground) as house:
        story = Story(house)
        chapters = [story.everybody_calls, story.the_leader_is_killed, story.the_database_is_killed]
        chapters += [story.the_broker_is_killed, story.it_ends]
        took = [loop.time() - begun]
        try:
            for chapter in chapters:
                await chapter()
                took.append(loop.time() - begun - sum(took))
        finally:
            where = "namespaces" if ground.namespaces else "loopback addresses"
            seconds = " + ".join(f"{part:.0f}" for part in took)
            record_property("table", f"three nodes in {where}, {seconds} s\n{story.table}")
