"""A leg that we begin, until it is answered or has failed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from config.masking import mask_numbers
from ivr.messages import Dial, EarlyMedia, LegFailed, LegRinging
from ivr.sip import reason, reliable, session_timer, talk
from ivr.sip.address import NameAddress
from ivr.sip.board import Board
from ivr.sip.body import session_description
from ivr.sip.capabilities import ALLOW, SDP, SUPPORTED
from ivr.sip.client_transaction import TRANSACTION_TIMEOUT
from ivr.sip.dialog import Dialog, new_tag
from ivr.sip.digest import Authenticator
from ivr.sip.early import MOST_FORKS, EarlyDialog, EarlyDialogs
from ivr.sip.fault import SipFault
from ivr.sip.hop import Hop, bracketed
from ivr.sip.inquiry import Inquiry
from ivr.sip.leg import Leg, LegState
from ivr.sip.message import Header, Request, Response
from ivr.sip.redirect import Redirection
from ivr.sip.server_transaction import ServerTransaction
from ivr.sip.timers import Timer
from ivr.sip.uri import escape_user

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Way:
    """How a target is reached. `domain` stands in our From; "" means our own address. `headers` go into the INVITE.
    `patience` is how many seconds of silence there mean that nobody is there."""

    uri: str
    destination: Hop
    domain: str = ""
    authenticator: Authenticator | None = None
    headers: tuple[Header, ...] = ()
    patience: float = TRANSACTION_TIMEOUT


class OutgoingLeg(Leg):
    """Made from a `Dial`. Raises `PortsExhausted`, and then nothing has happened yet."""

    is_caller = True

    def __init__(self, dial: Dial, way: Way, board: Board) -> None:
        super().__init__(dial.leg, LegState.DIALLING, board, way.destination)
        self._authenticator = way.authenticator
        self._way = way
        self._ring_seconds = dial.ring_seconds
        # What takes a call's place is worth nothing to whoever would let both stand (RFC 3891, 4).
        self._replaces = (("require", "replaces"), ("replaces", dial.replaces)) if dial.replaces else ()
        domain = way.domain or bracketed(board.client.local(way.destination)[0])
        user = f"{escape_user(dial.caller)}@" if dial.caller else ""
        self._from = NameAddress(f"sip:{user}{domain}").with_tag(new_tag())
        self._to = NameAddress(way.uri)
        self._call_id = uuid.uuid4().hex
        self._cseq = 0
        self._offer = self.session.offer()
        self._interval_minimum = session_timer.MINIMUM
        self._inquiry: Inquiry | None = None
        self._ring_timer: Timer | None = None
        self._is_ringing = False
        self._can_pick_up = False
        self._is_heard_early = False
        self._cancel_wanted = False
        self._redirection = Redirection(way.uri)
        self._early = EarlyDialogs()
        #: What repeats the ACK, by the tag of who answered: a forked call can be answered more than once.
        self._acks: dict[str, Callable[[], None]] = {}
        #: Nobody there has heard of the call: another way to the same target may be tried.
        self.is_undelivered = False

    def start(self) -> None:
        """Send the INVITE."""
        log.info("leg_dialled", leg=self.id, target=mask_numbers(self._way.uri))
        self._ring_timer = self.board.timers.later(self._ring_seconds, lambda: self._give_up(408, "no answer"))
        self._try()

    def pick_up(self) -> None:
        """Ask the phone that rings to answer by itself: the first of several that can."""
        early = self._early.first_that_talks()
        if self.state is LegState.DIALLING and early is not None:
            self._ask_in(early.dialog, "NOTIFY", self._asked_to_answer, _nothing, talk.REQUEST)

    def hang_up(self) -> None:
        if self.state is LegState.DIALLING:
            self._give_up(487, "cancelled")
        else:
            super().hang_up()

    def replace_with(self, server: ServerTransaction, *, early_only: bool) -> None:
        """Before it is answered, whoever takes its place answers it: somebody picks up for the phone that rings."""
        if self.state is LegState.DIALLING:
            self._take_over(server, self._stop_ringing)
        else:
            super().replace_with(server, early_only=early_only)

    # --- the INVITE ----------------------------------------------------------------------------------------------

    def _try(self) -> None:
        """Call the target that is now the way."""
        self._leave_early_dialogs()
        self._inquiry = self.board.client.ask(
            self._invite,
            self._way.destination,
            self._on_response,
            self._unreachable,
            self._authenticator,
            self._way.patience,
        )

    def _invite(self, proof: tuple[Header, ...]) -> Request:
        self._cseq += 1
        interval = session_timer.offered(minimum=self._interval_minimum)
        return Request(
            method="INVITE",
            uri=self._way.uri,
            vias=(),
            from_=self._from,
            to=self._to,
            call_id=self._call_id,
            cseq=self._cseq,
            headers=(
                *self._way.headers,
                ("max-forwards", "70"),
                *self.contact(),
                ALLOW,
                SUPPORTED,
                *interval,
                *self._replaces,
                SDP,
                *proof,
            ),
            body=self._offer,
        )

    def _on_response(self, response: Response) -> None:
        if response.status >= 300:
            self._on_refusal(response)
        elif response.status >= 200:
            self._on_success(response)
        elif self._cancel_wanted:
            self._cancel()
        elif response.status > 100 and self.state is LegState.DIALLING:
            self._on_progress(response)

    def _on_progress(self, response: Response) -> None:
        """It rings, or announces something; told once each, whatever the number of phones."""
        if self._inquiry is None:
            return
        early = self._early.of(self._inquiry.request, response)
        if early is not None:
            if not early.takes(response):
                return
            self.board.enter_dialog(early.dialog, self)
            if early.rseq is not None and reliable.sequence(response) is not None:
                self._ask_in(early.dialog, "PRACK", _nothing, _nothing, (reliable.acknowledgement(response),))
            early.talks = early.talks or talk.is_allowed(response)
        can_pick_up = early is not None and early.talks
        if not self._is_ringing or (can_pick_up and not self._can_pick_up):
            self._is_ringing, self._can_pick_up = True, can_pick_up
            self.board.tell(LegRinging(self.id, can_pick_up))
        if early is not None:
            self._hear_early(early, response)

    def _asked_to_answer(self, response: Response) -> None:
        if response.status >= 300:  # it rings on, to be picked up by hand
            log.info("phone_not_picked_up", leg=self.id, status=response.status)

    def _hear_early(self, early: EarlyDialog, response: Response) -> None:
        """Their audio before they answer. Of several phones the one that spoke last is heard."""
        try:
            described = session_description(response)
            if not described or early.is_agreed:
                return
            self.session.take_answer(described)
        except SipFault as fault:
            log.info("early_media_unusable", leg=self.id, why=fault.why)
            return
        early.choice = self.session.agreed
        early.is_agreed = reliable.sequence(response) is not None
        self.session.connect()
        if not self._is_heard_early:
            self._is_heard_early = True
            self.board.tell(EarlyMedia(self.id))

    def _on_success(self, response: Response) -> None:
        """Each answer is acknowledged, and again when it is repeated; only the first that is still wanted stands."""
        if response.to.tag in self._acks:
            self._acks[response.to.tag]()
            return
        if self._inquiry is None or len(self._acks) >= MOST_FORKS:
            return
        invite, early = self._inquiry.request, self._early.find(response.to.tag)
        try:
            dialog = early.confirm(invite, response) if early else Dialog.of_client(invite, response)
        except SipFault as fault:
            self._fail(500, fault.why)
            return
        ack = dialog.request("ACK", cseq=response.cseq)
        self._acks[response.to.tag] = self.board.client.send(ack, dialog.next_hop)
        if self.state is not LegState.DIALLING:
            self._part(dialog)
            return
        try:
            terms = session_timer.granted(response, max(session_timer.PREFERRED, self._interval_minimum))
            described = session_description(response)
            if early is not None and early.choice is not None and (early.is_agreed or not described):
                self.session.agreed = early.choice  # what came later than their first answer counts for nothing
            else:
                self.session.take_answer(described)
        except SipFault as fault:
            self._part(dialog)
            self._fail(fault.code, "their answer has no audio that we know" if fault.code == 488 else fault.why)
            return
        self._stop_ring_timer()
        self._leave_early_dialogs()
        self.dialog = dialog
        self.state = LegState.UP
        self.board.enter_dialog(dialog, self)
        self._refresher.start(terms, response)
        self.session.connect()
        self._announce()

    def _on_refusal(self, response: Response) -> None:
        """A final answer; unless it says where, or how, to go on."""
        if self.state is not LegState.DIALLING:
            return
        minimum = session_timer.demanded(response) if response.status == 422 else None
        if minimum is not None and minimum > self._interval_minimum:
            self._interval_minimum = minimum
            self._try()
            return
        self._redirection.take(response)
        if response.status < 600 and self._follow():
            return
        is_undelivered = response.status == 503 and not self._is_ringing
        self._fail(response.status, reason.with_phrase(response.reason, response), is_undelivered=is_undelivered)

    def _unreachable(self, status: int) -> None:
        if self.state is LegState.DIALLING and not self._follow():
            self._fail(status, "unreachable", is_undelivered=not self._is_ringing)

    # --- going on elsewhere ----------------------------------------------------------------------------------------

    def _follow(self) -> bool:
        """Try the next target that a redirection named, within the same ringing time; False if there is none."""
        while (target := self._redirection.next()) is not None:
            try:
                self._way = self._way_to(target)
            except SipFault as fault:
                log.info("redirection_not_followed", leg=self.id, why=fault.why)
                continue
            log.info("leg_redirected", leg=self.id, target=mask_numbers(self._way.uri))
            self._peer, self._authenticator = self._way.destination, self._way.authenticator
            self._try()
            return True
        return False

    def _way_to(self, target: str) -> Way:
        """Raises SipFault. Who we are is told again only to whom it was told before."""
        found = self.board.way(target)
        is_same = found.destination.host == self._way.destination.host
        return replace(self._way, uri=found.uri, destination=found.destination) if is_same else found

    # --- giving up ---------------------------------------------------------------------------------------------------

    def _part(self, dialog: Dialog) -> None:
        """End a dialog that nobody waits for: answered after we gave up, or by a second phone."""
        self._ask_in(dialog, "BYE", _nothing, _nothing)

    def _give_up(self, status: int, why: str) -> None:
        self._stop_ringing()
        self._fail(status, why)

    def _stop_ringing(self) -> None:
        self._cancel_wanted = True
        self._stop_ring_timer()
        self._leave_early_dialogs()
        if self._inquiry is not None:
            self._inquiry.abandon()
            if self._inquiry.is_provisional:
                self._cancel()

    def _cancel(self) -> None:
        """Only after a provisional response: before it, the CANCEL could overtake its INVITE (RFC 3261, 9.1)."""
        if self._inquiry is None:
            return
        self._cancel_wanted = False
        self._inquiry.cancel()

    def _fail(self, status: int, why: str, *, is_undelivered: bool = False) -> None:
        if self.state is not LegState.DIALLING:
            return
        self.is_undelivered = is_undelivered
        self._stop_ring_timer()
        self._leave_early_dialogs()
        self.state = LegState.OVER
        self.session.close()
        log.info("leg_failed", leg=self.id, status=status)
        self.board.tell(LegFailed(self.id, status, why))
        self.board.leave(self)

    def _stop_ring_timer(self) -> None:
        if self._ring_timer is not None:
            self._ring_timer.cancel()

    # --- requests in early dialogs -----------------------------------------------------------------------------------

    def _leave_early_dialogs(self) -> None:
        for dialog in self._early.clear():
            self.board.leave_dialog(dialog)

    def _dialog_of(self, request: Request) -> Dialog | None:
        early = self._early.find(request.from_.tag)
        return early.dialog if early and request.call_id == self._call_id else super()._dialog_of(request)

    def _on_bye(self, server: ServerTransaction) -> None:
        if self.state is LegState.DIALLING:
            raise SipFault(481, "not answered yet")  # whoever is called refuses instead (RFC 3261, 15)
        super()._on_bye(server)

    def _on_invite(self, server: ServerTransaction) -> None:
        if self.state is LegState.DIALLING:
            raise SipFault(491, "our INVITE is not answered yet")
        super()._on_invite(server)

    def _check_offer(self, request: Request) -> None:
        early = self._early.find(request.from_.tag)
        if early is None:
            super()._check_offer(request)
        elif not early.is_agreed:
            raise SipFault(491, "our offer is not answered yet")

    def _renegotiate(self, request: Request, theirs: bytes) -> bytes:
        body = super()._renegotiate(request, theirs)
        early = self._early.find(request.from_.tag)
        if early is not None:
            early.choice = self.session.agreed
        return body


def _nothing(outcome: object) -> None:
    """Whatever comes of it changes nothing."""
