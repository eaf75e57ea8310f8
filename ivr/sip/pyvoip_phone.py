"""The edge, with pyVoIP's phone as its face.

Whoever knows pyVoIP finds its `VoIPPhone`, `VoIPCall` and `SIPClient`, their states and their verbs. What stock
pyVoIP does beneath them (parsing, transactions, dialogs, SDP, ports, audio, a thread a call) is replaced by our
`UserAgent` and the media plane. This is the only module that imports pyVoIP.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import pyVoIP.VoIP  # noqa: F401 - first: pyVoIP.SIP and pyVoIP.VoIP import each other, and only this order works
from pyVoIP.SIP import SIPClient, SIPMessage
from pyVoIP.VoIP import CallState, InvalidStateError, PhoneStatus, VoIPCall, VoIPPhone

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
    Refer,
    Reject,
    ReportTransfer,
)
from ivr.ports import Edge
from ivr.sip.incoming import IncomingLeg
from ivr.sip.leg import Leg
from ivr.sip.media_port import MediaPort
from ivr.sip.registration import Registration, RegistrationState
from ivr.sip.settings import EdgeSettings
from ivr.sip.timers import LoopTimers
from ivr.sip.udp import UdpTransport
from ivr.sip.uri import Address, user_part
from ivr.sip.user_agent import UserAgent

_STATUS = {
    RegistrationState.IDLE: PhoneStatus.INACTIVE,
    RegistrationState.TRYING: PhoneStatus.REGISTERING,
    RegistrationState.REGISTERED: PhoneStatus.REGISTERED,
    RegistrationState.FAILED: PhoneStatus.FAILED,
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

    def __init__(self, phone: EdgePhone, agent: UserAgent, registration: Registration | None) -> None:
        super().__init__(phone.server, phone.port, phone.username, phone.password, phone=phone, myIP=phone.myIP)
        self.agent = agent
        self.registration = registration

    def start(self) -> None:
        """Register, if the trunk wants that."""
        self.NSD = True
        if self.registration is not None:
            self.registration.start()

    def stop(self) -> None:
        """Give the registration back."""
        self.NSD = False
        if self.registration is not None:
            self.registration.stop()


class EdgeCall(VoIPCall):
    """One leg. The verbs raise `InvalidStateError` as pyVoIP's do; audio does not pass through here."""

    def __init__(self, phone: EdgePhone, leg: Leg, state: CallState, introduction: _Introduction) -> None:
        # As a dialled call with no media pyVoIP leaves the SDP, the ports and the threads alone.
        super().__init__(phone, CallState.DIALING, introduction, 0, phone.myIP, ms={}, sendmode="sendrecv")
        self.state = state
        self.leg = leg

    def __del__(self) -> None:
        """Stock pyVoIP takes a lock here, from the garbage collector: a dead-lock in waiting."""

    def answer(self) -> None:
        """200 OK."""
        if not isinstance(self.leg, IncomingLeg) or self.state is not CallState.RINGING:
            raise InvalidStateError("Call is not ringing")
        self.leg.answer()

    def deny(self, status: int = 486) -> None:
        """Refuse with a final status."""
        if not isinstance(self.leg, IncomingLeg) or self.state is not CallState.RINGING:
            raise InvalidStateError("Call is not ringing")
        self.leg.reject(status)

    def hangup(self) -> None:
        """End the call in whatever state it is."""
        self.leg.hang_up()

    def refer(self, target: str) -> None:
        """Ask the other side to call `target` instead."""
        if self.state is not CallState.ANSWERED:
            raise InvalidStateError("Call is not answered")
        self.leg.refer(target)

    def read_audio(self, length: int = 160, blocking: bool = True) -> bytes:
        raise InvalidStateError("Audio is the media plane's")

    def write_audio(self, data: bytes) -> None:
        raise InvalidStateError("Audio is the media plane's")


