"""The telephone itself: takes what comes in to the leg it belongs to, makes legs, answers what belongs to none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import structlog

from config.ids import new_id
from config.masking import mask_numbers
from ivr.media.ports import PortsExhausted
from ivr.messages import Dial, EarlyMedia, EdgeEvent, LegAnswered, LegFailed, LegRinging
from ivr.sip.admission import Admission
from ivr.sip.capabilities import ACCEPT, ALLOW, METHODS, SUPPORTED, accepts_description, unsupported
from ivr.sip.client import Client
from ivr.sip.dialling import Dialling
from ivr.sip.dialog import Dialog, DialogKey, new_tag
from ivr.sip.fault import SipFault
from ivr.sip.guard import Caller, Guard
from ivr.sip.hop import Hop
from ivr.sip.incoming import IncomingLeg
from ivr.sip.leg import Leg
from ivr.sip.media_port import MediaPort
from ivr.sip.message import Header, Request
from ivr.sip.outgoing import OutgoingLeg, Way
from ivr.sip.parser import read_lines, refuse, understand
from ivr.sip.replaces import Replaces, parse_replaces
from ivr.sip.resolve import Literals, Resolver
from ivr.sip.server_transaction import ServerTransaction
from ivr.sip.settings import EdgeSettings
from ivr.sip.stateless import Stateless, headers_of_refusal
from ivr.sip.timers import Timers
from ivr.sip.transaction import Transactions
from ivr.sip.transfer import check_stray_notify
from ivr.sip.transport import Transport
from ivr.sip.trunks import TrunkAddresses, Trunks
from ivr.sip.uri import parse_uri

log = structlog.get_logger(__name__)

#: Shorter datagrams are keep-alives (RFC 5626, 3.5.1; NULs; single blanks) or noise.
_SHORTEST = 20
#: Methods of other RFCs, refused by name.
_KNOWN = frozenset({*METHODS, "REGISTER", "SUBSCRIBE", "PUBLISH", "MESSAGE", "REFER", "PRACK"})
_RETRY_WHEN_DRAINING = "30"
_RETRY_WHEN_TOO_OFTEN = "60"


class UserAgent:
    """Raises `config.errors.SettingsFault` for sources that are no networks and trunks that cannot be.

    Needs no socket and no clock: messages come by `receive` and leave by the transport, time is the timers', names are
    the resolver's (without one only addresses are reached).

    `tell` is called in the midst of things; whoever passes it in must not call back at once.
    """

    def __init__(
        self,
        settings: EdgeSettings,
        transport: Transport,
        timers: Timers,
        media: MediaPort,
        tell: Callable[[EdgeEvent], None],
        resolver: Resolver | None = None,
    ) -> None:
        self.transport = transport
        self.timers = timers
        self.media = media
        self.transactions = Transactions(transport, timers, self._on_request)
        self.client = Client(transport, timers, self.transactions, resolver or Literals(timers))
        self.legs: dict[str, Leg] = {}
        self.trunks = Trunks(settings.trunks)
        self.admission = Admission(settings.admission)
        self._tell = tell
        self._trunk_addresses = TrunkAddresses(self.trunks, self.client.resolve, timers)
        self._guard = Guard(settings, self._trunk_addresses.__contains__, self.admission)
        self._dialling = Dialling(self)
        self._stateless = Stateless(transport)
        self._dialogs: dict[DialogKey, Leg] = {}
        self._arrived: dict[tuple[str, str, int], IncomingLeg] = {}

    # --- what is asked of it -------------------------------------------------------------------------------------

    def dial(self, command: Dial) -> None:
        """Begin a leg; whatever goes wrong is told as `LegFailed`."""
        if self.knows(command.leg):
            log.warning("leg_exists", leg=command.leg)
            return
        try:
            ways = self._ways(command.target, command.caller, command.trunk)
        except SipFault as fault:
            self._tell(LegFailed(command.leg, fault.code, fault.why))
            return
        self._dialling.dial(command, ways)

    def knows(self, leg: str) -> bool:
        """Whether there is a leg of that name, or will be when its target's name is found."""
        return leg in self.legs or leg in self._dialling

    def pick_up(self, leg: str) -> None:
        """Ask the phone that a leg of ours rings to answer by itself."""
        found = self.legs.get(leg)
        if isinstance(found, OutgoingLeg):
            found.pick_up()

    def hang_up(self, leg: str) -> None:
        """End a leg, or the search for whom it calls."""
        self._dialling.hang_up(leg)
        found = self.legs.get(leg)
        if found is not None:
            found.hang_up()

    def hang_up_all(self) -> None:
        """End every leg."""
        self._dialling.hang_up_all()
        for leg in tuple(self.legs.values()):
            leg.hang_up()

    def drain(self, on: bool) -> None:
        """Refuse new calls from now on, or no longer; those in progress go on."""
        self.admission.is_draining = on
        log.info("draining", on=on, calls=len(self.legs))

    def close(self) -> None:
        """No timer of ours runs any more; legs and transactions have theirs still."""
        self._trunk_addresses.close()

    def receive(self, data: bytes, source: Hop) -> None:
        """A message has come. Nothing in it can raise."""
        if len(data) < _SHORTEST:
            return
        if data.startswith(b"INVITE") and self._is_ignored(source):
            return
        try:
            lines = read_lines(data)
        except SipFault as fault:
            log.debug("datagram_dropped", why=fault.why)
            return
        try:
            message = understand(lines)
        except SipFault as fault:
            log.debug("message_refused", status=fault.code, why=fault.why)
            answer = refuse(lines, source, fault) if self._guard.is_known(source.host) else None
            if answer is not None:
                self.transport.send(answer[0], source if source.is_reliable else answer[1])
            return
        if isinstance(message, Request):
            self._receive_request(message.received_from(source), source)
        else:
            self.transactions.receive_response(message)

    # --- what legs need around them (ivr.sip.board.Board) ----------------------------------------------------------

    def tell(self, event: EdgeEvent) -> None:
        if isinstance(event, LegFailed):
            leg = self.legs.get(event.leg)
            if isinstance(leg, OutgoingLeg) and self._dialling.tries_again(leg):
                return
        elif isinstance(event, LegRinging | EarlyMedia | LegAnswered):
            self._dialling.delivered(event.leg)
        self._tell(event)

    def way(self, target: str) -> Way:
        return self._ways(target, "", "")[0]

    def is_trunk(self, source: Hop) -> bool:
        return source.host in self._trunk_addresses

    def caller(self, invite: Request, source: Hop) -> Caller:
        return self._guard.caller(invite, source)

    def enter_dialog(self, dialog: Dialog, leg: Leg) -> None:
        self._dialogs[dialog.key] = leg

    def leave_dialog(self, dialog: Dialog) -> None:
        self._dialogs.pop(dialog.key, None)

    def leg_in(self, key: DialogKey) -> Leg | None:
        return self._dialogs.get(key)

    def leave(self, leg: Leg) -> None:
        if self.legs.get(leg.id) is leg:  # its call may go another way by now, under the same name
            del self.legs[leg.id]
        if isinstance(leg, IncomingLeg):
            self._arrived.pop(leg.merged_key, None)

    # --- what dialling needs (ivr.sip.dialling.Dialler) ------------------------------------------------------------

    def resolve(self, hop: Hop, then: Callable[[tuple[Hop, ...]], None]) -> None:
        self.client.resolve(hop, then)

    def begin(self, command: Dial, way: Way) -> None:
        try:
            leg = OutgoingLeg(command, way, self)
        except PortsExhausted as fault:
            log.warning("ports_exhausted")
            self._tell(LegFailed(command.leg, 503, str(fault)))
            return
        self.legs[leg.id] = leg
        leg.start()

    def fail(self, event: LegFailed) -> None:
        self._tell(event)

    # --- requests --------------------------------------------------------------------------------------------------

    def _receive_request(self, request: Request, source: Hop) -> None:
        """What is repeated ends here, and what can be answered without remembering it."""
        if self.transactions.repeated(request):
            return
        leg = self._dialogs.get((request.call_id, request.to.tag, request.from_.tag)) if request.to.tag else None
        if request.method == "ACK":
            if leg is not None:
                leg.on_ack(request)
            return
        if leg is None and not self._guard.is_known(source.host) and not self._lets_in(request, source):
            return
        try:
            if self._is_answered(request, source, leg):
                return
        except SipFault as fault:
            self._answer_at_once(request, source, fault.code or 400, fault.headers)
            return
        self.transactions.begin(request, source)

    def _lets_in(self, request: Request, source: Hop) -> bool:
        """Whether a stranger may begin something: who proves to be a telephone of ours, a call and nothing else. Nor
        may a tag that was guessed draw a 481."""
        if request.method == "CANCEL":  # nobody can be asked for a password there (RFC 3261, 22.1)
            invite = self.transactions.invite_of(request)
            return invite is not None and invite.source.host == source.host
        asked: tuple[Header, ...] | None = ()
        if request.method == "INVITE" and not request.to.tag:
            asked = self._guard.challenge(request, source, self.timers.now)
        if asked:
            self._stateless.answer(request, source, 401, asked)
        elif asked is not None:
            log.debug("source_not_allowed")
        return asked is None

    def _is_answered(self, request: Request, source: Hop, leg: Leg | None) -> bool:
        """Answer what concerns no leg. Raises SipFault for what is to be refused."""
        method = request.method
        if method == "CANCEL":
            if self.transactions.invite_of(request) is None:
                raise SipFault(481, "nothing to cancel")
            return False
        if method not in METHODS:
            raise SipFault(405 if method in _KNOWN else 501, "method")
        if unsupported(request):
            raise SipFault(420, "extension")
        if request.to.tag:
            if leg is None:
                raise SipFault(481, "no such dialog")
            return False
        if method == "INVITE":
            pause = self.admission.refusal(source.host, len(self.legs), self.timers.now, is_trunk=self.is_trunk(source))
            if pause is not None:
                late, media_late = self.admission.lateness, self.admission.media_lateness
                log.info("call_refused", calls=len(self.legs), late=round(late, 3), media_late=round(media_late, 3))
                self.admission.refused(source.host, self.timers.now)
                self._answer_at_once(request, source, 503, (("retry-after", str(pause)),))
                return True
            caller = self.caller(request, source)
            if self.admission.is_too_often(caller.number, self.timers.now, is_verified=caller.is_verified):
                log.info("caller_rings_too_often", caller=mask_numbers(caller.number))
                raise SipFault(486, "rings too often", headers=(("retry-after", _RETRY_WHEN_TOO_OFTEN),))
            return False
        if method == "OPTIONS":
            if self.admission.is_draining:
                self._answer_at_once(request, source, 503, (("retry-after", _RETRY_WHEN_DRAINING),))
            else:
                self._stateless.answer(request, source, 200, (ALLOW, SUPPORTED, ACCEPT))
            return True
        if method == "NOTIFY":
            check_stray_notify(request)
            self._stateless.answer(request, source, 200)
            return True
        # Nobody is transferred by a stranger.
        raise SipFault(403 if method == "REFER" else 481, "outside a dialog")

    def _answer_at_once(self, request: Request, source: Hop, status: int, headers: tuple[Header, ...]) -> None:
        self._stateless.answer(request, source, status, headers or headers_of_refusal(status, request))

    def _on_request(self, server: ServerTransaction) -> None:
        """A request that some leg is to answer, or that is to become one."""
        request = server.request
        try:
            if request.method == "CANCEL":
                self._cancel(server)
            elif request.to.tag:
                leg = self._dialogs.get((request.call_id, request.to.tag, request.from_.tag))
                if leg is None:
                    raise SipFault(481, "no such dialog")
                leg.on_request(server)
            else:
                self._arrive(server)
        except SipFault as fault:
            headers = fault.headers or headers_of_refusal(fault.code, request)
            server.respond(request.respond(fault.code or 400, tag=new_tag(), headers=headers))

    def _cancel(self, server: ServerTransaction) -> None:
        request = server.request
        invite = self.transactions.invite_of(request)
        if invite is None:
            raise SipFault(481, "nothing to cancel")
        server.respond(request.respond(200, tag=new_tag()))
        leg = self._arrived.get((request.call_id, request.from_.tag, request.cseq))
        if leg is not None and leg.server is invite:
            leg.cancelled(request)

    def _arrive(self, server: ServerTransaction) -> None:
        request = server.request
        if not request.uri.lower().startswith("tel:") and parse_uri(request.uri).headers:
            raise SipFault(400, "headers in the request URI")  # RFC 3261, 19.1.1
        if not accepts_description(request):
            raise SipFault(406, "Accept")
        if (request.call_id, request.from_.tag, request.cseq) in self._arrived:
            raise SipFault(482, "merged request")
        wanted = request.header("replaces")
        if wanted is not None:
            self._replace(server, parse_replaces(wanted))
            return
        try:
            leg = IncomingLeg(new_id(), server, self)
        except PortsExhausted as fault:
            log.warning("ports_exhausted")
            raise SipFault(503, "no media port") from fault
        self.legs[leg.id] = leg
        self._arrived[leg.merged_key] = leg
        try:
            leg.arrive()
        except SipFault:
            self.leave(leg)
            raise

    def _replace(self, server: ServerTransaction, replaces: Replaces) -> None:
        """A call that takes the place of one of ours (RFC 3891, 3)."""
        if len(server.request.listed("replaces")) > 1 or server.request.header("join") is not None:
            raise SipFault(400, "more than one call to be replaced")
        leg = self._dialogs.get(replaces.key)
        if leg is None:
            raise SipFault(481, "no call to be replaced")
        leg.replace_with(server, early_only=replaces.early_only)

    # --- helpers -----------------------------------------------------------------------------------------------------

    def _ways(self, target: str, caller: str, trunk: str) -> tuple[Way, ...]:
        """How to reach a SIP URI or a number, the best way first. Raises SipFault."""
        if ":" not in target:
            return self.trunks.ways(target, caller, trunk)
        uri = parse_uri(target)
        if uri.scheme != "sip":
            raise SipFault(416, "only sip: can be called")
        return (Way(str(replace(uri, headers="")), uri.hop),)

    def _is_ignored(self, source: Hop) -> bool:
        """Whether this source floods us: then even reading its INVITEs costs too much."""
        return self.admission.is_ignored(source.host, self.timers.now)
