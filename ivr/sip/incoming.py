"""A leg that someone else began, until it is answered or refused."""

from __future__ import annotations

import structlog

from config.masking import mask_numbers
from ivr.messages import EndedBy, LegArrived
from ivr.sip.dialog import Dialog, new_tag
from ivr.sip.fault import SipFault
from ivr.sip.leg import Board, Leg, LegState, require_sdp
from ivr.sip.server_transaction import ServerTransaction
from ivr.sip.uri import user_part

log = structlog.get_logger(__name__)


class IncomingLeg(Leg):
    """Made from an INVITE. Raises SipFault or `PortsExhausted`, and then nothing has happened yet."""

    def __init__(self, leg: str, server: ServerTransaction, board: Board) -> None:
        request = server.request
        require_sdp(request)
        dialog = Dialog.of_server(request, new_tag())
        super().__init__(leg, LegState.ARRIVED, board, dialog.next_hop)
        self.server = server
        self.dialog = dialog
        self._is_acknowledged = False
        self._is_late = not request.body
        self._body = b""

    @property
    def merged_key(self) -> tuple[str, str, int]:
        """What two INVITEs share that are one call come by two ways (RFC 3261, 8.2.2.2)."""
        request = self.server.request
        return request.call_id, request.from_.tag, request.cseq

    def arrive(self) -> None:
        """Ring, and tell of the call. Raises SipFault where their offer cannot be met; the port is given back."""
        request = self.server.request
        try:
            self._body = self._session.offer() if self._is_late else self._session.answer(request.body)
        except SipFault:
            self.state = LegState.OVER
            self._session.close()
            raise
        self._board.enter_dialog(self)
        caller, dialled = user_part(request.from_.uri), user_part(request.uri)
        log.info("leg_arrived", leg=self.id, caller=mask_numbers(caller), dialled=mask_numbers(dialled))
        self._refuse_or_ring(180)
        self._board.tell(LegArrived(self.id, caller, dialled))

    def answer(self) -> None:
        """200 OK; nothing happens unless it has just arrived."""
        if self.state is not LegState.ARRIVED:
            return
        self.state = LegState.UP
        self._session.connect()
        self._accept(self.server, self._body, late=self._is_late)
        if not self._is_late:
            self._announce()

    def reject(self, status: int) -> None:
        """Refuse with a final status, 400 to 699."""
        if self.state is LegState.ARRIVED:
            self._refuse(status, EndedBy.US)

    def cancelled(self) -> None:
        """The caller gave up before it was answered."""
        if self.state is LegState.ARRIVED:
            self._refuse(487, EndedBy.THEM)

    def hang_up(self) -> None:
        if self.state is LegState.ARRIVED:
            self._refuse(480, EndedBy.US)
        else:
            super().hang_up()

    def _on_bye(self, server: ServerTransaction) -> None:
        if self.state is LegState.ARRIVED:  # a BYE of an early dialog ends the INVITE too (RFC 3261, 15.1.2)
            server.respond(server.request.respond(200))
            self.cancelled()
        else:
            super()._on_bye(server)

    def _refuse(self, status: int, by: EndedBy) -> None:
        self._refuse_or_ring(status)
        self._board.leave_dialog(self)
        self._end(by)

    def _refuse_or_ring(self, status: int) -> None:
        request = self.server.request
        routes = tuple(header for header in request.headers if header[0] == "record-route")
        headers = (*routes, *self._contact()) if status < 200 else ()
        tag = self.dialog.local.tag if self.dialog else ""
        self.server.respond(request.respond(status, tag=tag, headers=headers))
