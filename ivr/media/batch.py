"""Many datagrams of one socket by a single system call."""

from __future__ import annotations

import ctypes
import socket
import struct

from ivr.media.rtp import HEADER

#: Datagrams in a batch.
MOST = 16
_DATAGRAM = 2048
_HEADER_BYTES = HEADER.size
_PAYLOAD_BYTES = _DATAGRAM - _HEADER_BYTES
# Holds the interpreter lock over the call: it does not wait (MSG_DONTWAIT), and no other thread can keep the lock.
_recvmmsg = ctypes.PyDLL(None).recvmmsg
_DONTWAIT = int(socket.MSG_DONTWAIT)


class _Iovec(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("len", ctypes.c_size_t))


class _Msghdr(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_void_p),
        ("namelen", ctypes.c_uint),
        ("iov", ctypes.POINTER(_Iovec)),
        ("iovlen", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("controllen", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Mmsghdr(ctypes.Structure):
    _fields_ = (("message", _Msghdr), ("len", ctypes.c_uint))


class Batch:
    """Memory for a batch, the same for every socket: the headers lie side by side, so that all are read at once."""

    def __init__(self) -> None:
        self._headers = bytearray(MOST * _HEADER_BYTES)
        self._payloads = bytearray(MOST * _PAYLOAD_BYTES)
        headers = ctypes.addressof(ctypes.c_char.from_buffer(self._headers))
        payloads = ctypes.addressof(ctypes.c_char.from_buffer(self._payloads))
        self._parts = (_Iovec * (2 * MOST))()
        self._messages = (_Mmsghdr * MOST)()
        for index, entry in enumerate(self._messages):
            header, payload = self._parts[2 * index : 2 * index + 2]
            header.base, header.len = headers + index * _HEADER_BYTES, _HEADER_BYTES
            payload.base, payload.len = payloads + index * _PAYLOAD_BYTES, _PAYLOAD_BYTES
            entry.message.iov, entry.message.iovlen = ctypes.pointer(header), 2
        self._argument = ctypes.byref(self._messages)
        self._count = 0
        self._unpack = [struct.Struct(">" + "HH4xI" * count).unpack_from for count in range(MOST + 1)]

    def read(self, descriptor: int) -> tuple[int, ...]:
        """Read what the connected socket holds, at most `MOST` datagrams. The fields of their RTP headers as `HEADER`
        has them, but without the timestamp: three for each. One that is too short to have them leaves those of an
        earlier datagram in its place. Empty: there is nothing, or an ICMP error."""
        self._count = count = max(0, _recvmmsg(descriptor, self._argument, MOST, _DONTWAIT, None))
        fields: tuple[int, ...] = self._unpack[count](self._headers)
        return fields

    @property
    def last_timestamp(self) -> int:
        """Of the last datagram read."""
        start = self._count * _HEADER_BYTES
        return int.from_bytes(self._headers[start - 8 : start - 4], "big")

    def datagrams(self) -> list[bytes]:
        """What was read last."""
        datagrams: list[bytes] = []
        for index in range(self._count):
            length = self._messages[index].len
            start = index * _HEADER_BYTES
            header = self._headers[start : start + min(length, _HEADER_BYTES)]
            start = index * _PAYLOAD_BYTES
            payload = self._payloads[start : start + max(0, length - _HEADER_BYTES)]
            datagrams.append(bytes(header + payload))
        return datagrams
