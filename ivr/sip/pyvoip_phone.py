"""The edge, with pyVoIP's phone as its face.

Whoever knows pyVoIP finds its `VoIPPhone`, `VoIPCall` and `SIPClient`, their states and their verbs. What stock
pyVoIP does beneath them (parsing, transactions, dialogs, SDP, ports, audio, a thread a call) is replaced by our
`UserAgent` and the media plane. This is the only module that imports pyVoIP.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

# In this order: pyVoIP.SIP and pyVoIP.VoIP import each other, and the other way round neither can be had.
from pyVoIP import VoIP
from pyVoIP.SIP import SIPClient, SIPMessage

from config.clock import Clock, SystemClock
from config.ids import new_id
from ivr.media.remote import PeerSilent
from ivr.messages import (
    Answer,
    Bridge,
    Dial,
    DigitPressed,
    Drain,
    EdgeCommand,
    EdgeEvent,
    HangUp,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegFailed,
    MediaEvent,
    PickUp,
    Refer,
    Reject,
    ReportTransfer,
)
from ivr.ports import Edge
from ivr.sip.incoming import IncomingLeg
from ivr.sip.key_gate import KeyGate
from ivr.sip.lag import LagWatch
from ivr.sip.leg import Leg
from ivr.sip.media_port import MediaPort
from ivr.sip.name_service import NameService
from ivr.sip.registration import Registration, RegistrationState
from ivr.sip.resolve import NameResolver, Resolver
from ivr.sip.settings import EdgeSettings
from ivr.sip.sockets import Sockets
from ivr.sip.timers import LoopTimers
from ivr.sip.uri import Address, user_part
from ivr.sip.user_agent import UserAgent

_STATUS = {
    RegistrationState.IDLE: VoIP.PhoneStatus.INACTIVE,
    RegistrationState.TRYING: VoIP.PhoneStatus.REGISTERING,
    RegistrationState.REGISTERED: VoIP.PhoneStatus.REGISTERED,
    RegistrationState.FAILED: VoIP.PhoneStatus.FAILED,
}
#: Seconds that `stop` waits for the other sides to confirm.
_GOODBYE = 1.0
_RING_SECONDS = 60.0


class _Introduction(SIPMessage):
    """What a `VoIPCall` reads of the request that began it; nothing is parsed again."""

    def __init__(self, call_id: str, caller: str, dialled: str) -> None:
        self.headers = {"Call-ID": call_id, "From": {"number": caller}, "To": {"number": dialled}}
        self.body = {}


class EdgeSip(SIPClient):
    """pyVoIP's SIP client; everything it would do on the wire is done by `agent`."""

    def __init__(self, phone: EdgePhone, agent: UserAgent, registrations: tuple[Registration, ...]) -> None:
        super().__init__(phone.server, phone.port, phone.username, phone.password, phone=phone, myIP=phone.myIP)
        self.agent = agent
        self.registrations = registrations

    def start(self) -> None:
        """Register at every trunk that wants that."""
        self.NSD = True
        for registration in self.registrations:
            registration.start()

    def stop(self) -> None:
        """Give the registrations back."""
        self.NSD = False
        for registration in self.registrations:
            registration.stop()


class EdgeCall(VoIP.VoIPCall):
    """One leg. The verbs raise `InvalidStateError` as pyVoIP's do; audio does not pass through here."""

    phone: EdgePhone

    def __init__(self, phone: EdgePhone, leg: str, state: VoIP.CallState, introduction: _Introduction) -> None:
        # As a dialled call with no media pyVoIP leaves the SDP, the ports and the threads alone.
        super().__init__(phone, VoIP.CallState.DIALING, introduction, 0, phone.myIP, ms={}, sendmode="sendrecv")
        self.state = state
        self._id = leg

    @property
    def leg(self) -> Leg:
        """The leg that this is the face of; another one where the call was tried again by another trunk. Raises
        InvalidStateError before there is one (its target's name is looked up) and when it is over."""
        found = self.phone.sip.agent.legs.get(self._id)
        if found is None:
            raise VoIP.InvalidStateError("There is no leg now")
        return found

    def __del__(self) -> None:
        """Stock pyVoIP takes a lock here, from the garbage collector: a dead-lock in waiting."""

    def answer(self) -> None:
        """200 OK."""
        leg = self.leg
        if not isinstance(leg, IncomingLeg) or self.state is not VoIP.CallState.RINGING:
            raise VoIP.InvalidStateError("Call is not ringing")
        leg.answer()

    def deny(self, status: int = 486) -> None:
        """Refuse with a final status."""
        leg = self.leg
        if not isinstance(leg, IncomingLeg) or self.state is not VoIP.CallState.RINGING:
            raise VoIP.InvalidStateError("Call is not ringing")
        leg.reject(status)

    def hangup(self) -> None:
        """End the call in whatever state it is."""
        self.phone.sip.agent.hang_up(self._id)

    def refer(self, target: str) -> None:
        """Ask the other side to call `target` instead."""
        if self.state is not VoIP.CallState.ANSWERED:
            raise VoIP.InvalidStateError("Call is not answered")
        self.leg.refer(target)

    def read_audio(self, length: int = 160, blocking: bool = True) -> bytes:
        raise VoIP.InvalidStateError("Audio is the media plane's")

    def write_audio(self, data: bytes) -> None:
        raise VoIP.InvalidStateError("Audio is the media plane's")


