"""SIPp (apt: sip-tester) as a caller and as a called telephone, one call a process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

import pytest

from tests.ports import free_port, wait_until_taken

log = logging.getLogger(__name__)

Address = tuple[str, int]

#: Seconds for a whole scenario, milliseconds for a message that is awaited.
_WHOLE, _MESSAGE = 15, 5000
_RECEIVED = re.compile(rb"UDP message received \[(\d+)\] bytes :\n\n")


def program(name: str, package: str) -> str:
    """Where a peer's program is; the test fails, with its remedy, where there is none."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.fail(f"{name} is not installed; run scripts/setup.sh test, or apt-get install {package}")
    return found


@dataclass
class Sipp:
    """A running SIPp. `messages` is all that it sent and received, once it has ended."""

    title: str
    address: Address
    transport: str
    folder: Path
    process: asyncio.subprocess.Process

    @property
    def uri(self) -> str:
        """Where it can be called."""
        host = f"[{self.address[0]}]" if ":" in self.address[0] else self.address[0]
        by = ";transport=tcp" if self.transport == "t1" else ""
        return f"sip:sipp@{host}:{self.address[1]}{by}"

    async def succeeds(self) -> str:
        """Until the scenario has ended; fails, with SIPp's own words, unless all went as written. The messages."""
        output, _ = await self.process.communicate()
        errors = _read(self.folder / "errors.log")
        if self.process.returncode != 0:
            told = errors or output.decode(errors="replace")[-1500:]
            pytest.fail(f"SIPp, {self.title!r}: exit code {self.process.returncode}\n{told}\n{self.messages[-6000:]}")
        return self.messages

    @property
    def messages(self) -> str:
        return _read(self.folder / "messages.log")

    @property
    def received(self) -> list[bytes]:
        """The datagrams that came, byte by byte, once it has ended."""
        log = (self.folder / "messages.log").read_bytes()
        found = _RECEIVED.finditer(log)
        return [log[place.end() : place.end() + int(place[1])] for place in found]

    async def stop(self) -> None:
        """End it whatever it does; communicate() gives its pipes back. If it had failed by itself, that is logged."""
        failure = self.process.returncode
        if failure is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        output, _ = await self.process.communicate()
        if failure:
            log.warning("SIPp, %r: exit code %d\n%s", self.title, failure, output.decode(errors="replace")[-1500:])


class How(TypedDict, total=False):
    """`transport` as SIPp names it, `audio` the address of its mouth and ear, `keys` further words in brackets,
    `at` and `port` what it takes instead of the called side's address and any port."""

    transport: str
    audio: Address
    keys: dict[str, str]
    options: tuple[str, ...]
    at: str
    port: int


class SippBench:
    """Starts SIPps in a folder and ends those that are left over."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: list[Sipp] = []

    async def calls(self, edge: Address, scenario: str, **how: Unpack[How]) -> Sipp:
        """A caller: its scenario begins by sending."""
        host = f"[{edge[0]}]" if ":" in edge[0] else edge[0]
        return await self._start(scenario, f"{host}:{edge[1]}", how.get("at", edge[0]), **how)

    async def is_called(self, scenario: str, **how: Unpack[How]) -> Sipp:
        """A telephone that waits: its scenario begins by receiving. It is there when this returns."""
        host = how.get("at", "127.0.0.1")
        found = await self._start(scenario, None, host, **how)
        kind = socket.SOCK_STREAM if found.transport == "t1" else socket.SOCK_DGRAM
        if not await wait_until_taken(found.address[1], found.process, kind):
            await found.succeeds()
        return found

    async def stop(self) -> None:
        for found in self._running:
            await found.stop()

    async def _start(self, scenario: str, remote: str | None, host: str, **how: Unpack[How]) -> Sipp:
        folder = self._folder / f"sipp{len(self._running)}"
        folder.mkdir(parents=True)
        file = folder / "scenario.xml"
        file.write_text(scenario, encoding="utf-8")
        port, transport = how.get("port") or free_port(host), how.get("transport", "u1")
        audio = how.get("audio", (host, 9))
        keys = {"audio_host": audio[0], "audio_port": str(audio[1]), "ip": "IP6" if ":" in host else "IP4"}
        keys |= {"blank": " ", **how.get("keys", {})}
        command = [program("sipp", "sip-tester"), *([remote] if remote else []), "-sf", str(file), "-m", "1"]
        command += ["-i", f"[{host}]" if ":" in host else host, "-p", str(port), "-t", transport]
        command += ["-mp", str(free_port()), "-cp", str(free_port())]
        command += ["-nostdin", "-timeout", f"{_WHOLE}s", "-timeout_error", "-recv_timeout", str(_MESSAGE)]
        command += ["-trace_err", "-error_file", str(folder / "errors.log")]
        command += ["-trace_msg", "-message_file", str(folder / "messages.log")]
        command += [part for name, value in keys.items() for part in ("-key", name, value)]
        process = await asyncio.create_subprocess_exec(
            *command,
            *how.get("options", ()),
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        title = scenario.partition('<scenario name="')[2].partition('"')[0]
        self._running.append(Sipp(title, (host, port), transport, folder, process))
        return self._running[-1]


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
