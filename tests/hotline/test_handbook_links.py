"""Whatever a page links to is there: the file, the picture, and the heading in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.hotline.handbook_pages import DOCS, ROOT
from tests.house_rules import ROOMS

PAGES = sorted(
    {
        *ROOT.glob("*.md"),
        *DOCS.rglob("*.md"),
        *(page for folder in (*ROOMS, "tests", "deploy") for page in (ROOT / folder).rglob("*.md")),
    }
)

_FENCED = re.compile(r"^ *(```+).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)")
_HEADING = re.compile(r"^#{1,6} +(.+?)(?: +#+)? *$", re.MULTILINE)
_ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:")


def prose(text: str) -> str:
    """The text without code, in which nothing is a link or a heading."""
    return _FENCED.sub("", text)


@cache
def anchors(page: Path) -> frozenset[str]:
    """What GitHub and the site make of the headings: small letters, hyphens for blanks, no punctuation."""
    found: list[str] = []
    for heading in _HEADING.findall(prose(page.read_text(encoding="utf-8"))):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", words.lower()).strip().replace(" ", "-")
        found.append(f"{slug}-{found.count(slug)}" if slug in found else slug)
    return frozenset(found)


def faults(page: Path, text: str) -> Iterator[str]:
    """Links of the page with this text that lead nowhere."""
    for target in _LINK.findall(_CODE.sub("", prose(text))):
        if _ELSEWHERE.match(target):
            continue
        path, _, anchor = target.partition("#")
        aim = (page.parent / path).resolve() if path else page
        if not aim.exists():
            yield f"{page.relative_to(ROOT)}: there is no {target}"
        elif anchor and aim.suffix == ".md" and anchor not in anchors(aim):
            yield f"{page.relative_to(ROOT)}: {path or 'the page'} has no heading #{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    assert list(faults(page, page.read_text(encoding="utf-8"))) == []


def test_a_link_to_nowhere_is_told() -> None:
    page = ROOT / "README.md"
    text = "[a](docs/connecting.md#kamailio) [b](docs/absent.md) ![c](docs/connecting.md#absent) `[d](absent)`"
    assert list(faults(page, text)) == [
        "README.md: there is no docs/absent.md",
        "README.md: docs/connecting.md has no heading #absent",
    ]
