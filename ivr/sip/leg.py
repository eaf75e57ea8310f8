"""One leg once it is up: everything that happens inside a dialog, whoever began it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

import structlog

from ivr.media.codec import Codec
from ivr.messages import DigitPressed, EndedBy, LegAnswered, LegEnded, LegHeld, ReferEnded
from ivr.sip import info, reason, session_timer, transfer
from ivr.sip.accepted import AcceptedInvites
from ivr.sip.board import Board
from ivr.sip.body import session_description
from ivr.sip.capabilities import ACCEPT, ALLOW, SDP, SUPPORTED
from ivr.sip.dialog import Dialog, new_tag
from ivr.sip.digest import Authenticator
from ivr.sip.fault import SipFault, phrase
from ivr.sip.hop import Hop
from ivr.sip.media_session import MediaSession
from ivr.sip.message import Header, Request, Response
from ivr.sip.refresh import Refresher
from ivr.sip.server_transaction import ServerTransaction

log = structlog.get_logger(__name__)


class LegState(Enum):
    """ARRIVED or DIALLING -> UP -> OVER."""

    ARRIVED = auto()
    DIALLING = auto()
    UP = auto()
    OVER = auto()


class Leg:
    """The part that incoming and outgoing legs share. `id` is the leg's name in `ivr.messages`."""

    is_caller = False

    def __init__(self, leg: str, state: LegState, board: Board, peer: Hop, audio_peer: Hop | None = None) -> None:
        self.id = leg
        self.state = state
        self.dialog: Dialog | None = None
        self.board = board
        self.session = MediaSession(leg, board.media, board.client.local(audio_peer or peer)[0])
        self._peer = peer
        self._authenticator: Authenticator | None = None
        self._accepted = AcceptedInvites(self._never_acknowledged)
        self._is_acknowledged = True  # an incoming leg's first 200 still waits for its ACK
        self._is_announced = False
        self._is_held = False
        self._refresher = Refresher(self)
        self._transfer_by_us = transfer.TransferByUs(leg, self.ask, board, self.gone)
        self._transfer_by_them = transfer.TransferByThem(leg, self.ask, board)

    @property
    def codec(self) -> Codec | None:
        """The codec agreed on, None before that."""
        return self.session.remote.codec if self.session.remote else None

    @property
    def has_audio(self) -> bool:
        """Whether it can be bridged: it is up, or heard before it is answered."""
        return self.session.remote is not None and self.state in (LegState.UP, LegState.DIALLING)

    @property
    def is_open_to_offers(self) -> bool:
        """Up, and no offer under way in either direction."""
        is_settled = self._is_acknowledged and not self._accepted and not self._refresher.is_offering
        return self.state is LegState.UP and is_settled

    # --- commands ------------------------------------------------------------------------------------------------

    def hang_up(self) -> None:
        """End the leg. Being told so never waits for the network."""
        if self.state is LegState.UP:
            self.finish(EndedBy.US)

    def refer(self, target: str, replaces: str = "") -> None:
        """Ask the other side to call `target`, or to take over the call of our leg `replaces`."""
        other = self.board.legs.get(replaces)
        is_lost = bool(replaces) and (other is None or other.state is not LegState.UP)
        if self.state is not LegState.UP or is_lost or not self._is_acknowledged:
            self.board.tell(ReferEnded(self.id, 481 if self.state is LegState.UP and is_lost else 491))
            return
        self._transfer_by_us.begin(target, other.dialog if other else None, self.contact())

    def report_transfer(self, status: int) -> None:
        """Say how the transfer goes that they asked for."""
        if self.state is LegState.UP:
            self._transfer_by_them.report(status, self.contact())

    def media_lost(self) -> None:
        """Nothing was heard of them for too long. While somebody is on hold silence is no sign of death: then it is the
        session timer that notices."""
        remote = self.session.remote
        if self.state is LegState.UP and remote is not None and remote.sending and remote.receiving:
            self.finish(EndedBy.FAULT, "media timeout")

    # --- from the other side -------------------------------------------------------------------------------------

    def on_request(self, server: ServerTransaction) -> None:
        """A request inside the dialog. Raises SipFault for the one that brought it to answer with."""
        request = server.request
        handlers: dict[str, Callable[[ServerTransaction], None]] = {
            "BYE": self._on_bye,
            "INVITE": self._on_invite,
            "UPDATE": self._on_update,
            "PRACK": self._on_prack,
            "INFO": self._on_info,
            "NOTIFY": self._on_notify,
            "REFER": self._on_refer,
            "OPTIONS": self._on_options,
        }
        dialog = self._dialog_of(request)
        if dialog is None or self.state is LegState.OVER:
            self._on_late_request(server, dialog)
            return
        dialog.take(request)
        handlers[request.method](server)

    def _on_late_request(self, server: ServerTransaction, dialog: Dialog | None) -> None:
        """In a dialog that we have ended, or shall end as soon as our 2xx is acknowledged: a BYE crosses ours."""
        request = server.request
        if request.method != "BYE":
            raise SipFault(481, "the dialog is over")
        if dialog is not None:
            self._accepted.settle()
            self.board.leave_dialog(dialog)
        server.respond(request.respond(200))

    def on_ack(self, ack: Request) -> None:
        """Our 2xx has arrived."""
        accepted = self._accepted.acknowledge(ack)
        if accepted is None:
            return
        self._is_acknowledged = True
        if self.state is LegState.OVER:
            self._say_bye()  # hung up meanwhile: only now may the BYE follow (RFC 3261, 15)
        elif accepted.is_late:
            try:
                self.session.take_answer(session_description(ack))
            except SipFault:
                log.warning("late_answer_unusable", leg=self.id)
                self.finish(EndedBy.FAULT, "unusable answer")
                return
            self.session.connect()
            self._announce()

    def replace_with(self, server: ServerTransaction, *, early_only: bool) -> None:
        """An INVITE takes this leg's place (RFC 3891): whoever sent it is the other side from now on. The leg keeps
        its name, its port and all that is done with its audio, so that a bridge goes on; nobody is told.

        Raises SipFault where the leg cannot be replaced.
        """
        if self.state is LegState.OVER:
            raise SipFault(603, "the call to be replaced is over")
        if self.state is not LegState.UP:
            raise SipFault(481, "an early dialog that is not ours")
        if early_only:
            raise SipFault(486, "answered already")
        if not self.is_open_to_offers:
            raise SipFault(500, "an offer is under way")
        self._take_over(server, self._say_bye)

    def _take_over(self, server: ServerTransaction, part: Callable[[], None]) -> None:
        """Answer the INVITE as this leg. `part` ends the old dialog, once nothing can be refused any more."""
        request = server.request
        terms, headers = session_timer.accepted(request)
        dialog = Dialog.of_server(request, new_tag())
        theirs = session_description(request)
        ours = self.session.answer(theirs) if theirs else self.session.offer(anew=True)
        part()
        log.info("leg_replaced", leg=self.id)
        self._transfer_by_us.close()
        self._transfer_by_them.close()
        self.state, self.dialog, self._peer, self._authenticator = LegState.UP, dialog, server.source, None
        self.is_caller = self._is_acknowledged = False
        self.board.enter_dialog(dialog, self)
        self._refresher.start(terms, request)
        self._accept(server, ours, late=not theirs, headers=headers)
        if theirs:
            self.session.connect()
            self._announce()

    def _dialog_of(self, request: Request) -> Dialog | None:
        """The dialog that a request belongs to; an outgoing leg has several before it is answered."""
        key = request.call_id, request.to.tag, request.from_.tag
        return self.dialog if self.dialog is not None and self.dialog.key == key else None

    def _on_bye(self, server: ServerTransaction) -> None:
        server.respond(server.request.respond(200))
        self._accepted.settle()
        if self.dialog is not None:
            self.board.leave_dialog(self.dialog)
        self._end(EndedBy.THEM, reason.stated(server.request))

    def _on_invite(self, server: ServerTransaction) -> None:
        request = server.request
        terms, headers = session_timer.accepted(request)
        theirs = session_description(request)
        self._check_offer(request)
        body = self._renegotiate(request, theirs) if theirs else self.session.offer()
        self._refresh_target(request)
        self._accept(server, body, late=not theirs, headers=headers)
        self._refresher.start(terms, request)

    def _on_update(self, server: ServerTransaction) -> None:
        request = server.request
        terms, headers = session_timer.accepted(request)
        theirs, body = session_description(request), b""
        if theirs:
            self._check_offer(request)
            body = self._renegotiate(request, theirs)
        self._refresh_target(request)
        described = (SDP,) if body else ()
        server.respond(request.respond(200, headers=(*self.contact(), ALLOW, *headers, *described), body=body))
        if self.state is LegState.UP:  # before that the interval is the INVITE's to agree on
            self._refresher.start(terms, request)

    def _on_prack(self, server: ServerTransaction) -> None:
        raise SipFault(481, "nothing to confirm")

    def _on_info(self, server: ServerTransaction) -> None:
        digit = info.digit(server.request)
        server.respond(server.request.respond(200))
        if digit is not None:
            self.board.tell(DigitPressed(self.id, digit))

    def _on_notify(self, server: ServerTransaction) -> None:
        request = server.request
        if (request.header("event") or "").partition(";")[0].strip().lower() == "refer":
            self._transfer_by_us.on_notify(server)
        else:
            transfer.check_stray_notify(request)
            server.respond(request.respond(200))

    def _on_refer(self, server: ServerTransaction) -> None:
        if self.state is not LegState.UP:
            raise SipFault(403, "only a call that is up can be transferred")
        self._transfer_by_them.on_refer(server, self.contact())

    def _on_options(self, server: ServerTransaction) -> None:
        server.respond(server.request.respond(200, headers=(ALLOW, SUPPORTED, ACCEPT)))

    # --- how it is done ------------------------------------------------------------------------------------------

    def _check_offer(self, request: Request) -> None:
        """Raises SipFault(491) while an offer is under way (RFC 3261, 14.2; RFC 3311, 5.2)."""
        if not self.is_open_to_offers:
            raise SipFault(491, "an offer is under way")

    def _renegotiate(self, request: Request, theirs: bytes) -> bytes:
        """Our answer to an offer of theirs, which counts from now on. Raises SipFault, and then nothing has changed."""
        body = self.session.answer(theirs)
        self.session.connect()
        self._tell_hold()
        return body

    def _accept(self, server: ServerTransaction, body: bytes, *, late: bool, headers: tuple[Header, ...] = ()) -> None:
        """200 to an INVITE, and what happens if no ACK ever comes."""
        request = server.request
        routes = tuple(header for header in request.headers if header[0] == "record-route")
        tag = self.dialog.local.tag if self.dialog else ""
        described = (SDP,) if body else ()
        all_headers = (*routes, *self.contact(), ALLOW, SUPPORTED, *headers, *described)
        response = request.respond(200, tag=tag, headers=all_headers, body=body)
        self._accepted.accept(server, response, is_late=late)

    def _never_acknowledged(self) -> None:
        log.warning("never_acknowledged", leg=self.id)
        self._is_acknowledged = True
        if self.state is LegState.OVER:
            self._say_bye()
        else:
            self.finish(EndedBy.FAULT, "never acknowledged")

    def _announce(self) -> None:
        """Tell, once, that the leg is up."""
        if self.codec is not None and not self._is_announced:
            self._is_announced = True
            self.board.tell(LegAnswered(self.id, self.codec.encoding_name, self.codec is Codec.G722))
        self._tell_hold()

    def _tell_hold(self) -> None:
        if self._is_announced and self.session.is_held is not self._is_held:
            self._is_held = self.session.is_held
            self.board.tell(LegHeld(self.id, self._is_held))

    def _say_bye(self) -> None:
        """The dialog is known until they confirm it: a BYE of theirs may be on its way already."""
        dialog = self.dialog
        if dialog is None:
            return
        self._accepted.settle()

        def confirmed(response: Response) -> None:
            if response.status >= 200:
                self.board.leave_dialog(dialog)

        self.ask("BYE", confirmed, lambda status: self.board.leave_dialog(dialog))

    def ask(
        self,
        method: str,
        on_response: Callable[[Response], None],
        on_failure: Callable[[int], None],
        headers: tuple[Header, ...] = (),
        body: bytes = b"",
    ) -> None:
        """Send a request inside the dialog (`ivr.sip.board.Ask`)."""
        if self.dialog is not None:
            self._ask_in(self.dialog, method, on_response, on_failure, headers, body)

    def _ask_in(
        self,
        dialog: Dialog,
        method: str,
        on_response: Callable[[Response], None],
        on_failure: Callable[[int], None],
        headers: tuple[Header, ...] = (),
        body: bytes = b"",
    ) -> None:
        def compose(proof: tuple[Header, ...]) -> Request:
            return dialog.request(method, (*headers, *proof), body)

        self.board.client.ask(compose, dialog.next_hop, on_response, on_failure, self._authenticator)

    def contact(self) -> tuple[Header, ...]:
        """Our Contact, as the other side reaches us."""
        return (self.board.client.contact(self._peer),)

    def _refresh_target(self, request: Request) -> None:
        dialog = self._dialog_of(request)
        if dialog is not None:
            dialog.refresh_target(request.contact)

    def gone(self, status: int) -> None:
        """They know nothing of the dialog (481), or are not there at all (408; RFC 3261, 12.2.1.2)."""
        if self.state is LegState.UP:
            self.finish(EndedBy.FAULT, f"{status} {phrase(status)}")

    def finish(self, by: EndedBy, why: str = "") -> None:
        """End it from our side. The BYE follows at once, or as soon as our 200 is acknowledged."""
        self._end(by, why)
        if self._is_acknowledged:
            self._say_bye()

    def _end(self, by: EndedBy, why: str = "") -> None:
        """The leg is over: give its port back and tell, whatever becomes of the messages on the wire."""
        if self.state is LegState.OVER:
            return
        self.state = LegState.OVER
        self._refresher.stop()
        statistics = self.session.close()
        self._transfer_by_us.close()
        self._transfer_by_them.close()
        log.info("leg_ended", leg=self.id, by=by.value, why=why)
        self.board.tell(LegEnded(self.id, by, statistics, why))
        self.board.leave(self)
