"""Reliable provisional responses (RFC 3262): a 180 that is repeated until its PRACK comes, and our PRACKs of theirs."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from ivr.sip.client_transaction import T1, TRANSACTION_TIMEOUT
from ivr.sip.fault import SipFault
from ivr.sip.message import Header, Request, Response
from ivr.sip.server_transaction import ServerTransaction
from ivr.sip.timers import Timer, Timers

_RACK = re.compile(r"(\d{1,10})\s+(\d{1,10})\s+(\S+)", re.ASCII)


def is_required(invite: Request) -> bool:
    """Whether they insist on it. Who merely supports it gets plain provisional responses: less can go wrong."""
    return any(tag.lower() == "100rel" for tag in invite.listed("require"))


class ReliableProvisional:
    """The one reliable response that we send to an INVITE. `on_silence` is called if no PRACK ever comes."""

    def __init__(self, server: ServerTransaction, timers: Timers, on_silence: Callable[[], None]) -> None:
        self._server = server
        self._timers = timers
        self._on_silence = on_silence
        self._rseq = secrets.randbelow(2**31 - 1) + 1
        self._response: Response | None = None
        self._repeat: Timer | None = None
        self._end: Timer | None = None

    @property
    def headers(self) -> tuple[Header, ...]:
        """What makes the response reliable."""
        return ("require", "100rel"), ("rseq", str(self._rseq))

    @property
    def is_waiting(self) -> bool:
        """Sent, and neither confirmed nor given up."""
        return self._response is not None

    def send(self, response: Response) -> None:
        """Send it, and again until it is confirmed."""
        self._response = response
        self._end = self._timers.later(TRANSACTION_TIMEOUT, self._give_up)
        self._send(T1)

    def confirm(self, prack: Request) -> None:
        """Their PRACK. Raises SipFault: 481 for another response than the one that waits, 400 for no RAck."""
        rack = _RACK.fullmatch((prack.header("rack") or "").strip())
        if rack is None:
            raise SipFault(400, "RAck")
        invite = self._server.request
        if not self.is_waiting or (int(rack[1]), int(rack[2]), rack[3]) != (self._rseq, invite.cseq, "INVITE"):
            raise SipFault(481, "no such provisional response")
        self.stop()

    def stop(self) -> None:
        """It need not be repeated any more."""
        self._response = None
        for timer in (self._repeat, self._end):
            if timer is not None:
                timer.cancel()

    def _send(self, pause: float) -> None:
        if self._response is not None:
            self._server.respond(self._response)
            self._repeat = self._timers.later(pause, lambda: self._send(pause * 2))

    def _give_up(self) -> None:
        self.stop()
        self._on_silence()


def sequence(response: Response) -> int | None:
    """The RSeq of a provisional response that wants a PRACK; None for one that does not."""
    if not 100 < response.status < 200 or not any(tag.lower() == "100rel" for tag in response.listed("require")):
        return None
    text = (response.header("rseq") or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def acknowledgement(response: Response) -> Header:
    """The RAck that confirms a reliable response."""
    return "rack", f"{sequence(response)} {response.cseq} {response.method}"