class EdgePhone(VoIP.VoIPPhone):
    """pyVoIP's phone without its threads. `calls` is keyed by leg: a call that loops back has one Call-ID, two legs."""

    sip: EdgeSip

    def __init__(
        self,
        settings: EdgeSettings,
        transport: Sockets,
        timers: LoopTimers,
        media: MediaPort,
        tell: Callable[[EdgeEvent], None],
        resolver: Resolver,
    ) -> None:
        trunk = settings.trunks[0] if settings.trunks else None
        host, port = transport.address
        super().__init__(
            trunk.host if trunk else host,
            trunk.port if trunk else port,
            trunk.user if trunk else "",
            trunk.password if trunk else "",
            myIP=host,
            sipPort=port,
        )
        self._tell = tell
        agent = UserAgent(settings, transport, timers, media, self._told, resolver)
        registrations = tuple(
            Registration(
                each,
                agent.trunks.hop(each),
                agent.trunks.route(each),
                agent.client,
                timers,
                agent.trunks.authenticator(each),
                self._registration_changed if each is trunk else _another_changed,
            )
            for each in agent.trunks.all
            if each.register
        )
        self.sip = EdgeSip(self, agent, registrations)

    def start(self) -> None:
        """Take calls from now on; without a registration the phone counts as registered."""
        self._status = VoIP.PhoneStatus.REGISTERED
        self.NSD = True
        self.sip.start()

    def stop(self, failed: bool = False) -> None:
        """Hang up, and give the registration back."""
        self._status = VoIP.PhoneStatus.DEREGISTERING
        self.NSD = False
        self.sip.agent.hang_up_all()
        self.sip.stop()
        self._status = VoIP.PhoneStatus.FAILED if failed else VoIP.PhoneStatus.INACTIVE

    def call(self, number: str) -> VoIP.VoIPCall:
        """Call a number or SIP URI. Raises InvalidStateError if that could not even begin."""
        found = self.dial(Dial(new_id(), number, self.username, _RING_SECONDS))
        if found is None:
            raise VoIP.InvalidStateError("The call could not begin")
        return found

    def dial(self, command: Dial) -> EdgeCall | None:
        """Begin a leg; what becomes of it is told."""
        self.sip.agent.dial(command)
        if not self.sip.agent.knows(command.leg) or command.leg in self.calls:
            return None
        introduction = _Introduction(command.leg, command.caller, user_part(command.target) or command.target)
        call = EdgeCall(self, command.leg, VoIP.CallState.DIALING, introduction)
        self.calls[command.leg] = call
        return call

    def find(self, leg: str) -> EdgeCall | None:
        """The call of a leg that has begun and is not over."""
        return self._face(leg) if leg in self.sip.agent.legs else None

    def _face(self, leg: str) -> EdgeCall | None:
        found = self.calls.get(leg)
        return found if isinstance(found, EdgeCall) else None

    def _told(self, event: EdgeEvent) -> None:
        """Keep the face in step with what happens beneath, and pass it on."""
        call = self._face(event.leg)
        if isinstance(event, LegArrived):
            leg = self.sip.agent.legs[event.leg]
            introduction = _Introduction(leg.dialog.call_id if leg.dialog else "", event.caller, event.dialled)
            self.calls[event.leg] = EdgeCall(self, event.leg, VoIP.CallState.RINGING, introduction)
        elif isinstance(event, LegAnswered) and call is not None:
            call.state = VoIP.CallState.ANSWERED
        elif isinstance(event, LegEnded | LegFailed) and call is not None:
            call.state = VoIP.CallState.ENDED
            del self.calls[event.leg]
        elif isinstance(event, DigitPressed) and call is not None:
            call.dtmf_callback(event.digit)
        self._tell(event)

    def _registration_changed(self, state: RegistrationState) -> None:
        self._status = _STATUS[state]


