"""Kamailio with the very files of deploy/kamailio; only what its `site.cfg` names is that of the test."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.live.peers.kamailio import Kamailio, serving
from tests.ports import free_port

SHIPPED = Path(__file__).parents[3] / "deploy" / "kamailio"
Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Front:
    """A running one: where it listens, and what it says."""

    address: str
    kamailio: Kamailio

    @property
    def port(self) -> int:
        """By UDP and TCP."""
        return self.kamailio.port

    def number(self, dialled: str) -> str:
        """The SIP URI of a number of the hotline's."""
        return f"sip:{dialled}@{self.address}:{self.port}"

    async def takes_out(self, machine: Address, times: int = 1) -> None:
        """Until a machine has been thought to be gone so often."""
        await self.kamailio.until(f"OUT sip:{machine[0]}:{machine[1]}", times)

    async def takes_in(self, machine: Address, times: int = 1) -> None:
        """Until one that was out is in again."""
        await self.kamailio.until(f"IN sip:{machine[0]}:{machine[1]}", times)


def furnish(
    folder: Path,
    at: Address,
    machines: Sequence[Address],
    trunk: Address,
    may_call: str,
    strangers_calls_a_second: int = 0,
) -> None:
    """Write its folder: the shipped configuration, and a site. `may_call` is one address or a network such as
    `10.0.0.0/24`; with a limit for strangers everybody else may call too."""
    folder.mkdir(parents=True)
    shutil.copy(SHIPPED / "kamailio.cfg", folder)
    filled = {"PROXY_ADDRESS": at[0], "PROXY_PORT": at[1], "SITE_FOLDER": folder, "RUN_FOLDER": folder}
    site = "".join(f'#!substdef "!{name}!{value}!g"\n' for name, value in filled.items())
    if strangers_calls_a_second:
        site += f'#!define ANYBODY_MAY_CALL\n#!define STRANGERS_CALLS_A_SECOND "{strangers_calls_a_second}"\n'
    (folder / "site.cfg").write_text(site, encoding="utf-8")
    listed = [(1, *machine) for machine in machines] + [(2, *trunk)]
    text = "".join(f"{group} sip:{host}:{port}\n" for group, host, port in listed)
    (folder / "dispatcher.list").write_text(text, encoding="utf-8")
    network, _, mask = may_call.partition("/")
    (folder / "address.list").write_text(f"1 {network} {mask or 32}\n", encoding="utf-8")


@asynccontextmanager
async def running_front(
    folder: Path,
    address: str,
    machines: Sequence[Address],
    trunk: Address,
    may_call: str,
    strangers_calls_a_second: int = 0,
) -> AsyncIterator[Front]:
    """One for the length of the block."""
    at = (address, free_port(address))
    furnish(folder, at, machines, trunk, may_call, strangers_calls_a_second)
    async with serving(folder, at[1]) as kamailio:
        yield Front(address, kamailio)
