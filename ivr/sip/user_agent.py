"""The telephone itself: takes what comes in to the leg it belongs to, makes legs, answers what belongs to none."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import replace

import structlog

from config.errors import SettingsFault
from config.ids import new_id
from ivr.media.ports import PortsExhausted
from ivr.messages import Dial, EdgeEvent, LegFailed
from ivr.sip.client import Client
from ivr.sip.dialog import DialogKey, new_tag
from ivr.sip.digest import Authenticator, Credentials
from ivr.sip.fault import SipFault
from ivr.sip.incoming import IncomingLeg
from ivr.sip.leg import ALLOW, Leg
from ivr.sip.media_port import MediaPort
from ivr.sip.message import Header, Request
from ivr.sip.outgoing import OutgoingLeg, Way
from ivr.sip.parser import read_lines, refuse, understand
from ivr.sip.server_transaction import ServerTransaction
from ivr.sip.settings import EdgeSettings
from ivr.sip.timers import Timers
from ivr.sip.transaction import Transactions
from ivr.sip.transport import Transport
from ivr.sip.uri import Address, escape_user, parse_uri

log = structlog.get_logger(__name__)

#: Shorter datagrams are keep-alives (RFC 5626, 3.5.1; NULs; single blanks) or noise.
_SHORTEST = 20
_INSIDE = frozenset({"BYE", "INFO", "UPDATE", "NOTIFY"})
_TAKEN = _INSIDE | {"INVITE", "OPTIONS", "CANCEL", "ACK"}
_KNOWN = _TAKEN | {"REGISTER", "PRACK", "SUBSCRIBE", "PUBLISH", "MESSAGE", "REFER"}


class UserAgent:
    """Raises `config.errors.SettingsFault` for sources that are no networks.

    Needs no socket and no clock: datagrams come by `receive` and leave by the transport, time is the timers'.

    `tell` is called in the midst of things; whoever passes it in must not call back at once.
    """

    def __init__(
        self,
        settings: EdgeSettings,
        transport: Transport,
        timers: Timers,
        media: MediaPort,
        tell: Callable[[EdgeEvent], None],
    ) -> None:
        self.transport = transport
        self.timers = timers
        self.media = media
        self.transactions = Transactions(transport, timers, self._on_request, self._on_ack)
        self.client = Client(transport, self.transactions)
        self.legs: dict[str, Leg] = {}
        self._tell = tell
        self._settings = settings
        self._sources = _networks(settings.allowed_sources)
        trunk = settings.trunk
        self.authenticator = Authenticator(Credentials(trunk.user, trunk.password)) if trunk and trunk.user else None
        self._dialogs: dict[DialogKey, Leg] = {}
        self._arrived: dict[tuple[str, str, int], IncomingLeg] = {}

    # --- what is asked of it -------------------------------------------------------------------------------------

    def dial(self, command: Dial) -> None:
        """Begin a leg; whatever goes wrong is told as `LegFailed`."""
        if command.leg in self.legs:
            log.warning("leg_exists", leg=command.leg)
            return
        try:
            leg = OutgoingLeg(command, self._way(command.target), self)
        except SipFault as fault:
            self.tell(LegFailed(command.leg, fault.code, fault.why))
            return
        except PortsExhausted as fault:
            self.tell(LegFailed(command.leg, 503, str(fault)))
            return
        self.legs[leg.id] = leg
        leg.start()

    def hang_up_all(self) -> None:
        """End every leg."""
        for leg in tuple(self.legs.values()):
            leg.hang_up()

    def receive(self, data: bytes, source: Address) -> None:
        """A datagram has come. Nothing in it can raise."""
        if len(data) < _SHORTEST:
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
            answer = refuse(lines, source, fault) if self._is_allowed(source) else None
            if answer is not None:
                self.transport.send(*answer)
            return
        if isinstance(message, Request):
            message = message.received_from(source)
            is_new = not message.to.tag and not self.transactions.is_known(message)
            if is_new and not self._is_allowed(source):
                log.debug("source_not_allowed")
                return
        self.transactions.receive(message)

    # --- what legs need around them (ivr.sip.leg.Board) ------------------------------------------------------------

    def tell(self, event: EdgeEvent) -> None:
        self._tell(event)

    def referral(self, target: str) -> str:
        return self._way(target).uri

    def enter_dialog(self, leg: Leg) -> None:
        if leg.dialog is not None:
            self._dialogs[leg.dialog.key] = leg

    def leave_dialog(self, leg: Leg) -> None:
        if leg.dialog is not None:
            self._dialogs.pop(leg.dialog.key, None)

    def leave(self, leg: Leg) -> None:
        self.legs.pop(leg.id, None)
        if isinstance(leg, IncomingLeg):
            self._arrived.pop(leg.merged_key, None)

    # --- requests --------------------------------------------------------------------------------------------------

    def _on_request(self, server: ServerTransaction) -> None:
        request = server.request
        try:
            self._dispatch(server)
        except SipFault as fault:
            headers = _headers_of_refusal(fault.code, request)
            server.respond(request.respond(fault.code or 400, tag=new_tag(), headers=headers))

    def _on_ack(self, ack: Request) -> None:
        leg = self._dialogs.get((ack.call_id, ack.to.tag, ack.from_.tag))
        if leg is not None:
            leg.on_ack(ack)

    def _dispatch(self, server: ServerTransaction) -> None:
        request = server.request
        if request.method == "CANCEL":
            self._cancel(server)
        elif request.method not in _TAKEN:
            raise SipFault(405 if request.method in _KNOWN else 501, "method")
        elif request.listed("require"):
            raise SipFault(420, "extension")  # we have none that could be required
        elif request.to.tag:
            leg = self._dialogs.get((request.call_id, request.to.tag, request.from_.tag))
            if leg is None:
                raise SipFault(481, "no such dialog")
            leg.on_request(server)
        elif request.method == "OPTIONS":
            server.respond(request.respond(200, tag=new_tag(), headers=(ALLOW, ("accept", "application/sdp"))))
        elif request.method == "INVITE":
            self._arrive(server)
        else:
            raise SipFault(481, "outside a dialog")

    def _cancel(self, server: ServerTransaction) -> None:
        request = server.request
        invite = self.transactions.invite_of(request)
        if invite is None:
            raise SipFault(481, "nothing to cancel")
        server.respond(request.respond(200, tag=new_tag()))
        leg = self._arrived.get((request.call_id, request.from_.tag, request.cseq))
        if leg is not None and leg.server is invite:
            leg.cancelled()

    def _arrive(self, server: ServerTransaction) -> None:
        request = server.request
        if not request.uri.lower().startswith("tel:"):
            parse_uri(request.uri)
        if (request.call_id, request.from_.tag, request.cseq) in self._arrived:
            raise SipFault(482, "merged request")
        if len(self.legs) >= self._settings.maximum_calls:
            log.warning("calls_at_maximum", maximum=self._settings.maximum_calls)
            raise SipFault(503, "too many calls")
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

    # --- helpers -----------------------------------------------------------------------------------------------------

    def _way(self, target: str) -> Way:
        """How to reach a SIP URI or a number. Raises SipFault."""
        if ":" in target:
            uri = parse_uri(target)
            if uri.scheme != "sip":
                raise SipFault(416, "only sip: can be called")
            return Way(str(replace(uri, headers="")), uri.address)
        trunk = self._settings.trunk
        if trunk is None:
            raise SipFault(503, "no trunk for telephone numbers")
        uri = parse_uri(f"sip:{escape_user(target)}@{trunk.host}:{trunk.port}")
        return Way(str(uri), uri.address, trunk.host, self.authenticator)

    def _is_allowed(self, source: Address) -> bool:
        return not self._sources or any(ipaddress.IPv4Address(source[0]) in network for network in self._sources)


def _networks(sources: tuple[str, ...]) -> tuple[ipaddress.IPv4Network, ...]:
    try:
        return tuple(ipaddress.IPv4Network(source, strict=False) for source in sources)
    except ValueError as fault:
        remedy = "write IPv4 networks such as 192.0.2.0/24"
        raise SettingsFault(str(fault), where="allowed sources", remedy=remedy) from fault


def _headers_of_refusal(status: int, request: Request) -> tuple[Header, ...]:
    """What a refusal has to say besides its status (RFC 3261, 21.4, 21.5)."""
    if status in (405, 501):
        return (ALLOW,)
    if status == 415:
        return (("accept", "application/sdp"), ("accept-encoding", "identity"))
    if status == 420:
        return (("unsupported", ", ".join(request.listed("require"))),)
    if status == 489:
        return (("allow-events", "refer"),)
    if status in (500, 503):
        return (("retry-after", "5"),)
    return ()