class EdgePhone(VoIPPhone):
    """pyVoIP's phone without its threads. `calls` is keyed by leg: a call that loops back has one Call-ID, two legs."""

    sip: EdgeSip

    def __init__(
        self,
        settings: EdgeSettings,
        transport: UdpTransport,
        timers: LoopTimers,
        media: MediaPort,
        tell: Callable[[EdgeEvent], None],
    ) -> None:
        trunk = settings.trunk
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
        agent = UserAgent(settings, transport, timers, media, self._told)
        registration = None
        if trunk is not None and trunk.register:
            registration = Registration(trunk, agent.client, timers, agent.authenticator, self._registration_changed)
        self.sip = EdgeSip(self, agent, registration)

    def start(self) -> None:
        """Take calls from now on; without a registration the phone counts as registered."""
        self._status = PhoneStatus.REGISTERED
        self.NSD = True
        self.sip.start()

    def stop(self, failed: bool = False) -> None:
        """Hang up, and give the registration back."""
        self._status = PhoneStatus.DEREGISTERING
        self.NSD = False
        self.sip.agent.hang_up_all()
        self.sip.stop()
        self._status = PhoneStatus.FAILED if failed else PhoneStatus.INACTIVE

    def call(self, number: str) -> VoIPCall:
        """Call a number or SIP URI. Raises InvalidStateError if that could not even begin."""
        found = self.dial(Dial(new_id(), number, self.username, _RING_SECONDS))
        if found is None:
            raise InvalidStateError("The call could not begin")
        return found

    def dial(self, command: Dial) -> EdgeCall | None:
        """Begin a leg; what becomes of it is told."""
        self.sip.agent.dial(command)
        leg = self.sip.agent.legs.get(command.leg)
        if leg is None or command.leg in self.calls:
            return None
        introduction = _Introduction(command.leg, command.caller, user_part(command.target) or command.target)
        call = EdgeCall(self, leg, CallState.DIALING, introduction)
        self.calls[command.leg] = call
        return call

    def find(self, leg: str) -> EdgeCall | None:
        """The call of a leg that is not over."""
        found = self.calls.get(leg)
        return found if isinstance(found, EdgeCall) else None

    def _told(self, event: EdgeEvent) -> None:
        """Keep the face in step with what happens beneath, and pass it on."""
        call = self.find(event.leg)
        if isinstance(event, LegArrived):
            leg = self.sip.agent.legs[event.leg]
            introduction = _Introduction(leg.dialog.call_id if leg.dialog else "", event.caller, event.dialled)
            self.calls[event.leg] = EdgeCall(self, leg, CallState.RINGING, introduction)
        elif isinstance(event, LegAnswered) and call is not None:
            call.state = CallState.ANSWERED
        elif isinstance(event, LegEnded | LegFailed) and call is not None:
            call.state = CallState.ENDED
            del self.calls[event.leg]
        elif isinstance(event, DigitPressed) and call is not None:
            call.dtmf_callback(event.digit)
        self._tell(event)

    def _registration_changed(self, state: RegistrationState) -> None:
        self._status = _STATUS[state]


class PyVoipEdge(Edge):
    """The real `Edge`: SIP over UDP here, audio by `media`. Both belong to it: it starts and stops them."""

    def __init__(self, settings: EdgeSettings, media: MediaPort) -> None:
        self._settings = settings
        self._media = media
        self._transport: UdpTransport | None = None
        self._phone: EdgePhone | None = None
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
        transport = UdpTransport(self._settings.address, self._settings.port, self._settings.public_address)
        try:
            phone = EdgePhone(self._settings, transport, LoopTimers(loop), self._media, self._tell)
            self._media.start(self._media_told)
        except BaseException:
            transport.close()
            raise
        self._loop, self._on_event = loop, on_event
        self._transport, self._phone = transport, phone
        transport.open(loop, phone.sip.agent.receive)
        phone.start()

    def send(self, command: EdgeCommand) -> None:
        if self._phone is None:
            return
        if isinstance(command, Drain):
            return
        if isinstance(command, Dial):
            self._phone.dial(command)
            return
        call = self._phone.find(command.leg)
        if call is None:
            return
        match command:
            case Answer():
                if call.state is CallState.RINGING:
                    call.answer()
            case Reject(status=status):
                if call.state is CallState.RINGING:
                    call.deny(status)
            case HangUp():
                call.hangup()
            case Refer(target=target):
                call.leg.refer(target)
            case ReportTransfer():
                pass
            case Bridge(other=other):
                if self._phone.find(other) is not None:
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
        self._phone = None
        self._transport.close()
        self._media.stop()

    def _tell(self, event: EdgeEvent) -> None:
        """Later, not now: whoever hears of an event may send a command that this very moment is not ready for."""
        if self._loop is not None:
            self._loop.call_soon(self._on_event, event)

    def _media_told(self, event: MediaEvent | PeerSilent) -> None:
        """Called in the media thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._pass_on, event)

    def _pass_on(self, event: MediaEvent | PeerSilent) -> None:
        call = self._phone.find(event.leg) if self._phone else None
        if call is None or isinstance(event, PeerSilent):
            return  # the leg ended in the meantime
        if isinstance(event, DigitPressed):
            call.dtmf_callback(event.digit)
        self._on_event(event)
