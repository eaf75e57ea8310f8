"""Writes docs/lessons.md: what practice taught, each lesson lived through in a session of `hotline talk`.

    python scripts/lessons.py

What is typed is in scripts/lessons.yaml. Time begins on a Monday noon and references are counted, so that the page is
the same whenever it is made; a test compares.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ruamel.yaml import YAML

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config.hotline_file import HotlineFile
from config.hotline_yaml import read_hotline_file
from config.logging import configure_logging
from config.settings import default_hotline_file
from hotline.walk.talk import walk_along
from hotline.walk.walk import Walk, Walker
from ivr.flow.catalogue import STEPS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "lessons.md"
TYPED = ROOT / "scripts" / "lessons.yaml"
BEGINS = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FIRST_REFERENCE = 471201
_REFERENCE = re.compile(r"\b47\d{4}\b")

HEAD = """# Lessons, lived through

What people who run complaint hotlines have learned, and what this one does about it. Each session below is
`hotline talk --at "2026-11-23 12:00"` with the default hotline file: lines that begin with `>` are typed, by the caller
or, where they begin with `/`, at the desk. `scripts/lessons.py` makes this page.
"""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson and what is typed to see it. `agents` are ready from the start."""

    number: int
    lesson: str
    does: str
    agents: list[str]
    lines: list[str]


def lessons() -> list[Lesson]:
    """All that are shown."""
    return [Lesson(**entry) for entry in YAML(typ="safe").load(TYPED.read_text(encoding="utf-8"))]


async def session(lesson: Lesson, file: HotlineFile) -> list[str]:
    """What is seen at the terminal."""
    seen: list[str] = []
    references = itertools.count(FIRST_REFERENCE)
    walk = Walk(file, Walker("+821012345678", "1001"), BEGINS, seen.append, lambda: str(next(references)))

    async def typed() -> AsyncIterator[str]:
        for line in lesson.lines:
            heard = [reference for text in seen for reference in _REFERENCE.findall(text)]
            words = line.replace("{last}", heard[-1] if heard else "")
            seen.append(f"> {words}".rstrip())
            yield words

    await walk_along(walk, tuple(lesson.agents), typed())
    return seen


async def page() -> str:
    """The whole page."""
    file, _ = read_hotline_file(default_hotline_file(), STEPS)
    parts = [HEAD]
    for lesson in lessons():
        shown = "\n".join(await session(lesson, file))
        parts.append(f"## {lesson.number}. {lesson.lesson}\n\n{lesson.does}\n\n```text\n{shown}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    configure_logging("human", "error")
    PAGE.write_text(asyncio.run(page()), encoding="utf-8")
