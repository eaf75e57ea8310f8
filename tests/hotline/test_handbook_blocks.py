"""What a page shows of other programs' files, or of ours, is at least of the kind that it says."""

from __future__ import annotations

import configparser
import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tests.hotline.handbook_pages import ROOT, blocks
from tests.hotline.test_handbook_links import PAGES


def read_ini(text: str) -> None:
    """Sections may come again, as in Asterisk's files; lines before the first are variables of an environment."""
    configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",)).read_string(f"[variables]\n{text}")


def read_yaml(text: str) -> None:
    list(YAML(typ="safe").load_all(text))


def read_xml(text: str) -> None:
    expat.ParserCreate().Parse(text, True)


READERS: dict[str, Callable[[str], object]] = {
    "ini": read_ini,
    "json": json.loads,
    "toml": tomllib.loads,
    "xml": read_xml,
    "yaml": read_yaml,
}
FAULTS = (configparser.Error, ValueError, YAMLError, expat.ExpatError)


def unreadable(text: str) -> Iterator[str]:
    """Blocks that are not what they say."""
    for block in blocks(text):
        if block.kind in READERS:
            try:
                READERS[block.kind](block.text)
            except FAULTS as fault:
                yield f"line {block.line}: {fault}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_block_is_of_its_kind(page: Path) -> None:
    assert list(unreadable(page.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "block", ["ini\n[section\n", "json\n{,}\n", "toml\na = \n", "xml\n<a></b>\n", "yaml\na: [1\n"], ids=lambda b: b[:4]
)
def test_a_block_that_is_none_is_told(block: str) -> None:
    assert len(list(unreadable(f"```{block}```\n"))) == 1
