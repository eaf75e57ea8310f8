"""What the contract of every `Desk` needs around it, and the moves that its sentences share."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from callbacks.model import Case, Promise
from ivr.desk import Desk, Stage, WorkView

#: Two agents of the default hotline file: both speak English, and only ana knows the law.
ANA, DEE = "ana", "dee"
MISSING = "nobody-and-nothing"


class DeskBench(Protocol):
    """A desk and the world around it: everybody is signed out, nobody calls, and nothing is owed, at first."""

    desk: Desk

    def stops(self, at: datetime) -> None:
        """The hotline is told to stop, and ends the last calls then."""

    def now(self) -> datetime:
        """The desk's time."""

    async def time_passes(self, seconds: float) -> None:
        """And everything happens that happens then; 0 for what is under way."""

    async def someone_calls(self) -> None:
        """A caller about a refund waits, and is offered to the one agent who is ready; the phone only rings."""

    def the_phone_picks_up_when_asked(self, can: bool) -> None:
        """Whether the agents' phones answer by themselves; before anyone calls."""

    async def they_pick_up(self) -> None:
        """The agent whose phone rings answers it, and so does whoever is called; they talk."""

    async def they_hang_up(self) -> None:
        """The caller, or who was called, ends the conversation."""

    async def a_case(self, category: str = "refund", product: str | None = None) -> Case:
        """Somebody new complained; the case is open."""

    async def a_promise(
        self,
        *,
        opens: float = 0,
        due: float = 7200,
        owner: str | None = None,
        language: str = "en",
        skills: tuple[tuple[str, int], ...] = (("refund", 2),),
        case: Case | None = None,
    ) -> Promise:
        """A callback about the case, or a refund case of somebody new; times in seconds from now."""

    async def case(self, case: str) -> Case:
        """As it stands now."""

    async def promise(self, promise: str) -> Promise:
        """As it stands now."""


async def state(bench: DeskBench, agent: str = ANA) -> str:
    return (await bench.desk.agent(agent)).state


async def ready(bench: DeskBench) -> None:
    await bench.desk.sign_in(ANA)
    await bench.desk.ready(ANA)


async def current(bench: DeskBench) -> WorkView:
    view = await bench.desk.current(ANA)
    assert view is not None
    return view


async def stage(bench: DeskBench) -> Stage:
    return (await current(bench)).stage


async def waiting(bench: DeskBench) -> list[str]:
    return [work.work for work in (await bench.desk.wallboard()).waiting]


async def offered(bench: DeskBench) -> WorkView:
    """Ana is ready, and a caller is offered to her."""
    await ready(bench)
    await bench.someone_calls()
    return await current(bench)


async def wrapping_up(bench: DeskBench) -> WorkView:
    """Ana has talked with a caller."""
    await offered(bench)
    await bench.they_pick_up()
    await bench.they_hang_up()
    return await current(bench)


async def claimed(bench: DeskBench) -> Promise:
    """Ana, who is paused, has taken a promise in hand, and her phone rings."""
    await bench.desk.sign_in(ANA)
    promise = await bench.a_promise()
    await bench.desk.claim(ANA, promise.id)
    await bench.time_passes(0)
    return promise
