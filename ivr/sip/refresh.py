"""Our own requests that keep a session alive (RFC 4028, 7.4; RFC 3311): UPDATE where they take it, else a re-INVITE
that changes nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Protocol

import structlog

from ivr.messages import EndedBy
from ivr.sip import session_timer
from ivr.sip.board import Ask, Board
from ivr.sip.body import session_description
from ivr.sip.capabilities import ALLOW, SDP, SUPPORTED
from ivr.sip.dialog import DIALOG_GONE, Dialog
from ivr.sip.fault import SipFault
from ivr.sip.media_session import MediaSession
from ivr.sip.message import Header, Response, SipMessage
from ivr.sip.session_timer import SessionTimer

log = structlog.get_logger(__name__)

#: Seconds until a refresh that was refused for now is tried again, where they do not say it themselves.
RETRY = 10.0
_LONGEST_RETRY = 120


class Refreshed(Protocol):
    """What is refreshed: an `ivr.sip.leg.Leg`."""

    id: str
    dialog: Dialog | None
    session: MediaSession
    board: Board
    #: We began the dialog, so its Call-ID is ours.
    is_caller: bool

    @property
    def ask(self) -> Ask:
        """Sends a request inside the dialog."""

    @property
    def is_open_to_offers(self) -> bool:
        """Up, and no offer under way in either direction."""

    def contact(self) -> tuple[Header, ...]:
        """Our Contact."""

    def finish(self, by: EndedBy, why: str) -> None:
        """End it with a BYE."""

    def gone(self, status: int) -> None:
        """End it, since they are."""


class Refresher:
    """Holds the session timer of one leg, and what is needed to keep it from running out."""

    def __init__(self, leg: Refreshed) -> None:
        self._leg = leg
        self._timer = SessionTimer(
            leg.board.timers, self._refresh, lambda: leg.finish(EndedBy.FAULT, "session expired")
        )
        self._minimum = session_timer.MINIMUM
        self._takes_update = False
        self._is_over = False
        #: The dialog that our last request went out in, and what repeats the ACK of our last re-INVITE.
        self._dialog: Dialog | None = None
        self._ack_again: Callable[[], None] | None = None
        #: A re-INVITE of ours waits for its final response: no other offer may cross it (RFC 3261, 14.1).
        self.is_offering = False

    def start(self, terms: session_timer.Terms, theirs: SipMessage) -> None:
        """The session was agreed on, or again; `theirs` is their half of it."""
        if theirs.header("allow") is not None:
            self._takes_update = any(method.upper() == "UPDATE" for method in theirs.listed("allow"))
        self._timer.start(terms)

    def stop(self) -> None:
        """The leg is over."""
        self._is_over = True
        self._timer.stop()

    def _refresh(self) -> None:
        if self._is_over:
            return
        if not self._leg.is_open_to_offers:
            self._later(RETRY)
            return
        terms = session_timer.offered(self._timer.terms.interval, self._minimum, is_refresh=True)
        headers = (*self._leg.contact(), ALLOW, SUPPORTED, *terms)
        self._dialog, self._ack_again = self._leg.dialog, None
        if self._takes_update:
            self._leg.ask("UPDATE", self._answered, self._gone, headers)
        else:
            self.is_offering = True
            self._leg.ask("INVITE", self._answered, self._gone, (*headers, SDP), self._leg.session.repeat())

    def _answered(self, response: Response) -> None:
        if response.status < 200:
            return
        if response.method == "INVITE":
            self.is_offering = False
        if response.status < 300:
            self._granted(response)
        elif self._is_over:
            return
        elif response.status in DIALOG_GONE:
            self._gone(response.status)
        elif response.status == 422 and (minimum := session_timer.demanded(response)) is not None:
            self._minimum = max(minimum, self._minimum)
            self._later(1.0)
        elif response.status == 491:
            self._later(_glare_pause(is_owner=self._leg.is_caller))
        elif response.method == "UPDATE" and response.status in (405, 420, 501):
            self._takes_update = False
            self._refresh()
        else:
            log.info("refresh_refused", leg=self._leg.id, status=response.status)
            self._later(_retry_after(response))

    def _granted(self, response: Response) -> None:
        if response.method == "INVITE" and self._acknowledge(response):
            return  # repeated: our ACK was lost
        if self._is_over or self._dialog is None:
            return
        try:
            self._dialog.refresh_target(response.contact)
            if response.method == "INVITE":
                self._leg.session.take_answer(session_description(response))
                self._leg.session.connect()
            self.start(session_timer.granted(response, self._timer.terms.interval), response)
        except SipFault as fault:
            log.warning("refresh_unusable", leg=self._leg.id, why=fault.why)
            self._leg.finish(EndedBy.FAULT, "unusable answer to a refresh")

    def _acknowledge(self, response: Response) -> bool:
        """ACK the 2xx; True if it was acknowledged before."""
        if self._ack_again is not None:
            self._ack_again()
            return True
        if self._dialog is not None:
            ack = self._dialog.request("ACK", cseq=response.cseq)
            self._ack_again = self._leg.board.client.send(ack, self._dialog.next_hop)
        return False

    def _gone(self, status: int) -> None:
        self.is_offering = False
        self._leg.gone(status)

    def _later(self, seconds: float) -> None:
        self._leg.board.timers.later(seconds, self._refresh)


def _glare_pause(*, is_owner: bool) -> float:
    """Seconds to wait after 491, so that the two ends do not collide again (RFC 3261, 14.1): 2.1 to 4 for the owner of
    the Call-ID, up to 2 for the other, in steps of 10 ms."""
    return 2.1 + secrets.randbelow(191) / 100 if is_owner else secrets.randbelow(201) / 100


def _retry_after(response: Response) -> float:
    text = (response.header("retry-after") or "").partition(";")[0].partition("(")[0].strip()
    is_number = text.isascii() and text.isdigit() and len(text) <= 6
    return float(min(max(int(text), 1), _LONGEST_RETRY)) if is_number else RETRY
