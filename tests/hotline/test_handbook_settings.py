"""Settings that a page names are settings that there are, and what it shows of `hotline.toml` can be read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from config.settings import Settings
from tests.hotline.handbook_pages import ROOT, blocks
from tests.hotline.test_handbook_links import PAGES

_VARIABLE = re.compile(r"\bHOTLINE_([A-Z0-9_]+[A-Z0-9])\b(?!_|…)")
#: Which settings file counts, and what tests are told; neither is a setting.
_OTHERS = {"config", "test_postgres"}
_FIELDS = frozenset(Settings.model_fields)


def is_known(name: str) -> bool:
    """Whether it is a setting, or names the file in which a secret one stands."""
    return name in _FIELDS or name in _OTHERS or name.removesuffix("_file") in _FIELDS


def unknown(text: str) -> list[str]:
    """What the page names as a setting that is none."""
    variables = {one for one in _VARIABLE.findall(text) if not is_known(one.lower())}
    shown = {
        key for block in blocks(text) if block.kind == "toml" for key in tomllib.loads(block.text) if not is_known(key)
    }
    return sorted(variables | shown)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_setting_that_is_named_is_one(page: Path) -> None:
    assert unknown(page.read_text(encoding="utf-8")) == []


def test_a_setting_that_is_none_is_told() -> None:
    text = (
        "`HOTLINE_SIP_PORT`, `HOTLINE_TRUNK_PASSWORD_FILE`, `HOTLINE_TEA`\n```toml\nsip_port = 5060\ncoffee = 1\n```\n"
    )
    assert unknown(text) == ["TEA", "coffee"]
