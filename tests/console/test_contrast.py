"""The colours of the console, computed from its style sheet by WCAG 2.1 (1.4.3, 1.4.11)."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

import console

CSS = (Path(console.__file__).parent / "assets" / "console.css").read_text("utf-8")
BLOCK = re.compile(r":root(?P<which>[^{]*)\{(?P<body>[^}]*)\}")
COLOUR = re.compile(r"--([\w-]+):\s*#([0-9a-f]{6})")

GROUNDS = ("ground", "surface", "raised")
TEXT = [
    *itertools.product(("ink", "muted", "accent", "ok", "warn", "bad"), GROUNDS),
    *((name, f"{name}-soft") for name in ("accent", "ok", "warn", "bad", "gold")),
    *(("ink", f"{name}-soft") for name in ("accent", "ok", "warn", "bad", "gold")),
    *(("muted", f"{name}-soft") for name in ("accent", "warn")),
    ("on-accent", "accent"),
    ("white", "q-positive"),
    ("white", "q-negative"),
]
SHAPES = [*itertools.product(("edge",), GROUNDS), ("renegotiated", "surface"), ("neutral", "surface")]


def themes() -> dict[str, dict[str, str]]:
    """The colours by appearance: light, dark by choice, dark by the system."""
    blocks = [(found["which"].strip(), dict(COLOUR.findall(found["body"]))) for found in BLOCK.finditer(CSS)]
    coloured: dict[str, dict[str, str]] = {}
    for which, colours in blocks:
        if colours:
            coloured[which] = coloured.get(which, {}) | colours
    light = coloured[""] | {"white": "ffffff"}
    return {which or "light": light | colours for which, colours in coloured.items()}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21, WCAG 2.1."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", themes())
def test_text_stands_out_from_what_is_behind_it(theme: str) -> None:
    colours = themes()[theme]
    weak = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in TEXT}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", themes())
def test_edges_of_controls_and_colours_of_charts_can_be_seen(theme: str) -> None:
    colours = themes()[theme]
    weak = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in SHAPES}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 3} == {}


def test_dark_by_choice_is_dark_by_the_system() -> None:
    found = themes()
    assert len(found) == 3
    light, chosen, system = found.values()
    assert chosen == system != light


def test_contrast_is_that_of_the_standards_own_example() -> None:
    assert contrast("ffffff", "000000") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.005)
