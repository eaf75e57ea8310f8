"""The handbook's site is built without a warning and loads nothing from any other machine."""

from __future__ import annotations

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.hotline.handbook_pages import DOCS, ROOT, chinese_of, english_pages

#: Elements and the attribute by which a browser loads something without being asked; links of <a> it does not follow.
_LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
    "link": "href",
}
#: What a <link> may name elsewhere: it is read by programs, not loaded.
_READ_ONLY = {"canonical", "alternate", "license", "next", "prev"}
_STYLE_LOADS = re.compile(r"(?:@import\s+|url\(\s*)[\"']?((?:https?:)?//[^\"')\s]+)")
_SCRIPT_LOADS = re.compile(r"https?://[^\"'`\s]*(?:unpkg|jsdelivr|cdnjs|googleapis|gstatic|cdn\.)[^\"'`\s]*")


class Loads(HTMLParser):
    """The addresses on other machines that a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        address = given.get(_LOADS.get(tag, ""), "")
        is_read_only = tag == "link" and set(given.get("rel", "").split()) <= _READ_ONLY
        if re.match(r"(?:https?:)?//", address) and not is_read_only:
            self.found.append(address)


def loads(page: str) -> list[str]:
    """What this page loads from elsewhere."""
    reader = Loads()
    reader.feed(page)
    return [*reader.found, *_STYLE_LOADS.findall(page)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handbook")
    built = subprocess.run(
        ["scripts/handbook.sh", str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert built.returncode == 0, built.stderr[-4000:]
    return folder


@pytest.mark.long
def test_no_page_loads_anything_from_another_machine(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 20
    found = [f"{page.relative_to(site)}: {one}" for page in pages for one in loads(page.read_text("utf-8"))]
    assert found == []


@pytest.mark.long
def test_no_style_and_no_script_does_either(site: Path) -> None:
    styles = {one for style in site.rglob("*.css") for one in _STYLE_LOADS.findall(style.read_text("utf-8"))}
    assert styles == set()
    scripts = {one for script in site.rglob("*.js") for one in _SCRIPT_LOADS.findall(script.read_text("utf-8"))}
    assert scripts == set()


@pytest.mark.long
def test_each_page_says_in_which_language_it_is(site: Path) -> None:
    assert '<html lang="en"' in (site / "install.html").read_text("utf-8")
    assert '<html lang="zh"' in (site / "zh" / "install.html").read_text("utf-8")


@pytest.mark.parametrize(
    "loaded",
    [
        '<script src="https://cdn.example/a.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/a.css">',
        '<link rel="preconnect alternate" href="https://fonts.example">',
        "<style>@import 'https://a.example/b.css';</style>",
        '<i style="background: url(https://a.example/b.png)"></i>',
    ],
)
def test_what_would_be_loaded_is_found(loaded: str) -> None:
    assert len(loads(loaded)) == 1


def test_links_that_a_reader_follows_are_no_loads() -> None:
    assert (
        loads('<a href="https://docs.example">here</a><img src="images/a.png"><link rel="canonical" href="//a">') == []
    )


def test_every_page_for_people_is_there_in_chinese() -> None:
    for_programs = {"api.md", "events.md"}
    people = [page for page in english_pages() if page.parent == DOCS and page.name not in for_programs]
    assert [page.name for page in people if not chinese_of(page).exists()] == []