class PyVoipEdge(Edge):
    """The real `Edge`: SIP here, audio by `media`. Both belong to it: it starts and stops them."""

    def __init__(self, settings: EdgeSettings, media: MediaPort, clock: Clock | None = None) -> None:
        self._settings = settings
        self._media = media
        self._clock = clock or SystemClock()
        self._transport: Sockets | None = None
        self._resolver: NameResolver | None = None
        self._lag: LagWatch | None = None
        self._phone: EdgePhone | None = None
        self._keys = KeyGate()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._on_event: Callable[[EdgeEvent], None] = lambda event: None

    @property
    def address(self) -> Address:
        """Where SIP is taken, once started: with port 0 in the settings, the port the system chose."""
        return self._transport.address if self._transport else (self._settings.address, self._settings.port)

    @property
    def phone(self) -> EdgePhone | None:
        """pyVoIP's view of it, once started."""
        return self._phone

    async def start(self, on_event: Callable[[EdgeEvent], None]) -> None:
        """Raises `config.errors.AddressInUse`, or SettingsFault for an address that is not ours."""
        loop = asyncio.get_running_loop()
        timers = LoopTimers(loop, self._clock)
        with contextlib.ExitStack() as unless_started:
            transport = Sockets(self._settings, timers)
            unless_started.callback(transport.close)
            resolver = NameResolver(NameService(transport.families), timers)
            unless_started.callback(resolver.close)
            phone = EdgePhone(self._settings, transport, timers, self._media, self._tell, resolver)
            self._media.start(self._media_told)
            unless_started.pop_all()
        self._loop, self._on_event = loop, on_event
        self._transport, self._phone, self._resolver = transport, phone, resolver
        self._lag = LagWatch(timers, self._lateness_told)
        await transport.open(loop, phone.sip.agent.receive)
        phone.start()

    def send(self, command: EdgeCommand) -> None:
        if self._phone is None:
            return
        if isinstance(command, Drain):
            self._phone.sip.agent.drain(command.on)
            return
        if isinstance(command, Dial):
            self._phone.dial(command)
            return
        if isinstance(command, HangUp):
            self._phone.sip.agent.hang_up(command.leg)
            return
        if isinstance(command, PickUp):
            self._phone.sip.agent.pick_up(command.leg)
            return
        call = self._phone.find(command.leg)
        if call is None:
            return
        match command:
            case Answer():
                if call.state is VoIP.CallState.RINGING:
                    call.answer()
            case Reject(status=status):
                if call.state is VoIP.CallState.RINGING:
                    call.deny(status)
            case Refer(target=target, replaces=replaces):
                call.leg.refer(target, replaces)
            case ReportTransfer(status=status):
                call.leg.report_transfer(status)
            case Bridge(other=other):
                partner = self._phone.find(other)
                if partner is not None and partner.leg.has_audio and call.leg.has_audio:
                    self._media.send(command)
            case _:
                self._media.send(command)

    async def stop(self) -> None:
        """End every leg, tell so, and wait up to a second for the other sides to confirm."""
        if self._phone is None or self._transport is None or self._loop is None:
            return
        self._phone.stop()
        is_quiet = asyncio.Event()
        loop = self._loop

        def quiet() -> None:
            loop.call_soon(is_quiet.set)  # by way of the loop: what was told before is delivered before

        self._phone.sip.agent.transactions.when_quiet(quiet)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(is_quiet.wait(), _GOODBYE)
        self._phone.sip.agent.close()
        self._phone = None
        if self._resolver is not None:
            self._resolver.close()
        if self._lag is not None:
            self._lag.stop()
        self._transport.close()
        self._media.stop()

    def _lateness_told(self, lateness: float) -> None:
        if self._phone is not None:
            admission = self._phone.sip.agent.admission
            admission.lateness, admission.media_lateness = lateness, self._media.lateness

    def _tell(self, event: EdgeEvent) -> None:
        """Later, not now: whoever hears of an event may send a command that this very moment is not ready for."""
        if self._loop is not None:
            self._loop.call_soon(self._let_out, event)

    def _media_told(self, event: MediaEvent | PeerSilent) -> None:
        """Called in the media thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._pass_on, event)

    def _pass_on(self, event: MediaEvent | PeerSilent) -> None:
        call = self._phone.find(event.leg) if self._phone else None
        if call is None:
            return  # the leg ended in the meantime
        if isinstance(event, PeerSilent):
            call.leg.media_lost()
            return
        if isinstance(event, DigitPressed):
            call.dtmf_callback(event.digit)
        self._let_out(event)

    def _let_out(self, event: EdgeEvent) -> None:
        if self._phone is None or self._keys.passes(event, self._phone.sip.agent.timers.now):
            self._on_event(event)


def _another_changed(state: RegistrationState) -> None:
    """pyVoIP knows of one registration: the first trunk's."""
