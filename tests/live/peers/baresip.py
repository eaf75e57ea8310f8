"""baresip (apt: baresip-core): a telephone that speaks a sound file, keeps what it hears, and does as it is told.

It is told by TCP: each command is a JSON object in a netstring, its events come back the same way (module ctrl_tcp).
"""

from __future__ import annotations

import asyncio
import json
import socket
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ivr.media.clips import read_clip
from ivr.media.codec import Codec, Samples
from ivr.media.resample import resample
from tests.live.peers.kamailio import PASSWORD
from tests.live.peers.sipp import Address, program
from tests.ports import free_port, wait_until_taken

HOST = "127.0.0.1"
_MODULES = ("/usr/lib/baresip/modules", "/usr/lib/*/baresip/modules", "/usr/local/lib/baresip/modules")
_CONFIG = """\
poll_method epoll
sip_listen {host}:{port}
net_interface {host}
audio_player aubridge,nowhere
audio_source aufile,{folder}/speech.wav
audio_alert aubridge,nowhere
rtp_ports {rtp}-{rtp_last}
module_path {modules}
module g722.so
module g711.so
module sndfile.so
module aubridge.so
module aufile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen {host}:{control}
snd_path {folder}
statmode_default off
"""


class Baresip:
    """One telephone, `user` at `HOST`:`port`."""

    def __init__(self, folder: Path, user: str, port: int, process: asyncio.subprocess.Process) -> None:
        self.folder = folder
        self.user = user
        self.port = port
        self.events: list[str] = []
        self._process = process
        self._changed = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None

    @property
    def uri(self) -> str:
        """Where it can be called without a registrar."""
        return f"sip:{self.user}@{HOST}:{self.port}"

    @property
    def log(self) -> str:
        """What it wrote."""
        return (self.folder / "baresip.log").read_text(errors="replace")

    async def connect(self, control: int) -> None:
        """Take it in hand."""
        reader, self._writer = await asyncio.open_connection(HOST, control)
        self._reading = asyncio.create_task(self._read(reader))

    def tell(self, command: str, parameters: str = "") -> None:
        """Say what it is to do, in the words of its menu."""
        said = json.dumps({"command": command, "params": parameters, "token": "test"})
        assert self._writer is not None
        self._writer.write(f"{len(said)}:{said},".encode())

    async def until(self, event: str, count: int = 1) -> None:
        """Until it has told of this event so often. Raises TimeoutError."""
        try:
            async with asyncio.timeout(8):
                while self.events.count(event) < count:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise TimeoutError(f"no {event} among {self.events}; {self.log[-3000:]}") from None

    def heard(self) -> NDArray[np.int16]:
        """Everything it heard in its calls so far, at 16,000 samples a second."""
        found = sorted(self.folder.glob("dump-*-dec.wav"))
        return np.concatenate([read_clip(file, 16_000) for file in found]) if found else np.zeros(0, dtype=np.int16)

    async def end(self) -> None:
        """Be gone."""
        if self._reading is not None:
            self._reading.cancel()
        if self._writer is not None:
            self._writer.close()
        if self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), 3)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while length := await reader.readuntil(b":"):
            told = json.loads(await reader.readexactly(int(length[:-1])))
            await reader.readexactly(1)
            self.events.append(told.get("type") or f"response {told.get('ok')}: {str(told.get('data'))[:80]}")
            self._changed.set()


@asynccontextmanager
async def running_baresip(
    folder: Path,
    user: str,
    speech: Samples,
    *,
    registrar: Address | None = None,
    codec: Codec = Codec.G722,
) -> AsyncIterator[Baresip]:
    """A telephone for the length of the block that picks up at once and says `speech` (16,000 samples a second) in
    every call. With a `registrar` it registers there, and calls through it."""
    port, control, rtp = free_port(HOST), free_port(HOST), free_port(HOST)
    _write(folder, port=port, control=control, rtp=rtp)
    _write_speech(folder / "speech.wav", speech, codec.sample_rate)
    account = f";auth_pass={PASSWORD};regint=60" if registrar else ";regint=0"
    domain = f"{registrar[0]}:{registrar[1]}" if registrar else HOST
    codecs = f"{codec.encoding_name}/{codec.sample_rate}/1"
    (folder / "accounts").write_text(
        f"<sip:{user}@{domain};transport=udp>;answermode=auto;audio_codecs={codecs}{account}\n"
    )
    with (folder / "baresip.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            program("baresip", "baresip-core"),
            "-f",
            str(folder),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    made = Baresip(folder, user, port, process)
    try:
        if not await wait_until_taken(control, process, socket.SOCK_STREAM):
            pytest.fail(f"baresip did not start: {made.log[-3000:]}")
        await made.connect(control)
        yield made
    finally:
        await made.end()


def _write(folder: Path, **ports: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = _CONFIG.format(host=HOST, folder=folder, modules=_modules(), rtp_last=ports["rtp"] + 3, **ports)
    (folder / "config").write_text(text)
    (folder / "uuid").write_text("")


def _write_speech(path: Path, speech: Samples, rate: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(resample(speech, 16_000, rate).tobytes())


def _modules() -> str:
    for pattern in _MODULES:
        for found in sorted(Path("/").glob(pattern.lstrip("/"))):
            return str(found)
    pytest.fail(f"baresip's modules are in none of {', '.join(_MODULES)}; apt-get install baresip-core")
