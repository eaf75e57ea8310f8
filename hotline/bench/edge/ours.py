"""Our edge as the program under test: signalling and media as the product has them, in one process on one core."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection
from pathlib import Path

from config.logging import configure_logging
from hotline.bench.edge.peer import HOST
from hotline.bench.edge.prompt import write_prompt
from hotline.bench.edge.wording import Address
from ivr.media.plane import MediaPlane
from ivr.messages import Answer, Bridge, DigitPressed, EdgeEvent, LegAnswered, LegArrived, LegEnded, Play
from ivr.sip.pyvoip_phone import PyVoipEdge
from ivr.sip.settings import AdmissionLimits, EdgeSettings

_PORTS = (20000, 29998)
_MOST_CALLS = 5000
_PROMPT = "prompt.wav"
_THINKING = 0.05  # seconds


class Task(StrEnum):
    """What becomes of a call that is answered."""

    NOTHING = "nothing"
    PROMPT = "prompt"
    PAIRS = "pairs"
    CHURN = "churn"  # a prompt, but the answer comes a moment later: there is time to give up


@dataclass(frozen=True, slots=True)
class Kept:
    """What the edge holds at a moment: legs, SIP transactions; and how many keys it heard so far."""

    legs: int
    transactions: int
    keys: int


def run(asker: Connection, core: int, _callers: Address, port: int, task: Task = Task.PROMPT) -> None:
    """Take calls until told to stop. Sends the SIP address first; answers "count" with `Kept`."""
    os.sched_setaffinity(0, {core})
    configure_logging("human", "error")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as folder:
        write_prompt(Path(folder) / _PROMPT)
        asyncio.run(_serve(asker, port, task, Path(folder)))


async def _serve(asker: Connection, port: int, task: Task, folder: Path) -> None:
    settings = EdgeSettings(HOST, port, admission=AdmissionLimits(calls=_MOST_CALLS))
    edge = PyVoipEdge(settings, MediaPlane(HOST, _PORTS, (folder,), _hear))
    answering = _Answering(edge, task)
    await edge.start(answering.on_event)
    gc.collect()
    gc.freeze()  # as the edge's process does
    asker.send(edge.address)
    while await asyncio.to_thread(asker.recv) == "count":
        assert edge.phone is not None
        agent = edge.phone.sip.agent
        asker.send(Kept(len(agent.legs), agent.transactions.count, answering.keys))
    await edge.stop()


class _Answering:
    """The application: every call is answered, then played to, or joined with the next."""

    def __init__(self, edge: PyVoipEdge, task: Task) -> None:
        self._edge = edge
        self._task = task
        self._single: str | None = None
        self.keys = 0

    def on_event(self, event: EdgeEvent) -> None:
        match event:
            case LegArrived(leg=leg) if self._task is Task.CHURN:
                asyncio.get_running_loop().call_later(_THINKING, self._edge.send, Answer(leg))
            case LegArrived(leg=leg):
                self._edge.send(Answer(leg))
            case LegAnswered(leg=leg) if self._task in (Task.PROMPT, Task.CHURN):
                self._edge.send(Play(leg, 1, (_PROMPT,), loop=True))
            case LegAnswered(leg=leg) if self._task is Task.PAIRS:
                self._pair(leg)
            case DigitPressed():
                self.keys += 1
            case LegEnded(leg=leg) if leg == self._single:
                self._single = None
            case _:
                pass

    def _pair(self, leg: str) -> None:
        if self._single is None:
            self._single = leg
        else:
            self._edge.send(Bridge(self._single, leg))
            self._single = None


def _hear(_chunk: object) -> None:
    """Nobody listens."""
