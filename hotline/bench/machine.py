"""On what the figures were measured: without that they cannot be compared."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")


def described() -> str:
    """Processor, cores that we may use, system, Python, and how busy the machine was before."""
    return (
        f"{_processor()}, {len(os.sched_getaffinity(0))} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, load average {os.getloadavg()[0]:.2f} before"
    )


def _processor() -> str:
    """The model's name; ARM's /proc has none, then only the architecture."""
    found = re.search(r"^model name\s*:\s*(.+)$", _CPUINFO.read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()
