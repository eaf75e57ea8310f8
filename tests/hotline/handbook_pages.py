"""The pages of the handbook and of the READMEs, and the commands that stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
CHINESE = {ROOT / "README.md": ROOT / "README.zh-CN.md"}

_FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>```+) *(?P<kind>[\w-]*)[^`]*$")
#: Stands on the line before a block that is meant to fail.
_FAULT = re.compile(r"<!-- exits with (\d+) -->")
_REMARK = re.compile(r"(?:^|\s+)#\s.*$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its kind, the line on which its text begins, its text, and the exit code it is to have."""

    kind: str
    line: int
    text: str
    exit_code: int = 0

    @property
    def commands(self) -> tuple[str, ...]:
        """Its lines without remarks, which are in the reader's language."""
        return tuple(said for line in self.text.splitlines() if (said := _REMARK.sub("", line).rstrip()))


def english_pages() -> list[Path]:
    """README.md and every page in English."""
    return [ROOT / "README.md", *sorted(page for page in DOCS.rglob("*.md") if DOCS / "zh" not in page.parents)]


def chinese_of(page: Path) -> Path:
    """Where the page's translation stands, or would stand."""
    return CHINESE.get(page) or DOCS / "zh" / page.relative_to(DOCS)


def blocks(text: str) -> Iterator[Block]:
    """Every fenced block, in order."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        opened = _FENCE.match(lines[at])
        if opened is None:
            at += 1
            continue
        indent, ticks = opened["indent"], opened["ticks"]
        end = next(
            (number for number in range(at + 1, len(lines)) if lines[number].strip() == ticks),
            len(lines),
        )
        body = "\n".join(line.removeprefix(indent) for line in lines[at + 1 : end])
        meant = _FAULT.search(lines[at - 1]) if at else None
        yield Block(opened["kind"], at + 2, body + "\n", int(meant[1]) if meant else 0)
        at = end + 1


def commands(page: Path) -> list[Block]:
    """The blocks of the page that a reader is to type."""
    return [block for block in blocks(page.read_text(encoding="utf-8")) if block.kind == "sh"]
