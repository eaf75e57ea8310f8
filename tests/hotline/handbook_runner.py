"""Types a page's commands into a shell as its reader would, in a home that is new and looks like a fresh clone.

Four things differ from a reader's machine, and only these: ports are free ones, in the commands too; `hotline` is
`tests.hotline.forking_hotline`'s; `hotline serve`, which a reader leaves running in another terminal, goes on until the
page ends and must then end well by SIGTERM; and `make`, whose targets take minutes and are run by CI itself, tells only
what it would do. What asks for a password is told one.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.hotline.forking_hotline import write_client
from tests.hotline.handbook_pages import ROOT, Block
from tests.ports import free_port

#: What a clone has at its top and pages may name.
_CLONED = ("Makefile", "README.md", "config", "deploy", "docs", "prompts", "pyproject.toml", "scripts", "uv.lock")
_PASSWORD = "a pass phrase that nobody else has"
_PAGE_SECONDS = 200.0
_GOODBYE_SECONDS = 60.0
_CONSOLE = re.compile(r"(?<=127\.0\.0\.1:)8080\b|(?<=localhost:)8080\b")

_HOTLINE = """#!/bin/sh
case "$*" in
  serve) ;;
  users*) exec "{forked}" "$@" <"{answers}" ;;
  *) exec "{forked}" "$@" ;;
esac
( sh -c 'echo $$ >"$HOME/serve.pid"; exec "{python}" -m hotline serve'; echo $? >"$HOME/serve.code" ) \
  >"$HOME/serve.log" 2>&1 </dev/null &
while [ ! -e "$HOME/serve.code" ]; do
  "{python}" -ISc '{probe}' "{console}/healthz" 2>"$HOME/probe" && exit 0
  sleep 0.3
done
cat "$HOME/serve.log" >&2
exit 1
"""
_PROBE = "import sys, urllib.request as r; r.urlopen(sys.argv[1], timeout=5)"
_MAKE = """#!/bin/sh
exec "{make}" --directory "{root}" --dry-run "$@"
"""


class Terminal:
    """One reader in a home below `folder`; `forking` is the socket of a running `forking_hotline`."""

    def __init__(self, folder: Path, forking: Path) -> None:
        self._home = folder / "home"
        self._clone = folder / "clone"
        programs = self._clone / ".venv" / "bin"
        for made in (self._home, self._clone, programs):
            made.mkdir(parents=True)
        for name in _CLONED:
            (self._clone / name).symlink_to(ROOT / name)
        for inner in (*Path(sys.prefix).iterdir(), *(Path(sys.prefix) / "bin").iterdir()):
            link = self._clone / ".venv" / inner.relative_to(sys.prefix)
            if inner.name not in ("bin", "hotline", "make"):
                link.symlink_to(inner)
        port = free_port()
        self._console = f"http://127.0.0.1:{port}"
        self._environment = {name: value for name, value in os.environ.items() if not _is_ours(name)} | {
            "HOME": str(self._home),
            "PATH": f"{programs}:{os.environ['PATH']}",
            "COLUMNS": "120",
            "HOTLINE_CONSOLE_PORT": str(port),
            "HOTLINE_SIP_ADDRESS": "127.0.0.1",
            "HOTLINE_SIP_PORT": str(free_port()),
            "HOTLINE_SECOND_HEARING": "false",  # its model takes long to load, and nobody speaks
        }
        answers = folder / "answers"
        answers.write_text(f"{_PASSWORD}\n" * 4)
        forked = folder / "forked"
        write_client(forked, forking)
        _program(programs / "hotline", _HOTLINE, forked=forked, answers=answers, console=self._console, probe=_PROBE)
        _program(programs / "make", _MAKE, make=shutil.which("make") or "make", root=ROOT)

    def type(self, blocks: Sequence[Block]) -> str:
        """Type them in order into one shell. What went wrong, with all that was shown; empty if nothing did."""
        shown = self._home.parent / "shown"
        with shown.open("wb") as terminal:
            done = subprocess.run(
                ["bash", "-c", "\n".join(self._script(block) for block in blocks)],
                cwd=self._clone,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=terminal,
                stderr=terminal,
                start_new_session=True,
                timeout=_PAGE_SECONDS,
                check=False,
            )
        wrong = "" if done.returncode == 0 else f"exit code {done.returncode}"
        wrong = wrong or self._say_goodbye()
        return f"{wrong}\n{shown.read_text(errors='replace')[-4000:]}" if wrong else ""

    def close(self) -> None:
        """End what a page has left behind."""
        pid = self._home / "serve.pid"
        if pid.exists() and not (self._home / "serve.code").exists():
            with contextlib.suppress(ProcessLookupError):  # it ended just now
                os.kill(int(pid.read_text()), signal.SIGKILL)

    def _script(self, block: Block) -> str:
        """Any line that fails ends the page, unless the block is to fail."""
        text = _CONSOLE.sub(self._console.rpartition(":")[2], block.text)
        told = f"echo {shlex.quote(f'--- line {block.line}')}"
        if not block.exit_code:
            return f"{told}\nset -e -o pipefail\n{text}"
        return f"{told}\nset +e\n(\nset -e -o pipefail\n{text})\n[ $? -eq {block.exit_code} ] || exit 99"

    def _say_goodbye(self) -> str:
        """Stop a hotline that the page has left running. What went wrong."""
        pid, code, log = (self._home / f"serve.{name}" for name in ("pid", "code", "log"))
        if not pid.exists():
            return ""
        if not code.exists():
            os.kill(int(pid.read_text()), signal.SIGTERM)
        deadline = time.monotonic() + _GOODBYE_SECONDS
        while not (code.exists() and code.read_text()):
            if time.monotonic() > deadline:
                return f"`hotline serve` does not stop\n{log.read_text()}"
            time.sleep(0.05)
        ended = code.read_text().strip()
        return "" if ended == "0" else f"`hotline serve` ended with {ended}\n{log.read_text()}"


def _program(path: Path, text: str, **names: object) -> None:
    path.write_text(text.format(python=sys.executable, **names))
    path.chmod(0o755)


def _is_ours(name: str) -> bool:
    return name.startswith(("HOTLINE_", "XDG_", "PYTEST_", "MAKE", "MFLAGS"))
