"""The signalling of all telephones, on one socket: calls are made, confirmed, changed and ended, and whatever is not
answered is sent again (RFC 3261, 17.1: timers A and E)."""

from __future__ import annotations

import heapq
import socket
from dataclasses import dataclass, field
from enum import Enum

from hotline.bench.edge.wording import Address, Answered, Dialog, read_response, respond

#: Seconds: T1 of RFC 3261; until a request without a final answer has failed (64 T1 would be 32).
_T1, _PATIENCE = 0.5, 10.0
_LONGEST_GAP = 4.0
_RECEIVE_BUFFER = 4 << 20
#: Messages taken at one go, so that the telephones' audio keeps its time.
_BATCH = 16


class State(Enum):
    """Of a call: calling -> up -> ending -> over."""

    CALLING = "calling"
    UP = "up"
    ENDING = "ending"
    OVER = "over"


@dataclass(slots=True)
class Call:
    """One call: `began` and `answered` in monotonic seconds, `media` the other side's port of audio. `status` is how
    the call attempt ended; 408 where no answer came. `deaf` telephones lose the ACK of their first 200."""

    dialog: Dialog
    began: float
    state: State = State.CALLING
    answered: float = 0.0
    media: int = 0
    status: int = 0
    deaf: bool = False
    ended_by_them: bool = False
    unanswered: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Pending:
    """A request that waits for its final response."""

    call: Call
    data: bytes
    until: float
    gap: float = _T1


class Callers:
    """All telephones' calls to one hotline, which may also be found by a REGISTER (stock pyVoIP insists on one)."""

    def __init__(self, host: str) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        self._socket.bind((host, 0))
        self._socket.setblocking(False)
        self.address: Address = self._socket.getsockname()
        self.hotline: Address | None = None
        self.calls: dict[str, Call] = {}
        self.changed: list[Call] = []  # came up, or came to their end, since last looked at
        self.repeats = 0
        self._pending: dict[tuple[str, int, str], _Pending] = {}
        self._due: list[tuple[float, tuple[str, int, str]]] = []

    def call(self, audio: int, now: float, deaf: bool = False) -> Call:
        """Invite the hotline."""
        assert self.hotline is not None
        dialog = Dialog(*self.address, audio, self.hotline)
        call = Call(dialog, now, deaf=deaf)
        self.calls[dialog.name] = call
        self._ask(call, dialog.number, "INVITE", dialog.invite(), now)
        return call

    def change(self, call: Call, now: float) -> None:
        """Invite again within the call (a re-INVITE with the same description)."""
        call.dialog.number += 1
        self._ask(call, call.dialog.number, "INVITE", call.dialog.invite(), now)

    def cancel(self, call: Call, now: float) -> None:
        """Take the invitation back."""
        self._ask(call, call.dialog.number, "CANCEL", call.dialog.cancel(), now)

    def hang_up(self, call: Call, now: float) -> None:
        """End a call that is up."""
        call.state = State.ENDING
        self._ask(call, call.dialog.number + 1, "BYE", call.dialog.bye(), now)

    def step(self, now: float) -> None:
        """Take what came, and send again what is due."""
        for _ in range(_BATCH):
            try:
                data, source = self._socket.recvfrom(65535)
            except BlockingIOError:
                break
            answered = read_response(data)
            if answered is None:
                self._requested(data, source)
            elif answered.call in self.calls:
                self._answered(self.calls[answered.call], answered, now)
        while self._due and self._due[0][0] <= now:
            self._repeat(heapq.heappop(self._due)[1], now)

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()

    # --- what we ask -----------------------------------------------------------------------------------------------

    def _ask(self, call: Call, number: int, method: str, data: bytes, now: float) -> None:
        key = (call.dialog.name, number, method)
        self._pending[key] = _Pending(call, data, now + _PATIENCE)
        heapq.heappush(self._due, (now + _T1, key))
        self._send(data)

    def _send(self, data: bytes) -> None:
        assert self.hotline is not None
        self._socket.sendto(data, self.hotline)

    def _repeat(self, key: tuple[str, int, str], now: float) -> None:
        pending = self._pending.get(key)
        if pending is None:
            return
        if now >= pending.until:
            del self._pending[key]
            self._unanswered(pending.call, key[2])
            return
        if pending.data:
            self.repeats += 1
            self._send(pending.data)
        pending.gap = min(2 * pending.gap, _LONGEST_GAP)
        heapq.heappush(self._due, (min(now + pending.gap, pending.until), key))

    def _unanswered(self, call: Call, method: str) -> None:
        call.unanswered.append(method)
        if method == "BYE" or call.state is State.CALLING:
            self._over(call, call.status or 408)

    def _answered(self, call: Call, answered: Answered, now: float) -> None:
        key = (answered.call, answered.number, answered.method)
        pending = self._pending.get(key)
        if answered.status < 200:
            if pending is not None and answered.method == "INVITE":
                pending.data = b""  # proceeding: no more repeats, but patience still ends
            return
        self._pending.pop(key, None)
        if answered.method == "INVITE":
            self._invited(call, answered, now)
        elif answered.method == "BYE":
            if answered.status >= 300:
                call.unanswered.append("BYE")
            self._over(call, call.status)

    def _invited(self, call: Call, answered: Answered, now: float) -> None:
        if answered.status >= 300:
            self._send(call.dialog.ack_refusal(answered))
            if call.state is State.CALLING:
                self._over(call, answered.status)
            elif answered.status != 487:
                call.unanswered.append("re-INVITE")
            return
        call.dialog.to, call.dialog.target = answered.to, answered.target or call.dialog.target
        if call.deaf:
            call.deaf = False
            return  # the 200 will come again
        self._send(call.dialog.ack(answered.number))
        if call.state is State.CALLING:
            call.state, call.answered, call.status, call.media = State.UP, now, 200, answered.audio
            self.changed.append(call)

    # --- what we are asked -----------------------------------------------------------------------------------------

    def _requested(self, data: bytes, source: Address) -> None:
        method = data[: data.find(b" ")]
        if method in (b"REGISTER", b"OPTIONS", b"BYE"):
            self._socket.sendto(respond(data, 200, "OK"), source)
        elif method.isalpha() and method != b"ACK":
            self._socket.sendto(respond(data, 501, "Not Implemented"), source)
        if method == b"BYE":
            for name, call in list(self.calls.items()):
                if name.encode() in data:
                    call.ended_by_them = True
                    self._over(call, call.status)
                    return

    def _over(self, call: Call, status: int) -> None:
        call.state, call.status = State.OVER, status
        self.calls.pop(call.dialog.name, None)
        self.changed.append(call)
