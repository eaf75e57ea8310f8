"""`scripts/audit.sh`: known holes and files without hashes fail, and nothing is claimed where nobody could be asked."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from tests.ports import free_port

pytestmark = pytest.mark.long

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 11, 22)
_HASH = "sha256:" + "0" * 64


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit_report", ROOT / "scripts" / "audit_report.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["audit_report"] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


report = _load()


class _Osv(BaseHTTPRequestHandler):
    """An advisory service that knows of one hole, in `leaky` 1.0."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        day = "2026-01-01T00:00:00Z"
        hole = {
            "id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "modified": day, "published": day, "details": "a hole",
            "affected": [
                {"package": {"name": "leaky", "ecosystem": "PyPI"},
                 "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}]}
            ],
        }  # fmt: skip
        body = json.dumps({"vulns": [hole]} if asked["package"]["name"] == "leaky" else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@contextmanager
def advisories() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Osv)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def project(folder: Path, *packages: str, hashed: bool = True) -> Path:
    """A project that depends on these, each at version 1.0."""
    needs = ", ".join(f'"{name}"' for name in packages)
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "sample"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = [{needs}]\n'
    )
    lock = ['version = 1\nrevision = 3\nrequires-python = ">=3.11"\n']
    lock.append('[[package]]\nname = "sample"\nversion = "0"\nsource = { virtual = "." }\ndependencies = [')
    lock += [f'    {{ name = "{name}" }},' for name in packages]
    lock.append("]\n")
    for name in packages:
        file = f'url = "https://files.example/{name}-1.0.tar.gz", size = 1' + (f', hash = "{_HASH}"' if hashed else "")
        lock.append(
            f'[[package]]\nname = "{name}"\nversion = "1.0"\nsource = {{ registry = "https://pypi.org/simple" }}'
        )
        lock.append(f"sdist = {{ {file} }}\n")
    (folder / "uv.lock").write_text("\n".join(lock))
    return folder


def audit(folder: Path, service: str) -> tuple[int, str]:
    """The exit code and what was said."""
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    command = [str(ROOT / "scripts" / "audit.sh"), str(folder)]
    done = subprocess.run(
        command, env=environment | {"AUDIT_OSV_URL": service}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_known_hole_fails_the_audit_with_what_mends_it(tmp_path: Path) -> None:
    with advisories() as service:
        code, said = audit(project(tmp_path, "leaky", "sound"), service)
    assert (code, said) == (1, "audit: leaky 1.0: PYSEC-2026-1, CVE-2026-1; upgrade to 1.1\n")


def test_packages_without_known_holes_pass(tmp_path: Path) -> None:
    with advisories() as service:
        code, said = audit(project(tmp_path, "sound", "solid"), service)
    assert (code, said) == (0, "audit: no known holes in 2 packages, every one pinned by its hashes\n")


def test_where_nobody_can_be_asked_nothing_is_claimed(tmp_path: Path) -> None:
    code, said = audit(project(tmp_path, "leaky"), f"http://127.0.0.1:{free_port()}/v1/query")
    assert code == 0
    assert "NOT AUDITED" in said
    assert "no known holes" not in said


def test_a_file_without_a_hash_fails_even_where_nobody_can_be_asked(tmp_path: Path) -> None:
    code, said = audit(project(tmp_path, "sound", hashed=False), f"http://127.0.0.1:{free_port()}/v1/query")
    assert code == 1
    assert "sound 1.0 has a file without a hash" in said


def test_the_lock_of_this_project_pins_every_package() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    assert len(lock["package"]) > 100
    assert list(report.unpinned(lock)) == []


def test_a_package_from_anywhere_but_an_index_is_named() -> None:
    lock = {"package": [{"name": "own", "version": "1", "source": {"git": "https://example"}}]}
    assert any("does not come from an index" in line for line in report.unpinned(lock))


def answer(*packages: Mapping[str, object]) -> object:
    return report.read_answer(json.dumps({"dependencies": list(packages), "fixes": []}))


LEAKY = {
    "name": "leaky",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": []}],
}
UNKNOWN = {"name": "unknown", "skip_reason": "Dependency not found on PyPI"}


def test_packages_that_were_not_answered_for_are_no_clean_ones() -> None:
    # pip-audit itself ends with exit code 0 and "No known vulnerabilities found" in both cases.
    lines, code = report.verdict([], answer(UNKNOWN), (), TODAY)
    assert code == 0
    assert "NOT AUDITED" in lines[0]
    lines, code = report.verdict([], answer(UNKNOWN, {"name": "sound", "version": "1.0", "vulns": []}), (), TODAY)
    assert code == 1
    assert "not answered for: unknown" in lines[0]


@pytest.mark.parametrize("name", ["PYSEC-2026-1", "CVE-2026-1"])
def test_an_excuse_counts_for_its_package_until_its_day(name: str) -> None:
    excuse = report.Excuse(name, "leaky", "only the command line", TODAY)
    assert report.verdict([], answer(LEAKY), (excuse,), TODAY)[1] == 0
    late, code = report.verdict([], answer(LEAKY), (excuse,), TODAY + timedelta(days=1))
    assert code == 1
    assert "excused until 2026-11-22: only the command line" in late[0]
    assert report.verdict([], answer(LEAKY), (report.Excuse(name, "other", "x", TODAY),), TODAY)[1] == 1


def test_an_excuse_needs_a_reason_and_a_day() -> None:
    whole = '[[exception]]\nid = "A"\npackage = "b"\nreason = "c"\nuntil = 2026-12-31\n'
    assert len(report.read_excuses(whole)) == 1
    for line in ("reason", "until"):
        with pytest.raises(KeyError):
            report.read_excuses("".join(part for part in whole.splitlines(True) if not part.startswith(line)))


def test_the_excuses_of_this_project_can_be_read() -> None:
    text = (ROOT / "scripts" / "audit-exceptions.toml").read_text()
    assert [excuse for excuse in report.read_excuses(text) if len(excuse.reason) < 20] == []


def test_a_failure_of_the_auditor_is_not_taken_for_silence_of_the_service(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text("version = 1\n")
    (tmp_path / "answer").write_text("")
    for words, code in (("ERROR: a requirement cannot be parsed", 1), ("requests.exceptions.ConnectionError: x", 0)):
        (tmp_path / "errors").write_text(words)
        assert report.main(tmp_path, tmp_path / "answer", tmp_path / "errors") == code
