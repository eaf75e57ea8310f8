"""A PostgreSQL server for the length of a bench, as safe against power cuts as it comes."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import tempfile
import time
from asyncio.subprocess import Process, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg

from config.errors import DatabaseFault

_STARTING_SECONDS = 30.0
_REMEDY = "apt-get install postgresql"


@asynccontextmanager
async def own_postgres() -> AsyncIterator[str]:
    """The SQLAlchemy address of its database `postgres`. It listens on a Unix socket in a folder of its own, which is
    gone afterwards. Raises `DatabaseFault` where PostgreSQL is not installed or does not start."""
    programs = _newest()
    user = _who_runs_it()
    folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))  # short: a socket's path has at most 107 characters
    where = ["-D", str(folder / "data")]
    make = [*where, "-U", "hotline", "-A", "trust", "-E", "UTF8"]
    run = [*where, "-k", str(folder), "-c", "listen_addresses=", "-c", "shared_buffers=256MB", "-c", "max_wal_size=2GB"]
    try:
        if user is not None:
            shutil.chown(folder, user)
        with (folder / "log").open("wb") as log:
            first = await create_subprocess_exec(programs / "initdb", *make, user=user, cwd=folder, stdout=log)
            if await first.wait():
                raise DatabaseFault("PostgreSQL cannot make a database", remedy="see its own words above")
            server = await create_subprocess_exec(
                programs / "postgres", *run, user=user, cwd=folder, stdout=log, stderr=log
            )
        try:
            await _wait_for(folder, server)
            yield f"postgresql+psycopg://hotline@/postgres?host={folder}"
        finally:
            if server.returncode is None:
                server.send_signal(signal.SIGQUIT)  # "immediate shutdown": its children end too
            await server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _newest() -> Path:
    """The folder of the newest PostgreSQL's programs, where Debian and its children put them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if not found:
        raise DatabaseFault("PostgreSQL is not installed", remedy=_REMEDY)
    return found[-1]


def _who_runs_it() -> str | None:
    """Ourselves; as root, which it refuses, the user it was installed with, or nobody."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


async def _wait_for(folder: Path, server: Process) -> None:
    deadline = time.monotonic() + _STARTING_SECONDS
    while True:
        try:
            psycopg.connect(host=str(folder), user="hotline", dbname="postgres").close()
        except psycopg.OperationalError as fault:  # it listens before it has finished starting
            if server.returncode is not None or time.monotonic() > deadline:
                raise DatabaseFault(f"PostgreSQL did not start: {fault}", remedy=_REMEDY) from fault
            await asyncio.sleep(0.05)
        else:
            return
