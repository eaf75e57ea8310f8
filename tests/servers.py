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
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

import psycopg
import pytest

from tests.ports import free_port

#: For `params` of fixtures that give a database; the quick run leaves the second out.
DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.server))

_STARTING_SECONDS = 30.0


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path, host: str = "127.0.0.1") -> None:
    """Return once something listens; fail with the server's own words if it ends or takes too long."""
    deadline = time.monotonic() + _STARTING_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((host, port)) == 0:
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
    """A broker that keeps nothing over a restart, as a test of ours is harder so; with `is_lasting` it keeps who has
    subscribed to what, and what they have yet to be sent. `rules` are lines of its configuration."""

    def __init__(
        self,
        folder: Path,
        host: str = "127.0.0.1",
        *,
        is_lasting: bool = False,
        rules: str = "allow_anonymous true\n",
    ) -> None:
        self._host, self.port = host, free_port(host)
        self._program = _program("mosquitto", "mosquitto", Path("/usr/sbin"))
        self._log = folder / "mosquitto.log"
        self._settings = folder / "mosquitto.conf"
        settings = f"user root\nlistener {self.port} {host}\n{rules}"
        if is_lasting:
            settings += f"persistence true\npersistence_location {folder}/\n"
            settings += "autosave_on_changes true\nautosave_interval 1\n"
        else:
            settings += "persistence false\n"
        self._settings.write_text(settings)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it listens."""
        with self._log.open("ab") as log:
            command = [str(self._program), "-c", str(self._settings)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_for_port(self.port, self._process, self._log, self._host)

    def freeze(self) -> None:
        """Do nothing, as a broker that is overwhelmed, until `thaw`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End at once, without a goodbye to anyone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def running_mosquitto(folder: Path, rules: str = "allow_anonymous true\n") -> Iterator[Mosquitto]:
    """A broker for the length of the block."""
    broker = Mosquitto(folder, rules=rules)
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


class Postgres:
    """A server below a folder of its own that ends with `kill` and goes on with `start`. It refuses to run as root, so
    root lends it another user. Others than its machine reach it where `network` (as `10.0.0.0/24`) lets them."""

    #: Loss of power is not tested: what the system has been given is as good as on the disk.
    _OPTIONS: ClassVar = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "32MB"}

    def __init__(
        self, folder: Path, host: str = "127.0.0.1", network: str = "", options: dict[str, str] | None = None
    ) -> None:
        installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: int(found.parent.name))
        self._initdb = _program("initdb", "postgresql", *reversed(installed))
        self._user = _unprivileged_user()
        self._folder, self._data, self._log = folder, folder / "data", folder / "log"
        self._host, self._port = host, free_port(host)
        self._options = self._OPTIONS | (options or {})
        self._process: subprocess.Popen[bytes] | None = None
        if self._user is not None:
            shutil.chown(folder, self._user)
        self._make()
        if network:
            with (self._data / "pg_hba.conf").open("a") as file:
                file.write(f"host all all {network} trust\n")

    @property
    def url(self) -> str:
        """The SQLAlchemy address of its database `postgres`."""
        return f"postgresql+psycopg://hotline@{self._host}:{self._port}/postgres"

    def _make(self) -> None:
        how = ["--pgdata", str(self._data), "--username", "hotline", "--auth", "trust"]
        how += ["--encoding", "UTF8", "--no-locale", "-N"]
        command = [str(self._initdb), *how]
        made = subprocess.run(command, user=self._user, cwd=self._folder, capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.fail(f"initdb failed: {made.stderr}")

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        options = {"listen_addresses": self._host, "port": self._port, "unix_socket_directories": self._folder}
        settings = [part for name, value in (options | self._options).items() for part in ("-c", f"{name}={value}")]
        with self._log.open("ab") as output:
            command = [str(self._initdb.with_name("postgres")), "-D", str(self._data), *settings]
            self._process = subprocess.Popen(command, user=self._user, cwd=self._folder, stdout=output, stderr=output)
        wait_for_port(self._port, self._process, self._log, self._host)
        _wait_until_ready(self.url)

    def stop(self) -> None:
        """An "immediate shutdown": its children end too."""
        self._end(signal.SIGQUIT)

    def kill(self) -> None:
        """End at once, with all its children, without a goodbye to anyone."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        self._process.send_signal(signal.SIGKILL)
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        self._end(signal.SIGKILL)

    def _end(self, by: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(by)
            self._process.wait()
            self._process = None


@contextmanager
def running_postgres() -> Iterator[str]:
    """A PostgreSQL of our own for the length of the block: the address of its database `postgres`. Safety of writes is
    switched off: it lives for minutes."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))  # short: a socket's path has at most 107 characters
    try:
        server = Postgres(folder, options={"synchronous_commit": "off"})
        server.start()
        try:
            yield server.url
        finally:
            server.stop()
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
