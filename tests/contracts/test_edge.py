"""The scripted edge, and the real one on loopback, held to the same contract."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

import pytest

from config.clock import SystemClock, VirtualClock
from ivr.edge_server import EdgeServer
from ivr.messages import (
    DigitPressed,
    EdgeEvent,
    EndedBy,
    LegEnded,
    LegHeld,
    Play,
    PlayFinished,
    ReportTransfer,
    StopPlaying,
)
from ivr.ports import Edge
from ivr.remote_edge import RemoteEdge
from ivr.scripted_edge import NeverAnswers, Outcome, PicksUp, Refuses, ScriptedEdge
from ivr.sip.pyvoip_phone import PyVoipEdge
from ivr.sip.settings import EdgeSettings
from tests.contracts.edge_contract import EdgeContract
from tests.sip.peer import Datagram, Peer
from tests.sip.silent_media import SilentMedia


class ScriptedBench:
    """The world as a script."""

    def __init__(self) -> None:
        self.clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
        self.edge = ScriptedEdge(self.clock)
        self.events: list[EdgeEvent] = []
        self.leg = ""
        self.phones = 0

    async def someone_calls(self, caller: str) -> None:
        self.leg = self.edge.arrive(caller)

    async def caller_hangs_up(self) -> None:
        self.edge.tell(LegEnded(self.leg, EndedBy.THEM))

    async def caller_presses(self, key: str) -> None:
        self.edge.tell(DigitPressed(self.leg, key))

    async def someone_calls_in_vain(self, caller: str) -> None:
        self.edge.arrive(caller)
        await self.nothing_more()

    async def caller_holds(self, on: bool) -> None:
        self.edge.tell(LegHeld(self.leg, on))

    async def caller_transfers(self, target: str) -> bool:
        return self.edge.ask_transfer(self.leg, target)

    async def caller_knows_of_transfer(self, status: int) -> None:
        assert ReportTransfer(self.leg, status) in self.edge.sent

    async def a_phone(self, outcome: int | None) -> str:
        self.phones += 1
        target = f"sip:phone{self.phones}@127.0.0.1"
        rings: dict[int | None, Outcome] = {
            None: NeverAnswers(),
            183: NeverAnswers(early_media=True),
            200: PicksUp(),
        }
        self.edge.outcomes[target] = rings.get(outcome) or Refuses(outcome or 0)
        return target

    async def a_phone_that_picks_up_when_asked(self) -> str:
        target = await self.a_phone(None)
        self.edge.outcomes[target] = NeverAnswers(can_pick_up=True)
        return target

    async def called_phone_hangs_up(self) -> None:
        self.edge.tell(LegEnded("out", EndedBy.THEM))

    async def clips_end(self, leg: str) -> None:
        self.edge.finish_play(leg)

    async def time_passes(self, seconds: float) -> None:
        await self.clock.advance(seconds)

    async def nothing_more(self) -> None:
        await self.clock.settle()


class LoopbackBench:
    """The real edge and real UDP peers; only the audio is silent."""

    def __init__(self) -> None:
        self.media = SilentMedia()
        self.telephones = PyVoipEdge(EdgeSettings("127.0.0.1", 0), self.media)
        self.edge: Edge = self.telephones
        self.events: list[EdgeEvent] = []
        self.peers: list[Peer] = []
        self.call_id = ""
        self.ok: Datagram | None = None

    def peer(self, outcome: int | None = 200) -> Peer:
        self.peers.append(Peer(self.telephones.address, outcome))
        return self.peers[-1]

    async def someone_calls(self, caller: str) -> None:
        caller_phone = self.peer()
        self.call_id = caller_phone.call(caller)
        await caller_phone.wait_for(180)

    async def _acknowledged(self) -> Datagram:
        if self.ok is None:
            self.ok = await self.peers[0].wait_for(200, "INVITE")
            self.peers[0].acknowledge(self.ok)
        return self.ok

    async def acknowledge_what_was_answered(self) -> None:
        """So that nothing is repeated for the rest of the test."""
        for peer in self.peers:
            if self.ok is None and any(found.status == 200 and found.method == "INVITE" for found in peer.inbox):
                peer.acknowledge(await peer.wait_for(200, "INVITE"))

    async def caller_hangs_up(self) -> None:
        if any(found.status == 200 for found in self.peers[0].inbox):
            self.peers[0].bye(await self._acknowledged())
            await self.peers[0].wait_for(200, "BYE")
        else:
            await asyncio.sleep(0.02)  # a 200 may be on its way
            if any(found.status == 200 for found in self.peers[0].inbox):
                await self.caller_hangs_up()
                return
            self.peers[0].cancel(self.call_id)
            await self.peers[0].wait_for(487, "INVITE")

    async def caller_presses(self, key: str) -> None:
        self.peers[0].press(await self._acknowledged(), key)

    async def someone_calls_in_vain(self, caller: str) -> None:
        await self.nothing_more()  # the command before may be on its way
        phone = self.peer()
        phone.call(caller)
        await phone.wait_for(503)

    async def caller_holds(self, on: bool) -> None:
        self.peers[0].hold(await self._acknowledged(), on=on)

    async def caller_transfers(self, target: str) -> bool:
        return await self.peers[0].refer(await self._acknowledged(), target) == 202

    async def caller_knows_of_transfer(self, status: int) -> None:
        await self.peers[0].wait_for_text(f"SIP/2.0 {status} ")

    async def a_phone(self, outcome: int | None) -> str:
        return self.peer(outcome).uri

    async def a_phone_that_picks_up_when_asked(self) -> str:
        peer = self.peer(None)
        peer.picks_up_when_asked = True
        return peer.uri

    async def called_phone_hangs_up(self) -> None:
        self.peers[-1].hang_up_called()

    async def clips_end(self, leg: str) -> None:
        playing: int | None = None
        for command in self.media.commands:
            if command.leg == leg and isinstance(command, Play | StopPlaying):
                playing = command.turn if isinstance(command, Play) else None
        if playing is not None:
            # From a thread of its own, as the media plane tells it.
            thread = threading.Thread(target=self.media.report, args=(PlayFinished(leg, playing),))
            thread.start()
            thread.join()

    async def time_passes(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def nothing_more(self) -> None:
        await asyncio.sleep(0.1)


class RemoteBench(LoopbackBench):
    """The same with the edge at the other end of a socket."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.server = EdgeServer(self.telephones, f"{folder}/edge", SystemClock())
        self.edge = RemoteEdge(f"{folder}/edge", SystemClock())

    async def clips_end(self, leg: str) -> None:
        await self.nothing_more()  # the command that plays them may be on its way
        await super().clips_end(leg)


