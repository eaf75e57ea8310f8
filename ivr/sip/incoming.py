"""A leg that someone else began, until it is answered or refused."""

from __future__ import annotations

import structlog

from config.masking import mask_numbers
from ivr.messages import EndedBy, LegArrived
from ivr.sip import reason, reliable, session_timer
from ivr.sip.board import Board
from ivr.sip.body import session_description
from ivr.sip.capabilities import ALLOW, SDP, SUPPORTED
from ivr.sip.dialog import Dialog, new_tag
from ivr.sip.fault import SipFault
from ivr.sip.hop import Hop
from ivr.sip.leg import Leg, LegState
from ivr.sip.message import Header, Request
from ivr.sip.offer_answer import foreign_address
from ivr.sip.reliable import ReliableProvisional
from ivr.sip.sdp import parse_sdp
from ivr.sip.server_transaction import ServerTransaction
from ivr.sip.uri import user_part

log = structlog.get_logger(__name__)


class IncomingLeg(Leg):
    """Made from an INVITE. Raises SipFault or `PortsExhausted`, and then nothing has happened yet."""

    def __init__(self, leg: str, server: ServerTransaction, board: Board) -> None:
        request = server.request
        self._offered = session_description(request)
        self._terms, self._terms_headers = session_timer.accepted(request)
        dialog = Dialog.of_server(request, new_tag())
        source = server.source
        audio = foreign_address(parse_sdp(self._offered), is_ipv6=source.is_ipv6) if self._offered else None
        super().__init__(leg, LegState.ARRIVED, board, source, Hop(audio, 0) if audio else None)
        self.server = server
        self.dialog = dialog
        self._is_acknowledged = False
        #: They brought no offer: ours waits for their answer, in the ACK or before that in a PRACK.
        self._is_late = not self._offered
        self._is_answer_wanted = False
        self._body = b""
        is_reliable = reliable.is_required(request)
        self._ringing = ReliableProvisional(server, board.timers, self._never_confirmed) if is_reliable else None

    @property
    def merged_key(self) -> tuple[str, str, int]:
        """What two INVITEs share that are one call come by two ways (RFC 3261, 8.2.2.2)."""
        request = self.server.request
        return request.call_id, request.from_.tag, request.cseq

    def arrive(self) -> None:
        """Ring, and tell of the call. Raises SipFault where their offer cannot be met; the port is given back."""
        request = self.server.request
        try:
            self._body = self.session.offer() if self._is_late else self.session.answer(self._offered)
        except SipFault:
            self.state = LegState.OVER
            self.session.close()
            raise
        if self.dialog is not None:
            self.board.enter_dialog(self.dialog, self)
        caller, dialled = self.board.caller(request, self.server.source), user_part(request.uri)
        number, is_verified = mask_numbers(caller.number), caller.is_verified
        log.info("leg_arrived", leg=self.id, caller=number, dialled=mask_numbers(dialled), verified=is_verified)
        self._ring()
        self.board.tell(LegArrived(self.id, caller.number, dialled, is_verified=caller.is_verified))

    def answer(self) -> None:
        """200 OK; nothing happens unless it has just arrived. Waits for the answer to an offer that went out already
        with a reliable 180 (RFC 3262, 3)."""
        if self.state is not LegState.ARRIVED:
            return
        if self._ringing is not None and self._ringing.is_waiting:
            if self._is_late:
                self._is_answer_wanted = True
                return
            self._ringing.stop()
        self.state = LegState.UP
        self.session.connect()
        self._refresher.start(self._terms, self.server.request)
        self._accept(self.server, self._body, late=self._is_late, headers=self._terms_headers)
        if not self._is_late:
            self._announce()

    def reject(self, status: int) -> None:
        """Refuse with a final status, 400 to 699."""
        if self.state is LegState.ARRIVED:
            self._refuse(status, EndedBy.US)

    def cancelled(self, cancel: Request) -> None:
        """The caller gave up before it was answered."""
        if self.state is LegState.ARRIVED:
            self._refuse(487, EndedBy.THEM, reason.stated(cancel))

    def hang_up(self) -> None:
        if self.state is LegState.ARRIVED:
            self._refuse(480, EndedBy.US)
        else:
            super().hang_up()

    def _on_bye(self, server: ServerTransaction) -> None:
        if self.state is LegState.ARRIVED:  # a BYE of an early dialog ends the INVITE too (RFC 3261, 15.1.2)
            server.respond(server.request.respond(200))
            self.cancelled(server.request)
        else:
            super()._on_bye(server)

    def _on_invite(self, server: ServerTransaction) -> None:
        if self.state is LegState.ARRIVED:
            raise SipFault(500, "the first INVITE is not answered yet")  # RFC 3261, 14.2
        super()._on_invite(server)

    def _on_prack(self, server: ServerTransaction) -> None:
        """Raises SipFault for a PRACK that confirms nothing, or whose description cannot be used."""
        request = server.request
        if self._ringing is None:
            raise SipFault(481, "nothing to confirm")
        described, body = session_description(request), b""
        if described and not self._is_late:
            self._check_offer(request)
        self._ringing.confirm(request)
        if self._is_late:
            try:
                self.session.take_answer(described)
            except SipFault:
                self._refuse(488, EndedBy.FAULT, "unusable answer")
                raise
            self._is_late, self._body = False, b""
        elif described:
            body = self._renegotiate(request, described)
        server.respond(request.respond(200, headers=(SDP,) if body else (), body=body))
        if self._is_answer_wanted:
            self.answer()

    def _check_offer(self, request: Request) -> None:
        if self.state is not LegState.ARRIVED:
            super()._check_offer(request)
        elif self._body and not self._is_late:
            raise SipFault(500, "the INVITE's own offer is not answered yet")  # RFC 3311, 5.2
        elif self._is_late:
            raise SipFault(491, "our offer is not answered yet")

    def _renegotiate(self, request: Request, theirs: bytes) -> bytes:
        if self.state is LegState.ARRIVED:
            return self.session.answer(theirs)  # heard from the moment it is answered
        return super()._renegotiate(request, theirs)

    def _never_confirmed(self) -> None:
        log.warning("never_confirmed", leg=self.id)
        if self.state is LegState.ARRIVED:
            self._refuse(504, EndedBy.FAULT, "180 never confirmed")

    def _refuse(self, status: int, by: EndedBy, why: str = "") -> None:
        if self._ringing is not None:
            self._ringing.stop()
        tag = self.dialog.local.tag if self.dialog else ""
        self.server.respond(self.server.request.respond(status, tag=tag))
        if self.dialog is not None:
            self.board.leave_dialog(self.dialog)
        self._end(by, why)

    def _ring(self) -> None:
        request = self.server.request
        routes = tuple(header for header in request.headers if header[0] == "record-route")
        tag = self.dialog.local.tag if self.dialog else ""
        headers: tuple[Header, ...] = (*routes, *self.contact(), ALLOW, SUPPORTED)
        if self._ringing is None:
            self.server.respond(request.respond(180, tag=tag, headers=headers))
            return
        described = (SDP,) if self._is_late else ()
        body = self._body if self._is_late else b""
        headers = (*headers, *self._ringing.headers, *described)
        self._ringing.send(request.respond(180, tag=tag, headers=headers, body=body))
