"""Where the machines of these tests stand: each in a network namespace of its own, or, where those are refused, at an
address of loopback of its own.

With namespaces there is nothing of the outside world in the test: the test itself moves into one of them, the street,
where telephones, trunk, proxy, database and broker are, and each machine is joined to it by a wire that can be cut.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.ports import free_port, free_stretch

_LIBC = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000  # sched.h


class Ports(NamedTuple):
    """For SIP, the console, and the first and the last for audio."""

    sip: int
    console: int
    audio: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Ground:
    """Addresses, and what a command has to begin with to run on a machine. `namespaces` are the machines' names, none
    on loopback."""

    street: str
    proxy: str
    machines: tuple[str, ...]
    around: str
    namespaces: tuple[str, ...] = ()
    street_space: str = ""

    def on(self, machine: int) -> tuple[str, ...]:
        """What comes before a command's first word."""
        return ("ip", "netns", "exec", self.namespaces[machine]) if self.namespaces else ()

    def ports(self, machine: int) -> Ports:
        """Free ones of a machine: all of them, where it has a namespace to itself."""
        if self.namespaces:
            return Ports(5060, 8080, (20000, 20199))
        address = self.machines[machine]
        return Ports(free_port(address), free_port(address), free_stretch(200, address))

    def cut(self, machine: int) -> None:
        """Pull the machine's wire out: whatever it sends or is sent is lost, and nobody is told."""
        _ip("-n", self.street_space, "link", "set", _wire_to(machine), "down")


LOOPBACK = Ground("127.0.0.1", "127.0.0.10", ("127.0.1.1", "127.0.1.2", "127.0.1.3"), "127.0.0.0/8")


@contextmanager
def standing_ground(count: int) -> Iterator[Ground]:
    """For the length of the block, in which this thread, and whatever it starts, is in the street."""
    if not are_namespaces_allowed():
        yield LOOPBACK
        return
    name = f"hotline-{os.getpid()}"
    with ExitStack() as undone:
        for space in (f"{name}-street", *(f"{name}-{number}" for number in range(count))):
            _ip("netns", "add", space)
            undone.callback(_ip, "netns", "delete", space)
        ground = _wire(name, count)
        undone.enter_context(_inside(f"{name}-street"))
        yield ground


def are_namespaces_allowed() -> bool:
    """Whether this user may make them; a container's root often may not."""
    name = f"hotline-{os.getpid()}-try"
    try:
        made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
        wired = subprocess.run(
            ["ip", "-n", name, "link", "add", "street", "type", "bridge"], capture_output=True, check=False
        )
        subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
    except FileNotFoundError:  # iproute2 is not installed
        return False
    return made.returncode == 0 and wired.returncode == 0


def _wire(name: str, count: int) -> Ground:
    """The street is a bridge; each machine has one wire into it."""
    street = f"{name}-street"
    machines = tuple(f"10.77.0.{11 + number}" for number in range(count))
    _ip("-n", street, "link", "set", "lo", "up")
    _ip("-n", street, "link", "add", "street", "type", "bridge")
    for address in ("10.77.0.1", "10.77.0.2"):
        _ip("-n", street, "address", "add", f"{address}/24", "dev", "street")
    _ip("-n", street, "link", "set", "street", "up")
    for number, address in enumerate(machines):
        space, wire = f"{name}-{number}", _wire_to(number)
        _ip("-n", street, "link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", space)
        _ip("-n", street, "link", "set", wire, "master", "street", "up")
        _ip("-n", space, "address", "add", f"{address}/24", "dev", "eth0")
        for link in ("lo", "eth0"):
            _ip("-n", space, "link", "set", link, "up")
    spaces = tuple(f"{name}-{number}" for number in range(count))
    return Ground("10.77.0.1", "10.77.0.2", machines, "10.77.0.0/24", spaces, street)


def _wire_to(machine: int) -> str:
    return f"to{machine}"


@contextmanager
def _inside(space: str) -> Iterator[None]:
    """This thread is in the namespace: its sockets, and the processes and threads that it starts."""
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    there = os.open(Path("/run/netns") / space, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _enter(there)
        try:
            yield
        finally:
            _enter(before)
    finally:
        os.close(there)
        os.close(before)


def _enter(namespace: int) -> None:
    if _LIBC.setns(namespace, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"ip {' '.join(words)}: {done.stderr}")
