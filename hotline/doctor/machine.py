"""What `hotline doctor` looks into about the machine itself: room on the disk, the clock, who may read our files."""

from __future__ import annotations

import shutil
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config.clock import SystemClock
from config.errors import HotlineError
from config.hotline_yaml import read_hotline_file
from config.settings import Settings, prepare_folder
from ivr.flow.catalogue import STEPS

#: An hour of recorded talk is some 60 MB in two channels; with less than this left a busy floor fills it in a day.
LEAST_FREE_BYTES = 2 << 30
#: A file may be younger than the clock says by so much, where another machine has written it.
_SKEW = timedelta(minutes=2)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
#: What in the data folder is nobody else's, whatever the folder allows: sign-ins are keyed with it.
_PRIVATE = ("console.secret",)


async def disk(settings: Settings) -> str:
    """Room for recordings and the book. Raises `HotlineError`."""
    told = []
    for folder in dict.fromkeys((settings.data_folder, settings.recordings_folder)):
        free = shutil.disk_usage(prepare_folder(folder)).free
        if free < LEAST_FREE_BYTES:
            raise HotlineError(
                f"{_in_gigabytes(free)} are free",
                where=str(folder),
                remedy="make room, keep recordings for fewer days (privacy in the hotline file), or set "
                "HOTLINE_RECORDINGS_FOLDER to a folder on another disk",
            )
        told.append(f"{_in_gigabytes(free)} free in {folder}")
    return "; ".join(told)


async def clock(settings: Settings) -> str:
    """The time at the hotline's place. Raises `HotlineError` when the clock cannot be right."""
    file, _ = read_hotline_file(settings.hotline_file, STEPS)
    now = SystemClock().now()
    for path in (settings.hotline_file, settings.data_folder / "hotline.db"):
        if path.exists() and _changed(path) > now + _SKEW:
            raise HotlineError(
                f"the clock says {now:%Y-%m-%d %H:%M} UTC, but {path} was changed after that",
                remedy="set the clock and keep it right with a time service: timedatectl set-ntp true",
            )
    return f"{now.astimezone(ZoneInfo(file.hotline.zone)):%Y-%m-%d %H:%M} in {file.hotline.zone}: is it so?"


async def privacy(settings: Settings) -> str:
    """Nobody else on this machine can read what is kept. Raises `HotlineError`."""
    for path in (settings.data_folder, *(settings.data_folder / name for name in _PRIVATE)):
        mode = path.stat().st_mode if path.exists() else 0
        if mode & _OTHERS:
            wanted = "700" if path.is_dir() else "600"
            raise HotlineError(
                f"others on this machine can read it (mode {stat.S_IMODE(mode):04o})",
                where=str(path),
                remedy=f"chmod {wanted} {path}",
            )
    return f"{settings.data_folder} is for this user alone"


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _in_gigabytes(size: int) -> str:
    return f"{size / (1 << 30):.1f} GiB"
