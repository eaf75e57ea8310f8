"""`hotline serve` is three processes and one that watches them; each is killed while people talk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callbacks.model import AttemptOutcome, PromiseState
from hotline.demo.house import ADDRESS
from hotline.demo.peer import CallFailed, SpeakingPhone
from hotline.demo.people import clip
from tests.live.watched_house import Pulse, WatchedHouse, house, is_alive, longest_gap, until

#: What the agents can serve, by its place in the menu: a refund, a safety matter.
_KEYS = {"ana": "1", "cho": "1", "dee": "6"}
_TRIES, _AGAIN_SECONDS = 4, 2.0
NUMBERS = [f"+8210123400{number:02}" for number in range(8)]


class Scene:
    """A house, agents and callers. In English nobody is heard here: callers use keys."""

    def __init__(self, folder: Path) -> None:
        self.agents = {name: SpeakingPhone(name, ADDRESS, auto_answer_after=0.3) for name in ("ana", "cho", "dee")}
        self.callers = [SpeakingPhone(number, ADDRESS) for number in NUMBERS]
        self.trunk = SpeakingPhone("trunk", ADDRESS)
        self._folder = folder

    @property
    def phones(self) -> list[SpeakingPhone]:
        return [self.trunk, *self.agents.values(), *self.callers]

    async def open(self, settings: dict[str, str] | None = None) -> WatchedHouse:
        for phone in self.phones:
            await phone.start()
        self.house = house(self._folder, self.trunk, self.agents, settings)
        await self.house.furnish({})
        await self.house.start()
        return self.house

    async def close(self) -> None:
        await self.house.stop()
        await asyncio.gather(*(phone.stop() for phone in self.phones))

    async def ring(self, caller: SpeakingPhone, dialled: str = "1001") -> None:
        """Again, as people do, where a machine that many tests share has no time for the call just then (503)."""
        for _ in range(_TRIES - 1):
            try:
                await caller.call(self.house.number(dialled))
                return
            except CallFailed as refusal:
                if refusal.status != 503:
                    raise
            await asyncio.sleep(_AGAIN_SECONDS)
        await caller.call(self.house.number(dialled))

    async def choose(self, caller: SpeakingPhone, agent: str = "ana") -> None:
        """Press a key to be offered keys, and then the key of what the agent can serve: again until the record shows
        that it was understood, however slow this machine is."""
        async with asyncio.timeout(60):
            while (await self.house.records(caller.user))[0].category is None:
                caller.press(_KEYS[agent])
                await caller.silence(1.5)

    async def talk(self, caller: SpeakingPhone, agent: str) -> None:
        """The caller and the agent are connected."""
        await self.house.set_state(agent, "ready")
        await self.ring(caller)
        await self.choose(caller, agent)
        await self.agents[agent].wait_for_answer(40)
        await self.hear_each_other(caller, agent)

    async def hear_each_other(self, caller: SpeakingPhone, agent: str) -> None:
        """Until what the caller says reaches the agent: the whisper comes before that."""
        async with asyncio.timeout(20):
            while True:
                begun = asyncio.get_running_loop().time()
                await caller.say(clip("ko", "yes"))
                record = (await self.house.records(caller.user))[0]
                if record.bridged_at is not None and self.agents[agent].heard_pcm(begun).any():
                    return
                await asyncio.sleep(0.2)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    made = Scene(tmp_path)
    await made.open()
    yield made
    await made.close()


@pytest.mark.timeout(240)
async def test_main_is_killed_and_those_who_talk_hear_no_gap(scene: Scene) -> None:
    one, other, asks, waits, rings_late = scene.callers[:5]
    await scene.talk(one, "ana")
    await scene.talk(other, "dee")
    await scene.ring(asks)
    await scene.ring(waits)
    await scene.choose(waits)
    await asyncio.sleep(2.0)
    before = scene.house.processes()
    pulse, killed_at = Pulse(), asyncio.get_running_loop().time()
    await scene.house.kill_worker("main")
    await scene.house.logged("main_lost", worker="edge")
    ringing = asyncio.ensure_future(scene.ring(rings_late))
    await scene.house.main_is_back()
    back_at = asyncio.get_running_loop().time()
    pulse.stop()

    assert scene.house.process("main") != before[0]
    assert scene.house.processes()[1:] == before[1:]
    for phone in (one, other, scene.agents["ana"], scene.agents["dee"]):
        assert phone.in_call
        assert longest_gap(phone, killed_at, back_at) < 0.2 + pulse.longest
    begun = asyncio.get_running_loop().time()
    await one.say(clip("ko", "refund"))
    assert scene.agents["ana"].heard_pcm(begun).any()
    assert await scene.house.state("ana") == "talking"
    assert await scene.house.state("dee") == "talking"

    await asyncio.wait_for(ringing, 20)  # who rang while nobody was there is answered
    for caller in (asks, waits, rings_late):
        assert caller.in_call
    lost, anew = (await scene.house.records(waits.user))[::-1]
    assert (lost.ended_by, anew.ended_by) == ("fault", None)

    await one.hang_up()
    await scene.agents["ana"].wait_for_end(5)
    await scene.agents["dee"].hang_up()
    await other.wait_for_end(5)
    for caller, agent, by in ((one, "ana", "them"), (other, "dee", "us")):
        (record,) = await scene.house.records(caller.user)
        assert (record.agent, record.ended_by) == (agent, by)
        assert record.ended_at is not None
        assert record.recording is not None
        assert (scene.house.folder / "recordings" / record.recording).stat().st_size > 100_000
    await scene.choose(asks)
    await until(lambda: scene.agents["ana"].in_call, 40)  # free, and at work again


@pytest.mark.timeout(240)
async def test_the_edge_is_killed_and_what_was_lost_is_known(scene: Scene) -> None:
    caller, contact = scene.callers[0], NUMBERS[7]
    await scene.talk(caller, "dee")
    await scene.house.set_state("ana", "ready")
    promise = await scene.house.owes(contact)
    await scene.trunk.wait_for_ring(40)
    assert (await scene.house.promise(promise.id))[0].state is PromiseState.DIALLING
    before = scene.house.processes()
    await scene.house.kill_worker("edge")
    await scene.house.logged("edge_lost", worker="main")

    await scene.house.logged("attempt_ended", worker="main")
    owed, attempts = await scene.house.promise(promise.id)
    assert owed.state is PromiseState.OWED
    assert attempts == [AttemptOutcome.FAILED]
    (record,) = await scene.house.records(caller.user)
    assert (record.ended_by, record.agent) == ("fault", "dee")
    await scene.house.becomes("ana", "ready")
    await scene.house.becomes("dee", "ready")

    await scene.house.logged("edge_connected", worker="main")
    assert scene.house.process("main") == before[0]
    await asyncio.gather(*(phone.hang_up() for phone in scene.phones))  # nobody told them
    await scene.ring(scene.callers[1])
    await scene.choose(scene.callers[1])
    await until(lambda: scene.agents["ana"].in_call, 40)


@pytest.mark.timeout(240)
async def test_the_ears_are_killed_and_callers_use_keys_until_they_are_back(scene: Scene) -> None:
    await scene.house.set_state("cho", "ready")
    caller, later = scene.callers[:2]
    await scene.ring(caller, "1003")
    await caller.wait_until_quiet(1.2)
    await scene.house.kill_worker("ears")  # which have begun to listen, after the question
    await scene.house.logged("speech_unavailable", worker="main")
    await scene.choose(caller)
    await scene.agents["cho"].wait_for_answer(40)
    await caller.hang_up()
    await scene.agents["cho"].wait_for_end(5)

    await scene.house.logged("ears_connected", worker="main")
    await scene.ring(later, "1003")
    await later.wait_until_quiet(1.5)
    await later.say(clip("ko", "refund"))
    await later.wait_until_quiet(1.5)
    await later.say(clip("ko", "yes"))
    await until(lambda: scene.agents["cho"].in_call, 60)
    (record,) = await scene.house.records(later.user)
    assert record.category == "refund"


@pytest.mark.timeout(240)
async def test_the_supervisor_is_killed_and_nothing_is_left_of_it(scene: Scene) -> None:
    await scene.talk(scene.callers[0], "dee")
    processes = scene.house.processes()
    await scene.house.kill()
    await until(lambda: not any(map(is_alive, processes)) and scene.house.ports_are_free(), 3)
    await scene.house.start()
    await scene.ring(scene.callers[1])
    assert scene.callers[1].in_call


@pytest.mark.timeout(240)
async def test_sigterm_hangs_up_and_ends_with_zero(scene: Scene) -> None:
    caller = scene.callers[0]
    await scene.ring(caller)
    processes = scene.house.processes()
    await scene.house.stop()
    await caller.wait_for_end(5)
    assert scene.house.exit_code == 0
    assert not any(map(is_alive, processes))
    (record,) = await scene.house.records(caller.user)
    assert record.ended_by == "stop"
    assert not [line for line in scene.house.log() if line["level"] in ("error", "critical")]
