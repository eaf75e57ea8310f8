"""The media thread really falls behind, and callers really hear of it."""

from __future__ import annotations

import asyncio
import threading

from hotline.demo.peer_audio import PhoneAudio
from ivr.media.codec import Codec
from ivr.media.plane import MediaPlane
from ivr.media.remote import RemoteMedia
from ivr.messages import AudioChunk, Tap
from ivr.sip.pyvoip_phone import PyVoipEdge
from ivr.sip.settings import AdmissionLimits, EdgeSettings
from tests.ports import free_stretch
from tests.sip.peer import Peer

HOST = "127.0.0.1"
PORTS = free_stretch(19)
#: The machine of a test is busy with other things: only the media counts here.
LIMITS = AdmissionLimits(lateness=10.0)


class Sluggish:
    """Takes 100 ms of audio, which must be done at once, in 90 ms, until it is released."""

    def __init__(self) -> None:
        self.released = threading.Event()

    def hear(self, _chunk: AudioChunk) -> None:
        self.released.wait(0.09)


async def test_new_calls_are_refused_once_the_packets_of_the_others_leave_late() -> None:
    ears = Sluggish()
    media = MediaPlane(HOST, PORTS, (), ears.hear)
    edge = PyVoipEdge(EdgeSettings(HOST, 0, admission=LIMITS), media)
    await edge.start(lambda event: None)
    phone, caller = PhoneAudio(), Peer(edge.address)
    await phone.open(HOST)
    phone.remote = (HOST, media.open_leg("talking"))
    phone.begin(Codec.PCMU, 101)
    media.connect("talking", RemoteMedia(HOST, phone.port, Codec.PCMU, 0, 101, True, True))
    await caller.wait_for(180, call_id=caller.call())
    media.send(Tap("talking", True))
    async with asyncio.timeout(5):
        while media.lateness < 0.03:  # noqa: ASYNC110 - what is awaited changes in another thread
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.15)
    refusal = await caller.wait_for(503, call_id=caller.call())
    assert int(refusal.one("retry-after")) > 0
    ears.released.set()
    phone.close()
    caller.close()
    await edge.stop()
