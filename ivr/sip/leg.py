"""One leg once it is up: everything that happens inside a dialog, whoever began it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

import structlog

from ivr.media.codec import Codec
from ivr.messages import DigitPressed, EdgeEvent, EndedBy, LegAnswered, LegEnded, ReferEnded
from ivr.sip import info, sipfrag
from ivr.sip.client import Client
from ivr.sip.dialog import Dialog
from ivr.sip.digest import Authenticator
from ivr.sip.fault import SipFault
from ivr.sip.media_port import MediaPort
from ivr.sip.media_session import MediaSession
from ivr.sip.message import Header, Request, Response
from ivr.sip.server_transaction import ServerTransaction
from ivr.sip.timers import Timers
from ivr.sip.transport import Transport
from ivr.sip.uri import Address

log = structlog.get_logger(__name__)

ALLOW: Header = ("allow", "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, NOTIFY")
SDP: Header = ("content-type", "application/sdp")


class LegState(Enum):
    """ARRIVED or DIALLING -> UP -> OVER."""

    ARRIVED = auto()
    DIALLING = auto()
    UP = auto()
    OVER = auto()


class Board(Protocol):
    """What a leg needs around it; `ivr.sip.user_agent.UserAgent` is one."""

    client: Client
    timers: Timers
    media: MediaPort
    transport: Transport

    def tell(self, event: EdgeEvent) -> None:
        """Something happened to a leg."""

    def referral(self, target: str) -> str:
        """The URI that stands for `target` in a Refer-To. Raises SipFault."""

    def enter_dialog(self, leg: Leg) -> None:
        """Requests of this dialog now go to this leg."""

    def leave_dialog(self, leg: Leg) -> None:
        """They no longer do."""

    def leave(self, leg: Leg) -> None:
        """The leg is over."""


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A 2xx to an INVITE that waits for its ACK; `late`: the ACK brings the answer to our offer."""

    server: ServerTransaction
    late: bool


def require_sdp(request: Request) -> None:
    """Raises SipFault(415) unless the body, if any, is a plain session description."""
    if request.header("content-encoding") or (request.body and request.content_type != "application/sdp"):
        raise SipFault(415, "body")


