"""Kamailio (apt: kamailio) as registrar and proxy; what it routes is in `kamailio.cfg`."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.live.peers.sipp import program
from tests.ports import free_port, wait_until_taken

_TEMPLATE = Path(__file__).with_name("kamailio.cfg")
_MODULES = ("/usr/lib/*/kamailio/modules", "/usr/lib64/kamailio/modules", "/usr/local/lib*/kamailio/modules")

HOST = "127.0.0.1"
USER, PASSWORD = "hotline", "secret"


class Kamailio:
    """One proxy. `kill` ends it without a goodbye."""

    def __init__(self, folder: Path, port: int, process: asyncio.subprocess.Process) -> None:
        self.port = port
        self._folder = folder
        self._process = process

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens, by UDP and TCP."""
        return HOST, self.port

    @property
    def log(self) -> str:
        """What it wrote."""
        return (self._folder / "kamailio.log").read_text(errors="replace")

    async def until(self, words: str, count: int = 1) -> None:
        """Until it has written these words so often. Raises TimeoutError."""
        for _ in range(160):
            if self.log.count(words) >= count:
                return
            await asyncio.sleep(0.05)
        raise TimeoutError(f"{words!r} is not {count} times in: {self.log[-3000:]}")

    async def kill(self) -> None:
        """All its processes at once."""
        if self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()


@asynccontextmanager
async def running_kamailio(
    folder: Path,
    *,
    algorithm: str = "MD5",
    phone: int = 9,
    pinged: int = 9,
    nonce_seconds: int = 300,
) -> AsyncIterator[Kamailio]:
    """A proxy for the length of the block. `phone` is the port that telephone numbers are sent to, `pinged` the one
    that is asked by OPTIONS every second whether it takes calls."""
    port = free_port(HOST)
    filled: dict[str, object] = {"PORT": port, "ALGORITHM": algorithm, "PHONE": phone, "NONCE_SECONDS": nonce_seconds}
    _write(folder, filled | {"MODULES": modules(), "FOLDER": folder}, pinged)
    async with serving(folder, port) as made:
        yield made


@asynccontextmanager
async def serving(folder: Path, port: int) -> AsyncIterator[Kamailio]:
    """One with the `kamailio.cfg` that lies in the folder and lets it listen to this port."""
    command = [program("kamailio", "kamailio"), "-f", str(folder / "kamailio.cfg"), "-DD", "-E", "-m", "32", "-M", "4"]
    with (folder / "kamailio.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command, "-Y", str(folder), "-w", str(folder), stdout=log, stderr=log, start_new_session=True
        )
    made = Kamailio(folder, port, process)
    try:
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            if not await wait_until_taken(port, process, kind):
                pytest.fail(f"Kamailio did not start: {made.log[-3000:]}")
        yield made
    finally:
        await made.kill()


def _write(folder: Path, filled: dict[str, object], pinged: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = _TEMPLATE.read_text(encoding="utf-8")
    for name, value in filled.items():
        text = text.replace(f"@{name}@", str(value))
    (folder / "kamailio.cfg").write_text(text, encoding="utf-8")
    (folder / "dispatcher.list").write_text(f"1 sip:{HOST}:{pinged}\n")


def modules() -> str:
    """The folder of its modules."""
    for pattern in _MODULES:
        for found in sorted(Path("/").glob(pattern.lstrip("/"))):
            return f"{found}/"
    pytest.fail(f"Kamailio's modules are in none of {', '.join(_MODULES)}; apt-get install kamailio")
