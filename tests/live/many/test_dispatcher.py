"""What deploy/kamailio does with calls, in a real Kamailio, between telephones that stand for machines and trunks."""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from hotline.demo import peer_sip as sip
from hotline.demo.carrier import Carrier
from hotline.demo.peer import CallFailed, SpeakingPhone
from tests.live.many.front import SHIPPED, Front, running_front
from tests.live.peers.kamailio import modules
from tests.live.peers.sipp import program

pytestmark = pytest.mark.live

#: The proxy, trunks and callers; strangers; machines.
PROXY, STRANGER, SCANNER, FLOOD = "127.0.0.1", "127.0.2.1", "127.0.2.2", "127.0.2.3"
MACHINES = ("127.0.1.1", "127.0.1.2", "127.0.1.3")


class Site:
    """A front, telephones in place of the machines behind it, and a network of telephones before it."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.machines = [
            SpeakingPhone(f"m{number}", MACHINES[number], auto_answer_after=0.0) for number in range(count)
        ]
        self.caller = SpeakingPhone("+821055501234", PROXY)
        self.carrier = Carrier(PROXY)
        self.front: Front
        self._open = AsyncExitStack()

    @property
    def phones(self) -> list[SpeakingPhone]:
        return [*self.machines, self.caller]

    async def open(self, strangers_calls_a_second: int = 0) -> None:
        """Everybody is there."""
        await self.carrier.start()
        for phone in self.phones:
            await phone.start()
        machines = [(phone.address, phone.port) for phone in self.machines]
        trunk = (PROXY, self.carrier.port)
        self.front = await self._open.enter_async_context(
            running_front(self.folder / "front", PROXY, machines, trunk, PROXY, strangers_calls_a_second)
        )

    async def close(self) -> None:
        await asyncio.gather(*(phone.stop() for phone in self.phones))
        self.carrier.stop()
        await self._open.aclose()

    async def call(self, caller: SpeakingPhone | None = None) -> int:
        """Call, and say which machine has it."""
        phone = caller or self.caller
        await phone.call(self.front.number("1001"))
        (where,) = [number for number, machine in enumerate(self.machines) if machine.in_call]
        return where

    async def calls(self, count: int) -> Counter[int]:
        """So many calls, one after the other; how many each machine had."""
        had: Counter[int] = Counter()
        for _ in range(count):
            had[await self.call()] += 1
            await self.caller.hang_up()
        return had


@asynccontextmanager
async def _site(folder: Path, count: int, strangers_calls_a_second: int = 0) -> AsyncIterator[Site]:
    site = Site(folder, count)
    try:
        await site.open(strangers_calls_a_second)
        yield site
    finally:
        await site.close()


def test_kamailio_finds_no_fault_with_the_shipped_files() -> None:
    command = [program("kamailio", "kamailio"), "-c", "-f", str(SHIPPED / "kamailio.cfg"), "-L", modules()]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert not re.search("ERROR|CRITICAL|WARNING", checked.stderr), checked.stderr


async def test_calls_go_to_the_machines_by_turns_and_every_request_of_a_call_to_its_own(tmp_path: Path) -> None:
    async with _site(tmp_path, 3) as site:
        assert await site.calls(6) == {0: 2, 1: 2, 2: 2}  # each was hung up on: the BYE found the right one
        where = await site.call()
        await site.machines[where].hang_up()  # and the other way round
        await site.caller.wait_for_end(5)


async def test_a_machine_that_falls_silent_costs_one_call_two_seconds_and_is_asked_back_by_pings(
    tmp_path: Path,
) -> None:
    async with _site(tmp_path, 2) as site:
        gone = site.machines[0]
        await gone.stop()
        loop = asyncio.get_running_loop()
        begun = loop.time()
        assert await site.calls(4) == {1: 4}
        assert loop.time() - begun < 8  # four that waited would be past it
        await site.front.takes_out((gone.address, gone.port))
        await gone.start()  # on the port that it had
        await site.front.takes_in((gone.address, gone.port))
        assert await site.calls(4) == {0: 2, 1: 2}


async def test_a_machine_that_answers_503_is_passed_over_and_no_caller_notices(tmp_path: Path) -> None:
    async with _site(tmp_path, 2) as site:
        site.machines[0].refuse_with = 503
        assert await site.calls(4) == {1: 4}
        assert site.front.kamailio.log.count("NEXT sip:") == 2
        site.machines[1].refuse_with = 503
        with pytest.raises(CallFailed) as failed:
            await site.call()
        assert failed.value.status == 503
        site.machines[0].refuse_with = 486  # an answer, which is the caller's
        with pytest.raises(CallFailed) as failed:
            await site.call()
        assert failed.value.status == 486


async def test_what_a_machine_dials_goes_out_by_the_trunk(tmp_path: Path) -> None:
    async with _site(tmp_path, 1) as site:
        site.carrier.phones[site.caller.user] = (PROXY, site.caller.port)
        site.caller.auto_answer_after = 0.0
        machine = site.machines[0]
        await machine.call(site.front.number(site.caller.user))
        assert site.carrier.bill == [site.caller.user]
        await site.caller.hang_up()
        await machine.wait_for_end(5)


async def test_strangers_are_met_with_silence(tmp_path: Path) -> None:
    async with _site(tmp_path, 1) as site, _strangers(1) as (stranger,):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stranger.call(site.front.number("1001")), 1.0)
        assert f"STRANGER INVITE of {STRANGER}" in site.front.kamailio.log
        assert await site.call() == 0


async def test_where_anybody_may_call_one_source_may_not_call_too_often(tmp_path: Path) -> None:
    async with _site(tmp_path, 1, strangers_calls_a_second=1) as site, _strangers(4) as strangers:
        calls = (stranger.call(site.front.number("1001")) for stranger in strangers)
        ended = await asyncio.gather(*calls, return_exceptions=True)
        statuses = [end.status for end in ended if isinstance(end, CallFailed)]
        assert 503 in statuses
        assert ended.count(None) == 1  # the machine here has but one line
        assert await asyncio.to_thread(_ask, site.front, STRANGER, _request("OPTIONS")) == 200


async def test_where_anybody_may_call_scanners_and_floods_are_shut_out(tmp_path: Path) -> None:
    async with _site(tmp_path, 1, strangers_calls_a_second=5) as site:
        tool = [("User-Agent", "friendly-scanner")]
        assert await asyncio.to_thread(_ask, site.front, SCANNER, _request("OPTIONS", *tool)) is None
        assert await asyncio.to_thread(_ask, site.front, SCANNER, _request("OPTIONS")) is None  # by another name, too
        assert f"SCANNER {SCANNER}" in site.front.kamailio.log
        await asyncio.to_thread(_ask, site.front, FLOOD, *(_request("OPTIONS") for _ in range(300)))
        await site.front.kamailio.until(f"FLOOD {FLOOD}")
        assert await asyncio.to_thread(_ask, site.front, FLOOD, _request("OPTIONS")) is None
        assert await site.call() == 0


async def test_strangers_cannot_use_it_as_a_relay(tmp_path: Path) -> None:
    async with _site(tmp_path, 1, strangers_calls_a_second=5) as site:
        route = ("Route", f"<sip:{PROXY}:{site.front.port};lr>")
        elsewhere = _request("BYE", route, target=site.caller.uri, tag=";tag=1")
        assert await asyncio.to_thread(_ask, site.front, STRANGER, elsewhere) == 403
        machine = _request("BYE", route, target=site.machines[0].uri, tag=";tag=1")
        assert await asyncio.to_thread(_ask, site.front, STRANGER, machine) == 481  # which knows of no such call


@asynccontextmanager
async def _strangers(count: int) -> AsyncIterator[list[SpeakingPhone]]:
    phones = [SpeakingPhone(f"stranger{number}", STRANGER) for number in range(count)]
    for phone in phones:
        await phone.start()
    yield phones
    await asyncio.gather(*(phone.stop() for phone in phones))


Header = tuple[str, str]


def _request(method: str, *headers: Header, target: str = f"sip:x@{PROXY}", tag: str = "") -> list[Header]:
    """The start line's two words, and the headers but Via."""
    own = [("From", "<sip:x@strange.example>;tag=2"), ("To", f"<sip:y@strange.example>{tag}")]
    own += [("Call-ID", secrets.token_hex(8)), ("CSeq", f"1 {method}"), ("Max-Forwards", "70")]
    return [(method, target), *own, *headers]


def _ask(front: Front, source: str, *requests: list[Header]) -> int | None:
    """Send all of them from an address; the status of the first answer, None when there is none within a second."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((source, 0))
        line.settimeout(1.0)
        for (method, target), *headers in requests:
            via = f"SIP/2.0/UDP {source}:{line.getsockname()[1]};branch=z9hG4bK{secrets.token_hex(8)}"
            line.sendto(sip.build(f"{method} {target} SIP/2.0", [("Via", via), *headers]), (PROXY, front.port))
        try:
            answer = sip.parse(line.recv(65535))
        except TimeoutError:
            return None
    assert answer is not None
    return answer.status
