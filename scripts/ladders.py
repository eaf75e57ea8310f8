"""Draws docs/images/ladder-{inbound,bridged,callback}.svg from real calls: the edge, the media plane and speaking
phones on loopback, each phone noting every SIP message that it sends or gets.

    python scripts/ladders.py [FOLDER]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hotline.demo.house import free_port
from hotline.demo.peer import SpeakingPhone
from ivr.media.plane import MediaPlane
from ivr.messages import Answer, Bridge, Dial, EdgeEvent, HangUp, LegAnswered, LegArrived, LegEnded, Play, PlayFinished
from ivr.sip.pyvoip_phone import PyVoipEdge
from ivr.sip.settings import EdgeSettings

HOST = "127.0.0.1"
HOTLINE = "hotline"
COLUMN, ROW, TOP, MARGIN = 380, 26, 70, 60


@dataclass(frozen=True, slots=True)
class Arrow:
    """One message from one column to another."""

    sender: str
    receiver: str
    label: str


@dataclass(frozen=True, slots=True)
class Note:
    """What goes on between the columns named, other than signalling."""

    between: tuple[str, str]
    label: str


class Ladder:
    """What happened, in order."""

    def __init__(self, title: str, columns: tuple[str, ...]) -> None:
        self.title = title
        self.columns = columns
        self.steps: list[Arrow | Note] = []

    def note(self, first: str, second: str, label: str) -> None:
        """Something other than a message."""
        self.steps.append(Note((first, second), label))

    def svg(self) -> str:
        """The picture."""
        at = {name: MARGIN + place * COLUMN for place, name in enumerate(self.columns)}
        width = 2 * MARGIN + COLUMN * (len(self.columns) - 1)
        height = TOP + ROW * (len(self.steps) + 1)
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"',
            f' aria-label="{escape(self.title)}" font-family="sans-serif" font-size="13">',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8"',
            ' orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="#0b57d0"/></marker></defs>',
            f'<text x="{width / 2}" y="22" text-anchor="middle" font-weight="bold">{escape(self.title)}</text>',
        ]
        for name, x in at.items():
            parts.append(f'<text x="{x}" y="48" text-anchor="middle" font-weight="bold">{escape(name)}</text>')
            parts.append(f'<line x1="{x}" y1="56" x2="{x}" y2="{height - 8}" stroke="#9aa0a6" stroke-dasharray="3 4"/>')
        for row, step in enumerate(self.steps):
            y = TOP + ROW * row + 14
            ends = (step.sender, step.receiver) if isinstance(step, Arrow) else step.between
            x1, x2 = (at[name] for name in ends)
            if isinstance(step, Arrow):
                parts.append(f'<line x1="{x1}" y1="{y}" x2="{x2}" y2="{y}" stroke="#0b57d0" marker-end="url(#head)"/>')
            else:
                left, wide = min(x1, x2), abs(x2 - x1)
                parts.append(f'<rect x="{left}" y="{y - 15}" width="{wide}" height="20" rx="4" fill="#fef7e0"/>')
            middle = (x1 + x2) / 2
            parts.append(f'<text x="{middle}" y="{y - 3}" text-anchor="middle">{escape(step.label)}</text>')
        return "\n".join((*parts, "</svg>", ""))


class NotingPhone(SpeakingPhone):
    """A phone that notes its messages on a ladder."""

    def __init__(self, name: str, ladder: Ladder, *, auto_answer_after: float | None = None) -> None:
        super().__init__(name, HOST, auto_answer_after=auto_answer_after)
        self._ladder = ladder
        self._column = name

    def _send(self, data: bytes, to: tuple[str, int]) -> None:
        self._ladder.steps.append(Arrow(self._column, HOTLINE, label_of(data)))
        super()._send(data, to)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """A message from the hotline."""
        self._ladder.steps.append(Arrow(HOTLINE, self._column, label_of(data)))
        super().datagram_received(data, addr)


def label_of(data: bytes) -> str:
    """`INVITE (SDP)` or `200 OK to INVITE (SDP)`."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    described = " (SDP)" if body else ""
    if not lines[0].startswith("SIP/2.0"):
        return lines[0].split(" ", 1)[0] + described
    method = next(line.split()[-1] for line in lines if line.lower().startswith("cseq:"))
    return f"{lines[0].removeprefix('SIP/2.0 ')} to {method}{described}"


