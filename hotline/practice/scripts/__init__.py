"""What the callers of practice say, language by language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import TypeAdapter
from ruamel.yaml import YAML

from prompts.manifest import read_manifest

FOLDER = Path(__file__).parent
#: The recorded callers of the demonstration; a sentence that one of them speaks is heard here, too.
CLIPS = Path(str(files("hotline.demo") / "clips"))


@dataclass(frozen=True, slots=True)
class Solved:
    """A case of somebody else's, and what helped."""

    summary: str
    note: str


@dataclass(frozen=True, slots=True)
class Script:
    """One caller. `assent` is how they say yes aloud, which shows their mood; empty for a caller who presses keys.
    `past` is what they complained of before; `problem` a known fault's title and what callers can do about it."""

    language: str
    name: str
    turns: tuple[str, ...]
    openings: tuple[str, ...] = ()
    assent: str = ""
    past: str = ""
    problem: tuple[str, str] | None = None
    solved: tuple[Solved, ...] = ()

    def sound(self, text: str) -> str:
        """The recording of a sentence, "en/smoke.opus"; empty where there is none."""
        return _sounds().get((self.language, text), "")


_SCRIPTS = TypeAdapter(Script)


def script(language: str, scenario: str) -> Script | None:
    """The caller of a scenario, None where nobody has written one in this language."""
    return _scripts(language).get(scenario)


@cache
def _scripts(language: str) -> dict[str, Script]:
    path = FOLDER / f"{language}.yaml"
    if not path.is_file():
        return {}
    written = YAML(typ="safe").load(path)
    return {name: _script(language, parts) for name, parts in written.items()}


def _script(language: str, parts: dict[str, object]) -> Script:
    problem = parts.get("problem")
    if isinstance(problem, dict):
        parts = parts | {"problem": (problem["title"], problem["workaround"])}
    return _SCRIPTS.validate_python({"language": language, **parts})


@cache
def _sounds() -> dict[tuple[str, str], str]:
    return {(clip.language, clip.transcript): clip.path for clip in read_manifest(CLIPS).values()}
