"""What `scripts/audit.sh` makes of the lock and of pip-audit's answer. Exit code 1 for anything that must be mended."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

#: What pip-audit's last words are when nobody answers.
_NOBODY = re.compile(r"ServiceError|ConnectionError|Timeout|ProxyError|SSLError|Max retries exceeded")


@dataclass(frozen=True, slots=True)
class Hole:
    """A known vulnerability; `names` are its id and aliases."""

    package: str
    version: str
    names: tuple[str, ...]
    fixed_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Excuse:
    """An entry of audit-exceptions.toml: `until` is the last day on which it counts."""

    name: str
    package: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Answer:
    """How many packages were answered for, the others with the reason, and the holes."""

    asked: int
    unanswered: tuple[str, ...]
    holes: tuple[Hole, ...]


def unpinned(lock: Mapping[str, Any]) -> Iterator[str]:
    """What in a uv.lock can be exchanged without anybody noticing: files without a hash, packages not from an index."""
    for package in lock.get("package", []):
        source = package["source"]
        if "editable" in source or "virtual" in source:
            continue  # the project itself
        name = f"{package['name']} {package.get('version', '')}".strip()
        if "registry" not in source:
            yield f"{name} does not come from an index"
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        if not files or not all(re.fullmatch(r"sha256:[0-9a-f]{64}", file.get("hash", "")) for file in files):
            yield f"{name} has a file without a hash"


def read_answer(text: str) -> Answer:
    """pip-audit's JSON. Raises `ValueError` for anything else."""
    packages = json.loads(text)["dependencies"]
    unanswered = tuple(f"{one['name']}: {one['skip_reason']}" for one in packages if "skip_reason" in one)
    holes = tuple(
        Hole(one["name"], one["version"], (hole["id"], *hole["aliases"]), tuple(hole["fix_versions"]))
        for one in packages
        for hole in one.get("vulns", [])
    )
    return Answer(len(packages) - len(unanswered), unanswered, holes)


def read_excuses(text: str) -> tuple[Excuse, ...]:
    """Raises `KeyError` where a reason or a day is missing."""
    found = tomllib.loads(text).get("exception", [])
    return tuple(Excuse(one["id"], one["package"], one["reason"], one["until"]) for one in found)


def faults(answer: Answer, excuses: tuple[Excuse, ...], today: date) -> Iterator[str]:
    """What must be mended, a line each."""
    for one in answer.unanswered:
        yield f"not answered for: {one}"
    for hole in answer.holes:
        excuse = next((one for one in excuses if one.name in hole.names and one.package == hole.package), None)
        what = f"{hole.package} {hole.version}: {', '.join(hole.names)}"
        if excuse is None:
            remedy = f"upgrade to {' or '.join(hole.fixed_in)}" if hole.fixed_in else "no version mends it yet"
            yield f"{what}; {remedy}"
        elif excuse.until < today:
            yield f"{what}; it was excused until {excuse.until}: {excuse.reason}"


def verdict(unpinned_: list[str], answer: Answer, excuses: tuple[Excuse, ...], today: date) -> tuple[list[str], int]:
    """What is to be said, and the exit code."""
    found = unpinned_ + (list(faults(answer, excuses, today)) if answer.asked else [])
    if found:
        return found, 1
    if not answer.asked:
        return ["NOT AUDITED: no advisory service answered for any package. Nothing is known about holes in them."], 0
    return [f"no known holes in {answer.asked} packages, every one pinned by its hashes"], 0


def main(project: Path, answer: Path, errors: Path) -> int:
    """Say what is the matter; the exit code."""
    excuses = read_excuses((Path(__file__).parent / "audit-exceptions.toml").read_text(encoding="utf-8"))
    found = list(unpinned(tomllib.loads((project / "uv.lock").read_text(encoding="utf-8"))))
    said = errors.read_text(encoding="utf-8", errors="replace")
    try:
        answered = read_answer(answer.read_text(encoding="utf-8"))
    except ValueError:
        answered = Answer(0, (), ())
        if not _NOBODY.search(said):
            found.append(f"pip-audit failed: {(said.strip().splitlines() or ['it said nothing'])[-1]}")
    lines, code = verdict(found, answered, excuses, datetime.now(UTC).date())
    sys.stdout.writelines(f"audit: {line}\n" for line in lines)
    return code


if __name__ == "__main__":
    sys.exit(main(*(Path(argument) for argument in sys.argv[1:])))
