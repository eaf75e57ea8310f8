"""Real SIP phones for a story that is told one sentence after another: they live in an event loop of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as Late
from typing import TypeVar

from hotline.demo.carrier import Carrier
from hotline.demo.house import ADDRESS
from hotline.demo.peer import SpeakingPhone

T = TypeVar("T")

_PATIENCE_SECONDS = 30


class Phones:
    """The public telephone network, and who has a phone."""

    def __enter__(self) -> Phones:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="phones")
        self._thread.start()
        self._owned: list[Phone] = []
        self._carrier = Carrier(ADDRESS)
        self.do(self._carrier.start())
        return self

    def __exit__(self, *_: object) -> None:
        for phone in self._owned:
            self.do(phone.peer.stop())
        self.do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def trunk_port(self) -> int:
        """Where the hotline reaches the public network."""
        return self._carrier.port

    def agents(self, name: str) -> Phone:
        """The telephone on an agent's desk."""
        return self._new(SpeakingPhone(name, ADDRESS))

    def callers(self, number: str) -> Phone:
        """A telephone with a number of the public network."""
        phone = self._new(SpeakingPhone(number, ADDRESS))
        self._carrier.phones[number] = (ADDRESS, phone.peer.port)
        return phone

    def do(self, work: Coroutine[object, object, T], within: float = _PATIENCE_SECONDS) -> T:
        """Do it in the loop of the phones, and wait for it."""
        done = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return done.result(within)
        except Late:
            done.cancel()
            raise

    async def _close(self) -> None:
        self._carrier.stop()
        await asyncio.sleep(0)  # the transport closes in the next turn of the loop

    def _new(self, peer: SpeakingPhone) -> Phone:
        self.do(peer.start())
        phone = Phone(self, peer)
        self._owned.append(phone)
        return phone


class Phone:
    """One of them."""

    def __init__(self, phones: Phones, peer: SpeakingPhone) -> None:
        self._phones = phones
        self.peer = peer

    @property
    def uri(self) -> str:
        """Where it can be called."""
        return self.peer.uri

    @property
    def in_call(self) -> bool:
        """Whether a call is up."""
        return self.peer.in_call

    def call(self, uri: str) -> None:
        """Call, and be connected."""
        self._phones.do(self.peer.call(uri))

    def answer(self) -> None:
        """Answer the call that rings or is going to ring."""
        self._phones.do(self.peer.answer_next(_PATIENCE_SECONDS))

    def answers_by_itself(self) -> None:
        """From now on after half a second of ringing."""
        self.peer.auto_answer_after = 0.5

    def picks_up_when_asked(self) -> None:
        """From now on the hotline can answer it, by the *talk* event."""
        self.peer.picks_up_when_asked = True

    def is_connected(self) -> None:
        """Until a call is up."""
        self._phones.do(self._connected())

    def hears_the_hotline_out(self) -> None:
        """Until it has said what it says, such as whom an agent is going to talk with."""
        self._phones.do(self.peer.wait_until_quiet(1.0))

    def is_hung_up_on(self) -> None:
        """Until the call is over."""
        self._phones.do(self.peer.wait_for_end(_PATIENCE_SECONDS))

    def hang_up(self) -> None:
        """Put the receiver down."""
        self._phones.do(self.peer.hang_up())

    async def _connected(self) -> None:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not self.peer.in_call:  # noqa: ASYNC110 - the last call's answer is remembered, this one's is not told
                await asyncio.sleep(0.05)