class Leg:
    """The part that incoming and outgoing legs share. `id` is the leg's name in `ivr.messages`."""

    def __init__(self, leg: str, state: LegState, board: Board, peer: Address) -> None:
        self.id = leg
        self.state = state
        self.dialog: Dialog | None = None
        self._board = board
        self._session = MediaSession(leg, board.media, board.transport.local(peer)[0])
        self._authenticator: Authenticator | None = None
        self._accepted: dict[int, _Accepted] = {}
        self._is_acknowledged = True  # an incoming leg's first 200 still waits for its ACK
        self._is_announced = False
        self._referring: int | None = None  # the status reported last

    @property
    def codec(self) -> Codec | None:
        """The codec agreed on, None before that."""
        return self._session.remote.codec if self._session.remote else None

    # --- commands ------------------------------------------------------------------------------------------------

    def hang_up(self) -> None:
        """End the leg. Being told so never waits for the network."""
        if self.state is LegState.UP:
            self._end(EndedBy.US)
            if self._is_acknowledged:
                self._say_bye()

    def refer(self, target: str) -> None:
        """Ask the other side to call `target`."""
        if self.state is not LegState.UP or self._referring is not None or not self._is_acknowledged:
            self._board.tell(ReferEnded(self.id, 491))
            return
        try:
            uri = self._board.referral(target)
        except SipFault as fault:
            self._board.tell(ReferEnded(self.id, fault.code))
            return
        self._referring = 100
        self._ask("REFER", self._refer_answered, self._refer_ended, (("refer-to", f"<{uri}>"),))

    # --- from the other side -------------------------------------------------------------------------------------

    def on_request(self, server: ServerTransaction) -> None:
        """A request inside the dialog. Raises SipFault for the one that brought it to answer with."""
        request = server.request
        handlers: dict[str, Callable[[ServerTransaction], None]] = {
            "BYE": self._on_bye,
            "INVITE": self._on_invite,
            "UPDATE": self._on_update,
            "INFO": self._on_info,
            "NOTIFY": self._on_notify,
            "OPTIONS": self._on_options,
        }
        if self.dialog is None or self.state is LegState.OVER:
            raise SipFault(481, "the leg is over")
        self.dialog.take(request)
        handlers[request.method](server)

    def on_ack(self, ack: Request) -> None:
        """Our 2xx has arrived."""
        accepted = self._accepted.pop(ack.cseq, None)
        if accepted is None:
            return  # the ACK of a repeated 2xx
        accepted.server.acknowledged()
        self._is_acknowledged = True
        if self.state is LegState.OVER:
            self._say_bye()  # hung up meanwhile: only now may the BYE follow (RFC 3261, 15)
        elif accepted.late:
            try:
                self._session.take_answer(ack.body)
            except SipFault:
                log.warning("late_answer_unusable", leg=self.id)
                self._end(EndedBy.FAULT)
                self._say_bye()
                return
            self._session.connect()
            self._announce()

    def _on_bye(self, server: ServerTransaction) -> None:
        server.respond(server.request.respond(200))
        self._board.leave_dialog(self)
        self._end(EndedBy.THEM)

    def _on_invite(self, server: ServerTransaction) -> None:
        body, late = self._renegotiate(server.request)
        self._accept(server, body, late=late)

    def _on_update(self, server: ServerTransaction) -> None:
        request = server.request
        if not request.body:
            self._refresh_target(request)
            server.respond(request.respond(200, headers=self._contact()))
            return
        body, _ = self._renegotiate(request)
        server.respond(request.respond(200, headers=(*self._contact(), SDP), body=body))

    def _on_info(self, server: ServerTransaction) -> None:
        server.respond(server.request.respond(200))
        digit = info.digit(server.request)
        if digit is not None:
            self._board.tell(DigitPressed(self.id, digit))

    def _on_notify(self, server: ServerTransaction) -> None:
        request = server.request
        if (request.header("event") or "").partition(";")[0].strip().lower() != "refer":
            raise SipFault(489, "event")
        if self._referring is None:
            raise SipFault(481, "nothing was referred")
        server.respond(request.respond(200))
        self._referring = sipfrag.status(request.body) or self._referring
        state = (request.header("subscription-state") or "").lower()
        if self._referring >= 200 or state.startswith("terminated"):
            self._refer_ended(self._referring)

    def _on_options(self, server: ServerTransaction) -> None:
        server.respond(server.request.respond(200, headers=(ALLOW, ("accept", "application/sdp"))))

    # --- how it is done ------------------------------------------------------------------------------------------

    def _renegotiate(self, request: Request) -> tuple[bytes, bool]:
        """Our side of a new offer, or our own offer if they bring none; True for the latter."""
        if self.state is not LegState.UP or not self._is_acknowledged:
            raise SipFault(491, "an offer is under way")
        require_sdp(request)
        if not request.body:
            self._refresh_target(request)
            return self._session.offer(), True
        body = self._session.answer(request.body)
        self._refresh_target(request)
        self._session.connect()
        return body, False

    def _accept(self, server: ServerTransaction, body: bytes, *, late: bool) -> None:
        """200 to an INVITE, and what happens if no ACK ever comes."""
        request = server.request
        self._accepted[request.cseq] = _Accepted(server, late)
        server.on_silence = self._never_acknowledged
        routes = tuple(header for header in request.headers if header[0] == "record-route")
        tag = self.dialog.local.tag if self.dialog else ""
        headers = (*routes, *self._contact(), ALLOW, SDP)
        server.respond(request.respond(200, tag=tag, headers=headers, body=body))

    def _never_acknowledged(self) -> None:
        log.warning("never_acknowledged", leg=self.id)
        self._accepted.clear()
        self._end(EndedBy.FAULT)
        self._say_bye()

    def _announce(self) -> None:
        """Tell, once, that the leg is up."""
        if self.codec is not None and not self._is_announced:
            self._is_announced = True
            self._board.tell(LegAnswered(self.id, self.codec.encoding_name, self.codec is Codec.G722))

    def _say_bye(self) -> None:
        self._ask("BYE", lambda response: None, lambda status: None)
        self._board.leave_dialog(self)

    def _ask(
        self,
        method: str,
        on_response: Callable[[Response], None],
        on_failure: Callable[[int], None],
        headers: tuple[Header, ...] = (),
    ) -> None:
        dialog = self.dialog
        if dialog is None:
            return
        destination = dialog.next_hop

        def compose(proof: tuple[Header, ...]) -> Request:
            contact = self._contact() if method == "REFER" else ()
            return dialog.request(method, self._board.client.via(destination), (*contact, *headers, *proof))

        self._board.client.ask(compose, destination, on_response, on_failure, self._authenticator)

    def _contact(self) -> tuple[Header, ...]:
        return (self._board.client.contact(self.dialog.next_hop),) if self.dialog else ()

    def _refresh_target(self, request: Request) -> None:
        if self.dialog is not None:
            self.dialog.refresh_target(request.contact)

    def _refer_answered(self, response: Response) -> None:
        if response.status >= 300:
            self._refer_ended(response.status)
        elif response.status >= 200 and self._referring == 100:
            self._referring = response.status

    def _refer_ended(self, status: int) -> None:
        if self._referring is not None:
            self._referring = None
            self._board.tell(ReferEnded(self.id, status))

    def _end(self, by: EndedBy) -> None:
        """The leg is over: give its port back and tell, whatever becomes of the messages on the wire."""
        if self.state is LegState.OVER:
            return
        self.state = LegState.OVER
        statistics = self._session.close()
        if self._referring is not None:
            self._refer_ended(self._referring)
        log.info("leg_ended", leg=self.id, by=by.value)
        self._board.tell(LegEnded(self.id, by, statistics))
        self._board.leave(self)
