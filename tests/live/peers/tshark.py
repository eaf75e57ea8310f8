"""tshark (apt: tshark) as a second opinion of what we put on the wire."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live.peers.sipp import program


@dataclass(frozen=True)
class RtpStream:
    """One line of tshark's statistics: packets that came, and how many it misses by the sequence numbers."""

    source_port: int
    destination_port: int
    payload: str
    packets: int
    lost: int


async def faults(file: Path) -> list[str]:
    """Every packet that tshark calls malformed, or of which it says something worse than a warning."""
    wanted = "_ws.malformed || _ws.expert.severity == error"
    shown = await _tshark(
        file, "-Y", wanted, "-T", "fields", "-e", "frame.number", "-e", "_ws.expert.message", "-e", "_ws.col.Info"
    )
    return shown.splitlines()


async def protocols(file: Path) -> dict[str, int]:
    """How many packets it takes for what."""
    counts: dict[str, int] = {}
    for line in (await _tshark(file, "-T", "fields", "-e", "frame.protocols")).splitlines():
        for protocol in set(line.split(":")):
            counts[protocol] = counts.get(protocol, 0) + 1
    return counts


async def rtp_streams(file: Path) -> list[RtpStream]:
    """Its statistics of every RTP stream."""
    shown = await _tshark(file, "-q", "-z", "rtp,streams")
    line = re.compile(
        r"^ *[\d.]+ +[\d.]+ +\S+ +(\d+) +\S+ +(\d+) +0x[0-9A-Fa-f]+ +(.+?) +(\d+) +(-?\d+) \(", re.MULTILINE
    )
    return [
        RtpStream(int(source), int(destination), payload, int(packets), int(lost))
        for source, destination, payload, packets, lost in line.findall(shown)
    ]


async def _tshark(file: Path, *options: str) -> str:
    process = await asyncio.create_subprocess_exec(
        program("tshark", "tshark"),
        # By what a packet looks like before by its port: ours are arbitrary, and some are those of other protocols.
        "-o",
        "udp.try_heuristic_first:TRUE",
        "-r",
        str(file),
        "-n",
        *options,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    if process.returncode:
        pytest.fail(f"tshark: {errors.decode(errors='replace')}")
    return output.decode(errors="replace")
