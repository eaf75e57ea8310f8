"""Many datagrams by one system call: Linux's `sendmmsg` and `recvmmsg` over numpy arrays.

A call of `socket.sendto` costs some 2 microseconds of Python around the kernel's own work: at 200,000 packets a second
each way the telephones would be slower than what they measure. Here the headers of all packets are columns of an array,
and the kernel reads and writes that array.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from config.errors import HotlineError

#: `struct msghdr` and `struct mmsghdr` of recvmmsg(2), `struct sockaddr_in` of ip(7), and the control message that
#: SO_TIMESTAMPNS adds (socket(7)), as a 64-bit Linux lays them out.
_MSGHDR = np.dtype(
    [
        ("name", np.uintp),
        ("name_length", np.uint32),
        ("vectors", np.uintp),
        ("vector_count", np.uintp),
        ("control", np.uintp),
        ("control_length", np.uintp),
        ("flags", np.int32),
    ],
    align=True,
)
MMSGHDR = np.dtype([("header", _MSGHDR), ("length", np.uint32)], align=True)
_IOVEC = np.dtype([("base", np.uintp), ("length", np.uintp)])
SOCKADDR_IN = np.dtype([("family", "=u2"), ("port", ">u2"), ("address", "u1", 4), ("zero", "u1", 8)])
_STAMP = np.dtype(
    [("length", np.uintp), ("level", np.int32), ("type", np.int32), ("seconds", np.int64), ("nanoseconds", np.int64)]
)
_SO_TIMESTAMPNS = 35
#: The kernel takes no more at once (UIO_MAXIOV).
_AT_ONCE = 1024

#: A row of a structured array has columns of many types, for which numpy has no better name.
Table = npt.NDArray[Any]
Bytes = npt.NDArray[np.uint8]
Stamps = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.uint16]

_libc = ctypes.CDLL(None, use_errno=True)
for _function in (_libc.sendmmsg, _libc.recvmmsg):
    _function.restype = ctypes.c_int
_libc.sendmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int)
_libc.recvmmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)


def _messages(count: int, names: Table, buffers: Bytes) -> tuple[Table, Table]:
    """Headers of `count` messages, each with a row of `names` and of `buffers`, and the vectors between."""
    vectors = np.zeros(count, _IOVEC)
    vectors["base"] = buffers.ctypes.data + buffers.shape[1] * np.arange(count)
    vectors["length"] = buffers.shape[1]
    messages = np.zeros(count, MMSGHDR)
    header = messages["header"]
    header["name"] = names.ctypes.data + SOCKADDR_IN.itemsize * np.arange(count)
    header["name_length"] = SOCKADDR_IN.itemsize
    header["vectors"] = vectors.ctypes.data + _IOVEC.itemsize * np.arange(count)
    header["vector_count"] = 1
    return messages, vectors


class Outbox:
    """Datagrams of one size, each with a destination: rows 0 to `capacity` - 1 of `packets` and `addresses`."""

    def __init__(self, capacity: int, size: int) -> None:
        self.packets: Bytes = np.zeros((capacity, size), np.uint8)
        self.addresses: Table = np.zeros(capacity, SOCKADDR_IN)
        self.addresses["family"] = socket.AF_INET
        self._messages, self._vectors = _messages(capacity, self.addresses, self.packets)

    def send(self, descriptor: int, count: int) -> int:
        """Send the first `count`; how many went. What finds no room is lost, as on any wire."""
        sent = 0
        while sent < count:
            place = self._messages.ctypes.data + sent * MMSGHDR.itemsize
            done: int = _libc.sendmmsg(descriptor, place, min(count - sent, _AT_ONCE), socket.MSG_DONTWAIT)
            if done <= 0:
                if ctypes.get_errno() not in (errno.EAGAIN, errno.ECONNREFUSED, errno.ENOBUFS, errno.EINTR):
                    raise _failed("sendmmsg")
                return sent
            sent += done
        return sent


@dataclass(frozen=True, slots=True)
class Received:
    """Datagrams in the order they were taken up: nanoseconds of the system's clock at which the kernel had each,
    the port it came from, and its first bytes, one row each."""

    stamps: Stamps
    ports: Numbers
    heads: Bytes


class Inbox:
    """Room for `capacity` datagrams of any sockets, of each the first `size` bytes."""

    def __init__(self, capacity: int, size: int) -> None:
        self._heads: Bytes = np.zeros((capacity, size), np.uint8)
        self._names: Table = np.zeros(capacity, SOCKADDR_IN)
        self._stamps: Table = np.zeros(capacity, _STAMP)
        self._messages, self._vectors = _messages(capacity, self._names, self._heads)
        self._messages["header"]["control"] = self._stamps.ctypes.data + _STAMP.itemsize * np.arange(capacity)
        self._messages["header"]["control_length"] = _STAMP.itemsize
        self._capacity = capacity
        self._count = 0

    @property
    def room(self) -> int:
        """How many more fit before `take`."""
        return self._capacity - self._count

    def receive(self, descriptor: int) -> int:
        """Take what waits at a socket that `stamped` prepared, as far as there is room; how many that were."""
        taken = 0
        while self.room:
            place = self._messages.ctypes.data + self._count * MMSGHDR.itemsize
            wanted = min(self.room, _AT_ONCE)
            done: int = _libc.recvmmsg(descriptor, place, wanted, socket.MSG_DONTWAIT, None)
            if done <= 0:
                if ctypes.get_errno() not in (errno.EAGAIN, errno.ECONNREFUSED, errno.EINTR):
                    raise _failed("recvmmsg")
                return taken
            self._count += done
            taken += done
            if done < wanted:
                return taken
        return taken

    def take(self) -> Received:
        """A copy of what is here; the room is free again."""
        count, self._count = self._count, 0
        stamps = self._stamps[:count]
        received = Received(
            stamps["seconds"] * 1_000_000_000 + stamps["nanoseconds"],
            self._names["port"][:count].astype(np.uint16),
            self._heads[:count].copy(),
        )
        header = self._messages["header"]  # the kernel wrote how much of each it used
        header["control_length"][:count] = _STAMP.itemsize
        header["name_length"][:count] = SOCKADDR_IN.itemsize
        return received


def stamped(local: socket.socket) -> None:
    """Have the kernel note when each datagram came to this socket."""
    local.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)


def _failed(call: str) -> HotlineError:
    number = ctypes.get_errno()
    return HotlineError(f"{call} failed: {os.strerror(number)}", where="the bench's telephones")
