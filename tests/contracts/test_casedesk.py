"""What agents do about the case in hand, on the stage of the journeys and in memory, held to the same contract."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from config.events import EventBus
from config.hotline_file import HotlineFile
from console.sample.memory_casedesk import MemoryCaseDesk
from ivr.understanding.understander import Understander
from tests.contracts.casedesk_contract import CaseDeskContract
from tests.contracts.desk_bench import ANA
from tests.contracts.test_desk import LiveBench, MemoryBench
from tests.journeys.stage import JourneyStage

NEAR_THE_WINDOW = "sip:window@127.0.0.1:5099"


class LiveCaseDeskBench(LiveBench):
    """With the book's view of the case in hand."""

    def __init__(self, stage: JourneyStage) -> None:
        super().__init__(stage)
        self.cases = stage.cases


class MemoryCaseDeskBench(MemoryBench):
    """What callers say is written down."""

    def __init__(self, file: HotlineFile) -> None:
        super().__init__(file)
        self.cases = MemoryCaseDesk(self.clock, EventBus(), self.floor, file)

    async def someone_calls(self) -> None:
        await super().someone_calls()
        for agent, work in self.floor.work.items():
            assert work.case is not None
            told = self.floor.cases[work.case.id] = replace(work.case, summary="i want a refund")
            self.floor.work[agent] = replace(work, case=told)


class TestLiveCaseDesk(CaseDeskContract):
    """Over the floor and the book."""

    @pytest.fixture
    async def bench(self, file: HotlineFile, understander: Understander) -> AsyncIterator[LiveCaseDeskBench]:
        stage = JourneyStage(file, understander)
        await stage.open()
        yield LiveCaseDeskBench(stage)
        await stage.close()

    async def test_the_phone_where_the_agent_sits_is_the_one_that_rings(self, bench: LiveCaseDeskBench) -> None:
        usual = bench.stage.agent(ANA).target
        await bench.cases.sit_at(ANA, NEAR_THE_WINDOW)
        await bench.desk.sign_in(ANA)
        await bench.desk.ready(ANA)
        await bench.someone_calls()
        rung = [dial.target for _, dial in bench.stage.edge.dialled]
        assert NEAR_THE_WINDOW in rung
        assert usual not in rung


class TestMemoryCaseDesk(CaseDeskContract):
    """Over dictionaries."""

    @pytest.fixture
    def bench(self, file: HotlineFile) -> MemoryCaseDeskBench:
        return MemoryCaseDeskBench(file)
