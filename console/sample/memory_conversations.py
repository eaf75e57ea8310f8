"""`Conversations` without telephones, for the console's tests and pictures, over the same `Floor` as the desk."""

from __future__ import annotations

from dataclasses import replace

from config.errors import NotFound, Refused
from console.sample.memory_floor import Floor
from ivr.desk import Recording, Stage, WorkView
from ivr.media.dtmf import KEYS
from ivr.messages import Supervision


class MemoryConversations:
    """`pressed`, `transferred` and `supervisors` (by phone: agent and mode) are for tests to look at."""

    def __init__(self, floor: Floor) -> None:
        self.pressed: list[tuple[str, str]] = []
        self.transferred: list[tuple[str, str]] = []
        self.supervisors: dict[str, tuple[str, Supervision]] = {}
        self._floor = floor

    async def pause_recording(self, agent: str, on: bool) -> None:
        """Keep what is said out of the recording, or no longer."""
        work = self._talking(agent)
        if work.recording is Recording.OFF:
            raise Refused("this conversation is not recorded")
        self._floor.work[agent] = replace(work, recording=Recording.PAUSED if on else Recording.ON)

    async def hold(self, agent: str, on: bool) -> None:
        """Let the other side wait, or no longer."""
        self._floor.work[agent] = replace(self._talking(agent), on_hold=on)

    async def press(self, agent: str, digits: str) -> None:
        """Press keys towards the other side."""
        self._talking(agent)
        if not digits or not set(digits) <= set(KEYS):
            raise Refused("these are not keys of a telephone")
        self.pressed.append((agent, digits))

    async def transfer(self, agent: str, target: str) -> None:
        """Hand the other side on."""
        self._talking(agent)
        self.transferred.append((agent, target))

    async def supervise(self, agent: str, phone: str, mode: Supervision) -> None:
        """Let the phone take part."""
        self._talking(agent)
        known = self.supervisors.get(phone)
        if known is not None and known[0] != agent:
            raise Refused("this phone takes part in another conversation", remedy="end that first")
        self.supervisors[phone] = (agent, mode)

    async def stop_supervising(self, phone: str) -> None:
        """Hang the phone up."""
        self.supervisors.pop(phone, None)

    def _talking(self, agent: str) -> WorkView:
        if agent not in self._floor.agents:
            raise NotFound(f"there is no agent named {agent}")
        work = self._floor.work.get(agent)
        if work is None or work.stage is not Stage.TALKING:
            raise Refused("there is no conversation just now")
        return work
