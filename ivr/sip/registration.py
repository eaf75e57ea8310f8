"""Registration at a trunk (RFC 3261, 10.2): kept fresh, tried again with growing pauses, given back at the end.

It stands apart from calls: a registrar that is away ends none of them.
"""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable
from enum import Enum, auto

import structlog

from ivr.sip.address import NameAddress, parse_address
from ivr.sip.client import Client
from ivr.sip.dialog import new_tag
from ivr.sip.digest import Authenticator
from ivr.sip.fault import SipFault
from ivr.sip.hop import Hop, bracketed
from ivr.sip.message import Header, Request, Response
from ivr.sip.settings import Trunk
from ivr.sip.text import parameter
from ivr.sip.timers import Timer, Timers
from ivr.sip.uri import DEFAULT_PORT, escape_user, parse_uri

log = structlog.get_logger(__name__)

#: Seconds asked for, and the share of what is granted after which it is renewed.
EXPIRES = 300
RENEW_AT = 0.8
#: Pauses after failures, in seconds: base, times two each time, at most the last (RFC 5626, 4.5).
BACK_OFF_BASE, BACK_OFF_MAXIMUM = 30.0, 1800.0
_LARGEST = 86_400


class RegistrationState(Enum):
    """IDLE -> TRYING <-> REGISTERED | FAILED (tried again later) -> IDLE."""

    IDLE = auto()
    TRYING = auto()
    REGISTERED = auto()
    FAILED = auto()


class Registration:
    """One binding at one registrar, which is reached at `destination` by the `route` of `ivr.sip.trunks.Trunks`."""

    def __init__(
        self,
        trunk: Trunk,
        destination: Hop,
        route: tuple[Header, ...],
        client: Client,
        timers: Timers,
        authenticator: Authenticator | None,
        on_change: Callable[[RegistrationState], None],
    ) -> None:
        self.state = RegistrationState.IDLE
        self._trunk = trunk
        self._client = client
        self._timers = timers
        self._authenticator = authenticator
        self._on_change = on_change
        self._destination = destination
        self._route = route
        self._address = NameAddress(f"sip:{escape_user(trunk.user)}@{bracketed(trunk.host)}")
        self._from = self._address.with_tag(new_tag())
        self._call_id = uuid.uuid4().hex
        self._cseq = 0
        self._expires = EXPIRES
        self._failures = 0
        self._timer: Timer | None = None

    def start(self) -> None:
        """Register, and stay registered."""
        self._change(RegistrationState.TRYING)
        self._register()

    def stop(self) -> None:
        """Tell the registrar that we are gone."""
        if self._timer is not None:
            self._timer.cancel()
        was_registered = self.state is RegistrationState.REGISTERED
        self._change(RegistrationState.IDLE)
        if was_registered:
            self._expires = 0
            self._register()

    def _register(self) -> None:
        self._client.ask(
            self._request,
            self._destination,
            self._on_response,
            lambda status: self._failed(status),
            self._authenticator,
        )

    def _request(self, proof: tuple[Header, ...]) -> Request:
        self._cseq += 1
        port = "" if self._trunk.port in (0, DEFAULT_PORT) else f":{self._trunk.port}"
        contact = self._client.contact(self._destination, escape_user(self._trunk.user))
        return Request(
            method="REGISTER",
            uri=f"sip:{bracketed(self._trunk.host)}{port}",
            vias=(),
            from_=self._from,
            to=self._address,
            call_id=self._call_id,
            cseq=self._cseq,
            headers=(*self._route, ("max-forwards", "70"), contact, ("expires", str(self._expires)), *proof),
        )

    def _on_response(self, response: Response) -> None:
        if response.status < 200 or self.state is RegistrationState.IDLE:
            return
        if response.status == 423:  # too brief for them
            least = _seconds(response.header("min-expires"))
            if least is not None and least > self._expires:
                self._expires = least
                self._register()
                return
        if response.status >= 300:
            self._failed(response.status)
            return
        self._failures = 0
        self._change(RegistrationState.REGISTERED)
        granted = self._granted(response)
        self._timer = self._timers.later(max(1.0, granted * RENEW_AT), self._register)

    def _failed(self, status: int) -> None:
        if self.state is RegistrationState.IDLE:
            return
        pause = min(BACK_OFF_MAXIMUM, BACK_OFF_BASE * 2**self._failures) * random.uniform(0.5, 1.0)
        self._failures = min(self._failures + 1, 16)
        log.warning("registration_failed", registrar=self._trunk.host, status=status, again_in=round(pause))
        self._change(RegistrationState.FAILED)
        self._timer = self._timers.later(pause, self._register)

    def _granted(self, response: Response) -> int:
        """The seconds for our own binding: others of the same user may be listed beside it."""
        ours = self._client.local(self._destination)
        for value in response.listed("contact"):
            try:
                contact = parse_address(value)
                if parse_uri(contact.uri).hop[:2] == ours:
                    seconds = _seconds(parameter(contact.parameters, "expires"))
                    if seconds is not None:
                        return seconds
            except SipFault:
                continue
        return _seconds(response.header("expires")) or self._expires

    def _change(self, state: RegistrationState) -> None:
        if state is not self.state:
            self.state = state
            log.info("registration", registrar=self._trunk.host, state=state.name.lower())
            self._on_change(state)


def _seconds(text: str | None) -> int | None:
    return min(int(text), _LARGEST) if text and re.fullmatch(r"\d{1,9}", text, re.ASCII) and int(text) > 0 else None
