"""One of the machines: a whole `hotline serve`, what it logs, its API, and its sudden death."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path

import httpx
import pytest

from tests.console.people import PASSWORD
from tests.live.watched_house import Log, until

_START_SECONDS = 120.0


class Node:
    """It keeps its things in `folder`. `before` is what its command begins with, `settings` its environment."""

    def __init__(
        self, name: str, address: str, folder: Path, before: tuple[str, ...], settings: dict[str, str]
    ) -> None:
        self.name = name
        self.address = address
        self.log_path = folder / f"{name}.log"
        self._console = f"http://{address}:{settings['HOTLINE_CONSOLE_PORT']}"
        self._before = before
        own = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
        self._environment = own | settings
        self._process: asyncio.subprocess.Process | None = None
        self._api: httpx.AsyncClient | None = None

    @property
    def sip(self) -> tuple[str, int]:
        """Where it takes calls."""
        return self.address, int(self._environment["HOTLINE_SIP_PORT"])

    @property
    def is_alive(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start; `ready` waits for it."""
        with self.log_path.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(*self._before, sys.executable, "-m", "hotline", "serve"),
                stdout=log,
                stderr=log,
                env=self._environment,
            )

    async def ready(self) -> None:
        """Until it takes calls; then we are signed in."""
        await until(lambda: self.has_logged("hotline_started") or not self.is_alive, _START_SECONDS)
        if not self.is_alive:
            pytest.fail(f"{self.name} did not start: {self.log_path.read_text()[-3000:]}")
        async with httpx.AsyncClient(base_url=self._console, timeout=30) as client:
            answer = await client.post("/api/v1/sessions", json={"user": "admin", "password": PASSWORD})
        answer.raise_for_status()
        headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        self._api = httpx.AsyncClient(base_url=f"{self._console}/api/v1", headers=headers, timeout=30)

    def log(self) -> list[Log]:
        """Every line so far."""
        lines = self.log_path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def has_logged(self, event: str, times: int = 1) -> bool:
        """Whether it has logged this so often."""
        return sum(line["event"] == event for line in self.log()) >= times

    async def kill(self) -> None:
        """SIGKILL for all its processes, if there are any: as far as programs go, the machine is gone."""
        if self._process is None or self._process.returncode is not None:
            return
        for process in _descendants(self._process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        await self._process.wait()
        await self._close()

    async def get(self, path: str) -> object:
        """Ask its API."""
        assert self._api is not None
        answer = await self._api.get(path)
        answer.raise_for_status()
        return answer.json()

    async def set_state(self, agent: str, state: str) -> None:
        """Move an agent; a decision of whoever leads."""
        assert self._api is not None
        answer = await self._api.post(f"/agents/{agent}/state", json={"state": state, "reason": "a break"})
        answer.raise_for_status()

    async def state(self, agent: str) -> str:
        """The agent's, as this machine's screens show it."""
        seen = await self.get(f"/agents/{agent}")
        assert isinstance(seen, dict)
        return str(seen["state"])

    async def _close(self) -> None:
        if self._api is not None:
            await self._api.aclose()
            self._api = None


def _descendants(process: int) -> list[int]:
    """A process and all that it has started."""
    found = [process]
    for each in found:
        with contextlib.suppress(FileNotFoundError):
            children = Path(f"/proc/{each}/task/{each}/children").read_text(encoding="ascii")
            found += [int(child) for child in children.split()]
    return found
