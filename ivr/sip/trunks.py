"""Several trunks: which one a number goes to, and which ones after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from config.errors import SettingsFault
from ivr.sip.digest import Authenticator, Credentials
from ivr.sip.fault import SipFault
from ivr.sip.hop import Hop, bracketed
from ivr.sip.inquiry import PATIENCE
from ivr.sip.message import Header
from ivr.sip.outgoing import Way
from ivr.sip.settings import Trunk
from ivr.sip.timers import Timer, Timers
from ivr.sip.uri import escape_user, parse_uri


class Trunks:
    """Raises SettingsFault for trunks that cannot be: a name used twice, a fail-over that there is not, a bad host."""

    def __init__(self, trunks: Iterable[Trunk]) -> None:
        self._trunks: dict[str, Trunk] = {}
        for trunk in trunks:
            if trunk.name in self._trunks:
                raise SettingsFault(f"two trunks are named {trunk.name}", where="trunks", remedy="rename one")
            self._trunks[trunk.name] = trunk
        for trunk in self._trunks.values():
            for name in trunk.failover:
                if name not in self._trunks:
                    remedy = f"use one of: {', '.join(self._trunks)}"
                    raise SettingsFault(f"there is no trunk {name}", where=f"failover of {trunk.name}", remedy=remedy)
            self.hop(trunk)
        self._authenticators = {
            trunk.name: Authenticator(Credentials(trunk.user, trunk.password))
            for trunk in self._trunks.values()
            if trunk.user
        }

    @property
    def all(self) -> tuple[Trunk, ...]:
        """Every trunk, the first one first."""
        return tuple(self._trunks.values())

    def authenticator(self, trunk: Trunk) -> Authenticator | None:
        """Who proves to this trunk who we are; None where it asks for nothing."""
        return self._authenticators.get(trunk.name)

    def hop(self, trunk: Trunk) -> Hop:
        """Where its messages go first. Raises SettingsFault for what is no host."""
        at = trunk.outbound_proxy or _host_port(trunk)
        try:
            return parse_uri(f"sip:{at};transport={trunk.transport}").hop
        except SipFault as fault:
            remedy = "write a name or an address, IPv6 in brackets before a port"
            raise SettingsFault(f"{at} is no host", where=f"trunk {trunk.name}", remedy=remedy) from fault

    def route(self, trunk: Trunk) -> tuple[Header, ...]:
        """The Route of requests that begin something there (RFC 3261, 8.1.2)."""
        if not trunk.outbound_proxy:
            return ()
        return (("route", f"<sip:{trunk.outbound_proxy};transport={trunk.transport};lr>"),)

    def ways(self, number: str, caller: str, name: str) -> tuple[Way, ...]:
        """How a number is reached: through the trunk of that name (empty: the first), then through its fail-overs.
        Raises SipFault(503) without such a trunk."""
        trunk = self._trunks.get(name) if name else next(iter(self._trunks.values()), None)
        if trunk is None:
            raise SipFault(503, f"no trunk {name}" if name else "no trunk for telephone numbers")
        order = dict.fromkeys((trunk.name, *trunk.failover))
        *others, last = (self._way(number, caller, self._trunks[each]) for each in order)
        return (*(replace(way, patience=PATIENCE) for way in others), last)

    def _way(self, number: str, caller: str, trunk: Trunk) -> Way:
        uri = f"sip:{escape_user(number)}@{_host_port(trunk)}"
        headers: list[Header] = [*self.route(trunk)]
        if trunk.caller_identity and caller:
            headers.append(("p-asserted-identity", f"<sip:{escape_user(caller)}@{bracketed(trunk.host)}>"))
        domain = bracketed(trunk.host)
        return Way(uri, self.hop(trunk), domain, self.authenticator(trunk), tuple(headers))


#: Seconds after which the names of trunks are looked up again.
_LOOKED_UP = 60.0


class TrunkAddresses:
    """The addresses that our trunks have now: who calls from there is a trunk."""

    def __init__(
        self, trunks: Trunks, resolve: Callable[[Hop, Callable[[tuple[Hop, ...]], None]], None], timers: Timers
    ) -> None:
        self._trunks = trunks
        self._resolve = resolve
        self._timers = timers
        self._hosts: dict[str, frozenset[str]] = {}
        self._timer: Timer | None = None
        self._look_up()

    def __contains__(self, host: str) -> bool:
        return any(host in hosts for hosts in self._hosts.values())

    def close(self) -> None:
        """Look nothing up any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _look_up(self) -> None:
        for trunk in self._trunks.all:
            self._resolve(self._trunks.hop(trunk), partial(self._found, trunk.name))
        if any(not self._trunks.hop(trunk).is_literal for trunk in self._trunks.all):
            self._timer = self._timers.later(_LOOKED_UP, self._look_up)

    def _found(self, name: str, targets: tuple[Hop, ...]) -> None:
        if targets:  # a name service that is away for a moment changes nothing
            self._hosts[name] = frozenset(target.host for target in targets)


def _host_port(trunk: Trunk) -> str:
    return bracketed(trunk.host) + (f":{trunk.port}" if trunk.port else "")
