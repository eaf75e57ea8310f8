"""The real edge with the real media plane in a process of its own, to be fired at: it answers every call, and says on
request how it fares.

    python -m tests.live.target '{"allowed_sources": ["127.0.0.0/29"]}'

Lines on its standard input ask, JSON lines on its standard output answer; it ends with its input.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import sys
import threading
from dataclasses import replace
from pathlib import Path

import structlog

from ivr.media.plane import MediaPlane
from ivr.messages import Answer, EdgeEvent, LegAnswered, LegArrived, LegEnded
from ivr.sip.pyvoip_phone import PyVoipEdge
from ivr.sip.settings import AdmissionLimits, EdgeSettings

HOST = "127.0.0.1"
#: Those who fire measure how long calls wait. That the machine is busy with other things is no overload of ours.
_UNHURRIED = AdmissionLimits(lateness=10.0, media_lateness=10.0)


async def run(options: dict[str, object]) -> None:
    """Serve until the input ends."""
    limits = options.get("admission")
    sources = options.get("allowed_sources")
    settings = EdgeSettings(
        HOST,
        0,
        admission=replace(_UNHURRIED, **limits) if isinstance(limits, dict) else _UNHURRIED,
        allowed_sources=tuple(sources) if isinstance(sources, list) else (),
    )
    edge = PyVoipEdge(settings, MediaPlane(HOST, (20000, 29998), (), lambda chunk: None))
    counts = {"arrived": 0, "answered": 0, "ended": 0}

    def on_event(event: EdgeEvent) -> None:
        if isinstance(event, LegArrived):
            counts["arrived"] += 1
            edge.send(Answer(event.leg))
        counts["answered"] += isinstance(event, LegAnswered)
        counts["ended"] += isinstance(event, LegEnded)

    await edge.start(on_event)
    _say({"port": edge.address[1]})
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        used = resource.getrusage(resource.RUSAGE_SELF)
        phone = edge.phone
        _say(
            {
                "rss": _resident(),
                "cpu": used.ru_utime + used.ru_stime,
                "files": len(os.listdir("/proc/self/fd")),
                "threads": threading.active_count(),
                "legs": len(phone.sip.agent.legs) if phone else 0,
                "transactions": phone.sip.agent.transactions.count if phone else 0,
                **counts,
            }
        )
    await edge.stop()


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _say(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    asyncio.run(run(json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}))
