"""What passed a test's own sockets, as a capture file: no privileges are needed, and nobody else's packets are in it.

Format: https://www.tcpdump.org/manpages/pcap-savefile.5.txt, link type 101 (each packet begins with its IP header).
"""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass, field
from pathlib import Path

Address = tuple[str, int]

_FILE_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
_UDP = 17


@dataclass
class Capture:
    """Datagrams with the seconds at which they passed."""

    packets: list[tuple[float, Address, Address, bytes]] = field(default_factory=list)

    def add(self, at: float, source: Address, destination: Address, payload: bytes) -> None:
        """One datagram."""
        self.packets.append((at, source, destination, payload))

    def write(self, path: Path) -> Path:
        """The file, in order of time."""
        parts = [_FILE_HEADER]
        for at, source, destination, payload in sorted(self.packets, key=lambda packet: packet[0]):
            data = _with_headers(source, destination, payload)
            parts.append(struct.pack("<IIII", int(at), int(at % 1 * 1e6), len(data), len(data)) + data)
        path.write_bytes(b"".join(parts))
        return path


def _with_headers(source: Address, destination: Address, payload: bytes) -> bytes:
    """An IP packet around it, of the version that the addresses have."""
    ends = [ipaddress.ip_address(host).packed for host in (source[0], destination[0])]
    length = 8 + len(payload)
    ports = struct.pack("!HHH", source[1], destination[1], length)
    pseudo_header = b"".join(ends) + struct.pack("!HH", _UDP, length)
    datagram = ports + struct.pack("!H", _checksum(pseudo_header + ports + payload) or 0xFFFF) + payload
    if len(ends[0]) == 16:
        return struct.pack("!IHBB", 6 << 28, length, _UDP, 64) + b"".join(ends) + datagram
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, 0, 0, 64, _UDP, 0) + b"".join(ends)
    return header[:10] + struct.pack("!H", _checksum(header)) + header[12:] + datagram


def _checksum(data: bytes) -> int:
    """RFC 1071."""
    words: tuple[int, ...] = struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2))
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
