"""A leg that we begin, until it is answered or has failed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

import structlog

from config.masking import mask_numbers
from ivr.messages import Dial, LegFailed, LegRinging
from ivr.sip.address import NameAddress
from ivr.sip.client import Inquiry
from ivr.sip.dialog import Dialog, new_tag
from ivr.sip.digest import Authenticator
from ivr.sip.fault import SipFault
from ivr.sip.leg import ALLOW, SDP, Board, Leg, LegState
from ivr.sip.message import Header, Request, Response
from ivr.sip.timers import Timer
from ivr.sip.uri import Address, escape_user

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Way:
    """How a target is reached. `domain` stands in our From; "" means our own address."""

    uri: str
    destination: Address
    domain: str = ""
    authenticator: Authenticator | None = None


class OutgoingLeg(Leg):
    """Made from a `Dial`. Raises `PortsExhausted`, and then nothing has happened yet."""

    def __init__(self, dial: Dial, way: Way, board: Board) -> None:
        super().__init__(dial.leg, LegState.DIALLING, board, way.destination)
        self._authenticator = way.authenticator
        self._way = way
        self._ring_seconds = dial.ring_seconds
        domain = way.domain or board.transport.local(way.destination)[0]
        user = f"{escape_user(dial.caller)}@" if dial.caller else ""
        self._from = NameAddress(f"sip:{user}{domain}").with_tag(new_tag())
        self._call_id = uuid.uuid4().hex
        self._cseq = 0
        self._offer = self._session.offer()
        self._inquiry: Inquiry | None = None
        self._ring_timer: Timer | None = None
        self._is_ringing = False
        self._cancel_wanted = False
        #: The ACKs sent, by the tag of who answered: a forked call can be answered more than once.
        self._acks: dict[str, tuple[Request, Address]] = {}

    def start(self) -> None:
        """Send the INVITE."""
        log.info("leg_dialled", leg=self.id, target=mask_numbers(self._way.uri))
        self._ring_timer = self._board.timers.later(self._ring_seconds, lambda: self._give_up(408, "no answer"))
        self._inquiry = self._board.client.ask(
            self._invite,
            self._way.destination,
            self._on_response,
            lambda status: self._fail(status, "unreachable"),
            self._authenticator,
        )

    def hang_up(self) -> None:
        if self.state is LegState.DIALLING:
            self._give_up(487, "cancelled")
        else:
            super().hang_up()

    def _invite(self, proof: tuple[Header, ...]) -> Request:
        destination = self._way.destination
        self._cseq += 1
        return Request(
            method="INVITE",
            uri=self._way.uri,
            vias=(self._board.client.via(destination),),
            from_=self._from,
            to=NameAddress(self._way.uri),
            call_id=self._call_id,
            cseq=self._cseq,
            headers=(("max-forwards", "70"), self._board.client.contact(destination), ALLOW, SDP, *proof),
            body=self._offer,
        )

    def _on_response(self, response: Response) -> None:
        if response.status >= 300:
            self._fail(response.status, response.reason)
        elif response.status >= 200:
            self._on_success(response)
        elif self._cancel_wanted:
            self._cancel()
        elif response.status > 100 and not self._is_ringing and self.state is LegState.DIALLING:
            self._is_ringing = True
            self._board.tell(LegRinging(self.id))

    def _on_success(self, response: Response) -> None:
        """Each answer is acknowledged, and again when it is repeated; only the first that is still wanted stands."""
        if response.to.tag in self._acks:
            self._board.client.send(*self._acks[response.to.tag])
            return
        if self._inquiry is None:
            return
        try:
            dialog = Dialog.of_client(self._inquiry.transaction.request, response)
        except SipFault as fault:
            self._fail(500, fault.why)
            return
        ack = dialog.request("ACK", self._board.client.via(dialog.next_hop), cseq=response.cseq)
        self._acks[response.to.tag] = ack, dialog.next_hop
        self._board.client.send(ack, dialog.next_hop)
        if self.state is not LegState.DIALLING:
            self._part(dialog)
            return
        try:
            self._session.take_answer(response.body)
        except SipFault:
            self._part(dialog)
            self._fail(488, "their answer has no audio that we know")
            return
        self._stop_ring_timer()
        self.dialog = dialog
        self.state = LegState.UP
        self._board.enter_dialog(self)
        self._session.connect()
        self._announce()

    def _part(self, dialog: Dialog) -> None:
        """End a dialog that nobody waits for: answered after we gave up, or by a second phone."""
        bye = dialog.request("BYE", self._board.client.via(dialog.next_hop))
        self._board.client.ask_as_it_is(bye, dialog.next_hop)

    def _give_up(self, status: int, reason: str) -> None:
        self._cancel_wanted = True
        if self._inquiry is not None:
            self._inquiry.abandon()
            if self._inquiry.transaction.is_provisional:
                self._cancel()
        self._fail(status, reason)

    def _cancel(self) -> None:
        """Only after a provisional response: before it, the CANCEL could overtake its INVITE (RFC 3261, 9.1)."""
        if self._inquiry is None:
            return
        self._cancel_wanted = False
        transaction = self._inquiry.transaction
        invite = transaction.request
        cancel = replace(invite, method="CANCEL", headers=(("max-forwards", "70"),), body=b"")
        self._board.client.ask_as_it_is(cancel, transaction.destination)
        transaction.limit()

    def _fail(self, status: int, reason: str) -> None:
        if self.state is not LegState.DIALLING:
            return
        self._stop_ring_timer()
        self.state = LegState.OVER
        self._session.close()
        log.info("leg_failed", leg=self.id, status=status)
        self._board.tell(LegFailed(self.id, status, reason))
        self._board.leave(self)

    def _stop_ring_timer(self) -> None:
        if self._ring_timer is not None:
            self._ring_timer.cancel()
