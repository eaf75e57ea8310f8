"""A telephone that speaks, hears and can be told what to do: the callers and the agents of the demo and of the tests.

It talks real SIP and RTP over UDP and shares no signalling code with the hotline. One call at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Coroutine
from ipaddress import ip_address
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hotline.demo import peer_sip as sip
from hotline.demo.peer_audio import LOUD, HeardFrame, PhoneAudio, similarity
from ivr.media.codec import Codec

__all__ = ["CallFailed", "HeardFrame", "SpeakingPhone", "similarity"]

_T1, _T2 = 0.5, 4.0  # RFC 3261, 17.1.1.2
_TRIES = 7
_EVENT_PAYLOAD_TYPE = 101
_OK = (200, "OK")
_METHODS = "INVITE, ACK, BYE, CANCEL, OPTIONS"
_Address = tuple[str, int]


class CallFailed(Exception):
    """The called side refused, with this SIP status; 408 when nothing answered."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the call failed with {status}")
        self.status = status


class SpeakingPhone(asyncio.DatagramProtocol):
    """A SIP user agent at `address`:`port` (0: any free one).

    An arriving call rings until `answer_next`, or for `auto_answer_after` seconds if that is set; `refuse_with` is a
    status such as 486 (busy) or 603 (declined) that it is answered with instead; with neither nobody answers.
    `picks_up_when_asked`: the *talk* event answers it, and it says so when it rings.
    `on_line` is told in a line what happens.
    """

    def __init__(
        self,
        user: str,
        address: str,
        port: int = 0,
        codec: Codec = Codec.G722,
        on_line: Callable[[str], None] | None = None,
        *,
        auto_answer_after: float | None = None,
        refuse_with: int | None = None,
        picks_up_when_asked: bool = False,
    ) -> None:
        self.user = user
        self.address = address
        self.port = port
        self.auto_answer_after = auto_answer_after
        self.refuse_with = refuse_with
        self.picks_up_when_asked = picks_up_when_asked
        self.audio = PhoneAudio()
        self._codec = codec
        self._on_line = on_line or (lambda _: None)
        self._transport: asyncio.DatagramTransport | None = None
        self._dialog: sip.Dialog | None = None
        self._invite: sip.Message | None = None  # the one that rings, or was answered, here
        self._invite_from = ("", 0)
        self._tag = secrets.token_hex(4)
        self._answers: dict[str, asyncio.Queue[sip.Message]] = {}  # by branch
        self._sent: dict[str, bytes] = {}  # responses by branch and method, for retransmitted requests
        self._ack: bytes | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._ringing, self._up, self._ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._acknowledged = asyncio.Event()
        self._mark = 0.0

    # --- life ------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Take the ports."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self.address, self.port))
        self.port = int(self._transport.get_extra_info("sockname")[1])
        await self.audio.open(self.address)

    async def stop(self) -> None:
        """Hang up and give the ports back."""
        await self.hang_up()
        for task in self._tasks:
            task.cancel()
        self.audio.close()
        if self._transport is not None:
            self._transport.close()

    @property
    def uri(self) -> str:
        """Where this phone can be called."""
        return f"sip:{self.user}@{self.address}:{self.port}"

    @property
    def in_call(self) -> bool:
        """Whether a call is up."""
        return self._up.is_set() and not self._ended.is_set()

    # --- calling and answering -------------------------------------------------------------------------------------

    async def call(self, target: str) -> None:
        """Call a SIP URI; returns once it is answered. Raises CallFailed."""
        self._reset()
        dialog = sip.Dialog(secrets.token_hex(12), f"<{self.uri}>;tag={self._tag}", f"<{target}>", target)
        self._dialog = dialog
        self._line(f"calls {target}")
        request = dialog.request("INVITE", self._via(), self._contact(), self._session(self._codec))
        try:
            final = await self._transact(request, dialog, patience=180.0)
        except asyncio.CancelledError:
            self._send(self._of_invite(request, "CANCEL"), dialog.next_hop)
            self._dialog = None
            raise
        if final is None or final.status >= 300:
            status = final.status if final is not None else 408
            method, to = ("ACK", final.get("to")) if final is not None else ("CANCEL", "")
            self._send(self._of_invite(request, method, to), dialog.next_hop)
            self._dialog = None
            self._line(f"is refused with {status}")
            raise CallFailed(status)
        dialog.remote = final.get("to")
        dialog.target = sip.uri_of(final.get("contact")) or target
        dialog.routes = list(reversed(sip.listed(final.all("record-route"))))
        self._ack = dialog.request("ACK", self._via(), self._contact())
        self._send(self._ack, dialog.next_hop)
        if not self._connect(final.body):
            await self.hang_up()
            raise CallFailed(488)

    async def answer_next(self, within: float = 30.0) -> None:
        """Answer the call that rings or is going to ring. Raises TimeoutError."""
        async with asyncio.timeout(within):
            await self._ringing.wait()
        self._answer()
        await self.wait_for_answer(within)

    async def wait_for_ring(self, within: float = 30.0) -> None:
        """Until a call rings here. Raises TimeoutError."""
        async with asyncio.timeout(within):
            await self._ringing.wait()

    async def wait_for_answer(self, within: float = 30.0) -> None:
        """Until a call is up. Raises TimeoutError."""
        async with asyncio.timeout(within):
            await self._up.wait()

    async def wait_for_end(self, within: float = 30.0) -> None:
        """Until the call is over, whoever ended it. Raises TimeoutError."""
        async with asyncio.timeout(within):
            await self._ended.wait()

    async def hang_up(self) -> None:
        """End the call that is up, if any; returns when the other side has confirmed it or seems to be gone."""
        dialog = self._dialog
        if dialog is None or not self.in_call:
            return
        self._over("hangs up")
        dialog.sequence += 1
        await self._transact(dialog.request("BYE", self._via(), self._contact()), dialog, patience=4.0)

    # --- talking ---------------------------------------------------------------------------------------------------

    async def say(self, what: Path | NDArray[np.int16]) -> None:
        """Speak a sound file, or samples at 16,000 a second, in real time."""
        self._line(f"says {what.stem}" if isinstance(what, Path) else "speaks")
        await self.audio.say(what)
        self._mark = asyncio.get_running_loop().time()

    async def silence(self, seconds: float) -> None:
        """Say nothing for a while."""
        await asyncio.sleep(seconds)

    def press(self, key: str) -> None:
        """Press a key."""
        self._line(f"presses {key}")
        self._mark = asyncio.get_running_loop().time()
        self.audio.press(key)

    @property
    def keys_heard(self) -> list[str]:
        """Keys that the other side pressed in this call."""
        return list(self.audio.keys)

    @property
    def heard(self) -> list[HeardFrame]:
        """The frames received in this call, with their times of arrival."""
        return list(self.audio.heard)

    def heard_pcm(self, since: float = 0.0) -> NDArray[np.int16]:
        """What was received in this call from `since` on (the event loop's time), at 16,000 samples a second."""
        frames = [frame.samples for frame in self.audio.heard if frame.at >= since]
        return np.concatenate(frames) if frames else np.zeros(0, dtype=np.int16)

    async def wait_until_quiet(self, seconds: float = 0.8, within: float = 60.0) -> None:
        """Until the other side has spoken (since we last spoke, pressed or waited) and then been silent for so long.

        Raises TimeoutError; returns at once when the call ends.
        """
        loop = asyncio.get_running_loop()
        loudest_since, seen = -1.0, 0
        async with asyncio.timeout(within):
            while not self._ended.is_set():
                for frame in self.audio.heard[seen:]:
                    if frame.at > self._mark and np.sqrt(np.mean(frame.samples.astype(np.float64) ** 2)) > LOUD:
                        loudest_since = frame.at
                seen = len(self.audio.heard)
                if 0 <= loudest_since < loop.time() - seconds:
                    break
                await asyncio.sleep(0.02)
        self._mark = loop.time()

    # --- signalling ------------------------------------------------------------------------------------------------

    def datagram_received(self, data: bytes, addr: _Address) -> None:
        message = sip.parse(data)
        if message is None:
            return
        if message.status:
            self._response(message)
        elif message.method == "ACK":
            self._acknowledged.set()
        elif (cached := self._sent.get(sip.branch_of(message) + message.method)) is not None:
            self._send(cached, addr)
        else:
            self._request(message, addr)

    def _response(self, message: sip.Message) -> None:
        queue = self._answers.get(sip.branch_of(message) + message.method)
        if queue is not None:
            queue.put_nowait(message)
        elif message.method == "INVITE" and 200 <= message.status < 300 and self._ack is not None and self._dialog:
            self._send(self._ack, self._dialog.next_hop)  # our ACK was lost

    def _request(self, request: sip.Message, addr: _Address) -> None:
        mine = self._dialog is not None and request.get("call-id") == self._dialog.call_id
        match request.method:
            case "INVITE" if mine and self.in_call:
                self._connect(request.body)
                self._reply(request, addr, *_OK, self._session(self._codec))
            case "INVITE" if self._dialog is not None or self.refuse_with is not None:
                busy = 486 if self._dialog is not None else self.refuse_with or 486
                self._line(f"refuses a call with {busy}")
                self._reply(request, addr, busy, "Refused")
            case "INVITE":
                self._ring(request, addr)
            case "CANCEL" if mine and self._invite is not None and not self._up.is_set():
                self._reply(request, addr, *_OK)
                self._reply(self._invite, addr, 487, "Request Terminated")
                self._over("stops ringing")
            case "BYE" if mine:
                self._reply(request, addr, *_OK)
                self._over("is hung up on")
            case "OPTIONS":
                self._reply(request, addr, *_OK)
            case "NOTIFY" if mine and self.picks_up_when_asked and request.get("event") == "talk":
                self._reply(request, addr, *_OK)
                self._answer()
            case "BYE" | "CANCEL":
                self._reply(request, addr, 481, "Call/Transaction Does Not Exist")
            case _:
                self._reply(request, addr, 405, "Method Not Allowed")

    def _ring(self, request: sip.Message, addr: _Address) -> None:
        self._reset()
        self._invite, self._invite_from = request, addr
        local = f"{request.get('to')};tag={self._tag}"
        target = sip.uri_of(request.get("contact"))
        routes = sip.listed(request.all("record-route"))
        self._dialog = sip.Dialog(request.get("call-id"), local, request.get("from"), target, routes)
        self._reply(request, addr, 180, "Ringing")
        self._line("rings")
        self._ringing.set()
        if self.auto_answer_after is not None:
            self._spawn(self._answer_after(self.auto_answer_after))

    async def _answer_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._answer()

    def _answer(self) -> None:
        invite = self._invite
        if invite is None or self._dialog is None or self._up.is_set():
            return
        if not self._connect(invite.body):
            self._reply(invite, self._invite_from, 488, "Not Acceptable Here")
            self._over("cannot agree on a codec")
            return
        self._reply(invite, self._invite_from, *_OK, self._session(self._codec))
        self._spawn(self._repeat_until_acknowledged(self._sent[sip.branch_of(invite) + "INVITE"]))

    async def _repeat_until_acknowledged(self, answer: bytes) -> None:
        wait = _T1
        for _ in range(_TRIES):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._acknowledged.wait()
                    return
            self._send(answer, self._invite_from)
            wait = min(2 * wait, _T2)

    def _connect(self, sdp: str) -> bool:
        """Direct the audio as described; whether a codec could be agreed on."""
        session = sip.read_session(sdp)
        if session is None or not session.codecs:
            return False
        self._codec = self._codec if self._codec in session.codecs else session.codecs[0]
        self.audio.remote = (session.address, session.port)
        self.audio.sending = session.takes and not ip_address(session.address).is_unspecified
        if not self._up.is_set():
            self.audio.begin(self._codec, session.event_payload_type)
            self._mark = 0.0
            self._up.set()
            self._line(f"is connected ({self._codec.encoding_name})")
        return True

    async def _transact(self, request: bytes, dialog: sip.Dialog, patience: float) -> sip.Message | None:
        """Send until something answers; the final response, None if there was none within `patience` seconds."""
        message = sip.parse(request)
        assert message is not None
        key = sip.branch_of(message) + message.method
        queue = self._answers[key] = asyncio.Queue()
        wait = _T1
        try:
            async with asyncio.timeout(patience):
                for _ in range(_TRIES):
                    self._send(request, dialog.next_hop)
                    with contextlib.suppress(TimeoutError):
                        response = await asyncio.wait_for(queue.get(), wait)
                        while response.status < 200:
                            response = await queue.get()
                        return response
                    wait = 2 * wait if message.method == "INVITE" else min(2 * wait, _T2)
        except TimeoutError:
            return None
        finally:
            del self._answers[key]
        return None

    def _of_invite(self, invite: bytes, method: str, to: str = "") -> bytes:
        """The CANCEL, or the ACK of a refusal, of our INVITE: the same branch (RFC 3261, 9.1 and 17.1.1.3)."""
        message = sip.parse(invite)
        assert message is not None
        kept = [(name, value) for name, value in message.headers if name in ("via", "max-forwards", "from", "call-id")]
        number = message.get("cseq").split()[0]
        headers = [*kept, ("To", to or message.get("to")), ("CSeq", f"{number} {method}")]
        return sip.build(f"{method} {message.start.split()[1]} SIP/2.0", headers)

    def _reply(self, request: sip.Message, addr: _Address, status: int, reason: str, body: str = "") -> None:
        allowed = [("Allow-Events", "talk")] if self.picks_up_when_asked else []
        answer = sip.reply(request, status, reason, self._tag, [("Contact", self._contact()), *allowed], body)
        self._sent[sip.branch_of(request) + request.method] = answer
        self._send(answer, addr)

    def _reset(self) -> None:
        self._tag = secrets.token_hex(4)
        self._invite = self._ack = None
        self._sent.clear()
        for event in (self._ringing, self._up, self._ended, self._acknowledged):
            event.clear()

    def _over(self, how: str) -> None:
        self._line(how)
        self.audio.end()
        self._acknowledged.set()
        self._ringing.clear()
        self._dialog = None
        self._ended.set()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _send(self, data: bytes, to: tuple[str, int]) -> None:
        if self._transport is not None and 0 < to[1] < 65536:  # beyond, asyncio's transport closes for good
            self._transport.sendto(data, to)

    def _session(self, codec: Codec) -> str:
        return sip.write_session(self.address, self.audio.port, codec, _EVENT_PAYLOAD_TYPE)

    def _via(self) -> str:
        return f"SIP/2.0/UDP {self.address}:{self.port}"

    def _contact(self) -> str:
        return f"<{self.uri}>"

    def _line(self, what: str) -> None:
        self._on_line(f"{self.user} {what}")