class Switch:
    """The edge with a clip to play; `until` waits for an event of a leg."""

    def __init__(self, folder: Path) -> None:
        seconds = np.arange(16_000) / 16_000
        soundfile.write(folder / "prompt.wav", (8000 * np.sin(2764.6 * seconds)).astype(np.int16), 16_000)
        plane = MediaPlane(HOST, (46_000, 46_200), (folder,), lambda _: None)
        self.port = free_port()
        self.edge = PyVoipEdge(EdgeSettings(HOST, self.port), plane)
        self._told: list[EdgeEvent] = []
        self._changed = asyncio.Event()

    async def start(self) -> None:
        """Take calls."""
        await self.edge.start(self._on_event)

    def _on_event(self, event: EdgeEvent) -> None:
        self._told.append(event)
        self._changed.set()

    async def until(self, kind: type[EdgeEvent], leg: str | None = None) -> EdgeEvent:
        """The first event of that kind, for that leg."""
        async with asyncio.timeout(10):
            while True:
                for event in self._told:
                    if isinstance(event, kind) and leg in (None, event.leg):
                        return event
                self._changed.clear()
                await self._changed.wait()

    async def prompt(self, leg: str) -> None:
        """Play the clip to its end."""
        self.edge.send(Play(leg, 1, ("prompt.wav",)))
        await self.until(PlayFinished, leg)


async def inbound(switch: Switch) -> Ladder:
    """A caller hears the hotline and hangs up."""
    ladder = Ladder("A call comes in", ("caller", HOTLINE))
    caller = NotingPhone("caller", ladder)
    await caller.start()
    calling = asyncio.ensure_future(caller.call(f"sip:1000@{HOST}:{switch.port}"))
    leg = (await switch.until(LegArrived)).leg
    switch.edge.send(Answer(leg))
    await calling
    ladder.note("caller", HOTLINE, "RTP, G.722: prompts out, speech and keys in; RTCP every 5 s")
    await switch.prompt(leg)
    await caller.hang_up()
    await caller.stop()
    return ladder


async def bridged(switch: Switch) -> Ladder:
    """A caller is connected with an agent, who hangs up."""
    ladder = Ladder("A caller is connected with an agent", ("caller", HOTLINE, "agent"))
    caller, agent = NotingPhone("caller", ladder), NotingPhone("agent", ladder, auto_answer_after=0.3)
    await caller.start()
    await agent.start()
    calling = asyncio.ensure_future(caller.call(f"sip:1000@{HOST}:{switch.port}"))
    leg = (await switch.until(LegArrived)).leg
    switch.edge.send(Answer(leg))
    await calling
    ladder.note("caller", HOTLINE, "RTP: the caller says what it is about, then hears music")
    switch.edge.send(Dial("agent", agent.uri, "1000", 10))
    await switch.until(LegAnswered, "agent")
    await asyncio.sleep(0.1)
    ladder.note(HOTLINE, "agent", "RTP: a whisper says what the call is about")
    await switch.prompt("agent")
    switch.edge.send(Bridge(leg, "agent"))
    ladder.note("caller", "agent", "RTP relayed by the hotline, recorded in stereo")
    await asyncio.sleep(0.5)
    await agent.hang_up()
    switch.edge.send(HangUp(leg))
    await caller.wait_for_end(5)
    await asyncio.sleep(0.1)
    for phone in (caller, agent):
        await phone.stop()
    return ladder


async def callback(switch: Switch) -> Ladder:
    """A promise is kept: first the agent's phone, then the contact's."""
    ladder = Ladder("A promised callback", ("agent", HOTLINE, "contact"))
    agent = NotingPhone("agent", ladder, auto_answer_after=0.3)
    contact = NotingPhone("contact", ladder, auto_answer_after=0.5)
    await agent.start()
    await contact.start()
    ladder.note("agent", HOTLINE, "the attempt is committed to the ledger before any phone rings")
    switch.edge.send(Dial("ringing", agent.uri, "1000", 10))
    await switch.until(LegAnswered, "ringing")
    await asyncio.sleep(0.1)
    ladder.note("agent", HOTLINE, "RTP: a whisper says whom this is for, then music")
    await switch.prompt("ringing")
    switch.edge.send(Dial("contact", contact.uri, "1000", 10))
    await switch.until(LegAnswered, "contact")
    await asyncio.sleep(0.1)
    ladder.note(HOTLINE, "contact", "RTP: the hotline says who calls, and why")
    await switch.prompt("contact")
    switch.edge.send(Bridge("ringing", "contact"))
    ladder.note("agent", "contact", "RTP relayed by the hotline; now the promise is kept")
    await asyncio.sleep(0.5)
    await contact.hang_up()
    await switch.until(LegEnded, "contact")
    switch.edge.send(HangUp("ringing"))
    await agent.wait_for_end(5)
    await asyncio.sleep(0.1)
    for phone in (agent, contact):
        await phone.stop()
    return ladder


async def main(folder: Path) -> None:
    """Draw every ladder."""
    stories: dict[str, Callable[[Switch], Awaitable[Ladder]]] = {
        "inbound": inbound,
        "bridged": bridged,
        "callback": callback,
    }
    for name, story in stories.items():
        with tempfile.TemporaryDirectory() as clips:
            switch = Switch(Path(clips))
            await switch.start()
            ladder = await story(switch)
            await switch.edge.stop()
        await asyncio.to_thread((folder / f"ladder-{name}.svg").write_text, ladder.svg(), encoding="utf-8")


if __name__ == "__main__":
    into = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images")
    into.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(into))
