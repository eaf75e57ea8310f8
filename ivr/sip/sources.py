"""Who may begin something with us: the allow-list, of both address families."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from config.errors import SettingsFault


class AllowedSources:
    """Everybody, where no networks are named. Raises SettingsFault for what is no network."""

    def __init__(self, networks: tuple[str, ...]) -> None:
        try:
            self._networks = tuple(ipaddress.ip_network(network, strict=False) for network in networks)
        except ValueError as fault:
            remedy = "write networks such as 192.0.2.0/24 or 2001:db8::/32"
            raise SettingsFault(str(fault), where="allowed sources", remedy=remedy) from fault
        self._is_inside = lru_cache(maxsize=4096)(self._look)

    def __contains__(self, host: str) -> bool:
        """Whether a source, an address literal, is allowed."""
        return not self._networks or self._is_inside(host)

    def _look(self, host: str) -> bool:
        address = ipaddress.ip_address(host)
        return any(address in network for network in self._networks if network.version == address.version)