class TestScriptedEdge(EdgeContract):
    """In memory."""

    @pytest.fixture
    async def bench(self) -> AsyncIterator[ScriptedBench]:
        bench = ScriptedBench()
        await bench.edge.start(bench.events.append)
        yield bench
        await bench.edge.stop()


class TestPyVoipEdge(EdgeContract):
    """Over UDP."""

    @pytest.fixture
    async def bench(self) -> AsyncIterator[LoopbackBench]:
        bench = LoopbackBench()
        await bench.edge.start(bench.events.append)
        yield bench
        await bench.acknowledge_what_was_answered()
        await bench.edge.stop()
        hang_up_phones(bench)


class TestRemoteEdge(EdgeContract):
    """Over UDP and a Unix socket."""

    @pytest.fixture
    async def bench(self) -> AsyncIterator[RemoteBench]:
        with TemporaryDirectory() as folder:  # pytest's own are too long for a Unix socket
            bench = RemoteBench(folder)
            await bench.server.start()
            await bench.edge.start(bench.events.append)
            yield bench
            await bench.acknowledge_what_was_answered()
            await bench.edge.stop()
            await bench.server.stop()
        hang_up_phones(bench)


def hang_up_phones(bench: LoopbackBench) -> None:
    """The world ends; the edge has left nothing open."""
    for peer in bench.peers:
        peer.close()
    assert not bench.media.open
    assert not bench.media.is_running
