"""The command `hotline` for many calls: what it imports is imported once, and every call is a fork of that.

A command that begins by itself takes up to two seconds of a core before it does anything.
"""

from __future__ import annotations

import importlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotline.commands_on_demand import LATER

_LARGEST = 1 << 20
#: What the commands import when they are called.
_AHEAD = (
    "hotline.cli",
    "hotline.commands.administration",
    "hotline.commands.check",
    "hotline.doctor.checks",
    "hotline.rehearsal.rehearse",
    *(module for module, _ in LATER.values()),
)

_CLIENT = """#!{python} -ISsE
import errno, json, os, socket, sys, time
asked = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
with socket.socket(socket.AF_UNIX) as server:
    while server.connect_ex({path!r}) == errno.ENOENT:
        time.sleep(0.05)  # it has just begun
    socket.send_fds(server, [len(asked).to_bytes(4, "big")], [0, 1, 2])
    server.sendall(asked)
    answer = server.recv(1)
sys.exit(answer[0] if answer else 70)
"""


@contextmanager
def forking_hotline() -> Iterator[Path]:
    """Carries commands out for the length of the block; where its socket is."""
    with tempfile.TemporaryDirectory(prefix="hotline-") as folder:  # short: a socket's path has at most 107 characters
        path = Path(folder) / "socket"
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.hotline.forking_hotline", str(path)],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # without a terminal, so that passwords are read from standard input
        )
        try:
            yield path
        finally:
            server.kill()
            server.wait()


def write_client(command: Path, path: Path) -> None:
    """Make `command` an executable that has its arguments carried out by the server at the socket `path`."""
    command.write_text(_CLIENT.format(python=sys.executable, path=str(path)))
    command.chmod(0o755)


def _serve(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()  # who asks from now on waits
        for module in _AHEAD:
            importlib.import_module(module)
        while True:
            client, _ = server.accept()
            if os.fork() == 0:
                server.close()
                _attend(client)
            client.close()
            _bury()


def _bury() -> None:
    """Take notice of those who have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _attend(client: socket.socket) -> None:
    """One call, in two processes: one that is the command, and one that says how it ended."""
    size, given, _, _ = socket.recv_fds(client, 4, 3)
    asked = b""
    while len(asked) < int.from_bytes(size, "big"):
        asked += client.recv(_LARGEST)
    arguments, folder, environment = json.loads(asked)
    child = os.fork()
    if child == 0:
        client.close()
        for number, file in enumerate(given):
            os.dup2(file, number)
            os.close(file)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        os._exit(_command(arguments))
    for file in given:
        os.close(file)
    _, status = os.waitpid(child, 0)
    client.sendall(bytes([os.waitstatus_to_exitcode(status) & 0xFF]))
    os._exit(0)


def _command(arguments: list[str]) -> int:
    from hotline.cli import main

    sys.argv = ["hotline", *arguments]
    code: object = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - a fork must not run on in what its parent was doing
        sys.excepthook(*sys.exc_info())
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else 0 if code is None else 1


if __name__ == "__main__":
    _serve(sys.argv[1])
