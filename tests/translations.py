"""What keeps README and handbook in step in both languages: which pages go together, what of a page has to be alike in
both, and the mark by which a page that changed since it was translated is found.

The Chinese page of `docs/NAME.md` is `docs/zh/NAME.md`, that of `README.md` is `README.zh-CN.md`. Its last line says
from which English text it was made, by the first 12 hexadecimal digits of the text's SHA-256; `scripts/translated.py`
renews it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from hashlib import sha256
from os.path import normpath
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GENERATED = frozenset({"api.md", "events.md"})  # made from the code, in English; Chinese pages link to them
SUMMARISED = frozenset({"lessons.md"})  # sessions at length: the Chinese page tells what they teach and links to them

FENCE = re.compile(r"^\s*(`{3,}|~{3,})\s*(.*?)\s*$")
HEADING = re.compile(r"^(#{1,6})\s")
PICTURE = re.compile(r"!\[[^\]]*\]\(([^()\s]+)\)")
LINK = re.compile(r"(?<!!)\[[^\[\]]*\]\(([^()\s]+)\)")
CODE = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n\n).)+?(?<!`)\1(?!`)", re.DOTALL)
CELL = re.compile(r"(?<!\\)\|")
MARK = re.compile(r"^<!-- translated from (\S+), SHA-256 ([0-9a-f]{12}) -->$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pages that say the same; paths relative to `root`."""

    english: str
    chinese: str
    root: Path = ROOT

    @property
    def english_text(self) -> str:
        """The English page."""
        return (self.root / self.english).read_text(encoding="utf-8")

    @property
    def chinese_text(self) -> str:
        """The Chinese page; empty where it is missing."""
        path = self.root / self.chinese
        return path.read_text(encoding="utf-8") if path.is_file() else ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What two translations of one page have in common."""

    headings: tuple[int, ...]
    """Levels in order, 1 to 6."""
    blocks: tuple[str, ...]
    """Each fenced block whole, its language first, in order; of those marked `text`, which may be prose, only that."""
    tables: tuple[tuple[int, int], ...]
    """Rows, heading among them, and columns of each table, in order."""
    pictures: tuple[str, ...]
    """Paths from the top, in order; a picture of the Chinese console counts as that of the English one."""
    links: tuple[str, ...]
    """Targets in alphabetical order, since sentences may turn round; without their fragments."""


def pairs(root: Path = ROOT) -> list[Pair]:
    """Every page that is wanted in Chinese at full length."""
    names = sorted(path.name for path in (root / "docs").glob("*.md") if path.name not in GENERATED | SUMMARISED)
    return [
        Pair("README.md", "README.zh-CN.md", root),
        *(Pair(f"docs/{name}", f"docs/zh/{name}", root) for name in names),
    ]


def orphans(root: Path = ROOT) -> list[str]:
    """Chinese pages without an English one."""
    return [
        f"docs/zh/{path.name}"
        for path in sorted((root / "docs" / "zh").glob("*.md"))
        if not (root / "docs" / path.name).is_file()
    ]


def digest(text: str) -> str:
    """What the mark says of an English text."""
    return sha256(text.encode()).hexdigest()[:12]


def marked(pair: Pair) -> str:
    """The Chinese text with its mark renewed."""
    text = MARK.sub("", pair.chinese_text).rstrip()
    return f"{text}\n\n<!-- translated from {pair.english}, SHA-256 {digest(pair.english_text)} -->\n"


def differences(pair: Pair) -> Iterator[str]:
    """What is to be done so that both pages say the same."""
    english, chinese = pair.english_text, pair.chinese_text
    if not chinese:
        yield f"{pair.chinese} is missing: translate {pair.english}, then `scripts/translated.py {pair.english}`"
        return
    marks = MARK.findall(chinese)
    if marks != [(pair.english, digest(english))]:
        yield (
            f"{pair.english} changed since {pair.chinese} was made from it: bring the Chinese page up to date, then "
            f"`scripts/translated.py {pair.english}`"
        )
    ours, theirs = shape(english, pair.english), shape(chinese, pair.chinese)
    for field in fields(Shape):
        here, there = getattr(ours, field.name), getattr(theirs, field.name)
        if here != there:
            what = f"{pair.english} and {pair.chinese} differ in their {field.name}"
            yield f"{what}: {_first(here, there)}; make them alike"
    plain = _plain(_split(chinese)[0])
    for target in (*PICTURE.findall(plain), *LINK.findall(plain)):
        if not _outside(target) and not (pair.root / _from_top(target, pair.chinese)).exists():
            yield f"{pair.chinese} points to {target}, which is not there"


def shape(text: str, page: str) -> Shape:
    """Of a text that stands at `page`, relative to the top."""
    prose, blocks = _split(text)
    plain = _plain(prose)
    return Shape(
        tuple(len(found[1]) for line in prose if (found := HEADING.match(line))),
        tuple(blocks),
        tuple(_tables(prose)),
        tuple(_english(target, page) for target in PICTURE.findall(plain)),
        tuple(sorted(_english(target, page) for target in LINK.findall(plain))),
    )


def _split(text: str) -> tuple[list[str], list[str]]:
    """The lines outside of fenced blocks, and what is compared of each block."""
    prose: list[str] = []
    blocks: list[str] = []
    fence, language, inside = "", "", list[str]()
    for line in text.splitlines():
        found = FENCE.match(line)
        if not fence and found:
            fence, language, inside = found[1], found[2], []
        elif fence and found and found[1].startswith(fence) and not found[2]:
            blocks.append(language if language == "text" else "\n".join((language, *inside)))
            fence = ""
        elif fence:
            inside.append(line)
        else:
            prose.append(line)
    return prose, blocks


def _tables(prose: list[str]) -> Iterator[tuple[int, int]]:
    rows: list[int] = []
    for line in (*prose, ""):
        if line.lstrip().startswith("|"):
            inner = CODE.sub("", line.strip().removeprefix("|").removesuffix("|"))
            rows.append(len(CELL.findall(inner)) + 1)
        elif rows:
            yield len(rows) - 1, rows[0]
            rows = []


def _plain(prose: list[str]) -> str:
    """The prose without what stands in backquotes."""
    return CODE.sub("", "\n".join(prose))


def _outside(target: str) -> bool:
    return "://" in target or target.startswith("mailto:")


def _from_top(target: str, page: str) -> str:
    path = target.partition("#")[0]
    return normpath(Path(page).parent / path) if path else page


def _english(target: str, page: str) -> str:
    """Where a link leads, from the top, a Chinese page or picture counting as the English one."""
    if _outside(target):
        return target
    place = _from_top(target, page).replace("docs/zh/", "docs/").replace("README.zh-CN.md", "README.md")
    return re.sub(r"-zh(?=\.\w+$)", "-en", place)


def _first(ours: tuple[object, ...], theirs: tuple[object, ...]) -> str:
    """What each sequence has that the other lacks, or the first place at which their order parts."""
    missing, extra = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    if missing or extra:
        both = [sorted(map(str, lack.elements())) for lack in (missing, extra)]
        return f"only in English {both[0]}, only in Chinese {both[1]}"
    place = next(number for number, (a, b) in enumerate(zip(ours, theirs, strict=True), 1) if a != b)
    return f"their order, from number {place} on"
