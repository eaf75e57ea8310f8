"""What systemd is told, on a socket like its own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.clock import VirtualClock
from hotline.service_manager import ALIVE, READY, STOPPING, ServiceManager


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        yield listening


def test_it_is_told_that_we_are_ready_and_that_we_stop(manager: socket.socket) -> None:
    ours = ServiceManager({"NOTIFY_SOCKET": manager.getsockname()})
    ours.tell(READY)
    ours.tell(STOPPING)
    assert [manager.recv(100), manager.recv(100)] == [b"READY=1", b"STOPPING=1"]


def test_a_socket_without_a_file_is_found_by_its_name() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("")  # the kernel chooses a name
        name = listening.getsockname().removeprefix(b"\0").decode()
        ServiceManager({"NOTIFY_SOCKET": f"@{name}"}).tell(READY)
        listening.setblocking(False)
        assert listening.recv(100) == b"READY=1"


async def test_life_is_shown_twice_in_the_time_that_is_waited_for_it(manager: socket.socket) -> None:
    clock = VirtualClock(datetime(2026, 3, 2, tzinfo=UTC))
    ours = ServiceManager({"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "30000000"})
    showing = asyncio.ensure_future(ours.show_life(clock))
    await clock.advance(30.0)
    showing.cancel()
    assert [manager.recv(100) for _ in range(3)] == [ALIVE.encode()] * 3
    with pytest.raises(BlockingIOError):
        manager.recv(100)


async def test_without_a_manager_nothing_happens() -> None:
    ours = ServiceManager({"WATCHDOG_USEC": "30000000"})
    ours.tell(READY)
    await ours.show_life(VirtualClock(datetime(2026, 3, 2, tzinfo=UTC)))


def test_a_manager_that_is_gone_stops_nobody(tmp_path: Path) -> None:
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell(READY)
