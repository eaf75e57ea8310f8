"""Real servers for tests: PostgreSQL and Mosquitto, each started on a free port in a folder of its own.

The programs must be installed (`scripts/setup.sh test` sees to it); a test that needs one that is absent fails.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.ports import free_port

#: For `params` of fixtures that give a database; the quick run leaves the second out.
DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.server))

_STARTING_SECONDS = 30.0


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once something listens; fail with the server's own words if it ends or takes too long."""
    deadline = time.monotonic() + _STARTING_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


def _program(name: str, package: str, *folders: Path) -> Path:
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is not installed; run scripts/setup.sh test, or apt-get install {package}")
    return Path(found)


class Mosquitto:
    """A broker on loopback that keeps nothing over a restart, as a test of ours is harder so."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._program = _program("mosquitto", "mosquitto", Path("/usr/sbin"))
        self._log = folder / "mosquitto.log"
        self._settings = folder / "mosquitto.conf"
        self._settings.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it listens."""
        with self._log.open("ab") as log:
            command = [str(self._program), "-c", str(self._settings)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_for_port(self.port, self._process, self._log)

    def kill(self) -> None:
        """End at once, without a goodbye to anyone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def running_mosquitto(folder: Path) -> Iterator[Mosquitto]:
    """A broker for the length of the block."""
    broker = Mosquitto(folder)
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


@contextmanager
def running_postgres() -> Iterator[str]:
    """A PostgreSQL of our own for the length of the block: the SQLAlchemy address of its database `postgres`.

    It refuses to run as root, so root lends it another user. Safety of writes is switched off: it lives for minutes.
    """
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    initdb = _program("initdb", "postgresql", *reversed(installed))
    user = _unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))  # short: a socket's path has at most 107 characters
    try:
        if user is not None:
            shutil.chown(folder, user)
        data, log, port = folder / "data", folder / "log", free_port()
        how = [
            "--pgdata",
            str(data),
            "--username",
            "hotline",
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--no-locale",
            "-N",
        ]
        made = subprocess.run([str(initdb), *how], user=user, cwd=folder, capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.fail(f"initdb failed: {made.stderr}")
        options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "fsync": "off"}
        options |= {"synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "32MB"}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            command = [str(initdb.with_name("postgres")), "-D", str(data), *settings]
            process = subprocess.Popen(command, user=user, cwd=folder, stdout=output, stderr=output)
        try:
            wait_for_port(port, process, log)
            url = f"postgresql+psycopg://hotline@127.0.0.1:{port}/postgres"
            _wait_until_ready(url)
            yield url
        finally:
            process.send_signal(signal.SIGQUIT)  # "immediate shutdown": its children end too
            process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_user() -> str | None:
    """Who runs the server: ourselves, unless we are root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    pytest.fail(
        "PostgreSQL does not run as root and there is neither a user postgres nor nobody; run the tests as a user"
    )


def _wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + _STARTING_SECONDS
    while True:
        try:
            psycopg.connect(_plain(url)).close()
        except psycopg.OperationalError:  # it listens before it has finished starting
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def new_postgres_database(server: str, name: str) -> str:
    """Create an empty database on the server; its address."""
    with psycopg.connect(_plain(server), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return f"{server.rpartition('/')[0]}/{name}"


def drop_postgres_database(server: str, name: str) -> None:
    """Remove it, whoever is still connected."""
    with psycopg.connect(_plain(server), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
