"""Transfers inside one dialog, in both directions (RFC 3515, 5589): we ask them to call somebody, or they ask us.

we ask:    REFER -> 202 -> NOTIFY 100, 180, ... 200 -> `ReferEnded`
they ask:  REFER -> 202 + NOTIFY 100 -> `TransferAsked` -> `ReportTransfer` -> NOTIFY
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.messages import ReferEnded, TransferAsked
from ivr.sip import refer, sipfrag
from ivr.sip.board import Ask, Board
from ivr.sip.dialog import DIALOG_GONE, Dialog
from ivr.sip.fault import SipFault
from ivr.sip.message import Header, Request, Response
from ivr.sip.replaces import Replaces
from ivr.sip.server_transaction import ServerTransaction

#: Seconds that a transfer they asked for is told of, unless it ends before.
SUBSCRIPTION_SECONDS = 180


@dataclass(frozen=True, slots=True)
class _Asked:
    """The REFER of theirs that is under way."""

    id: int
    is_watched: bool


class TransferByUs:
    """At most one REFER of ours at a time. `gone` is told that the whole dialog is."""

    def __init__(self, leg: str, ask: Ask, board: Board, gone: Callable[[int], None]) -> None:
        self._leg = leg
        self._ask = ask
        self._board = board
        self._gone = gone
        self._status: int | None = None  # reported last

    def begin(self, target: str, takes_over: Dialog | None, contact: tuple[Header, ...]) -> None:
        """Ask them to call `target`, or to take over the call of our other dialog `takes_over` (RFC 3891)."""
        if self._status is not None:
            self._board.tell(ReferEnded(self._leg, 491))
            return
        try:
            if takes_over is None:
                where = refer.refer_to(self._board.way(target).uri)
            else:
                there = Replaces(takes_over.call_id, takes_over.remote.tag, takes_over.local.tag)
                where = refer.refer_to(takes_over.target, there)
        except SipFault as fault:
            self._board.tell(ReferEnded(self._leg, fault.code))
            return
        self._status = 100
        self._ask("REFER", self._answered, self._failed, (*contact, where))

    def on_notify(self, server: ServerTransaction) -> None:
        """How it goes. Raises SipFault(481) if we asked for nothing."""
        request = server.request
        if self._status is None:
            raise SipFault(481, "nothing was referred")
        server.respond(request.respond(200))
        self._status = sipfrag.status(request.body) or self._status
        state = (request.header("subscription-state") or "").lower()
        if self._status >= 200 or state.startswith("terminated"):
            self._finish(self._status)

    def close(self) -> None:
        """The leg is over: what was reported last stands."""
        if self._status is not None:
            self._finish(self._status)

    def _answered(self, response: Response) -> None:
        is_unwatched = (response.header("refer-sub") or "").strip().lower() == "false"  # RFC 4488: no NOTIFY will come
        if response.status >= 300 or (response.status >= 200 and is_unwatched):
            self._finish(response.status)
        elif response.status >= 200 and self._status == 100:
            self._status = response.status
        if response.status in DIALOG_GONE:
            self._gone(response.status)

    def _failed(self, status: int) -> None:
        self._finish(status)
        if status in DIALOG_GONE:
            self._gone(status)

    def _finish(self, status: int) -> None:
        if self._status is not None:
            self._status = None
            self._board.tell(ReferEnded(self._leg, status))


class TransferByThem:
    """At most one REFER of theirs at a time. What is told of it ends with the leg: whoever hangs up on a transfer is
    not told how it went, though RFC 5057 would let us."""

    def __init__(self, leg: str, ask: Ask, board: Board) -> None:
        self._leg = leg
        self._ask = ask
        self._board = board
        self._asked: _Asked | None = None

    def on_refer(self, server: ServerTransaction, contact: tuple[Header, ...]) -> None:
        """Accept, and tell what is wanted. Raises SipFault."""
        request = server.request
        if self._asked is not None:
            raise SipFault(491, "a transfer is under way")
        referral = refer.read(request)
        self._asked = _Asked(request.cseq, referral.is_watched)
        unwatched = () if referral.is_watched else (("refer-sub", "false"),)
        server.respond(request.respond(202, headers=(*contact, *unwatched)))
        self._notify(100, contact)
        given_up = "" if referral.replaces is None else str(referral.replaces)
        self._board.tell(TransferAsked(self._leg, referral.target, given_up))

    def report(self, status: int, contact: tuple[Header, ...]) -> None:
        """Tell them how it goes; nothing happens unless they asked."""
        self._notify(status, contact)
        if status >= 200:
            self._asked = None

    def close(self) -> None:
        """The leg is over."""
        self._asked = None

    def _notify(self, status: int, contact: tuple[Header, ...]) -> None:
        asked = self._asked
        if asked is None or not asked.is_watched:
            return
        state = "terminated;reason=noresource" if status >= 200 else f"active;expires={SUBSCRIPTION_SECONDS}"
        headers = (("event", f"refer;id={asked.id}"), ("subscription-state", state), *contact, sipfrag.TYPE)
        self._ask("NOTIFY", self._notified, self._failed, headers, sipfrag.fragment(status))

    def _notified(self, response: Response) -> None:
        if response.status >= 300:
            self._failed(response.status)

    def _failed(self, status: int) -> None:
        """They do not listen any more; that says nothing of the call (RFC 5057, 5.1)."""
        if self._asked is not None:
            self._asked = _Asked(self._asked.id, is_watched=False)


def check_stray_notify(request: Request) -> None:
    """A NOTIFY that belongs to no subscription: the keep-alive of a phone behind a NAT is welcome.

    Raises SipFault: 481 for a transfer we did not ask for, 489 for any other event (RFC 6665, 4.1.3).
    """
    event = (request.header("event") or "refer").partition(";")[0].strip().lower()
    if event != "keep-alive":
        raise SipFault(481 if event == "refer" else 489, "event")
