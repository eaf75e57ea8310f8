"""Two edges on this machine that call each other, without audio."""

from __future__ import annotations

import asyncio

from ivr.messages import Answer, Dial, EdgeEvent, HangUp, LegAnswered, LegArrived, LegEnded
from ivr.sip.pyvoip_phone import PyVoipEdge
from ivr.sip.settings import EdgeSettings
from tests.sip.silent_media import SilentMedia


async def one_calls_the_other(address: str, target: str) -> list[EdgeEvent]:
    """What the one is told of its leg `out` to the other, at `target` with the other's `{port}`, that is answered and
    hung up at once."""
    ours, theirs = (PyVoipEdge(EdgeSettings(address, 0), SilentMedia()) for _ in range(2))
    told, ended = list[EdgeEvent](), asyncio.Event()

    def on_theirs(event: EdgeEvent) -> None:
        if isinstance(event, LegArrived):
            theirs.send(Answer(event.leg))
        elif isinstance(event, LegEnded):
            ended.set()

    def on_ours(event: EdgeEvent) -> None:
        told.append(event)
        if isinstance(event, LegAnswered):
            ours.send(HangUp(event.leg))

    await theirs.start(on_theirs)
    await ours.start(on_ours)
    ours.send(Dial("out", f"sip:desk@{target.format(port=theirs.address[1])}", "+8215880000", 20))
    await asyncio.wait_for(ended.wait(), 5)
    await ours.stop()
    await theirs.stop()
    return told
