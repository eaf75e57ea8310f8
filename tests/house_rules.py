"""The rules of the house that no linter knows, as functions from a file to its violations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("config", "prompts", "routing", "callbacks", "ivr", "console", "hotline")
LONGEST_FILE = 400

#: Who may read the time or wait without a `Clock`, and why.
TIMEKEEPERS = {
    "config/clock.py": "is the clock",
    "ivr/media/*": "the media thread keeps its own beat of 5 ms",
    "hotline/demo/*": "callers and telephones are outside of the hotline, in real time",
    "hotline/bench/*": "measures",
}
_TIME_READS = {
    "time": {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "sleep"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "asyncio": {"sleep"},
}

#: Each wrapped library, and the only files that may import it.
ONE_PLACE = {
    "aiomqtt": ("config/mqtt_line.py",),
    # the second is stock pyVoIP itself, which the bench compares the edge with
    "pyVoIP": ("ivr/sip/pyvoip_phone.py", "hotline/bench/edge/stock_pyvoip.py"),
    "vosk": ("ivr/speech/vosk_recogniser.py",),
    "faster_whisper": ("ivr/speech/whisper_recogniser.py",),
    "pydub": ("prompts/voices/pydub_level.py",),
    "dns": ("ivr/sip/srv.py",),
    "aiosqlite": ("config/sqlite_connections.py",),
    "aiosmtplib": ("callbacks/letters/smtp_courier.py",),
    "websockets": ("ivr/speech/remote_recogniser.py", "hotline/bench/light_desk.py"),
    "sklearn": ("ivr/understanding/*.py",),
    "cryptography": ("config/encryption.py", "config/sealed_stream.py"),
    "prometheus_client": ("hotline/metrics/*.py",),
    "psycopg": ("*/sql_*.py", "hotline/bench/*.py"),
    "reportlab": ("callbacks/reports/report_pdf.py",),
    "nicegui": ("console/app.py", "console/pages/*.py"),
    "sqlalchemy": ("*/sql_*.py", "config/database.py", "hotline/migrations/*"),
}

#: Who puts adapters together, and why.
ASSEMBLIES = {
    "hotline/*": "is the program",
    "prompts/voices/*": "is a tool of its own, which renders prompts",
    "ivr/speech/recognisers.py": "chooses the recognisers of a process that only hears",
}

#: Modules named after what they wrap. Only those who assemble and other adapters may import them.
_ADAPTER = re.compile(r"^((sql|mqtt|pyvoip|pydub|smtp|http)_\w+|(vosk|whisper)_recogniser)$")

_PERSONAL_PATH = re.compile(r"(?<![\w.])/(?:(?:home|Users|root)/\w+|work/(?:main|shared)\b)")
_UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")


@dataclass(frozen=True)
class Source:
    """A file of the project: its path from the root, with slashes, and its text."""

    path: str
    text: str

    @property
    def room(self) -> str:
        return self.path.partition("/")[0]

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    def at(self, line: int, what: str) -> str:
        return f"{self.path}:{line}: {what}"


@cache
def sources(*patterns: str) -> list[Source]:
    """The project's own files below the rooms, tests, scripts, docs and deploy, and those at the top."""
    found = [path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()]
    for folder in (*ROOMS, "tests", "scripts", "docs", "deploy"):
        found += [path for pattern in patterns for path in (ROOT / folder).rglob(pattern) if path.is_file()]
    return [Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in sorted(set(found))]


@cache
def product() -> list[Source]:
    """The Python of the rooms."""
    return [source for source in sources("*.py") if source.room in ROOMS]


def clock_reads(source: Source) -> Iterator[str]:
    """Reading the time, or waiting, anywhere but through a `Clock`."""
    if any(fnmatch(source.path, pattern) for pattern in TIMEKEEPERS):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module in ("time", "asyncio"):
            for name in node.names:
                if name.name in _TIME_READS[node.module]:
                    yield source.at(node.lineno, f"imports {node.module}.{name.name}; take a Clock")
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if node.attr in _TIME_READS.get(owner, ()):
                yield source.at(node.lineno, f"{owner}.{node.attr} reads the time; take a Clock")
            elif node.attr == "time" and _is_loop(node.value):
                yield source.at(node.lineno, "the loop's time is read; take a Clock")


def _is_loop(node: ast.expr) -> bool:
    called = node.func if isinstance(node, ast.Call) else node
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name.strip("_").endswith("loop")


def misplaced_imports(source: Source) -> Iterator[str]:
    """A wrapped library imported outside of its place."""
    for line, module in imports(source):
        places = ONE_PLACE.get(module.partition(".")[0], ())
        if places and not any(fnmatch(source.path, place) for place in places):
            yield source.at(line, f"imports {module}, which belongs in {' and '.join(places)}")


def adapter_imports(source: Source) -> Iterator[str]:
    """An adapter imported by something that should know only its port."""
    if any(fnmatch(source.path, place) for place in ASSEMBLIES) or _ADAPTER.match(Path(source.path).stem):
        return
    for line, module in imports(source):
        room, _, rest = module.partition(".")
        if room in ROOMS and any(_ADAPTER.match(part) for part in rest.split(".")):
            yield source.at(line, f"imports the adapter {module}; take its port, and let hotline/ put them together")


def imports(source: Source) -> Iterator[tuple[int, str]]:
    """Every module that is imported, with the line; for `from a import b` both `a` and `a.b`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def too_long(source: Source) -> Iterator[str]:
    """A file of more lines than a reader can hold."""
    lines = source.text.count("\n")
    if lines > LONGEST_FILE:
        yield source.at(lines, f"has {lines} lines; {LONGEST_FILE} are the most, one idea a file")


def personal_paths(source: Source) -> Iterator[str]:
    """A path that exists on one machine only."""
    for number, line in enumerate(source.text.splitlines(), 1):
        for found in _PERSONAL_PATH.findall(line):
            yield source.at(number, f"names {found}, which other machines do not have")


def unfinished(source: Source) -> Iterator[str]:
    """A note to do something later: that is what issues are for."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if _UNFINISHED.search(line):
            yield source.at(number, "left unfinished; do it, or open an issue")


def skipped_tests(source: Source) -> Iterator[str]:
    """A test that may pass without running."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in ("skip", "skipif", "xfail", "importorskip"):
            yield source.at(node.lineno, f"{node.attr}: a test either runs or fails with its remedy")
