"""A copy of the database as it is at one moment, while a hotline works on it; and a database made from such a copy."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from hotline.backup.archive import BackupFault

#: What the copy is called, by the kind of database.
COPIES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}


def kind_of(url: str) -> str:
    """`sqlite` or `postgresql`."""
    return make_url(url).get_backend_name()


def copy_database(url: str, to: Path) -> None:
    """Write the copy. Blocks; `BackupFault` when the database or its tools are not there."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        _copy_sqlite(_file_of(address), to)
    else:
        _run("pg_dump", address, "--format=custom", f"--file={to}")


def replace_database(url: str, copy: Path) -> None:
    """Let the database be as the copy says, whole or not at all: what it held is gone. Blocks; `BackupFault`."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        file = _file_of(address)
        file.parent.mkdir(parents=True, exist_ok=True)
        for beside in ("-wal", "-shm"):  # of the database that was there
            file.with_name(file.name + beside).unlink(missing_ok=True)
        shutil.copyfile(copy, aside := file.with_name(f"{file.name}.restored"))
        aside.replace(file)
    else:
        whole = ("--single-transaction", "--exit-on-error", "--clean", "--if-exists", "--no-owner")
        _run("pg_restore", address, *whole, f"--dbname={address.database}", str(copy))


def _file_of(address: URL) -> Path:
    return Path(address.database or "")


def _copy_sqlite(file: Path, to: Path) -> None:
    if not file.is_file():
        raise BackupFault("there is no database", where=str(file), remedy="check HOTLINE_DATA_FOLDER")
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as live, closing(sqlite3.connect(to)) as copy:
            live.backup(copy)
    except sqlite3.Error as fault:
        raise BackupFault(f"the database cannot be copied: {fault}", where=str(file)) from fault


def _run(program: str, address: URL, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupFault(f"{program} is not installed", remedy="apt-get install postgresql-client")
    said = {
        "PGHOST": address.host,
        "PGPORT": str(address.port) if address.port else None,
        "PGUSER": address.username,
        "PGPASSWORD": address.password,  # in the environment: other users can read command lines
        "PGDATABASE": address.database,
    }
    environment = os.environ | {name: value for name, value in said.items() if value}
    done = subprocess.run(  # noqa: S603 - our own words and file names, and no shell that could read more into them
        [found, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise BackupFault(f"{program} failed: {last[0]}", remedy="see that the database can be reached and written")
